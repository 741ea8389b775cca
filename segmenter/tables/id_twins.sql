-- id_twins: ids that differ only by capital letters or leading zeros. One row per table, which is rows_with_ids.

WITH ids AS (
    SELECT DISTINCT customer_id
    FROM rows_with_ids
)

SELECT
    CAST(COUNT(*) AS BIGINT) AS n_ids,
    CAST(COUNT(*) - COUNT(DISTINCT LOWER(customer_id)) AS BIGINT) AS case_twins,
    CAST(COUNT(*) - COUNT(DISTINCT LTRIM(customer_id, '0')) AS BIGINT) AS zero_twins
FROM ids

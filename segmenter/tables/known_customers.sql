-- known_customers: how many customers of left_rows are in right_rows. One row per pair of tables.

WITH left_ids AS (
    SELECT DISTINCT customer_id
    FROM left_rows
),

right_ids AS (
    SELECT DISTINCT customer_id
    FROM right_rows
)

SELECT
    CAST(COUNT(*) AS BIGINT) AS n_ids,
    CAST(COUNT(right_ids.customer_id) AS BIGINT) AS n_known
FROM left_ids
LEFT JOIN right_ids ON left_ids.customer_id = right_ids.customer_id

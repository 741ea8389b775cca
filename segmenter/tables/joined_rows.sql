-- joined_rows: rows of customers that were not kept as they are. One row per row of typed_rows that is not in kept_rows.
-- 'joined' to the customer's row, if they are the first of their file; 'duplicate' otherwise.

WITH numbered AS (
    SELECT
        source_order,
        source_file,
        source_row,
        ROW_NUMBER() OVER (PARTITION BY customer_id, source_part ORDER BY source_order) AS copy_number
    FROM typed_rows
)

SELECT
    numbered.source_file,
    numbered.source_row,
    CASE WHEN numbered.copy_number = 1 THEN 'joined' ELSE 'duplicate' END AS reason
FROM numbered
LEFT JOIN kept_rows ON numbered.source_order = kept_rows.source_order
WHERE kept_rows.source_order IS NULL
ORDER BY numbered.source_order

-- customer_conflicts: customers of whom two files say different things. One row per table, which is typed_rows.
-- The columns are put in by customer_files.py: the contract's and the attributes', by our own names.

WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY customer_id, source_part ORDER BY source_order) AS copy_number
    FROM typed_rows
),

per_customer AS (
    SELECT
        customer_id
        /* differences */
    FROM numbered
    WHERE copy_number = 1
    GROUP BY customer_id
)

SELECT
    CAST(COUNT(*) AS BIGINT) AS n_customers
    /* sums */
FROM per_customer

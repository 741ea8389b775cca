-- joined_customers: people whom several files describe, with all that any of them says. One row per customer_id.
-- Of each file the first row of a customer counts, and of each column the first value, in the order of the
-- files. From typed_rows; source_order stays, so that the rows that were joined to it can be told.
-- The columns are put in by customer_files.py: the contract's and the attributes', by our own names.

WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY customer_id, source_part ORDER BY source_order) AS copy_number
    FROM typed_rows
),

joined AS (
    SELECT
        customer_id,
        source_order,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY source_order) AS place
        /* first values */
    FROM numbered
    WHERE copy_number = 1
)

SELECT * EXCLUDE (place)
FROM joined
WHERE place = 1
ORDER BY customer_id

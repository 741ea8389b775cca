-- outcomes: what became of customers, as stored. One row per customer_id: the first in the files.
-- From typed_rows; source_order stays, so that the rows that were not kept can be told.

WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY source_order) AS place
    FROM typed_rows
)

SELECT * EXCLUDE (place)
FROM numbered
WHERE place = 1
ORDER BY customer_id

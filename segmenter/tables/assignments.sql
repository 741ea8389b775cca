-- assignments: who was put into which arm. One row per customer_id, campaign_id and arm: the earliest.
-- Both arms of one customer are kept: the labels take the first, and leave out who was given both at once.
-- From typed_rows; source_order stays, so that the rows that were not kept can be told.

WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY customer_id, campaign_id, arm ORDER BY "at", source_order) AS place
    FROM typed_rows
)

SELECT * EXCLUDE (place)
FROM numbered
WHERE place = 1
ORDER BY customer_id, "at"

-- engagements_once: touches that several exports may tell of, each once. One row per touch.
-- A row that one part has k times and another m times happened as often as the part with more of them says:
-- the n-th of its kind is taken from the earliest part that has so many.

WITH within_parts AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY customer_id, "at", kind, campaign_id, channel, part ORDER BY source_order
        ) AS nth
    FROM typed_rows
),

across_parts AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY customer_id, "at", kind, campaign_id, channel, nth ORDER BY part
        ) AS place
    FROM within_parts
)

SELECT * EXCLUDE (nth, place)
FROM across_parts
WHERE place = 1
ORDER BY source_order

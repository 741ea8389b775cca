-- population: everybody known at :cutoff, and since when. One row per customer.
-- Known is who stands on the customer list (joined before the cutoff, or at an unknown time), and whoever has
-- a transaction or an engagement strictly before the cutoff.

WITH activity AS (
    SELECT touches.customer_id, MIN(touches.at) AS first_active_at
    FROM (
        SELECT customer_id, "at" FROM transactions WHERE "at" < CAST(:cutoff AS TIMESTAMP)
        UNION ALL
        SELECT customer_id, "at" FROM engagements WHERE "at" < CAST(:cutoff AS TIMESTAMP)
    ) AS touches
    GROUP BY touches.customer_id
),

data_start AS (
    SELECT MIN(first_active_at) AS starts_at FROM activity
),

listed AS (
    SELECT customer_id, joined_at
    FROM customers
    WHERE joined_at IS NULL OR joined_at < CAST(:cutoff AS TIMESTAMP)
),

known AS (
    SELECT
        COALESCE(listed.customer_id, activity.customer_id) AS customer_id,
        listed.joined_at,
        activity.first_active_at
    FROM listed
    FULL OUTER JOIN activity ON activity.customer_id = listed.customer_id
)

SELECT
    known.customer_id,
    known.joined_at,
    known.first_active_at,
    -- Since when a purchase of this customer would have been in the data: what rates per day are counted from.
    CASE
        WHEN known.joined_at IS NULL THEN known.first_active_at
        ELSE LEAST(known.first_active_at, GREATEST(known.joined_at, data_start.starts_at))
    END AS observed_from
FROM known
CROSS JOIN data_start
ORDER BY known.customer_id

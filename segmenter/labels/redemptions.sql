-- redemptions: every redemption before :cutoff, and whether the offer had been seen by then. One row per engagement of that kind.
-- Seen: viewed or clicked since the last receipt, and no longer ago than the offer is valid. Where the data record
-- no view and no click of anybody, nobody can tell, and seen is NULL.

WITH touches AS (
    SELECT customer_id, COALESCE(campaign_id, '') AS campaign_id, "at", kind
    FROM engagements
    WHERE "at" < CAST(:cutoff AS TIMESTAMP) AND kind <> 'impression'
),

-- Both frames include the peers of a row: a view in the same moment as the redemption counts as before it, since
-- data kept by the hour or the day cannot tell, and doubting a view would make customers organic by rounding.
placed AS (
    SELECT
        customer_id,
        campaign_id,
        "at",
        kind,
        MAX(CASE WHEN kind = 'exposure' THEN "at" END) OVER (
            PARTITION BY customer_id, campaign_id ORDER BY "at"
        ) AS received_at,
        MAX(CASE WHEN kind IN ('view', 'click') THEN "at" END) OVER (
            PARTITION BY customer_id, campaign_id ORDER BY "at"
        ) AS last_seen_at
    FROM touches
),

views AS (
    SELECT COUNT(*) AS n_views FROM touches WHERE kind IN ('view', 'click')
),

dated AS (
    SELECT
        placed.customer_id,
        placed.campaign_id,
        placed.at,
        placed.last_seen_at,
        GREATEST(
            placed.received_at,
            placed.at - COALESCE(campaigns.valid_days, CAST(:attribution_days AS DOUBLE)) * INTERVAL '1' DAY
        ) AS open_since
    FROM placed
    LEFT JOIN campaigns ON campaigns.campaign_id = placed.campaign_id
    WHERE placed.kind = 'redeem'
)

SELECT
    dated.customer_id,
    dated.campaign_id,
    dated.at,
    CASE WHEN views.n_views > 0 THEN COALESCE(dated.last_seen_at >= dated.open_since, FALSE) END AS seen
FROM dated
CROSS JOIN views

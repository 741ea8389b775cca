-- receipts: the story of each offer received, as far as it was known at :cutoff. One row per customer, campaign and receipt.
-- What a customer does belongs to a receipt only while the offer is valid: for the campaign's valid_days (or
-- :attribution_days where none are given) from the receipt, last moment included. A second receipt of the same
-- campaign ends the first and starts anew. An impression is no receipt: an ad that is shown cannot be redeemed.

WITH touches AS (
    SELECT customer_id, COALESCE(campaign_id, '') AS campaign_id, "at", kind
    FROM engagements
    WHERE "at" < CAST(:cutoff AS TIMESTAMP) AND kind <> 'impression'
),

-- The frame of this window includes the peers of a row, so that at one moment the receipt comes first: in data
-- kept by the hour, an offer that was viewed in the hour it arrived belongs to that arrival.
placed AS (
    SELECT
        customer_id,
        campaign_id,
        "at",
        kind,
        MAX(CASE WHEN kind = 'exposure' THEN "at" END) OVER (
            PARTITION BY customer_id, campaign_id ORDER BY "at"
        ) AS received_at
    FROM touches
),

-- A campaign that starts later is not known yet.
validity AS (
    SELECT campaign_id, valid_days
    FROM campaigns
    WHERE starts_at IS NULL OR starts_at < CAST(:cutoff AS TIMESTAMP)
),

dated AS (
    SELECT
        placed.customer_id,
        placed.campaign_id,
        placed.at,
        placed.kind,
        placed.received_at,
        placed.received_at
        + COALESCE(validity.valid_days, CAST(:attribution_days AS DOUBLE)) * INTERVAL '1' DAY AS expires_at
    FROM placed
    LEFT JOIN validity ON validity.campaign_id = placed.campaign_id
    WHERE placed.received_at IS NOT NULL
),

offers AS (
    SELECT
        customer_id,
        campaign_id,
        received_at,
        MIN(expires_at) AS expires_at,
        MIN(CASE WHEN kind IN ('view', 'click') AND "at" <= expires_at THEN "at" END) AS seen_at,
        MIN(CASE WHEN kind = 'redeem' AND "at" <= expires_at THEN "at" END) AS redeemed_at
    FROM dated
    GROUP BY customer_id, campaign_id, received_at
),

limited AS (
    SELECT
        customer_id,
        campaign_id,
        received_at,
        seen_at,
        redeemed_at,
        LEAST(
            expires_at,
            LEAD(received_at) OVER (PARTITION BY customer_id, campaign_id ORDER BY received_at)
            - INTERVAL '1' MICROSECOND
        ) AS valid_until
    FROM offers
),

moments AS (
    SELECT
        customer_id,
        campaign_id,
        received_at,
        valid_until,
        seen_at,
        redeemed_at,
        received_at AS at,
        'received' AS moment
    FROM limited
    UNION ALL
    SELECT
        customer_id,
        campaign_id,
        received_at,
        valid_until,
        seen_at,
        redeemed_at,
        seen_at AS at,
        'seen' AS moment
    FROM limited
    WHERE seen_at IS NOT NULL
    UNION ALL
    SELECT
        customer_id,
        NULL AS campaign_id,
        NULL AS received_at,
        NULL AS valid_until,
        NULL AS seen_at,
        NULL AS redeemed_at,
        "at",
        'bought' AS moment
    FROM orders
    WHERE NOT is_return AND customer_id IN (SELECT customer_id FROM offers)
),

-- The first purchase at or after each moment, in one pass over time from its end; a join of receipts with all
-- later purchases would grow with the square of a busy customer's history.
followed AS (
    SELECT
        customer_id,
        campaign_id,
        received_at,
        valid_until,
        seen_at,
        redeemed_at,
        moment,
        MIN(CASE WHEN moment = 'bought' THEN "at" END) OVER (
            PARTITION BY customer_id ORDER BY "at" DESC
        ) AS next_bought_at
    FROM moments
)

SELECT
    customer_id,
    campaign_id,
    received_at,
    valid_until,
    seen_at,
    redeemed_at,
    MIN(CASE WHEN moment = 'received' AND next_bought_at <= valid_until THEN next_bought_at END) AS bought_at,
    MIN(
        CASE WHEN moment = 'seen' AND next_bought_at <= valid_until THEN next_bought_at END
    ) AS bought_after_seen_at
FROM followed
WHERE moment <> 'bought'
GROUP BY customer_id, campaign_id, received_at, valid_until, seen_at, redeemed_at

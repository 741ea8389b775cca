-- customer_outcomes: what customers did from :cutoff up to :outcome_end. One row per customer who was one at the cutoff.
-- engaged: a qualifying engagement followed by a purchase. unengaged: bought, no qualifying engagement. inactive:
-- neither. browsing: a qualifying engagement that no purchase follows.
-- Who stands on the customer list without a date of joining, and had done nothing before the cutoff, may not have
-- been a customer yet: such people are scored, but nothing is learned from them or tested on them.

WITH window_orders AS (
    SELECT customer_id, "at", amount, is_return
    FROM orders
    WHERE "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
),

window_engagements AS (
    SELECT
        customer_id,
        "at",
        kind,
        (kind = 'view' AND CAST(:view_qualifies AS BOOLEAN))
        OR (kind = 'click' AND CAST(:click_qualifies AS BOOLEAN))
        OR (kind = 'redeem' AND CAST(:redeem_qualifies AS BOOLEAN)) AS qualifies
    FROM engagements
    WHERE "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
),

moments AS (
    SELECT customer_id, "at", FALSE AS is_purchase FROM window_engagements WHERE qualifies
    UNION ALL
    SELECT customer_id, "at", TRUE AS is_purchase FROM window_orders WHERE NOT is_return
),

-- 'Followed by' takes in the same moment (the frame includes the peers of a row): a redemption is recorded
-- together with the purchase it is part of, and data kept by the hour or the day know no order within it.
followed AS (
    SELECT
        customer_id,
        "at",
        is_purchase,
        MIN(CASE WHEN is_purchase THEN "at" END) OVER (
            PARTITION BY customer_id ORDER BY "at" DESC
        ) AS next_purchase_at
    FROM moments
),

engagement_totals AS (
    SELECT
        customer_id,
        COUNT(*) AS n_engagements,
        COUNT(*) FILTER (
            WHERE next_purchase_at <= "at" + CAST(:attribution_days AS DOUBLE) * INTERVAL '1' DAY
        ) AS n_followed
    FROM followed
    WHERE NOT is_purchase
    GROUP BY customer_id
),

order_totals AS (
    SELECT
        customer_id,
        COUNT(*) FILTER (WHERE NOT is_return) AS n_purchases,
        CAST(SUM(amount) AS DOUBLE) AS amount
    FROM window_orders
    GROUP BY customer_id
),

-- Whom a campaign could have reached: touched in the window, or still holding a valid offer from before it.
reached AS (
    SELECT customer_id FROM window_engagements
    UNION
    SELECT customer_id
    FROM receipts
    WHERE received_at < CAST(:cutoff AS TIMESTAMP) AND valid_until >= CAST(:cutoff AS TIMESTAMP)
),

-- Seen, whether or not anything was bought. A redemption is part of a purchase and shows nothing of the sort.
looked AS (
    SELECT DISTINCT customer_id FROM window_engagements WHERE qualifies AND kind IN ('view', 'click')
),

organic AS (
    SELECT DISTINCT customer_id
    FROM redemptions
    WHERE NOT seen AND "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
)

SELECT
    population.customer_id,
    CASE
        WHEN engagement_totals.n_followed > 0 THEN 'engaged'
        WHEN engagement_totals.n_engagements > 0 THEN 'browsing'
        WHEN order_totals.n_purchases > 0 THEN 'unengaged'
        ELSE 'inactive'
    END AS given_label,
    reached.customer_id IS NOT NULL AS exposed,
    looked.customer_id IS NOT NULL AS looked,
    COALESCE(order_totals.n_purchases, 0) AS purchases,
    COALESCE(order_totals.amount, CAST(0 AS DOUBLE)) AS amount,
    -- NULL for everybody where the data give no margins: table margins is empty then.
    CASE
        WHEN (SELECT COUNT(*) FROM margins) > 0 THEN COALESCE(margins.margin, CAST(0 AS DOUBLE))
    END AS margin,
    COALESCE(engagement_totals.n_engagements, 0) AS engagements,
    organic.customer_id IS NOT NULL AS organic_completion,
    arms.arm,
    arms.campaign_id AS trial,
    intents.intent
FROM population
LEFT JOIN engagement_totals ON engagement_totals.customer_id = population.customer_id
LEFT JOIN order_totals ON order_totals.customer_id = population.customer_id
LEFT JOIN margins ON margins.customer_id = population.customer_id
LEFT JOIN reached ON reached.customer_id = population.customer_id
LEFT JOIN looked ON looked.customer_id = population.customer_id
LEFT JOIN organic ON organic.customer_id = population.customer_id
LEFT JOIN arms ON arms.customer_id = population.customer_id
LEFT JOIN intents ON intents.customer_id = population.customer_id
WHERE population.observed_from IS NOT NULL
ORDER BY population.customer_id

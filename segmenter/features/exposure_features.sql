-- exposure_features: buying while an offer is open against buying at other times. One row per customer of the population.
-- Exposed is the time between a receipt and the end of its validity; seen is the part of it after the first view
-- or click. All lengths are whole microseconds, so that no rounding leaves a sliver of time to divide by.

WITH offers AS (
    SELECT
        customer_id,
        received_at,
        seen_at,
        LEAST(valid_until, CAST(:cutoff AS TIMESTAMP)) AS ends_at
    FROM receipts
),

periods AS (
    SELECT customer_id, 'exposed' AS state, received_at AS starts_at, ends_at FROM offers
    UNION ALL
    SELECT customer_id, 'seen' AS state, seen_at AS starts_at, ends_at FROM offers WHERE seen_at IS NOT NULL
),

reaches AS (
    SELECT
        customer_id,
        state,
        starts_at,
        ends_at,
        MAX(ends_at) OVER (
            PARTITION BY customer_id, state
            ORDER BY starts_at, ends_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_until
    FROM periods
),

-- Overlapping offers count once: each adds only the time beyond all earlier ones.
additions AS (
    SELECT
        customer_id,
        state,
        GREATEST(DATE_DIFF('microsecond', GREATEST(starts_at, reached_until), ends_at), 0) AS added_microseconds
    FROM reaches
),

lengths AS (
    SELECT
        customer_id,
        CAST(SUM(CASE WHEN state = 'exposed' THEN added_microseconds ELSE 0 END) AS BIGINT) AS exposed_microseconds,
        CAST(SUM(CASE WHEN state = 'seen' THEN added_microseconds ELSE 0 END) AS BIGINT) AS seen_microseconds
    FROM additions
    GROUP BY customer_id
),

moments AS (
    SELECT
        customer_id,
        starts_at AS at,
        CASE WHEN state = 'exposed' THEN ends_at END AS exposed_until,
        CASE WHEN state = 'seen' THEN ends_at END AS seen_until,
        FALSE AS is_purchase
    FROM periods
    UNION ALL
    SELECT
        customer_id,
        "at",
        CAST(NULL AS TIMESTAMP) AS exposed_until,
        CAST(NULL AS TIMESTAMP) AS seen_until,
        TRUE AS is_purchase
    FROM orders
    WHERE NOT is_return
),

covered AS (
    SELECT
        customer_id,
        "at",
        is_purchase,
        MAX(exposed_until) OVER (PARTITION BY customer_id ORDER BY "at") AS exposed_until,
        MAX(seen_until) OVER (PARTITION BY customer_id ORDER BY "at") AS seen_until
    FROM moments
),

purchases AS (
    SELECT
        customer_id,
        COUNT(*) AS n_purchases,
        COUNT(*) FILTER (WHERE "at" <= exposed_until) AS n_exposed,
        COUNT(*) FILTER (WHERE "at" <= seen_until) AS n_seen
    FROM covered
    WHERE is_purchase
    GROUP BY customer_id
),

observed AS (
    SELECT
        population.customer_id,
        DATE_DIFF('microsecond', population.observed_from, CAST(:cutoff AS TIMESTAMP)) AS observed_microseconds,
        COALESCE(lengths.exposed_microseconds, 0) AS exposed_microseconds,
        COALESCE(lengths.seen_microseconds, 0) AS seen_microseconds,
        COALESCE(purchases.n_purchases, 0) AS n_purchases,
        COALESCE(purchases.n_exposed, 0) AS n_exposed,
        COALESCE(purchases.n_seen, 0) AS n_seen
    FROM population
    LEFT JOIN lengths ON lengths.customer_id = population.customer_id
    LEFT JOIN purchases ON purchases.customer_id = population.customer_id
)

SELECT
    customer_id,
    CAST(exposed_microseconds AS DOUBLE) / NULLIF(observed_microseconds, 0) AS exposed_time_share,
    CAST(n_exposed AS DOUBLE) / NULLIF(n_purchases, 0) AS exposed_purchase_share,
    CAST(n_seen AS DOUBLE) / NULLIF(n_purchases, 0) AS seen_purchase_share,
    CAST(n_exposed AS DOUBLE) * 86400000000 / NULLIF(exposed_microseconds, 0) AS purchases_per_exposed_day,
    CAST(n_seen AS DOUBLE) * 86400000000 / NULLIF(seen_microseconds, 0) AS purchases_per_seen_day,
    CAST(n_purchases - n_exposed AS DOUBLE) * 86400000000
    / NULLIF(observed_microseconds - exposed_microseconds, 0) AS purchases_per_unexposed_day
FROM observed

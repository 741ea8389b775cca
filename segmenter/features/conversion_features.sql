-- conversion_features: what became of the offers a customer received. One row per customer of the population.
-- Organic: redeemed, or bought while the offer was valid, before that receipt was viewed or clicked. Prompted is
-- only what it looks like: viewed or clicked, then bought.

WITH converted AS (
    SELECT
        customer_id,
        received_at,
        valid_until,
        seen_at,
        redeemed_at,
        bought_after_seen_at,
        LEAST(redeemed_at, bought_at) AS converted_at
    FROM receipts
),

judged AS (
    SELECT
        customer_id,
        received_at,
        valid_until,
        seen_at,
        redeemed_at,
        bought_after_seen_at,
        converted_at,
        converted_at IS NOT NULL AND (seen_at IS NULL OR converted_at < seen_at) AS is_organic
    FROM converted
),

totals AS (
    SELECT
        customer_id,
        COUNT(*) AS n_receipts,
        COUNT(seen_at) AS n_seen,
        COUNT(redeemed_at) AS n_redeemed,
        COUNT(converted_at) AS n_converted,
        COUNT(*) FILTER (WHERE is_organic) AS n_organic,
        COUNT(bought_after_seen_at) AS n_prompted,
        COUNT(*) FILTER (
            WHERE valid_until >= CAST(:cutoff AS TIMESTAMP) AND redeemed_at IS NULL
        ) AS n_open,
        CAST(SUM(DATE_DIFF('microsecond', received_at, seen_at)) AS DOUBLE)
        / NULLIF(COUNT(seen_at), 0) / 86400000000 AS mean_days_to_view,
        MAX(CASE WHEN is_organic THEN converted_at END) AS last_organic_at
    FROM judged
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    CAST(totals.n_seen AS DOUBLE) / totals.n_receipts AS view_rate,
    CAST(totals.n_redeemed AS DOUBLE) / totals.n_receipts AS redeem_rate,
    totals.mean_days_to_view,
    COALESCE(totals.n_open, 0) AS open_offer_count,
    COALESCE(totals.n_organic, 0) AS organic_conversion_count,
    CAST(totals.n_organic AS DOUBLE) / NULLIF(totals.n_converted, 0) AS organic_conversion_share,
    CAST(
        DATE_DIFF('microsecond', totals.last_organic_at, CAST(:cutoff AS TIMESTAMP)) AS DOUBLE
    ) / 86400000000 AS days_since_last_organic_conversion,
    COALESCE(totals.n_prompted, 0) AS prompted_conversion_count,
    CAST(totals.n_prompted AS DOUBLE) / NULLIF(totals.n_seen, 0) AS prompted_conversion_share
FROM population
LEFT JOIN totals ON totals.customer_id = population.customer_id

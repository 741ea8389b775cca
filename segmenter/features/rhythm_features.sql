-- rhythm_features: how evenly purchases are spaced, and whether the next is overdue. One row per customer of the population.

WITH visits AS (
    SELECT customer_id, "at", MIN(days_ago) AS days_ago, SUM(amount) AS amount
    FROM orders
    WHERE NOT is_return
    GROUP BY customer_id, "at"
),

spaced AS (
    SELECT
        customer_id,
        "at",
        days_ago,
        amount,
        CAST(
            DATE_DIFF('microsecond', LAG("at") OVER (PARTITION BY customer_id ORDER BY "at"), "at") AS DOUBLE
        ) / 86400000000 AS gap_days
    FROM visits
),

rhythm AS (
    SELECT
        customer_id,
        MIN(days_ago) AS days_since_last_purchase,
        ARG_MAX(amount, "at") AS last_order_amount,
        AVG(gap_days) AS mean_gap_days,
        STDDEV_SAMP(gap_days) AS gap_sd_days
    FROM spaced
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    rhythm.last_order_amount,
    rhythm.mean_gap_days,
    rhythm.gap_sd_days,
    rhythm.days_since_last_purchase / NULLIF(rhythm.mean_gap_days, 0) AS overdue_ratio
FROM population
LEFT JOIN rhythm ON rhythm.customer_id = population.customer_id

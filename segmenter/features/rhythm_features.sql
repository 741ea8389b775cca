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
        DATE_DIFF('microsecond', LAG("at") OVER (PARTITION BY customer_id ORDER BY "at"), "at") AS gap
    FROM visits
),

-- Sums of whole numbers: a mean and a spread of binary fractions would depend on the order of rows.
sums AS (
    SELECT
        customer_id,
        MIN(days_ago) AS days_since_last_purchase,
        ARG_MAX(amount, "at") AS last_order_amount,
        COUNT(gap) AS n_gaps,
        CAST(SUM(gap) AS DOUBLE) AS total_length,
        CAST(SUM(CAST(CAST(gap AS DOUBLE) * gap AS DECIMAL(38, 0))) AS DOUBLE) AS squared_length
    FROM spaced
    GROUP BY customer_id
),

rhythm AS (
    SELECT
        customer_id,
        days_since_last_purchase,
        CAST(last_order_amount AS DOUBLE) AS last_order_amount,
        total_length / NULLIF(n_gaps, 0) / 86400000000 AS mean_gap_days,
        CASE
            WHEN n_gaps > 1
                THEN SQRT(GREATEST(squared_length - total_length * total_length / n_gaps, 0) / (n_gaps - 1))
                / 86400000000
        END AS gap_sd_days
    FROM sums
)

SELECT
    population.customer_id,
    rhythm.last_order_amount,
    rhythm.mean_gap_days,
    rhythm.gap_sd_days,
    rhythm.days_since_last_purchase / NULLIF(rhythm.mean_gap_days, 0) AS overdue_ratio
FROM population
LEFT JOIN rhythm ON rhythm.customer_id = population.customer_id

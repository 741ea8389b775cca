-- purchase_features: how lately, how often and for how much a customer buys. One row per customer of the population.

WITH totals AS (
    SELECT
        customer_id,
        MIN(days_ago) FILTER (WHERE NOT is_return) AS days_since_last_purchase,
        MAX(days_ago) FILTER (WHERE NOT is_return) AS days_since_first_purchase,
        COUNT(*) FILTER (WHERE NOT is_return) AS purchase_count,
        COUNT(*) FILTER (WHERE NOT is_return AND days_ago <= :recent_days_1) AS purchase_count_short,
        COUNT(*) FILTER (WHERE NOT is_return AND days_ago <= :recent_days_2) AS purchase_count_medium,
        COUNT(*) FILTER (WHERE NOT is_return AND days_ago <= :recent_days_3) AS purchase_count_long,
        CAST(SUM(amount) AS DOUBLE) AS monetary_value,
        CAST(
            SUM(CASE WHEN days_ago <= :recent_days_1 THEN amount ELSE 0 END) AS DOUBLE
        ) AS monetary_value_short,
        CAST(
            SUM(CASE WHEN days_ago <= :recent_days_2 THEN amount ELSE 0 END) AS DOUBLE
        ) AS monetary_value_medium,
        CAST(
            SUM(CASE WHEN days_ago <= :recent_days_3 THEN amount ELSE 0 END) AS DOUBLE
        ) AS monetary_value_long,
        CAST(SUM(amount) FILTER (WHERE NOT is_return) AS DOUBLE)
        / NULLIF(COUNT(*) FILTER (WHERE NOT is_return), 0) AS average_order_amount,
        CAST(MAX(amount) FILTER (WHERE NOT is_return) AS DOUBLE) AS highest_order_amount
    FROM orders
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    CAST(
        DATE_DIFF(
            'microsecond',
            COALESCE(population.joined_at, population.first_active_at),
            CAST(:cutoff AS TIMESTAMP)
        ) AS DOUBLE
    ) / 86400000000 AS tenure_days,
    totals.days_since_last_purchase,
    totals.days_since_first_purchase,
    COALESCE(totals.purchase_count, 0) AS purchase_count,
    COALESCE(totals.purchase_count_short, 0) AS purchase_count_short,
    COALESCE(totals.purchase_count_medium, 0) AS purchase_count_medium,
    COALESCE(totals.purchase_count_long, 0) AS purchase_count_long,
    COALESCE(totals.monetary_value, CAST(0 AS DOUBLE)) AS monetary_value,
    COALESCE(totals.monetary_value_short, CAST(0 AS DOUBLE)) AS monetary_value_short,
    COALESCE(totals.monetary_value_medium, CAST(0 AS DOUBLE)) AS monetary_value_medium,
    COALESCE(totals.monetary_value_long, CAST(0 AS DOUBLE)) AS monetary_value_long,
    totals.average_order_amount,
    totals.highest_order_amount,
    -- Spend per day of the short window over spend per day of the whole time as a buyer. Somebody newer than
    -- the window is measured over the window, so that a first purchase is no trend (1).
    CASE
        WHEN totals.monetary_value > 0 THEN
            (totals.monetary_value_short / CAST(:recent_days_1 AS DOUBLE))
            / (
                totals.monetary_value
                / GREATEST(totals.days_since_first_purchase, CAST(:recent_days_1 AS DOUBLE))
            )
    END AS spend_trend
FROM population
LEFT JOIN totals ON totals.customer_id = population.customer_id

-- engagement_features: how much marketing reached a customer, and what they did with it. One row per customer of the population.

WITH touches AS (
    SELECT
        customer_id,
        kind,
        CAST(DATE_DIFF('microsecond', "at", CAST(:cutoff AS TIMESTAMP)) AS DOUBLE) / 86400000000 AS days_ago
    FROM engagements
    WHERE "at" < CAST(:cutoff AS TIMESTAMP)
),

totals AS (
    SELECT
        customer_id,
        COUNT(*) FILTER (WHERE kind = 'exposure') AS exposure_count,
        COUNT(*) FILTER (WHERE kind = 'exposure' AND days_ago <= :recent_days_1) AS exposure_count_short,
        COUNT(*) FILTER (WHERE kind = 'exposure' AND days_ago <= :recent_days_2) AS exposure_count_medium,
        COUNT(*) FILTER (WHERE kind = 'impression') AS impression_count,
        COUNT(*) FILTER (WHERE kind = 'impression' AND days_ago <= :recent_days_1) AS impression_count_short,
        COUNT(*) FILTER (WHERE kind = 'view') AS view_count,
        COUNT(*) FILTER (WHERE kind = 'view' AND days_ago <= :recent_days_1) AS view_count_short,
        COUNT(*) FILTER (WHERE kind = 'view' AND days_ago <= :recent_days_2) AS view_count_medium,
        COUNT(*) FILTER (WHERE kind = 'click') AS click_count,
        COUNT(*) FILTER (WHERE kind = 'click' AND days_ago <= :recent_days_1) AS click_count_short,
        COUNT(*) FILTER (WHERE kind = 'redeem') AS redeem_count,
        COUNT(*) FILTER (WHERE kind = 'redeem' AND days_ago <= :recent_days_1) AS redeem_count_short,
        MIN(days_ago) FILTER (WHERE kind = 'exposure') AS days_since_last_exposure,
        MIN(days_ago) FILTER (WHERE kind = 'impression') AS days_since_last_impression,
        MIN(days_ago) FILTER (WHERE kind = 'view') AS days_since_last_view,
        MIN(days_ago) FILTER (WHERE kind = 'click') AS days_since_last_click,
        MIN(days_ago) FILTER (WHERE kind = 'redeem') AS days_since_last_redeem
    FROM touches
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    COALESCE(totals.exposure_count, 0) AS exposure_count,
    COALESCE(totals.exposure_count_short, 0) AS exposure_count_short,
    COALESCE(totals.exposure_count_medium, 0) AS exposure_count_medium,
    COALESCE(totals.impression_count, 0) AS impression_count,
    COALESCE(totals.impression_count_short, 0) AS impression_count_short,
    COALESCE(totals.view_count, 0) AS view_count,
    COALESCE(totals.view_count_short, 0) AS view_count_short,
    COALESCE(totals.view_count_medium, 0) AS view_count_medium,
    COALESCE(totals.click_count, 0) AS click_count,
    COALESCE(totals.click_count_short, 0) AS click_count_short,
    COALESCE(totals.redeem_count, 0) AS redeem_count,
    COALESCE(totals.redeem_count_short, 0) AS redeem_count_short,
    totals.days_since_last_exposure,
    totals.days_since_last_impression,
    totals.days_since_last_view,
    totals.days_since_last_click,
    totals.days_since_last_redeem,
    CAST(totals.click_count AS DOUBLE) / NULLIF(totals.impression_count, 0) AS clicks_per_impression
FROM population
LEFT JOIN totals ON totals.customer_id = population.customer_id

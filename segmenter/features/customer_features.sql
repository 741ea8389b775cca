-- customer_features: everything a model may know about a customer at :cutoff. One row per customer of the population.
-- Every number is a DOUBLE, so that encoders see one type; NULL means unknown.

SELECT
    population.customer_id,
    purchase_features.tenure_days,
    COALESCE(
        given_history.days_since_last_purchase, purchase_features.days_since_last_purchase
    ) AS days_since_last_purchase,
    purchase_features.days_since_first_purchase,
    -- Who is in given_history has a history that is not in transactions; what it leaves out is unknown.
    CASE
        WHEN given_history.customer_id IS NOT NULL THEN given_history.purchase_count
        ELSE CAST(purchase_features.purchase_count AS DOUBLE)
    END AS purchase_count,
    CAST(purchase_features.purchase_count_short AS DOUBLE) AS purchase_count_short,
    CAST(purchase_features.purchase_count_medium AS DOUBLE) AS purchase_count_medium,
    CAST(purchase_features.purchase_count_long AS DOUBLE) AS purchase_count_long,
    CASE
        WHEN given_history.customer_id IS NOT NULL THEN given_history.monetary_value
        ELSE purchase_features.monetary_value
    END AS monetary_value,
    purchase_features.monetary_value_short,
    purchase_features.monetary_value_medium,
    purchase_features.monetary_value_long,
    purchase_features.average_order_amount,
    purchase_features.highest_order_amount,
    rhythm_features.last_order_amount,
    purchase_features.spend_trend,
    rhythm_features.mean_gap_days,
    rhythm_features.gap_sd_days,
    rhythm_features.overdue_ratio,
    basket_features.items_per_order,
    CAST(basket_features.return_count AS DOUBLE) AS return_count,
    basket_features.discount_share,
    basket_features.discount_depth,
    basket_features.returned_share,
    CAST(preference_features.category_count AS DOUBLE) AS category_count,
    CAST(preference_features.channel_count AS DOUBLE) AS channel_count,
    preference_features.favourite_category_share,
    preference_features.favourite_channel_share,
    preference_features.weekend_share,
    preference_features.evening_share,
    preference_features.favourite_category,
    preference_features.favourite_channel,
    CAST(engagement_features.exposure_count AS DOUBLE) AS exposure_count,
    CAST(engagement_features.exposure_count_short AS DOUBLE) AS exposure_count_short,
    CAST(engagement_features.exposure_count_medium AS DOUBLE) AS exposure_count_medium,
    CAST(engagement_features.impression_count AS DOUBLE) AS impression_count,
    CAST(engagement_features.impression_count_short AS DOUBLE) AS impression_count_short,
    CAST(engagement_features.view_count AS DOUBLE) AS view_count,
    CAST(engagement_features.view_count_short AS DOUBLE) AS view_count_short,
    CAST(engagement_features.view_count_medium AS DOUBLE) AS view_count_medium,
    CAST(engagement_features.click_count AS DOUBLE) AS click_count,
    CAST(engagement_features.click_count_short AS DOUBLE) AS click_count_short,
    CAST(engagement_features.redeem_count AS DOUBLE) AS redeem_count,
    CAST(engagement_features.redeem_count_short AS DOUBLE) AS redeem_count_short,
    engagement_features.days_since_last_exposure,
    engagement_features.days_since_last_impression,
    engagement_features.days_since_last_view,
    engagement_features.days_since_last_click,
    engagement_features.days_since_last_redeem,
    engagement_features.clicks_per_impression,
    conversion_features.view_rate,
    conversion_features.redeem_rate,
    conversion_features.mean_days_to_view,
    CAST(conversion_features.open_offer_count AS DOUBLE) AS open_offer_count,
    CAST(conversion_features.organic_conversion_count AS DOUBLE) AS organic_conversion_count,
    CAST(conversion_features.prompted_conversion_count AS DOUBLE) AS prompted_conversion_count,
    conversion_features.organic_conversion_share,
    conversion_features.prompted_conversion_share,
    conversion_features.days_since_last_organic_conversion,
    exposure_features.exposed_time_share,
    exposure_features.exposed_purchase_share,
    exposure_features.seen_purchase_share,
    exposure_features.purchases_per_exposed_day,
    exposure_features.purchases_per_seen_day,
    exposure_features.purchases_per_unexposed_day
    /* attribute columns */
FROM population
INNER JOIN purchase_features ON purchase_features.customer_id = population.customer_id
INNER JOIN rhythm_features ON rhythm_features.customer_id = population.customer_id
INNER JOIN basket_features ON basket_features.customer_id = population.customer_id
INNER JOIN preference_features ON preference_features.customer_id = population.customer_id
INNER JOIN engagement_features ON engagement_features.customer_id = population.customer_id
INNER JOIN conversion_features ON conversion_features.customer_id = population.customer_id
INNER JOIN exposure_features ON exposure_features.customer_id = population.customer_id
LEFT JOIN given_history ON given_history.customer_id = population.customer_id
LEFT JOIN attributes ON attributes.customer_id = population.customer_id
ORDER BY population.customer_id

-- known_measures: how many customers have each measure of RFM. One row per table, which is features_to_score.

SELECT
    COUNT(days_since_last_purchase) AS days_since_last_purchase,
    -- Where purchases are counted, nobody has bought 0 times without it being known.
    COUNT(NULLIF(purchase_count, 0)) AS purchase_count,
    COUNT(NULLIF(monetary_value, 0)) AS monetary_value
FROM features_to_score

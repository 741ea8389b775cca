-- given_history: what a customers file says of purchases before the cutoff. One row per customer with any of it.
-- Only for customer-level data sets: elsewhere purchases are counted, not told.

SELECT
    customer_id,
    CAST(days_since_last_purchase AS DOUBLE) AS days_since_last_purchase,
    CAST(purchase_count AS DOUBLE) AS purchase_count,
    CAST(monetary_value AS DOUBLE) AS monetary_value
FROM customers
WHERE days_since_last_purchase IS NOT NULL OR purchase_count IS NOT NULL OR monetary_value IS NOT NULL
ORDER BY customer_id

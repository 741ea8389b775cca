-- basket_features: what an order looks like: items, discounts, returns. One row per customer of the population.

WITH totals AS (
    SELECT
        customer_id,
        COUNT(*) FILTER (WHERE NOT is_return) AS purchase_count,
        COUNT(*) FILTER (WHERE is_return) AS return_count,
        COUNT(*) FILTER (WHERE NOT is_return AND discount_amount > 0) AS discounted_count,
        CAST(SUM(quantity) FILTER (WHERE NOT is_return) AS DOUBLE)
        / NULLIF(COUNT(quantity) FILTER (WHERE NOT is_return), 0) AS items_per_order,
        CAST(SUM(CASE WHEN is_return THEN 0 ELSE amount END) AS DOUBLE) AS bought_amount,
        CAST(SUM(CASE WHEN is_return THEN amount ELSE 0 END) AS DOUBLE) AS returned_amount,
        CAST(SUM(CASE WHEN is_return THEN 0 ELSE discount_amount END) AS DOUBLE) AS discount_amount
    FROM orders
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    totals.items_per_order,
    CAST(totals.discounted_count AS DOUBLE) / NULLIF(totals.purchase_count, 0) AS discount_share,
    -- Of the price before the discount: amounts are what was paid.
    CASE
        WHEN totals.bought_amount + totals.discount_amount > 0
            THEN totals.discount_amount / (totals.bought_amount + totals.discount_amount)
    END AS discount_depth,
    COALESCE(totals.return_count, 0) AS return_count,
    -- The stored amount of a return is zero or less.
    CASE
        WHEN totals.bought_amount > 0 THEN ABS(totals.returned_amount) / totals.bought_amount
    END AS returned_share
FROM population
LEFT JOIN totals ON totals.customer_id = population.customer_id

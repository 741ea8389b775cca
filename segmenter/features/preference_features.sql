-- preference_features: what, where and when a customer likes to buy. One row per customer of the population.

WITH category_lines AS (
    SELECT customer_id, category, COUNT(*) AS n_lines
    FROM transactions
    WHERE "at" < CAST(:cutoff AS TIMESTAMP)
        AND category IS NOT NULL
        AND NOT COALESCE(is_return, amount < 0)
    GROUP BY customer_id, category
),

-- Equal counts are settled by name, so that the favourite does not depend on the order of rows.
category_places AS (
    SELECT
        customer_id,
        category,
        n_lines,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY n_lines DESC, category) AS place
    FROM category_lines
),

categories AS (
    SELECT
        customer_id,
        COUNT(*) AS category_count,
        MAX(CASE WHEN place = 1 THEN category END) AS favourite_category,
        CAST(MAX(n_lines) AS DOUBLE) / CAST(SUM(n_lines) AS DOUBLE) AS favourite_category_share
    FROM category_places
    GROUP BY customer_id
),

channel_orders AS (
    SELECT customer_id, channel, COUNT(*) AS n_orders
    FROM orders
    WHERE NOT is_return AND channel IS NOT NULL
    GROUP BY customer_id, channel
),

channel_places AS (
    SELECT
        customer_id,
        channel,
        n_orders,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY n_orders DESC, channel) AS place
    FROM channel_orders
),

channels AS (
    SELECT
        customer_id,
        COUNT(*) AS channel_count,
        MAX(CASE WHEN place = 1 THEN channel END) AS favourite_channel,
        CAST(MAX(n_orders) AS DOUBLE) / CAST(SUM(n_orders) AS DOUBLE) AS favourite_channel_share
    FROM channel_places
    GROUP BY customer_id
),

habits AS (
    SELECT
        customer_id,
        -- 1 January 1900 was a Monday. Spelled out, because engines number the days of a week differently.
        CAST(
            COUNT(*) FILTER (WHERE DATE_DIFF('day', DATE '1900-01-01', CAST("at" AS DATE)) % 7 >= 5) AS DOUBLE
        ) / COUNT(*) AS weekend_share,
        CAST(COUNT(*) FILTER (WHERE EXTRACT(HOUR FROM "at") >= 18) AS DOUBLE) / COUNT(*) AS evening_share
    FROM orders
    WHERE NOT is_return
    GROUP BY customer_id
)

SELECT
    population.customer_id,
    COALESCE(categories.category_count, 0) AS category_count,
    categories.favourite_category,
    categories.favourite_category_share,
    COALESCE(channels.channel_count, 0) AS channel_count,
    channels.favourite_channel,
    channels.favourite_channel_share,
    habits.weekend_share,
    habits.evening_share
FROM population
LEFT JOIN categories ON categories.customer_id = population.customer_id
LEFT JOIN channels ON channels.customer_id = population.customer_id
LEFT JOIN habits ON habits.customer_id = population.customer_id

-- orders: what was bought, or brought back, together before :cutoff. One row per customer, order and direction.
-- Lines with the same order number are one order; without a number, lines of the same moment are.
-- Amounts and quantities are DECIMAL, so that their sums are exact: binary fractions add up to something else in
-- every order of rows, and engines promise none. 49.99 - 49.99 has to be zero each time.

WITH lines AS (
    SELECT
        customer_id,
        "at",
        order_id,
        CASE WHEN order_id IS NULL THEN "at" END AS moment,
        CAST(amount AS DECIMAL(18, 4)) AS amount,
        CAST(quantity AS DECIMAL(18, 4)) AS quantity,
        CAST(COALESCE(discount_amount, 0) AS DECIMAL(18, 4)) AS discount_amount,
        channel,
        COALESCE(is_return, amount < 0) AS is_return
    FROM transactions
    WHERE "at" < CAST(:cutoff AS TIMESTAMP)
),

grouped AS (
    SELECT
        customer_id,
        is_return,
        MIN("at") AS at,
        CAST(SUM(amount) AS DECIMAL(28, 4)) AS amount,
        CAST(SUM(quantity) AS DECIMAL(28, 4)) AS quantity,
        CAST(SUM(discount_amount) AS DECIMAL(28, 4)) AS discount_amount,
        MIN(channel) AS channel
    FROM lines
    GROUP BY customer_id, order_id, moment, is_return
)

SELECT
    customer_id,
    "at",
    is_return,
    CAST(DATE_DIFF('microsecond', "at", CAST(:cutoff AS TIMESTAMP)) AS DOUBLE) / 86400000000 AS days_ago,
    amount,
    quantity,
    discount_amount,
    channel
FROM grouped

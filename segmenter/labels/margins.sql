-- margins: what was left of purchases from :cutoff up to :outcome_end. One row per customer with a purchase in it.
-- Only for data sets that map margins; nobody, where no row has one. A row without a margin counts with the share of
-- the amount that is left of all rows that have one (nothing, where these sold nothing on balance).
-- Sums are exact, as in orders.

WITH lines AS (
    SELECT
        customer_id,
        "at",
        CAST(amount AS DECIMAL(18, 4)) AS amount,
        CAST(margin_amount AS DECIMAL(18, 4)) AS margin_amount
    FROM transactions
),

overall AS (
    SELECT
        CAST(SUM(margin_amount) AS DOUBLE) AS margin,
        CAST(SUM(amount) AS DOUBLE) AS amount
    FROM lines
    WHERE margin_amount IS NOT NULL
),

known AS (
    SELECT CASE WHEN amount > 0 THEN margin / amount ELSE CAST(0 AS DOUBLE) END AS margin_share
    FROM overall
    WHERE margin IS NOT NULL
),

window_totals AS (
    SELECT
        customer_id,
        CAST(COALESCE(SUM(margin_amount), 0) AS DOUBLE) AS margin,
        CAST(COALESCE(SUM(CASE WHEN margin_amount IS NULL THEN amount END), 0) AS DOUBLE) AS amount_without
    FROM lines
    WHERE "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
    GROUP BY customer_id
)

SELECT
    window_totals.customer_id,
    window_totals.margin + known.margin_share * window_totals.amount_without AS margin
FROM window_totals
CROSS JOIN known

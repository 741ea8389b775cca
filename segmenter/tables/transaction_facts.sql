-- transaction_facts: what makes purchases doubtful as a whole. One row per table, which is transactions.

WITH customers_spend AS (
    SELECT
        customer_id,
        CAST(SUM(amount) AS DOUBLE) AS spend
    FROM transactions
    GROUP BY customer_id
),

different_rows AS (
    SELECT DISTINCT *
    FROM transactions
),

facts AS (
    SELECT
        CAST(COUNT(*) AS BIGINT) AS n_rows,
        CAST(COUNT(DISTINCT amount) AS BIGINT) AS n_amounts,
        CAST(SUM(amount) AS DOUBLE) AS total,
        CAST(COUNT(margin_amount) AS BIGINT) AS n_margins,
        CAST(SUM(CASE WHEN margin_amount > ABS(amount) THEN 1 ELSE 0 END) AS BIGINT) AS odd_margins,
        CAST(SUM(CASE WHEN margin_amount IS NOT NULL THEN amount ELSE 0 END) AS DOUBLE) AS amount_with_margin,
        CAST(SUM(margin_amount) AS DOUBLE) AS margin
    FROM transactions
)

SELECT
    facts.n_rows,
    facts.n_amounts,
    facts.total,
    facts.n_margins,
    facts.odd_margins,
    facts.amount_with_margin,
    facts.margin,
    (SELECT CAST(COUNT(*) AS BIGINT) FROM customers_spend) AS n_customers,
    (SELECT CAST(MAX(spend) AS DOUBLE) FROM customers_spend) AS largest_spend,
    facts.n_rows - (SELECT CAST(COUNT(*) AS BIGINT) FROM different_rows) AS repeated_rows
FROM facts

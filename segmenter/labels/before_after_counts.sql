-- before_after_counts: buyers whom no campaign reached from :before_start up to :cutoff, by whether they bought then. One row per group.
-- exposed_later: engaged in the outcome window. never_exposed: bought in it without being reached there either,
-- the placebo of the before/after rule. Both groups were customers all along.

WITH reached_before AS (
    SELECT customer_id
    FROM engagements
    WHERE "at" >= CAST(:before_start AS TIMESTAMP) AND "at" < CAST(:cutoff AS TIMESTAMP)
    UNION
    SELECT customer_id
    FROM receipts
    WHERE received_at < CAST(:cutoff AS TIMESTAMP) AND valid_until >= CAST(:before_start AS TIMESTAMP)
),

bought_before AS (
    SELECT DISTINCT customer_id
    FROM orders
    WHERE NOT is_return AND "at" >= CAST(:before_start AS TIMESTAMP) AND "at" < CAST(:cutoff AS TIMESTAMP)
),

buyers AS (
    SELECT
        customer_outcomes.customer_id,
        CASE
            WHEN customer_outcomes.given_label = 'engaged' THEN 'exposed_later'
            WHEN NOT customer_outcomes.exposed AND customer_outcomes.purchases > 0 THEN 'never_exposed'
        END AS buyer_group,
        bought_before.customer_id IS NULL AS is_new
    FROM customer_outcomes
    INNER JOIN population ON population.customer_id = customer_outcomes.customer_id
    LEFT JOIN reached_before ON reached_before.customer_id = customer_outcomes.customer_id
    LEFT JOIN bought_before ON bought_before.customer_id = customer_outcomes.customer_id
    WHERE reached_before.customer_id IS NULL
        AND population.observed_from <= CAST(:before_start AS TIMESTAMP)
)

SELECT
    buyer_group,
    COUNT(*) AS customers,
    COUNT(*) FILTER (WHERE is_new) AS new_buyers
FROM buyers
WHERE buyer_group IS NOT NULL
GROUP BY buyer_group
ORDER BY buyer_group

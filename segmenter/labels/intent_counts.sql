-- intent_counts: what is known about the intent of engaged customers. One row per intent.

SELECT intent, COUNT(*) AS customers
FROM customer_outcomes
WHERE given_label = 'engaged' AND intent IS NOT NULL
GROUP BY intent
ORDER BY intent

-- given_arms: who was contacted and who was left out by chance, as the customers' own file says. One row per customer.

SELECT
    customer_id,
    'the campaign' AS campaign_id,
    arm
FROM outcomes
WHERE arm IS NOT NULL
ORDER BY customer_id

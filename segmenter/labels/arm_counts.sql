-- arm_counts: who bought, and who engaged, of those contacted and of those left out by chance. One row per trial and arm.

SELECT
    arms.campaign_id,
    arms.arm,
    COUNT(*) AS customers,
    COUNT(*) FILTER (WHERE customer_outcomes.purchases > 0) AS buyers,
    COUNT(*) FILTER (WHERE customer_outcomes.given_label = 'engaged') AS engaged
FROM arms
INNER JOIN customer_outcomes ON customer_outcomes.customer_id = arms.customer_id
GROUP BY arms.campaign_id, arms.arm
ORDER BY arms.campaign_id, arms.arm

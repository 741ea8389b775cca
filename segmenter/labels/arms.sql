-- arms: who was contacted, and who left out, by chance between :cutoff and :outcome_end. One row per assigned customer.
-- Somebody who was in both arms within the window tells nothing about either: arm is NULL, and they are counted.

SELECT
    customer_id,
    MIN(campaign_id) AS campaign_id,
    CASE WHEN MIN(arm) = MAX(arm) THEN MIN(arm) END AS arm
FROM assignments
WHERE "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
GROUP BY customer_id

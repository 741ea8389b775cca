-- arms: the trial that first drew lots over a customer between :cutoff and :outcome_end. One row per assigned customer.
-- Later lots are not looked at: who must have had the same luck in every trial is no random sample of an arm, and with
-- a small holdout those who were assigned most often would all stand among the treated. Somebody given both arms by
-- that trial at that moment tells nothing about either: arm is NULL, and they are counted.

WITH placed AS (
    SELECT
        customer_id,
        campaign_id,
        arm,
        RANK() OVER (PARTITION BY customer_id ORDER BY "at", campaign_id) AS place
    FROM assignments
    WHERE "at" >= CAST(:cutoff AS TIMESTAMP) AND "at" < CAST(:outcome_end AS TIMESTAMP)
)

SELECT
    customer_id,
    MIN(campaign_id) AS campaign_id,
    CASE WHEN MIN(arm) = MAX(arm) THEN MIN(arm) END AS arm
FROM placed
WHERE place = 1
GROUP BY customer_id

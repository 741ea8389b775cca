-- arms: how the assignments divide the customers. One row per table, which is assignments.

WITH per_trial AS (
    SELECT
        customer_id,
        campaign_id,
        COUNT(DISTINCT arm) AS n_arms
    FROM assignments
    GROUP BY customer_id, campaign_id
)

SELECT
    CAST(SUM(CASE WHEN arm = 'treatment' THEN 1 ELSE 0 END) AS BIGINT) AS treatment,
    CAST(SUM(CASE WHEN arm = 'control' THEN 1 ELSE 0 END) AS BIGINT) AS control,
    (SELECT CAST(SUM(CASE WHEN n_arms > 1 THEN 1 ELSE 0 END) AS BIGINT) FROM per_trial) AS in_both,
    (SELECT CAST(COUNT(*) AS BIGINT) FROM per_trial) AS pairs
FROM assignments

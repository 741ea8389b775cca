-- known_campaigns: how many campaigns of left_rows are in right_rows. One row per pair of tables.

WITH left_ids AS (
    SELECT DISTINCT campaign_id
    FROM left_rows
    WHERE campaign_id IS NOT NULL
),

right_ids AS (
    SELECT DISTINCT campaign_id
    FROM right_rows
)

SELECT
    CAST(COUNT(*) AS BIGINT) AS n_ids,
    CAST(COUNT(right_ids.campaign_id) AS BIGINT) AS n_known
FROM left_ids
LEFT JOIN right_ids ON left_ids.campaign_id = right_ids.campaign_id

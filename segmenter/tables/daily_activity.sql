-- daily_activity: how many rows each dated table has over time. One row per table and day (week when the data span more than :days_by_day days).

WITH dated AS (
    SELECT 'transactions' AS table_name, transactions.at FROM transactions
    UNION ALL
    SELECT 'engagements' AS table_name, engagements.at FROM engagements
    UNION ALL
    SELECT 'assignments' AS table_name, assignments.at FROM assignments
),

span AS (
    SELECT DATE_DIFF('day', MIN(dated.at), MAX(dated.at)) AS span_days
    FROM dated
)

SELECT
    dated.table_name,
    CAST(CASE
        WHEN span.span_days > CAST(:days_by_day AS BIGINT) THEN DATE_TRUNC('week', dated.at)
        ELSE DATE_TRUNC('day', dated.at)
    END AS DATE) AS day,
    COUNT(*) AS n_rows
FROM dated
CROSS JOIN span
GROUP BY 1, 2
ORDER BY 1, 2

-- coverage: what a table with times spans. One row per table, which is timed_rows.
-- late_rows: rows after :now, which is the present with a day's grace for other time zones.

SELECT
    CAST(MIN("at") AS TIMESTAMP) AS first_at,
    CAST(MAX("at") AS TIMESTAMP) AS last_at,
    CAST(MAX(CASE WHEN "at" <= CAST(:now AS TIMESTAMP) THEN "at" END) AS TIMESTAMP) AS last_present_at,
    CAST(COUNT(DISTINCT CAST("at" AS DATE)) AS BIGINT) AS days,
    CAST(SUM(CASE WHEN "at" > CAST(:now AS TIMESTAMP) THEN 1 ELSE 0 END) AS BIGINT) AS late_rows
FROM timed_rows

-- part_periods: from when to when each part of a table reaches. One row per part that has a dated row.
-- From typed_rows, and lost_rows, which were set aside for another reason.

WITH every_row AS (
    SELECT source_part, "at" FROM typed_rows
    UNION ALL
    SELECT source_part, "at" FROM lost_rows
)

SELECT
    source_part,
    CAST(COUNT(*) AS BIGINT) AS n_rows,
    CAST(MIN("at") AS TIMESTAMP) AS first_at,
    CAST(MAX("at") AS TIMESTAMP) AS last_at
FROM every_row
WHERE "at" IS NOT NULL
GROUP BY source_part
ORDER BY source_part

-- overlapping_rows: rows that are in another part of the same table. One row per row to set aside, or set aside already.
-- Of an order that several parts hold, the newest part's lines stay ('superseded': a line that it does not
-- have); of other rows with the same content, the newest part's. Where :keep_oldest, what is the same in all
-- parts stays in the oldest of them instead: then nothing that was there before moves.

WITH grouped AS (
    SELECT
        copies.*,
        parts.part_group,
        parts.age
    FROM copies
    INNER JOIN parts ON parts.source_part = copies.source_part
    WHERE parts.part_group IS NOT NULL
),

orders AS (
    SELECT
        part_group,
        same_order,
        CASE
            WHEN
                CAST(:keep_oldest AS BOOLEAN)
                AND COUNT(*) = COUNT(DISTINCT source_part) * COUNT(DISTINCT same_content)
                THEN MIN(age)
            ELSE MAX(age)
        END AS kept_age
    FROM grouped
    WHERE same_order IS NOT NULL
    GROUP BY part_group, same_order
),

contents AS (
    SELECT
        part_group,
        same_content,
        CASE WHEN CAST(:keep_oldest AS BOOLEAN) THEN MIN(age) ELSE MAX(age) END AS kept_age
    FROM grouped
    WHERE same_order IS NULL
    GROUP BY part_group, same_content
),

kept_contents AS (
    SELECT grouped.part_group, grouped.same_content
    FROM grouped
    INNER JOIN orders ON orders.part_group = grouped.part_group AND orders.same_order = grouped.same_order
    WHERE grouped.age = orders.kept_age
)

SELECT
    grouped.source_order,
    grouped.source_file,
    grouped.source_row,
    grouped.source_part,
    CAST(grouped."at" AS TIMESTAMP) AS "at",
    grouped.is_usable,
    CASE
        WHEN grouped.same_order IS NULL OR kept_contents.same_content IS NOT NULL THEN 'overlap'
        ELSE 'superseded'
    END AS reason
FROM grouped
LEFT JOIN orders ON orders.part_group = grouped.part_group AND orders.same_order = grouped.same_order
LEFT JOIN contents
    ON
        contents.part_group = grouped.part_group
        AND contents.same_content = grouped.same_content
        AND grouped.same_order IS NULL
LEFT JOIN kept_contents
    ON kept_contents.part_group = grouped.part_group AND kept_contents.same_content = grouped.same_content
WHERE grouped.age <> COALESCE(orders.kept_age, contents.kept_age)
ORDER BY grouped.source_order

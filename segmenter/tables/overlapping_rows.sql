-- overlapping_rows: rows that are in another part of the same table. One row per row to set aside, or set aside already.
-- Only parts that form one of the real_pairs stand for each other. Of an order that both hold, the newest
-- part's lines stay ('superseded': a line that it does not have) of which none was set aside already; of other
-- rows with the same content, the newest part's. Where :keep_oldest, what is the same in all parts stays in the
-- oldest of them instead: then nothing that was there before moves.

WITH units AS (
    SELECT
        *,
        same_order IS NULL AS is_single,
        COALESCE(same_order, same_content) AS unit
    FROM copies
),

versions AS (
    SELECT
        source_part,
        is_single,
        unit,
        MIN(CASE WHEN is_usable THEN 1 ELSE 0 END) AS is_whole,
        MAX(CASE WHEN is_usable THEN 1 ELSE 0 END) AS is_usable
    FROM units
    GROUP BY source_part, is_single, unit
),

alike AS (
    SELECT
        is_single,
        unit,
        COUNT(*) = COUNT(DISTINCT source_part) * COUNT(DISTINCT same_content) AS is_same
    FROM units
    GROUP BY is_single, unit
),

placed AS (
    SELECT
        versions.source_part,
        versions.is_single,
        versions.unit,
        ROW_NUMBER() OVER (
            PARTITION BY versions.is_single, versions.unit
            ORDER BY
                versions.is_whole DESC,
                versions.is_usable DESC,
                CASE
                    WHEN CAST(:keep_oldest AS BOOLEAN) AND alike.is_same THEN -parts.age
                    ELSE parts.age
                END DESC
        ) AS place
    FROM versions
    INNER JOIN alike ON alike.is_single = versions.is_single AND alike.unit = versions.unit
    INNER JOIN parts ON parts.source_part = versions.source_part
),

given_up AS (
    SELECT DISTINCT
        ours.source_part,
        ours.is_single,
        ours.unit
    FROM placed AS ours
    INNER JOIN placed AS theirs
        ON theirs.is_single = ours.is_single AND theirs.unit = ours.unit AND theirs.place < ours.place
    INNER JOIN real_pairs
        ON real_pairs.source_part = ours.source_part AND real_pairs.other_part = theirs.source_part
),

told AS (
    SELECT
        units.*,
        given_up.unit IS NOT NULL AS is_given_up
    FROM units
    LEFT JOIN given_up
        ON
            given_up.source_part = units.source_part
            AND given_up.is_single = units.is_single
            AND given_up.unit = units.unit
),

kept_contents AS (
    SELECT DISTINCT same_content
    FROM told
    WHERE NOT is_given_up
)

SELECT
    told.source_order,
    told.source_file,
    told.source_row,
    told.source_part,
    CAST(told."at" AS TIMESTAMP) AS "at",
    told.is_usable,
    CASE
        WHEN told.is_single OR kept_contents.same_content IS NOT NULL THEN 'overlap'
        ELSE 'superseded'
    END AS reason
FROM told
LEFT JOIN kept_contents ON kept_contents.same_content = told.same_content
WHERE told.is_given_up
ORDER BY told.source_order

-- part_pairs: how much of the time that two parts both cover they both tell. One row per pair of parts with a row in common.
-- A row is matched where the other part has its order, or, without an order number, its content.

WITH units AS (
    SELECT
        source_part,
        same_order IS NULL AS is_single,
        COALESCE(same_order, same_content) AS unit,
        COUNT(*) AS n_rows
    FROM copies
    GROUP BY 1, 2, 3
),

matched AS (
    SELECT
        ours.source_part AS our_part,
        theirs.source_part AS their_part,
        SUM(ours.n_rows) AS our_matched,
        SUM(theirs.n_rows) AS their_matched
    FROM units AS ours
    INNER JOIN units AS theirs
        ON
            theirs.unit = ours.unit
            AND theirs.is_single = ours.is_single
            AND theirs.source_part > ours.source_part
    GROUP BY ours.source_part, theirs.source_part
),

periods AS (
    SELECT
        matched.our_part,
        matched.their_part,
        GREATEST(our_parts.first_at, their_parts.first_at) AS starts_at,
        LEAST(our_parts.last_at, their_parts.last_at) AS ends_at
    FROM matched
    INNER JOIN parts AS our_parts ON our_parts.source_part = matched.our_part
    INNER JOIN parts AS their_parts ON their_parts.source_part = matched.their_part
),

counted AS (
    SELECT
        periods.our_part,
        periods.their_part,
        SUM(CASE WHEN copies.source_part = periods.our_part THEN 1 ELSE 0 END) AS our_rows,
        SUM(CASE WHEN copies.source_part = periods.their_part THEN 1 ELSE 0 END) AS their_rows
    FROM periods
    INNER JOIN copies
        ON copies.source_part = periods.our_part OR copies.source_part = periods.their_part
    WHERE copies."at" >= periods.starts_at AND copies."at" <= periods.ends_at
    GROUP BY periods.our_part, periods.their_part
)

SELECT
    matched.our_part,
    matched.their_part,
    CAST(periods.starts_at AS TIMESTAMP) AS starts_at,
    CAST(periods.ends_at AS TIMESTAMP) AS ends_at,
    CAST(counted.our_rows AS BIGINT) AS our_rows,
    CAST(counted.their_rows AS BIGINT) AS their_rows,
    CAST(matched.our_matched AS BIGINT) AS our_matched,
    CAST(matched.their_matched AS BIGINT) AS their_matched
FROM matched
INNER JOIN periods ON periods.our_part = matched.our_part AND periods.their_part = matched.their_part
INNER JOIN counted ON counted.our_part = matched.our_part AND counted.their_part = matched.their_part
ORDER BY matched.our_part, matched.their_part

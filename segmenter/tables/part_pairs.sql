-- part_pairs: how much of the time that two parts both cover they both tell. One row per pair of parts with a row in common.
-- A row is matched where the other part has its order, or, without an order number, its content.
-- n_versions: orders in both of which a line is the same in both.

WITH units AS (
    SELECT
        source_part,
        same_order IS NULL AS is_single,
        COALESCE(same_order, same_content) AS unit,
        COUNT(*) AS n_rows,
        SUM(CASE WHEN is_telling THEN 1 ELSE 0 END) AS n_telling
    FROM copies
    GROUP BY 1, 2, 3
),

matched AS (
    SELECT
        ours.source_part AS our_part,
        theirs.source_part AS their_part,
        SUM(ours.n_rows) AS our_matched,
        SUM(theirs.n_rows) AS their_matched,
        SUM(ours.n_telling) AS n_telling,
        SUM(CASE WHEN ours.is_single THEN 0 ELSE 1 END) AS n_orders
    FROM units AS ours
    INNER JOIN units AS theirs
        ON
            theirs.unit = ours.unit
            AND theirs.is_single = ours.is_single
            AND theirs.source_part > ours.source_part
    GROUP BY ours.source_part, theirs.source_part
),

versions AS (
    SELECT
        ours.source_part AS our_part,
        theirs.source_part AS their_part,
        COUNT(DISTINCT ours.same_order) AS n_versions
    FROM copies AS ours
    INNER JOIN copies AS theirs
        ON theirs.same_content = ours.same_content AND theirs.source_part > ours.source_part
    WHERE ours.same_order IS NOT NULL
    GROUP BY ours.source_part, theirs.source_part
),

periods AS (
    SELECT
        matched.our_part,
        matched.their_part,
        our_parts.n_rows AS our_total,
        their_parts.n_rows AS their_total,
        GREATEST(our_parts.first_at, their_parts.first_at) AS starts_at,
        LEAST(our_parts.last_at, their_parts.last_at) AS ends_at
    FROM matched
    INNER JOIN parts AS our_parts ON our_parts.source_part = matched.our_part
    INNER JOIN parts AS their_parts ON their_parts.source_part = matched.their_part
),

sides AS (
    SELECT our_part, their_part, starts_at, ends_at, our_part AS source_part FROM periods
    UNION ALL
    SELECT our_part, their_part, starts_at, ends_at, their_part AS source_part FROM periods
),

counted AS (
    SELECT
        sides.our_part,
        sides.their_part,
        SUM(CASE WHEN sides.source_part = sides.our_part THEN 1 ELSE 0 END) AS our_rows,
        SUM(CASE WHEN sides.source_part = sides.their_part THEN 1 ELSE 0 END) AS their_rows
    FROM sides
    INNER JOIN copies ON copies.source_part = sides.source_part
    WHERE copies."at" >= sides.starts_at AND copies."at" <= sides.ends_at
    GROUP BY sides.our_part, sides.their_part
)

SELECT
    matched.our_part,
    matched.their_part,
    CAST(periods.starts_at AS TIMESTAMP) AS starts_at,
    CAST(periods.ends_at AS TIMESTAMP) AS ends_at,
    CAST(counted.our_rows AS BIGINT) AS our_rows,
    CAST(counted.their_rows AS BIGINT) AS their_rows,
    CAST(periods.our_total AS BIGINT) AS our_total,
    CAST(periods.their_total AS BIGINT) AS their_total,
    CAST(matched.our_matched AS BIGINT) AS our_matched,
    CAST(matched.their_matched AS BIGINT) AS their_matched,
    CAST(matched.n_telling AS BIGINT) AS n_telling,
    CAST(matched.n_orders AS BIGINT) AS n_orders,
    CAST(COALESCE(versions.n_versions, 0) AS BIGINT) AS n_versions
FROM matched
INNER JOIN periods ON periods.our_part = matched.our_part AND periods.their_part = matched.their_part
INNER JOIN counted ON counted.our_part = matched.our_part AND counted.their_part = matched.their_part
LEFT JOIN versions ON versions.our_part = matched.our_part AND versions.their_part = matched.their_part
ORDER BY matched.our_part, matched.their_part

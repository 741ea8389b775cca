-- engagements_copies: rows that another part may hold, too. One row per row of typed_rows or lost_rows in a time that several parts cover.
-- same_content: the k-th row with this content in one part and the k-th in another have the same number.
-- is_telling: with a campaign or a time of day.
-- same_order: always NULL, because engagements have no order number.

WITH every_row AS (
    SELECT
        customer_id,
        "at",
        kind,
        campaign_id,
        channel,
        source_order,
        source_file,
        source_row,
        source_part,
        TRUE AS is_usable
    FROM typed_rows
    UNION ALL
    SELECT
        customer_id,
        "at",
        kind,
        campaign_id,
        channel,
        source_order,
        source_file,
        source_row,
        source_part,
        FALSE AS is_usable
    FROM lost_rows
),

shared AS (
    SELECT every_row.*
    FROM every_row
    INNER JOIN parts ON parts.source_part = every_row.source_part
    WHERE every_row."at" >= parts.shared_from AND every_row."at" <= parts.shared_until
),

numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY source_part, customer_id, "at", kind, campaign_id, channel
            ORDER BY source_order
        ) AS copy_number
    FROM shared
)

SELECT
    source_order,
    source_file,
    source_row,
    source_part,
    "at",
    is_usable,
    MIN(source_order) OVER (
        PARTITION BY customer_id, "at", kind, campaign_id, channel, copy_number
    ) AS same_content,
    campaign_id IS NOT NULL OR DATE_TRUNC('day', "at") <> "at" AS is_telling,
    CAST(NULL AS BIGINT) AS same_order
FROM numbered

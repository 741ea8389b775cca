-- campaigns: campaigns as they are stored. One row per campaign_id: the first in the files.
-- From typed_rows; source_order stays, so that the rows that were not kept can be told.

WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY campaign_id ORDER BY source_order) AS place
    FROM typed_rows
)

SELECT * EXCLUDE (place)
FROM numbered
WHERE place = 1
ORDER BY campaign_id

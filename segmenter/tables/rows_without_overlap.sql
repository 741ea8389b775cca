-- rows_without_overlap: typed rows that no other part has. One row per row of typed_rows that is not in overlapping_rows.

SELECT typed_rows.*
FROM typed_rows
LEFT JOIN overlapping_rows ON overlapping_rows.source_order = typed_rows.source_order
WHERE overlapping_rows.source_order IS NULL
ORDER BY typed_rows.source_order

-- repeated_keys: rows whose key was there before. One row per row of typed_rows that is not in kept_rows.

SELECT
    typed_rows.source_file,
    typed_rows.source_row
FROM typed_rows
LEFT JOIN kept_rows ON typed_rows.source_order = kept_rows.source_order
WHERE kept_rows.source_order IS NULL
ORDER BY typed_rows.source_order

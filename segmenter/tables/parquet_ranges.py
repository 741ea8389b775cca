"""What a Parquet file says of its columns, smallest and largest value -> do its cells keep to that?

Few writers add checksums, so that a bit turned over on the way changes a cell without a sound. Many such
cells leave the range that the file itself gives.
"""

from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Range = tuple[Any, Any]  # smallest and largest


def with_range(known: Range | None, cells: pa.Array) -> Range | None:
    """The range so far, widened by more cells; None for none, and for types that writers disagree about."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary.take(pc.unique(cells.indices.drop_null()))
    kind = cells.type
    if pa.types.is_floating(kind):
        cells = cells.filter(pc.is_finite(cells))
    elif not (pa.types.is_string(kind) or pa.types.is_signed_integer(kind) or pa.types.is_date32(kind)):
        return None
    low, high = pc.min_max(cells).as_py().values()
    if high is None:
        return known
    return (low, high) if known is None else (min(low, known[0]), max(high, known[1]))


def keeps_to_ranges(parquet: pq.ParquetFile, found: dict[str, Range | None]) -> bool:
    """Do the ranges found in all cells of the columns lie within those that the file states?

    To be asked when everything has been read: of a damaged file, only that makes the metadata safe to touch.
    """
    stated = _stated_ranges(parquet)
    return all(_is_within(known, stated[name]) for name, known in found.items() if known and name in stated)


def _stated_ranges(parquet: pq.ParquetFile) -> dict[str, Range]:
    """Column -> smallest and largest value over all row groups, where each of them states both."""
    ranges: dict[str, Range] = {}
    metadata = parquet.metadata
    for position in range(metadata.num_columns):
        parts = [metadata.row_group(group).column(position) for group in range(metadata.num_row_groups)]
        kind = parquet.schema.column(position).physical_type
        if any(part.physical_type != kind for part in parts):
            raise pa.ArrowInvalid("a column is of another kind than its file says")  # touching more may abort
        known = [part.statistics for part in parts]
        # A group in which all cells are missing has no range, and needs none.
        told = [each for each in known if each is not None and each.has_min_max]
        silent = [each for each in known if each is None or (not each.has_min_max and each.num_values)]
        if told and not silent:
            # Dates beyond the year 9999 have no Python date.
            with suppress(OverflowError, ValueError):
                widest = min(each.min for each in told), max(each.max for each in told)
                ranges[parts[0].path_in_schema] = widest
    return ranges


def _is_within(found: Range, stated: Range) -> bool:
    low, high = stated
    if type(low) is not type(found[0]):
        return True
    # Some writers cut long texts short, so only as much is compared as is stated.
    most = found[1][: len(high)] if isinstance(high, str) else found[1]
    return bool(low <= found[0] and most <= high)

"""Text cells as they stand in a file -> tidy text cells: trimmed, blank ones missing.

All functions take and return Arrow arrays of shape (n,), NULL where a cell is missing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

Value = TypeVar("Value")

# What people write into a number, date or yes/no cell to say that there is nothing. In text they are text:
# a customer may be called Null, and NA is a country's channel.
MISSING_WORDS = pa.array(
    ["na", "n/a", "#n/a", "#na", "nan", "nat", "nil", "none", "null", "\\n", "-", "--", "?", "."]
)


# Stands behind a cell that was a number with a decimal point in its file, not text: a white space (the unit
# separator), so that only those who ask for it see it.
NUMBER_MARK = "\x1f"
_MARKED = rf"^([^{NUMBER_MARK}]*\d){NUMBER_MARK}$"


def tidy_numbers(cells: pa.Array) -> pa.Array:
    """`tidy`, with cells that were numbers in their file in a form that has one meaning: 1.234e0."""
    if pc.any(pc.ends_with(cells, NUMBER_MARK)).as_py():
        cells = pc.replace_substring_regex(cells, _MARKED, r"\1e0")
    return tidy(cells)


def unmarked(cells: pa.Array) -> pa.Array:
    """Cells as they stand in the file, whether they were numbers there or text."""
    if pc.any(pc.ends_with(cells, NUMBER_MARK)).as_py():
        return pc.replace_substring_regex(cells, f"{NUMBER_MARK}$", "")
    return cells


def tidy(cells: pa.Array) -> pa.Array:
    """Cells without white space at their ends; blank cells become NULL."""
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)


def without_missing_words(cells: pa.Array) -> pa.Array:
    """Tidy cells in which 'n/a', '-' and their like are NULL; for numbers, dates and yes/no only."""
    missing = pc.is_in(pc.utf8_lower(cells), value_set=MISSING_WORDS)
    return pc.if_else(missing, pa.scalar(None, cells.type), cells)


def map_distinct(cells: pa.Array, change: Callable[[str], Value | None], type: Any) -> pa.Array:
    """`change` applied to every distinct cell once, spread over the rows again; NULL stays NULL.

    For changes that only Python can make: dates and words repeat, so the distinct cells are few.
    """
    encoded = cells.dictionary_encode()
    changed = [change(cell) for cell in encoded.dictionary.to_pylist()]
    return pa.array(changed, type=type).take(encoded.indices)


def count_true(mask: pa.Array) -> int:
    """How many cells are true; NULL counts as false."""
    return int(pc.sum(mask).as_py() or 0)

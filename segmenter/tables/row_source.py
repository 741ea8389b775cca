"""An opened file: what the readers of all kinds of files hand on."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from segmenter.tables.report import Finding

WhyAside = Literal["ragged_row", "broken_record"]  # reasons of validation.REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """An opened file, or sheet of a workbook: its columns, and its rows as batches of text.

    batches: a cell that is a number with a point in the file ends with cells.NUMBER_MARK. names: clean and
    unique. file: as messages call it, with its sheet where it has several.
    other_sheets: those of the workbook that hold anything, are not hidden, and are not this one.
    first_row: number of the first row as a spreadsheet counts. ragged: filled while the batches are read,
    with the numbers of rows that do not fit, for the reason `why_aside`; they are in no batch. skipped:
    filled in the same way, with the numbers of rows that have nothing in them; they are no rows.
    float_columns: positions of columns with long whole numbers that may have lost digits, as floats do;
    known at the end. batches_expected: about how many batches there will be, by the size of the file; 0
    where that is not known.
    """

    names: tuple[str, ...]
    batches: Iterator[list[pa.Array]]
    file: str
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    first_row: int
    ragged: list[int]
    why_aside: WhyAside = "ragged_row"
    skipped: list[int] = field(default_factory=list)
    float_columns: Set[int]
    description: str
    decimal_comma_likely: bool
    findings: tuple[Finding, ...]
    batches_expected: int = 0

    def numbers(self, start: int, count: int) -> np.ndarray:
        """Numbers of the rows in batches from position `start` on, the batches up to there read: int64,
        (count,).
        """
        positions = np.arange(start, start + count, dtype=np.int64)
        missing = np.sort(np.asarray([*self.ragged, *self.skipped], dtype=np.int64))
        # The k-th missing row stands before position p where fewer than p rows that fit come before it.
        gaps = missing - self.first_row - np.arange(len(missing))
        return self.first_row + positions + np.searchsorted(gaps, positions, side="right")

"""An opened file: what the readers of CSV and of Parquet both hand on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from segmenter.tables.report import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """An opened file: its columns, and its rows as batches of text.

    names: clean and unique. first_row: number of the first row as a spreadsheet counts. ragged: filled while
    the batches are read, with the numbers of rows that have too few or too many cells; they are in no batch.
    float_columns: positions of columns that were floats, whose long whole numbers may have lost digits.
    batches_expected: about how many batches there will be, by the file's size; 0 where that is not known.
    """

    names: tuple[str, ...]
    batches: Iterator[list[pa.Array]]
    first_row: int
    ragged: list[int]
    float_columns: frozenset[int]
    description: str
    decimal_comma_likely: bool
    findings: tuple[Finding, ...]
    batches_expected: int = 0

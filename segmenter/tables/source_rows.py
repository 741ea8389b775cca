"""A text table and one part of the mapping -> the rows that belong to one table."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.errors import MappingError
from segmenter.tables.cells import tidy, tidy_numbers
from segmenter.tables.mapping import SourceMapping
from segmenter.tables.text_table import TextTable


@dataclass(slots=True)
class SourceRows:
    """The rows of one file that feed one table.

    used: bool of shape (rows of the file,), shared by all parts that read the file; true where a row has
    found a table. matched: how many rows the filters let through, after they were read. time_zone: whose
    clock the data's times show.
    """

    table: str
    mapping: SourceMapping
    text: TextTable
    used: np.ndarray
    matched: int = 0
    time_zone: str | None = None

    @property
    def file(self) -> str:
        """As messages call it: with its sheet, where the workbook has several."""
        return self.text.file

    def check_columns(self) -> None:
        """Raise MappingError for the first column of the mapping that the file does not have."""
        for name in self.mapping.source_columns():
            if name not in self.text.names:
                likely = get_close_matches(name, self.text.names, n=1, cutoff=0.5)
                hint = (
                    f"Did you mean '{likely[0]}'?"
                    if likely
                    else f"It has: {', '.join(self.text.names[:20])}."
                )
                raise MappingError(f"'{self.file}' has no column '{name}' (for table '{self.table}'). {hint}")

    def batches(self, names: tuple[str, ...]) -> Iterator[tuple[np.ndarray, dict[str, pa.Array]]]:
        """Row numbers (n,) and the raw cells of those columns, of the rows that the filters let through."""
        wanted = tuple(dict.fromkeys([*names, *self.mapping.where, *self.mapping.unless]))
        position = 0
        self.matched = 0
        for numbers, cells in self.text.batches(wanted):
            mask = rows_wanted(self.mapping, cells, len(numbers))
            self.used[position : position + len(mask)] |= mask
            position += len(mask)
            self.matched += int(mask.sum())
            if mask.all():
                yield numbers, cells
            elif mask.any():
                kept = pa.array(mask)
                yield numbers[mask], {name: column.filter(kept) for name, column in cells.items()}

    def cells(self, name: str) -> Iterator[pa.Array]:
        """The tidy cells of one column, batch by batch."""
        for _, cells in self.batches((name,)):
            yield tidy(cells[name])

    def number_cells(self, name: str) -> Iterator[pa.Array]:
        """The same as `tidy_numbers`, for those who read or survey numbers."""
        for _, cells in self.batches((name,)):
            yield tidy_numbers(cells[name])


def rows_wanted(mapping: SourceMapping, cells: dict[str, pa.Array], rows: int) -> np.ndarray:
    """Which rows `where` and `unless` let through: bool of shape (rows,).

    A row must have one of the listed words in every column of `where`, and none of them in any column of
    `unless`. Columns that are not in `cells` let every row through.
    """
    mask = np.ones(rows, dtype=bool)
    for filters, wanted in ((mapping.where, True), (mapping.unless, False)):
        for column, words in filters.items():
            if column in cells:
                found = pc.is_in(tidy(cells[column]), value_set=pa.array(words, pa.string()))
                mask &= np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool) == wanted
    return mask

"""Batches of text cells -> findings on damaged ones, in whichever column: far too long, or letters lost.

Looked at while a file is read, because such a cell tells of damage to the file and not of what it means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import count_true
from segmenter.tables.report import Finding

LONGEST_USUAL = 32_767  # bytes: as much as a spreadsheet's cell may hold

# UTF-8 that was read as Windows-1252 and saved again, and the sign for a letter that nobody could read.
_MOJIBAKE = "[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|\ufffd"
_MESSAGES = {
    "long_cell": "holds {count} of more than {longest:,} letters, the first in row {row}. Look whether a "
    "quotation mark is missing there.",
    "mojibake": "holds letters that were lost or read wrong before, such as Ã¼ or �, in {count}, the first "
    "in row {row}. The same word may stand there in two ways. Export it again as UTF-8.",
}


@dataclass(slots=True)
class OddCells:
    """Counts odd cells by column. names: of the file's columns, in order."""

    names: tuple[str, ...]
    counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # (code, column): cells, row

    def see(self, columns: Sequence[pa.Array], numbers: np.ndarray) -> None:
        """Add a batch of text cells (n,) of every column, and the numbers of its rows (n,)."""
        for name, cells in zip(self.names, columns, strict=True):
            if (pc.max(pc.binary_length(cells)).as_py() or 0) > LONGEST_USUAL:
                self._add("long_cell", name, pc.greater(pc.binary_length(cells), LONGEST_USUAL), numbers)
            if not pc.all(pc.string_is_ascii(cells)).as_py():
                self._add("mojibake", name, pc.match_substring_regex(cells, _MOJIBAKE), numbers)

    def findings(self, file: str) -> tuple[Finding, ...]:
        """One finding for every column and kind of damage."""
        return tuple(
            Finding(
                code=code,
                message=f"In '{file}', column '{column}' "
                + _MESSAGES[code].format(
                    count="1 cell" if count == 1 else f"{count:,} cells", longest=LONGEST_USUAL, row=row
                ),
                file=file,
                column=column,
                rows=count,
                first_row=row,
            )
            for (code, column), (count, row) in self.counts.items()
        )

    def _add(self, code: str, column: str, mask: pa.Array, numbers: np.ndarray) -> None:
        if count_true(mask):
            first = int(numbers[pc.index(pc.fill_null(mask, False), True).as_py()])
            count, row = self.counts.get((code, column), (0, first))
            self.counts[code, column] = count + count_true(mask), row

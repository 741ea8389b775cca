"""What a bad file is: how its bytes are made, as which table it is checked, and what must be said of it.

Cells that must never be quoted hold the word CANARY; the builders below put it into ids and texts.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from segmenter.tables.report import Verdict

CANARY = "canary"  # in every id and text of the builders; no message may hold it

ROWS = 60  # of the builders' tables

Content = str | bytes
Cell = Callable[[int], Any]  # the cell of row n, from 0 on


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """One file of the suite and what is expected of `check`.

    codes: the warnings and problems that must be found, and no others. column, row: what one of these
    messages must name. rows: how many rows of data the file has, where that can be counted: ROWS, unless
    something else is said of a file that can be used.
    """

    name: str
    make: Callable[[], Content]
    verdict: Verdict
    codes: tuple[str, ...] = ()
    table: str = "transactions"
    column: str | None = None
    row: int | None = None
    rows: int | None = None
    category: str = ""

    def content(self) -> bytes:
        """The bytes of the file, the same every time."""
        made = self.make()
        return made.encode() if isinstance(made, str) else made


def accepted(name: str, make: Callable[[], Content], **more: Any) -> BadFile:
    """Harmless: read without a warning."""
    return BadFile(name=name, make=make, verdict="accept", **{"rows": ROWS, **more})


def warned(name: str, make: Callable[[], Content], *codes: str, **more: Any) -> BadFile:
    """Usable, with these warnings."""
    return BadFile(
        name=name, make=make, verdict="accept_with_warnings", codes=codes, **{"rows": ROWS, **more}
    )


def rejected(name: str, make: Callable[[], Content], *codes: str, **more: Any) -> BadFile:
    """Not usable, for these reasons; 'unreadable_file' where none is named."""
    return BadFile(name=name, make=make, verdict="reject", codes=codes or ("unreadable_file",), **more)


def in_category(category: str, files: Sequence[BadFile]) -> tuple[BadFile, ...]:
    """The files of one category, checked to have names of their own."""
    names = [file.name for file in files]
    assert len(set(names)) == len(names), f"two files of one name in {category}"
    return tuple(replace(file, category=category) for file in files)


def day(n: int) -> str:
    """A date of 2024, never the same month twice in a row."""
    return f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}"


SALES: dict[str, Cell] = {
    "customer_id": lambda n: f"{CANARY}{n % 15:03d}",
    "date": day,
    "amount": lambda n: f"{10 + n * 7 % 90}.{10 + n % 89}",
    "category": lambda n: f"{CANARY} shoes" if n % 2 else f"{CANARY} hats",
}


def rows_of(cells: dict[str, Cell], rows: int) -> list[list[str]]:
    """Header and rows; a cell that is made None is left empty."""
    made = [[make(n) for make in cells.values()] for n in range(rows)]
    return [list(cells), *(["" if cell is None else str(cell) for cell in row] for row in made)]


def text_of(rows: Sequence[Sequence[str]], *, delimiter: str = ",", newline: str = "\n") -> str:
    """Rows as CSV, quoted where they must be."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


def table(cells: dict[str, Cell], rows: int = ROWS, *, delimiter: str = ",", newline: str = "\n") -> str:
    """A table of any columns as CSV."""
    return text_of(rows_of(cells, rows), delimiter=delimiter, newline=newline)


def sales(rows: int = ROWS, *, delimiter: str = ",", newline: str = "\n", **cells: Cell) -> str:
    """A good table of sales as CSV, in which `cells` put other columns in their places or behind them."""
    return table(SALES | cells, rows, delimiter=delimiter, newline=newline)


def at(row: int, bad: str, column: str) -> dict[str, Cell]:
    """One bad cell, in that row as a spreadsheet counts (the header is row 1), among good ones."""
    return {column: lambda n: bad if n == row - 2 else SALES[column](n)}


def some(bad: str, column: str, every: int = 20) -> dict[str, Cell]:
    """A bad cell in every twentieth row, the first in row 2."""
    return {column: lambda n: SALES[column](n) if n % every else bad}


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    """A text in which some words are put in the place of others, each of which must be there."""
    for old, new in pairs:
        assert old in text, f"{old!r} is not in the file"
        text = text.replace(old, new)
    return text

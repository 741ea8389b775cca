"""A list of people in any shape -> every value in it that may be a customer's id or e-mail address.

Runs in the limited child process. Whoever is overlooked here is contacted, so every row counts: where the
columns can be told, its ids and addresses; where a row does not fit them, or nothing tells the columns, every
cell. A row that names nobody is a reason to refuse the list.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.errors import UnreadableFile
from segmenter.progress import Progress
from segmenter.tables.cells import MISSING_WORDS
from segmenter.tables.id_text import SCIENTIFIC
from segmenter.tables.people_rows import BETWEEN, UNSEEN, people_rows
from segmenter.tables.reading import PEOPLE_FILE, PeopleList, PeopleListArguments
from segmenter.tables.sandbox import from_json

_TOLD_ROWS = 5
_AROUND = "\"'`´‘’‚“”„«»#*•. "  # what may be stuck to a value
_SHORTENED = re.compile(SCIENTIFIC)
_ADDRESS = re.compile(r"[^\s<>()\[\]{}:;,|\"'/=]+@[\w.-]+")
_DECIMALS = re.compile(r"(?<=\d)\.0+$")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_NOTHING = frozenset(MISSING_WORDS.to_pylist())


@dataclass(slots=True)
class Found:
    """What was gathered so far. entries: rows that name somebody; nobody, shortened: the other rows."""

    values: set[str] = field(default_factory=set)
    entries: int = 0
    nobody: list[int] = field(default_factory=list)
    shortened: list[int] = field(default_factory=list)

    def add(self, row: int, cells: Iterable[str]) -> None:
        """Take in one row."""
        by_cell = {cell: candidates(cell) for cell in cells}
        values = set().union(*by_cell.values())
        self.values |= values
        if any(_SHORTENED.search(value) for value in values):
            self.shortened.append(row)
        elif any(_is_name(cell) and any(map(_is_name, found)) for cell, found in by_cell.items()):
            self.entries += 1
        else:
            self.nobody.append(row)


def people_list_task(arguments: bytes, folder: Path, progress: Progress) -> PeopleList:
    """The child's side of reading.read_people_list: leaves the values in PEOPLE_FILE, no value twice."""
    order = from_json(arguments, PeopleListArguments)
    values: set[str] = set()
    entries = 0
    for title, rows in people_rows(order.path, order.file, folder):
        found = Found()
        for number, cells in rows:
            found.add(number, cells)
        _refuse_losses(found, title)
        values |= found.values
        entries += found.entries
    table = pa.table({"value": pa.array(sorted(values), type=pa.string())})
    pq.write_table(table, folder / PEOPLE_FILE)
    return PeopleList(entries=entries)


def candidates(cell: str) -> set[str]:
    """Everything in a cell that may be an id or an address: the cell as it stands, and each of its parts.

    'Anna <anna@x.de>' holds anna@x.de, 'mailto:bob@x.de' holds bob@x.de, 'C1 C2' holds C1 and C2, '12.0' may
    mean 12, '1,234' 1234. One part too many leaves out at most the customer of that id.
    """
    whole = cell.strip()
    if _PLAIN.fullmatch(whole):
        return {whole}
    seen = UNSEEN.sub("", whole)
    values = {whole}
    for clean in {unicodedata.normalize("NFC", seen), unicodedata.normalize("NFKC", seen)}:
        values.update(address.rstrip(".") for address in _ADDRESS.findall(clean))
        for part in (clean, *BETWEEN.split(clean)):
            bare = part.strip(_AROUND)
            values |= {part.strip(), bare, _joined(bare), _DECIMALS.sub("", bare), bare.split("?", 1)[0]}
    return values - {""}


def _joined(text: str) -> str:
    """1,234 -> 1234: an id that a spreadsheet wrote as an amount."""
    return re.sub(r"\D", "", text) if _GROUPED.fullmatch(text) else text


def _is_name(text: str) -> bool:
    return text.strip(_AROUND).lower() not in _NOTHING and any(map(str.isalnum, text))


def _refuse_losses(found: Found, file: str) -> None:
    """Raise UnreadableFile, naming the rows, where going on would contact somebody on the list."""
    if found.shortened:
        raise UnreadableFile(
            f"The list '{file}' has lost ids: {_rows(found.shortened)} a long number that a spreadsheet has "
            "shortened (such as 1E+05). Format the column as text and export the list again, or leave that "
            "column out."
        )
    if found.nobody:
        raise UnreadableFile(
            f"Not every row of the list '{file}' can be read: {_rows(found.nobody)} neither an id nor "
            "an e-mail address. Nobody may be overlooked here, so correct or delete what stands there and "
            "bring the list again."
        )


def _rows(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]:,} holds"
    told = ", ".join(f"{number:,}" for number in numbers[:_TOLD_ROWS])
    more = f" and {len(numbers) - _TOLD_ROWS:,} more" if len(numbers) > _TOLD_ROWS else ""
    return f"rows {told}{more} hold"

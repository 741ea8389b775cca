"""A list of people in any shape -> every value in it that may be a customer's id or e-mail address.

Runs in the limited child process. Whoever is overlooked here is contacted, so every row counts: where the
columns can be told, its ids and addresses; where a row does not fit them, or nothing tells the columns, every
cell. A row that names nobody is a reason to refuse the list.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.errors import MissingColumn, UnreadableFile
from segmenter.progress import Progress
from segmenter.tables.cells import MISSING_WORDS
from segmenter.tables.decoding import container_of, decode_text
from segmenter.tables.header_words import header_words, plain_title
from segmenter.tables.id_text import INVISIBLE, SCIENTIFIC
from segmenter.tables.parquet_rows import parquet_source
from segmenter.tables.reading import PEOPLE_FILE, PeopleList, PeopleListArguments
from segmenter.tables.sandbox import from_json

NAMING = ("customer_id", "email")  # contract columns whose titles say that a column names people

_SIGNS = (",", ";", "\t", "|")
_MOST_LINES_ABOVE = 20
_BATCH_ROWS = 65_536
_TOLD_ROWS = 5
_LONGEST_TITLE = 200  # characters
_BETWEEN = re.compile(r"[\s,;|<>()\[\]{}\"/\\&:=]+")  # what stands between two values, or around one
_AROUND = "\"'`´‘’‚“”„«»#*•. "  # what may be stuck to a value
_UNSEEN = re.compile(INVISIBLE)
_SHORTENED = re.compile(SCIENTIFIC)
_ADDRESS = re.compile(r"[^\s<>()\[\]{}:;,|\"'/=]+@[\w.-]+")
_DECIMALS = re.compile(r"(?<=\d)\.0+$")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_NOTHING = frozenset(MISSING_WORDS.to_pylist())
# A title has no digits but a year or a single one after a word ('address 1'), where an id has others.
_TITLE = re.compile(r"[^\d@]*|[^\W\d_]{3,}[^\d@]*(?:\d|(?:19|20)\d\d)[^\d@]*")

Row = tuple[int, Sequence[str]]
"""A row's number as a spreadsheet counts, and those of its cells that may name somebody."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A layout that was told by titles. naming: positions of the columns with ids or addresses."""

    sign: str
    width: int
    naming: tuple[int, ...]

    def cells(self, line: str) -> list[str] | None:
        """The cells of a line that may name somebody, or None where the line does not fit."""
        cells = _split(line, self.sign)
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        if len(cells) != self.width or line.count('"') % 2:
            return None
        return naming_cells(cells, self.naming)


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
    is_parquet = container_of(order.path, order.file) == "parquet"
    rows = (_parquet_rows if is_parquet else _text_rows)(order.path, order.file, folder)
    found = Found()
    for number, cells in rows:
        found.add(number, cells)
    _refuse_losses(found, order.file)
    table = pa.table({"value": pa.array(sorted(found.values), type=pa.string())})
    pq.write_table(table, folder / PEOPLE_FILE)
    return PeopleList(entries=found.entries)


def candidates(cell: str) -> set[str]:
    """Everything in a cell that may be an id or an address: the cell as it stands, and each of its parts.

    'Anna <anna@x.de>' holds anna@x.de, 'mailto:bob@x.de' holds bob@x.de, 'C1 C2' holds C1 and C2, '12.0' may
    mean 12, '1,234' 1234. One part too many leaves out at most the customer of that id.
    """
    whole = cell.strip()
    if _PLAIN.fullmatch(whole):
        return {whole}
    seen = _UNSEEN.sub("", whole)
    values = {whole}
    for clean in {unicodedata.normalize("NFC", seen), unicodedata.normalize("NFKC", seen)}:
        values.update(address.rstrip(".") for address in _ADDRESS.findall(clean))
        for part in (clean, *_BETWEEN.split(clean)):
            bare = part.strip(_AROUND)
            values |= {part.strip(), bare, _joined(bare), _DECIMALS.sub("", bare), bare.split("?", 1)[0]}
    return values - {""}


def _joined(text: str) -> str:
    """1,234 -> 1234: an id that a spreadsheet wrote as an amount."""
    return re.sub(r"\D", "", text) if _GROUPED.fullmatch(text) else text


def naming_cells(cells: Sequence[str], naming: Iterable[int]) -> list[str]:
    """The cells of the naming columns, and whatever else looks like an address."""
    chosen = set(naming)
    return [cell for place, cell in enumerate(cells) if place in chosen or "@" in cell]


def naming_columns(titles: Sequence[str]) -> tuple[int, ...]:
    """Positions of the titles that say that a column names people."""
    return tuple(place for place, title in enumerate(titles) if _is_exact(title) or _is_contained(title))


def _is_exact(title: str) -> bool:
    plain = plain_title(title[:_LONGEST_TITLE])
    return any(plain in header_words()[name] for name in NAMING)


def _is_contained(title: str) -> bool:
    """'billing customer number' holds a known title; a single word inside a title proves too little."""
    plain = f" {plain_title(title[:_LONGEST_TITLE])} "
    known = (words for name in NAMING for words in header_words()[name])
    return any(" " in words and f" {words} " in plain for words in known)


def _text_rows(path: Path, file: str, folder: Path) -> Iterator[Row]:
    """Line by line, so that a stray quotation mark can swallow no more than its own line."""
    text = decode_text(path, file, folder)
    with text.path.open(encoding="utf-8-sig") as lines:
        numbered = ((number, line.rstrip("\n")) for number, line in enumerate(lines, 1) if not _blank(line))
        head = list(islice(numbered, _MOST_LINES_ABOVE))
        declared = re.fullmatch(r'"?sep=(.)"?', head[0][1], re.IGNORECASE) if head else None
        if declared:
            head = head[1:]
        signs = (declared[1],) if declared else _SIGNS
        above, columns = _find_columns([line for _, line in head], signs)
        if columns is None:
            _refuse_other_tables([line for _, line in head], signs, file)
        header = None if columns is None else head[above][0]
        for number, line in chain(head, numbered):
            if number == header:
                continue
            cells = columns.cells(line) if columns and header and number > header else None
            yield number, cells if cells is not None else _all_cells(line, signs)


def _find_columns(lines: Sequence[str], signs: Sequence[str]) -> tuple[int, Columns | None]:
    """Which of the first lines is the header, and what it tells; (0, None) where none is."""
    for is_surely_known in (_is_exact, _is_contained):
        for place, line in enumerate(lines):
            told = [
                _columns(lines, line, sign) for sign in signs if any(map(is_surely_known, _split(line, sign)))
            ]
            usable = [columns for columns in told if columns is not None]
            if usable:
                return place, max(usable, key=lambda columns: (len(columns.naming), columns.width))
    return 0, None


def _columns(lines: Sequence[str], line: str, sign: str) -> Columns | None:
    """What the line tells as a header; None where it is no header."""
    cells = _split(line, sign)
    naming = naming_columns(cells)
    if not naming or not all(_TITLE.fullmatch(cell.strip()) for cell in cells):
        return None
    # A word that comes again below it is no title: 'anna,customer' above 'bob,customer'.
    others = [_split(other, sign) for other in lines if other != line]
    if any(place < len(other) and other[place] == cells[place] for other in others for place in naming):
        return None
    return Columns(sign, len(cells), naming)


def _refuse_other_tables(lines: Sequence[str], signs: Sequence[str], file: str) -> None:
    """Raise MissingColumn for a table with titles, of which none says whom it names."""
    if len(lines) < 2:
        return
    for sign in signs:
        first, second = (_split(line, sign) for line in lines[:2])
        is_table = len(first) == len(second) > 1
        if is_table and not any("@" in cell or re.search(r"\d", cell) for cell in first):
            raise _missing_column(first, file)


def _missing_column(titles: Sequence[str], file: str) -> MissingColumn:
    found = ", ".join(f"'{title.strip()[:60]}'" for title in titles[:8])
    return MissingColumn(
        f"The list '{file}' needs a column 'customer_id' or 'email'; found: {found}. Rename the column, or "
        "keep only that one column in the file."
    )


def _all_cells(line: str, signs: Sequence[str]) -> list[str]:
    """The line cut at every sign that may be a delimiter; an id may hold blanks, so each cell stays whole."""
    return [cell for sign in signs for cells in (_split(line, sign), line.split(sign)) for cell in cells]


def _split(line: str, sign: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sign))
    except csv.Error:
        return line.split(sign)


def _parquet_rows(path: Path, file: str, folder: Path) -> Iterator[Row]:
    source = parquet_source(path, file, _BATCH_ROWS)
    naming = naming_columns(source.names)
    if not naming and len(source.names) > 1:
        raise _missing_column(source.names, file)
    number = source.first_row
    for batch in source.batches:
        for cells in zip(*(column.to_pylist() for column in batch), strict=True):
            known = [cell or "" for cell in cells]
            if any(cell.strip() for cell in known):
                yield number, naming_cells(known, naming or (0,))
            number += 1


def _blank(line: str) -> bool:
    return not _BETWEEN.sub("", _UNSEEN.sub("", line)).strip("'")


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

"""A list of people in any kind of file -> its rows, each with the cells that may name somebody.

Where titles tell the columns, those with ids and addresses; where a row does not fit them, or nothing tells
the columns, every cell. Sheets of a workbook are read like the lines of a text.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from segmenter.errors import MissingColumn, UnreadableFile
from segmenter.hashing import INVISIBLE
from segmenter.tables.cells import NUMBER_MARK
from segmenter.tables.decoding import DecodedText, container_of, decode_text
from segmenter.tables.header_words import header_words, plain_title
from segmenter.tables.json_rows import is_json, json_source
from segmenter.tables.parquet_rows import parquet_source
from segmenter.tables.row_source import RowSource
from segmenter.tables.workbook import Workbook, open_workbook
from segmenter.tables.workbook_rows import sheet_rows

NAMING = ("customer_id", "email")  # contract columns whose titles say that a column names people
BETWEEN = re.compile(r"[\s,;|<>()\[\]{}\"/\\&:=]+")  # what stands between two values, or around one
UNSEEN = re.compile(INVISIBLE)

_SIGNS = (",", ";", "\t", "|")
_MOST_LINES_ABOVE = 20
_BATCH_ROWS = 65_536
_LONGEST_TITLE = 200  # characters
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


def people_rows(path: Path, file: str, folder: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows of a file under its name, or of each sheet of a workbook under its own.

    folder: for passing files. Raises UnreadableFile for what is no list, MissingColumn for another table.
    """
    container = container_of(path, file)
    if container == "workbook":
        workbook = open_workbook(path, file)
        _refuse_unseen(workbook)
        for sheet in workbook.sheets:
            title = workbook.title(sheet)
            yield title, _text_rows(_sheet_as_text(workbook, sheet, folder), title)
        return
    if container == "parquet":
        yield file, _table_rows(parquet_source(path, file, _BATCH_ROWS))
        return
    text = decode_text(path, file, folder)
    yield file, _table_rows(_whole_json(text, file)) if is_json(text.path) else _text_rows(text.path, file)


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


def _text_rows(path: Path, file: str) -> Iterator[Row]:
    """Line by line, so that a stray quotation mark can swallow no more than its own line."""
    with path.open(encoding="utf-8-sig") as lines:
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


def _table_rows(source: RowSource) -> Iterator[Row]:
    naming = naming_columns(source.names)
    if not naming and len(source.names) > 1:
        raise _missing_column(source.names, source.file)
    done = 0
    for batch in source.batches:
        numbers = source.numbers(done, len(batch[0])).tolist()
        done += len(numbers)
        for number, cells in zip(
            numbers, zip(*(column.to_pylist() for column in batch), strict=True), strict=True
        ):
            known = [(cell or "").removesuffix(NUMBER_MARK) for cell in cells]
            if any(cell.strip() for cell in known):
                yield number, naming_cells(known, naming or (0,))
    for number in source.ragged:
        yield number, ()


def _whole_json(text: DecodedText, file: str) -> RowSource:
    """JSON of which nothing is left out. Raises UnreadableFile where lists or other things stand in it."""
    source = json_source(text, file)
    if any(finding.code in ("nested_column", "list_in_document") for finding in source.findings):
        raise UnreadableFile(
            f"The list '{file}' is JSON with lists inside its records or around them. Nobody may be "
            "overlooked here, so export it as CSV with a row for each customer."
        )
    return source


def _sheet_as_text(workbook: Workbook, sheet: str, folder: Path) -> Path:
    """The sheet as lines of cells between commas, so that line n is row n of the spreadsheet."""
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = ([" ".join(cell.splitlines()) for cell in row] for row in sheet_rows(workbook, sheet))
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def _refuse_unseen(workbook: Workbook) -> None:
    """Raise UnreadableFile where somebody may stand in a workbook whom we cannot see."""
    why = ""
    if workbook.hidden:
        why = f"hidden sheets ({', '.join(workbook.hidden[:5])}); unhide or delete them"
    elif any(reach.unsolved or reach.errors for reach in workbook.reach.values()):
        why = (
            "cells whose formula has no stored result or shows an error; open it in your spreadsheet "
            "program, put values in their place, and save it"
        )
    if why:
        raise UnreadableFile(f"The list '{workbook.name}' has {why}. Nobody may be overlooked here.")


def _blank(line: str) -> bool:
    return not BETWEEN.sub("", UNSEEN.sub("", line)).strip("'")

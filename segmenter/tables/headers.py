"""The first records of a text file -> which of them is the header, and clean column names.

Lines above the header, a header that is missing or one cell short, repeated and blank names: each is settled
the same way every time, and said in a finding.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from segmenter.errors import UnreadableFile
from segmenter.tables.report import Finding

MOST_COLUMNS = 2_000

_LONGEST_NAME = 120
_MOST_LINES_ABOVE = 20
_MOST_TOLD = 5  # repeated titles that are named; a file with more is known to be odd by then
_DATA_LIKE = re.compile(
    r"[-+(]?\s*(?:[€$£]\s*)?\d[\d.,'\s]*(?:\s*[€$£%])?\)?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*|[^@\s]+@[^@\s]+\.\w+|true|false",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a text file; end_line: how many lines of the file end with it."""

    fields: list[str]
    end_line: int

    @property
    def is_blank(self) -> bool:
        return not any(field.strip() for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns' names, and how many lines and records come before the first row of data."""

    names: tuple[str, ...]
    lines: int
    records: int
    findings: tuple[Finding, ...]


def find_header(records: Sequence[Record], file: str) -> Header:
    """The header among the first records of `file`. Raises UnreadableFile where none can be made out."""
    counts = Counter(len(record.fields) for record in records if not record.is_blank)
    width = max(counts, key=lambda cells: (counts[cells], cells))
    start = _first_row(records, width)
    cells = records[start].fields
    below = [record.fields for record in records[start + 1 :] if len(record.fields) == width]
    above = records[start - 1].fields if start else []
    if _is_header_with_end(above, width):
        start, cells, below = start - 1, above[:-1], [cells, *below]
    elif _is_short_header(above, width, cells) and _have_more_in_front(rows := [cells, *below]):
        start, cells, below = start - 1, ["", *above], rows
    elif _is_short_header(above, width, cells) and all(not fields[-1].strip() for fields in rows):
        start, cells, below = start - 1, [*above, ""], rows
    elif _is_other_header(above, width) and _is_data(cells):
        raise UnreadableFile(
            f"The header of '{file}' (row {start}) names {len(above)} columns, but its rows have {width} "
            "cells. Often a comma inside a number or a text is taken for a delimiter: export it again with "
            "semicolons between the cells, or with quotation marks around them."
        )
    findings = _untitled(file, cells, below)
    has_header = not (_is_data(cells) and _is_like_rows(cells, below))
    if not has_header:
        cells = [""] * width
        findings = [_no_header(file, start + 1)]
    lines_above = sum(not record.is_blank for record in records[:start])
    if lines_above > _MOST_LINES_ABOVE:
        raise UnreadableFile(f"No header was found in '{file}'. Make its first row the names of the columns.")
    if lines_above:
        findings.append(_lines_above(file, lines_above, start + 1))
    names, about_names = clean_names(cells, file)
    before = start + 1 if has_header else start
    return Header(
        names=names,
        lines=records[before - 1].end_line if before else 0,
        records=before,
        findings=(*findings, *about_names),
    )


def clean_names(cells: Sequence[str], file: str) -> tuple[tuple[str, ...], list[Finding]]:
    """Header cells -> names without unseen signs, none blank, each once; and what had to be done for that.

    Raises UnreadableFile for more columns than a customer file has.
    """
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(
            f"'{file}' has {len(cells):,} columns; at most {MOST_COLUMNS:,} can be read. "
            "Export only those you need."
        )
    names: list[str] = []
    repeated: list[str] = []
    for position, cell in enumerate(cells, 1):
        name = " ".join(_UNSEEN.sub(" ", cell).split())[:_LONGEST_NAME] or f"column {position}"
        unique, count = name, 1
        while unique in names:
            count += 1
            unique = f"{name} ({count})"
        if unique != name:
            repeated.append(name)
        names.append(unique)
    folded = Counter(name.casefold() for name in names)
    twins = [name for name in names if folded[name.casefold()] > 1]
    findings = [_repeated(file, name) for name in list(dict.fromkeys(repeated))[:_MOST_TOLD]]
    if twins:
        findings.append(_similar(file, twins[0], twins[1]))
    return tuple(names), findings


def _first_row(records: Sequence[Record], width: int) -> int:
    """Position of the first record as wide as the table; a title that a spreadsheet made as wide is none."""
    wide = [
        index for index, record in enumerate(records) if len(record.fields) == width and not record.is_blank
    ]
    for place, index in enumerate(wide[: _MOST_LINES_ABOVE + 1]):
        filled = sum(bool(cell.strip()) for cell in records[index].fields)
        if width < 3 or filled > 1:
            return index if place == 0 or not _is_data(records[index].fields) else wide[0]
    return wide[0]


def _is_untitled(place: int, title: str, values: list[str]) -> bool:
    """Does a column with cells lack a title? Row names in front, each another one, need none."""
    are_row_names = place == 0 and len(set(values)) == len(values)
    return not title.strip() and any(value.strip() for value in values) and not are_row_names


def _is_header_with_end(above: list[str], width: int) -> bool:
    """Is the record above the rows a header that ends in a delimiter, where the rows do not?"""
    return width > 1 and len(above) == width + 1 and not above[-1].strip()


def _is_short_header(above: list[str], width: int, first_row: list[str]) -> bool:
    """Is the record above the rows a header with one cell less than they have?"""
    is_full = len(above) == width - 1 > 1 and all(cell.strip() for cell in above)
    return is_full and not _is_data(above) and _is_data(first_row)


def _have_more_in_front(rows: list[list[str]]) -> bool:
    """Do the rows begin with a row name, another one in each, and hold no number cut in two by its comma?"""
    names = [fields[0] for fields in rows]
    cut = any(
        all(fields[place].isdecimal() and fields[place + 1].isdecimal() for fields in rows)
        and all(len(fields[place + 1]) == 2 for fields in rows)
        for place in range(1, len(rows[0]) - 1)
    )
    return len(set(names)) == len(names) and not cut and any(fields[-1].strip() for fields in rows)


def _is_other_header(above: list[str], width: int) -> bool:
    """Is the record above the rows a header of another number of cells?"""
    return width > 1 < len(above) != width and all(cell.strip() for cell in above) and not _is_data(above)


def _is_data(cells: Sequence[str]) -> bool:
    """Does a row hold a number, a date, an e-mail address or a yes/no, as headers do not? Years may."""
    return any(
        _DATA_LIKE.fullmatch(cell.strip()) and not re.fullmatch(r"(19|20)\d\d", cell.strip())
        for cell in cells
    )


def _is_like_rows(cells: Sequence[str], below: list[list[str]]) -> bool:
    """Is no column titled in words above numbers or dates? Then the row is data like the rows below it."""
    for position, cell in enumerate(cells):
        values = [fields[position].strip() for fields in below[:50] if fields[position].strip()]
        is_data_below = bool(values) and all(_DATA_LIKE.fullmatch(value) for value in values)
        if is_data_below and cell.strip() and not _DATA_LIKE.fullmatch(cell.strip()):
            return False
    return True


def _untitled(file: str, cells: Sequence[str], below: list[list[str]]) -> list[Finding]:
    found = (
        f"column {place + 1}"
        for place, title in enumerate(cells)
        if _is_untitled(place, title, [fields[place] for fields in below])
    )
    return [
        Finding(
            code="blank_header",
            message=f"In '{file}' a column has no title; it is called '{name}'. Check what it holds before "
            "you map it.",
            file=file,
            column=name,
        )
        for name in islice(found, 1)
    ]


def _no_header(file: str, row: int) -> Finding:
    return Finding(
        code="no_header",
        message=f"'{file}' has no header: its first row already holds data. The columns are called column 1, "
        "column 2 and so on; a header makes mapping easier and safer.",
        file=file,
        first_row=row,
    )


def _lines_above(file: str, lines: int, header_row: int) -> Finding:
    return Finding(
        code="lines_above_header",
        message=f"Above the header of '{file}' (row {header_row}) {lines} other lines were skipped.",
        file=file,
        rows=lines,
        first_row=1,
    )


def _repeated(file: str, name: str) -> Finding:
    return Finding(
        code="repeated_header",
        message=f"In '{file}' several columns are called '{name}'; the later ones are shown as '{name} (2)' "
        "and so on. Check which one you map.",
        file=file,
        column=name,
    )


def _similar(file: str, name: str, twin: str) -> Finding:
    return Finding(
        code="similar_headers",
        message=f"In '{file}' the columns '{name}' and '{twin}' differ only in capital letters. Check which "
        "one you map.",
        file=file,
        column=name,
    )

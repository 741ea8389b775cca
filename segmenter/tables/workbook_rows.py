"""A sheet of a workbook -> batches of text cells, every value written so that it reads back as the same.

Rows keep the numbers that the spreadsheet program shows: rows with nothing in them are skipped, not counted.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineSheet

from segmenter.errors import UnreadableFile
from segmenter.tables.cells import NUMBER_MARK
from segmenter.tables.headers import Record, find_header
from segmenter.tables.report import Finding
from segmenter.tables.row_source import RowSource
from segmenter.tables.workbook import Workbook, open_workbook, refusing_damage
from segmenter.tables.workbook_zip import Reach

_HEAD_ROWS = 1_000  # by which the header is found
_BATCH_CELLS = 400_000
_EXACT = 10**15  # whole numbers from here on have more digits than a spreadsheet keeps
_SAFE = 2**53  # and from here on more than the number itself can hold

Cells = list[Any]


def workbook_source(path: Path, file: str, sheet: str | None) -> RowSource:
    """Open one sheet of a workbook; None: the first that holds a table. Raises UnreadableFile,
    MappingError.
    """
    workbook = open_workbook(path, file)
    if sheet is not None:
        workbook.check_sheet(sheet)
        return _sheet_source(workbook, sheet)
    if not workbook.sheets:
        raise UnreadableFile(
            f"All sheets of '{file}' with anything in them are hidden. Unhide the one that holds the table."
        )
    return _sheet_source(workbook, _first_table(workbook))


def sheet_rows(workbook: Workbook, sheet: str) -> Iterator[list[str]]:
    """All rows of a sheet as text, blank ones included, so that the n-th is row n of the spreadsheet."""
    for row in _rows(workbook.open_sheet(sheet), workbook.name):
        yield [text_of(value) for value in row]


def text_of(value: Any) -> str:
    """A cell's value as text: 12.0 is '12', a date '2024-03-31', yes 'true', an empty cell or an error ''."""
    kind = type(value)
    return value if kind is str else _AS_TEXT[kind](value)


def _first_table(workbook: Workbook) -> str:
    """The first sheet with more than one column and row; else the first with anything in it."""
    tables = (sheet for sheet in workbook.sheets if _is_wide(workbook, sheet))
    return workbook.sheets[0] if len(workbook.sheets) == 1 else next(tables, workbook.sheets[0])


def _is_wide(workbook: Workbook, sheet: str) -> bool:
    reach = workbook.reach.get(sheet)
    if reach is not None and reach.rows:
        return reach.rows > 1 and reach.columns > 1
    opened = workbook.open_sheet(sheet)
    return opened.height > 1 and opened.width > 1


def _sheet_source(workbook: Workbook, sheet: str) -> RowSource:
    title = workbook.title(sheet)
    opened = workbook.open_sheet(sheet)
    head = [[text_of(value) for value in row] for row in islice(_rows(opened, title), _HEAD_ROWS)]
    places, begin = _table_in(head, opened, workbook.reach.get(sheet), title)
    cells = [[row[place] for place in places] for row in head]
    records = [
        Record(_line_above(row) if index < begin else row, index + 1) for index, row in enumerate(cells)
    ]
    header = find_header(records, title)
    skipped: list[int] = []
    floats: set[int] = set()
    return RowSource(
        names=header.names,
        batches=_batches(opened, title, places, header.records, skipped, floats),
        file=title,
        sheet=sheet,
        other_sheets=tuple(other for other in workbook.sheets if other != sheet),
        first_row=header.records + 1,
        ragged=[],
        skipped=skipped,
        float_columns=floats,
        description="Workbook" if title == workbook.name else f"Workbook, sheet {sheet}",
        decimal_comma_likely=False,
        findings=(*_about_sheet(workbook, sheet, opened, header.records), *header.findings),
        batches_expected=opened.height // max(1, _BATCH_CELLS // len(places)) + 1,
    )


def _rows(sheet: CalamineSheet, name: str) -> Iterator[Cells]:
    with refusing_damage(name):
        yield from sheet.iter_rows()


def _table_in(
    head: list[list[str]], sheet: CalamineSheet, reach: Reach | None, name: str
) -> tuple[list[int], int]:
    """Positions of the columns that hold anything, and the first row that fills most of them.

    Rows above that one are titles and notes, however many columns they reach over.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in head]
    widest = max(filled, default=0)
    if widest == 0:
        raise UnreadableFile(
            f"The first {_HEAD_ROWS:,} rows of '{name}' are empty. Delete them, so that the table comes "
            "first."
        )
    begin = next(index for index, count in enumerate(filled) if count * 3 > widest * 2)
    used = [any(row[place].strip() for row in head[begin:]) for place in range(len(head[begin]))]
    # What is blank at the beginning may be filled further down, if it has cells at all.
    first = sheet.start[1] + 1 if sheet.start else 1
    reached = range(first, first + len(used)) if reach is None or not reach.used else reach.used
    open_places = [place for place, known in enumerate(used) if not known and first + place in reached]
    rows = islice(_rows(sheet, name), begin, None) if open_places else ()
    for row in rows:
        for place in open_places:
            used[place] = used[place] or row[place] != ""
    return [place for place, known in enumerate(used) if known], begin


def _line_above(cells: list[str]) -> list[str]:
    """A line above the table: it ends with its last cell, as it would in a CSV file, and is never as wide."""
    fields = list(cells)
    while fields and not fields[-1].strip():
        fields.pop()
    return fields if len(fields) < len(cells) else [" ".join(fields)]


def _batches(
    sheet: CalamineSheet, name: str, places: Sequence[int], start: int, skipped: list[int], floats: set[int]
) -> Iterator[list[pa.Array]]:
    """The rows after `start`; fills `skipped` with the numbers of blank rows, `floats` with columns of
    numbers that are too long to be exact.
    """
    rows = enumerate(islice(_rows(sheet, name), start, None), start + 1)
    is_whole = list(places) == list(range(sheet.width))
    blank: list[int] = []
    while batch := list(islice(rows, max(1, _BATCH_CELLS // len(places)))):
        kept: list[Cells] = []
        for number, row in batch:
            cells = row if is_whole else [row[place] for place in places]
            if cells[0] != "" or any(value != "" for value in cells):
                skipped += blank
                blank = []
                kept.append(cells)
            else:
                blank.append(number)  # told only once something follows: sheets end in blank rows
        if kept:
            columns = list(zip(*kept, strict=True))
            kinds = [set(map(type, column)) for column in columns]
            floats.update(
                place
                for place, column in enumerate(columns)
                if float in kinds[place] and _has_long_numbers(column)
            )
            yield [
                pa.array(_as_texts(column, kind), pa.string())
                for column, kind in zip(columns, kinds, strict=True)
            ]


def _as_texts(column: Sequence[Any], kinds: set[type]) -> Sequence[str]:
    if len(kinds) > 1:
        return [_number_cell(value) if type(value) is float else text_of(value) for value in column]
    (kind,) = kinds
    if kind is float:
        return list(map(_number_cell, column))
    return column if kind is str else list(map(_AS_TEXT[kind], column))


def _number_cell(value: float) -> str:
    """Such a number as a cell of the table, its point marked as a decimal point."""
    text = _number(value)
    return text + NUMBER_MARK if "." in text and "e" not in text else text


def _has_long_numbers(column: Sequence[Any]) -> bool:
    return any(type(value) is float and abs(value) >= _EXACT for value in column)


def _number(value: float) -> str:
    if abs(value) >= _SAFE:
        # Digits are lost here: as 1.2E+18 an id is refused, while an amount is as good as ever.
        return f"{value:.16e}" if abs(value) < float("inf") else ""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else "" if text == "nan" else text


def _moment(value: datetime.datetime) -> str:
    return value.isoformat(sep=" ")


def _duration(value: datetime.timedelta) -> str:
    """26:05:00, as the spreadsheet shows it."""
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


_AS_TEXT: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    datetime.time: datetime.time.isoformat,
    datetime.timedelta: _duration,
}


def _about_sheet(workbook: Workbook, sheet: str, opened: CalamineSheet, above: int) -> Iterator[Finding]:
    title = workbook.title(sheet)
    reach = workbook.reach.get(sheet)
    if reach is not None and reach.unsolved:
        yield Finding(
            code="formula_without_value",
            message=f"{reach.unsolved:,} cells of '{title}' are formulas of which no result is stored; "
            "they were read as empty. Open the workbook in your spreadsheet program, save it, and bring it "
            "again.",
            file=title,
        )
    if reach is not None and reach.errors:
        yield Finding(
            code="error_cells",
            message=f"{reach.errors:,} cells of '{title}' show an error such as #N/A or #DIV/0!; they "
            "were read as empty. Look at their formulas.",
            file=title,
        )
    merged = [start[0] + 1 for start, end in opened.merged_cell_ranges or [] if end[0] + 1 >= above]
    if merged:
        yield Finding(
            code="merged_cells",
            message=f"'{title}' has merged cells ({len(merged):,}), the first in row {min(merged)}. "
            "What stands in one counts for its first row and column only; the others are empty. Unmerge them "
            "and fill in every cell, if they are part of the table.",
            severity="note",
            file=title,
            first_row=min(merged),
        )
    if workbook.hidden and sheet == (workbook.sheets or workbook.hidden)[0]:
        yield Finding(
            code="hidden_sheets",
            message=f"'{workbook.name}' has hidden sheets that are not read unless a mapping names them: "
            f"{', '.join(workbook.hidden[:5])}. Unhide what belongs to the data.",
            severity="note",
            file=workbook.name,
        )

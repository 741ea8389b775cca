"""A file -> what its tables and their columns look like. Runs in the limited child process."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.errors import UnreadableFile
from segmenter.progress import Progress
from segmenter.tables.cells import tidy, tidy_numbers
from segmenter.tables.id_text import read_flags
from segmenter.tables.number_text import read_numbers, survey_numbers
from segmenter.tables.reading import SAMPLE_ROWS, InspectArguments, SourceColumn, SourceFile, SourceType
from segmenter.tables.report import Finding
from segmenter.tables.sandbox import from_json
from segmenter.tables.text_table import TextTable, read_text_table
from segmenter.tables.time_columns import read_times, survey_times
from segmenter.tables.validation import REASONS
from segmenter.tables.workbook import sheets_of

MOST_WORDS = 30  # a column with more different cells than this is no list of words

_SAMPLES = 5
_LONGEST_SAMPLE = 60
_ENOUGH = 0.9  # share of the cells that must be readable as a type


def inspect_task(arguments: bytes, folder: Path, progress: Progress) -> tuple[SourceFile, ...]:
    """The child's side of reading.inspect_file."""
    order = from_json(arguments, InspectArguments)

    def read(sheet: str | None, place: int = 0) -> SourceFile:
        table = read_text_table(
            order.path,
            order.file,
            folder / f"text_{place}",
            sheet=sheet,
            keep=SAMPLE_ROWS,
            told=lambda rows, share: progress("reading", share, f"Read {rows:,} rows of {order.file}."),
        )
        return source_file(table, order.path, sheet, called=order.file)

    sheets = sheets_of(order.path, order.file)
    if len(sheets) < 2:
        return (read(None),)
    found: list[SourceFile] = []
    refused: list[UnreadableFile] = []
    for place, sheet in enumerate(sheets):
        try:
            found.append(read(sheet, place))
        except UnreadableFile as error:
            refused.append(error)
    if not found:
        raise refused[0]
    unread = tuple(_unread_sheet(order.file, error) for error in refused)
    return (replace(found[0], findings=(*found[0].findings, *unread)), *found[1:])


def source_file(table: TextTable, path: Path, sheet: str | None = None, *, called: str = "") -> SourceFile:
    """What is in a text table, judged by its first rows. sheet, called: as a mapping has to name it."""
    return SourceFile(
        path=path,
        sheet=sheet,
        called=called,
        rows=table.rows_seen,
        columns=tuple(source_column(name, raw_cells(table, name)) for name in table.names),
        findings=(*table.findings, *ragged_finding(table)),
        description=table.description,
    )


def first_cells(table: TextTable, name: str) -> pa.Array:
    """The tidy cells of a column's first rows."""
    return tidy(raw_cells(table, name))


def raw_cells(table: TextTable, name: str) -> pa.Array:
    """The cells of a column's first rows, as they were read."""
    for _, cells in table.batches((name,)):
        return cells[name].slice(0, SAMPLE_ROWS)
    return pa.array([], pa.string())


def source_column(name: str, raw: pa.Array) -> SourceColumn:
    """Examples and type of a column, from its cells as they were read."""
    cells = tidy(raw)
    counts = pc.value_counts(cells.drop_null())
    words = counts.field("values").take(
        pc.sort_indices(counts.field("counts"), sort_keys=[("", "descending")])
    )
    shown = [word[:_LONGEST_SAMPLE] for word in words[:MOST_WORDS].to_pylist()]
    kind = type_of(name, raw)
    return SourceColumn(
        name=name,
        type=kind,
        ambiguous_dates=kind == "time" and survey_times([cells.drop_null()]).is_ambiguous,
        samples=tuple(shown[:_SAMPLES]),
        words=tuple(shown) if len(words) <= MOST_WORDS else (),
        missing_share=cells.null_count / max(len(cells), 1),
        distinct=len(words),
    )


def type_of(name: str, raw: pa.Array) -> SourceType:
    """What at least nine of ten cells, as they were read, can be understood as; text where nothing fits.

    Bare numbers count as dates only where the column's name says so: 20240131 may be a number like any other.
    """
    known = tidy(raw).drop_null()
    if len(known) == 0:
        return "text"
    flags = read_flags(known)
    written = tidy_numbers(raw).drop_null()
    numbers = read_numbers(written, survey_numbers([written]).decimal())
    is_number = _share_read(numbers, known) >= _ENOUGH
    if _share_read(flags, known) >= _ENOUGH and not is_number:
        return "flag"
    survey = survey_times([known])
    may_be_time = bool(survey.known_styles) or (bool(survey.numerics) and _names_a_time(name))
    if may_be_time and _share_read(read_times(known, survey.form()), known) >= _ENOUGH:
        return "time"
    return "number" if is_number else "text"


def ragged_finding(table: TextTable) -> list[Finding]:
    """The finding about rows that do not fit the others, if there are any."""
    if not table.ragged:
        return []
    count = len(table.ragged)
    what, remedy = REASONS[table.why_aside]
    return [
        Finding(
            code=table.why_aside,
            message=f"{count:,} rows of '{table.file}' {what}, the first in row {table.ragged[0]}; they are "
            f"set aside. {remedy}",
            file=table.file,
            rows=count,
            first_row=table.ragged[0],
        )
    ]


def _unread_sheet(file: str, error: UnreadableFile) -> Finding:
    return Finding(code="unread_sheet", message=f"A sheet was left out: {error}", severity="note", file=file)


def _share_read(values: pa.Array, cells: pa.Array) -> float:
    return float(len(values) - values.null_count) / max(len(cells), 1)


def _names_a_time(name: str) -> bool:
    words = (
        "date",
        "datum",
        "fecha",
        "time",
        "zeit",
        "heure",
        "hora",
        "jour",
        "day",
        "_at",
        " at",
        "timestamp",
    )
    return any(word in name.lower() for word in words)

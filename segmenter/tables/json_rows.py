"""JSON -> batches of text cells: a record a line (JSON lines), or one list of records.

Numbers keep the text in which they are written. A record within a record becomes columns with dotted names
(customer.id); lists have no place in a table and are left out. Lines that are no record are set aside.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from segmenter.errors import UnreadableFile
from segmenter.tables.cells import NUMBER_MARK
from segmenter.tables.decoding import DecodedText
from segmenter.tables.headers import MOST_COLUMNS, clean_names
from segmenter.tables.report import Finding
from segmenter.tables.row_source import RowSource

LONGEST_LINE = 16 << 20  # characters

_JUDGED_LINES = 100
_BATCH_CELLS = 400_000

Record = dict[str, Any]
Numbered = Iterable[tuple[int, Any]]  # the line or place of a record, and the record; None where it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """Where the records of a file are; each reading starts anew. whole: the list of one document."""

    path: Path
    whole: list[Any] | None
    findings: tuple[Finding, ...] = ()
    description: str

    def numbered(self) -> Numbered:
        if self.whole is not None:
            return enumerate(self.whole, 1)
        return ((number, _parsed(line)) for number, line in _filled_lines(self.path))


@dataclass(slots=True)
class _Columns:
    """Names of all records, in order of mention. lists: how many cells of each hold a list. records: how
    many there are.
    """

    names: dict[str, None] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    records: int = 0


def is_json(path: Path) -> bool:
    """Does UTF-8 text begin as JSON does, with a record or a list of something other than words?"""
    with path.open(encoding="utf-8-sig") as file:
        start = "".join(file.read(4096).split())
    return start.startswith(('{"', "{}", "[{", "[[", "[]")) or start in ("{", "[")


def json_source(text: DecodedText, file: str) -> RowSource:
    """Open JSON lines or a JSON document. Raises UnreadableFile for one that holds no table."""
    records = _records_of(text.path, file)
    columns = _columns_of(records.numbered(), file)
    kept = list(columns.names)
    if not kept:
        raise UnreadableFile(_no_table(file))
    names, findings = clean_names(kept, file)
    ragged: list[int] = []
    skipped: list[int] = []
    return RowSource(
        names=names,
        batches=_batches(records, kept, ragged, skipped),
        file=file,
        first_row=1,
        ragged=ragged,
        why_aside="broken_record",
        skipped=skipped,
        float_columns=frozenset(),
        description=records.description,
        decimal_comma_likely=False,
        findings=(*records.findings, *findings, *_about_lists(columns, file)),
        batches_expected=columns.records // max(1, _BATCH_CELLS // len(kept)) + 1,
    )


def _records_of(path: Path, file: str) -> _Records:
    judged = [line for _, line in islice(_filled_lines(path), _JUDGED_LINES)]
    objects = sum(isinstance(_parsed(line), dict) for line in judged)
    if len(judged) > 1 and 2 * objects >= len(judged):
        return _Records(path=path, whole=None, description="JSON lines")
    try:
        with path.open(encoding="utf-8-sig") as text:
            document = _loads(text.read())
    except RecursionError as error:
        raise UnreadableFile(_no_table(file)) from error
    except ValueError as error:
        where = f" around line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFile(
            f"'{file}' is JSON that was cut short or is damaged{where}. Export it again, as JSON lines or "
            "CSV."
        ) from error
    whole, findings = _list_in(document, file)
    return _Records(path=path, whole=whole, findings=findings, description="JSON")


def _list_in(document: Any, file: str) -> tuple[list[Any], tuple[Finding, ...]]:
    """The records of a document: itself, the one list of records in it, or the one record that it is."""
    if isinstance(document, list) and any(isinstance(item, dict) for item in document):
        return document, ()
    if not isinstance(document, dict):
        raise UnreadableFile(_no_table(file))
    lists = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and any(isinstance(item, dict) for item in value)
    }
    if len(lists) > 1:
        raise UnreadableFile(
            f"'{file}' is JSON with several lists in it ({', '.join(map(repr, list(lists)[:5]))}). Bring "
            "each of them as a file of its own."
        )
    if not lists:
        return [document], ()
    ((key, records),) = lists.items()
    finding = Finding(
        code="list_in_document",
        message=f"'{file}' is JSON around one list of records, '{key[:60]}', which was read; what stands "
        "beside it was left out.",
        severity="note",
        file=file,
    )
    return records, (finding,)


def _columns_of(records: Numbered, file: str) -> _Columns:
    columns = _Columns()
    for _, record in records:
        cells = _cells(record)
        if cells is None:
            continue
        columns.records += 1
        for name, value in cells.items():
            if isinstance(value, list):
                columns.lists[name] = columns.lists.get(name, 0) + 1
            elif name not in columns.names:
                columns.names[name] = None
        if len(columns.names) > MOST_COLUMNS:
            raise UnreadableFile(
                f"The records of '{file}' name more than {MOST_COLUMNS:,} columns; at most so many can be "
                "read. Export only those you need."
            )
    return columns


def _batches(
    records: _Records, names: list[str], ragged: list[int], skipped: list[int]
) -> Iterator[list[pa.Array]]:
    """The records as columns; fills `ragged` with the lines that are none, `skipped` with blank lines."""
    size = max(1, _BATCH_CELLS // len(names))
    rows: list[Record] = []
    expected = 1
    for number, record in records.numbered():
        skipped.extend(range(expected, number))
        expected = number + 1
        cells = _cells(record)
        if cells is None:
            ragged.append(number)
            continue
        rows.append(cells)
        if len(rows) == size:
            yield _as_columns(rows, names)
            rows = []
    if rows:
        yield _as_columns(rows, names)


def _as_columns(rows: list[Record], names: list[str]) -> list[pa.Array]:
    return [pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names]


def _text(value: Any) -> str | None:
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    return None


def _cells(record: Any) -> Record | None:
    """A record flat, inner ones under dotted names; None for what is no record, or names a cell twice."""
    if not isinstance(record, dict):
        return None
    flat: Record = {}
    try:
        return flat if _is_flattened(record, "", flat) else None
    except RecursionError:
        return None


def _is_flattened(record: Record, before: str, flat: Record) -> bool:
    """Put a record's cells into `flat`, their names behind `before`; False where one was there already."""
    for key, value in record.items():
        name = before + key
        if type(value) is dict:
            if not _is_flattened(value, f"{name}.", flat):
                return False
        elif name in flat:
            return False
        else:
            flat[name] = value
    return True


def _parsed(line: str | None) -> Any:
    """What a line holds; None where it is not JSON."""
    if line is None:
        return None
    try:
        return _loads(line)
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:
    """JSON with numbers as text. Raises ValueError; also for a key given twice and for broken letters."""
    value = _DECODER.decode(text)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()  # half a letter, as in \ud83d, cannot be stored
    return value


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


_DECODER = json.JSONDecoder(
    parse_int=str,
    parse_float=lambda digits: digits if "e" in digits.lower() else digits + NUMBER_MARK,
    parse_constant=lambda word: None,  # NaN and Infinity
    object_pairs_hook=_object,
)


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """Lines with their numbers; None for one that is too long to be a record."""
    number = 0
    with path.open(encoding="utf-8-sig") as file:
        while line := file.readline(LONGEST_LINE):
            number += 1
            is_cut = len(line) == LONGEST_LINE and not line.endswith("\n")
            while is_cut and (more := file.readline(LONGEST_LINE)) and not more.endswith("\n"):
                pass
            yield number, None if is_cut else line


def _filled_lines(path: Path) -> Iterator[tuple[int, str | None]]:
    return ((number, line) for number, line in _lines(path) if line is None or line.strip())


def _no_table(file: str) -> str:
    return (
        f"'{file}' is JSON, but no table: a list of records is needed, or one record a line, such as "
        '{"customer_id": "C1", "amount": 12.5}. Export it so, or as CSV.'
    )


def _about_lists(columns: _Columns, file: str) -> list[Finding]:
    if not columns.lists:
        return []
    name = next(iter(columns.lists))
    return [
        Finding(
            code="nested_column",
            message=f"In '{file}' '{name[:60]}' holds lists instead of single values; such cells "
            f"({sum(columns.lists.values()):,} in {len(columns.lists)} columns) were left out. To use what "
            "is in them, export a file with a row for each.",
            severity="note",
            file=file,
            column=name[:60],
            rows=max(columns.lists.values()),
        )
    ]

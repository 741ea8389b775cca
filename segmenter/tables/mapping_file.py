"""A mapping as TOML that a person can read, and back.

    [data]
    currency = "EUR"
    time_zone = "Europe/Berlin"

    [[transactions]]
    file = "orders.xlsx"
    sheet = "May"
    where = { Status = ["paid", "sent"] }
    customer_id = "Customer No"
    at = { column = "Date", day_first = true }
    amount = { column = "Total", decimal = "," }
    channel = { value = "web" }

Every table is an array, so several files can feed one table and one file several tables. Paths are
relative to the mapping file, or to the folder that the caller names.
"""

import tomllib
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from segmenter.errors import MappingError
from segmenter.tables.contracts import TABLES
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping, check_mapping

# A mapping is written by a person or by our page. More is something else, and can be made to take minutes.
MOST_BYTES = 200_000
_LONGEST_LINE = 8_000
_DATA = "data"  # the part of a mapping that speaks of all its tables
_ABOUT_DATA = ("currency", "time_zone")


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises MappingError in words for whatever is wrong with it."""
    try:
        check_size(path.stat().st_size, path.name)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MappingError(f"There is no mapping file '{path.name}'. Check the path.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping file '{path.name}' could not be read as UTF-8 text.") from error
    return mapping_from_toml(text, name=path.name)


def write_mapping(mapping: Mapping, path: Path) -> None:
    """Write the mapping as TOML; read_mapping gives an equal one back."""
    path.write_text(mapping_to_toml(mapping), encoding="utf-8")


def mapping_from_toml(text: str, *, name: str = "mapping.toml") -> Mapping:
    """The mapping written in `text`; `name` is used in error messages."""
    check_size(len(text), name)
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        raise MappingError(
            f"The mapping file '{name}' has a line of more than {_LONGEST_LINE:,} letters. Break it up."
        )
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise MappingError(f"The mapping file '{name}' has brackets within brackets without end.") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The mapping file '{name}' is not valid TOML: {error}.") from error
    if not document:
        raise MappingError(f"The mapping file '{name}' maps nothing. Add at least a [[transactions]] part.")
    about = _about_data(document.pop(_DATA, {}), name)
    tables: dict[str, tuple[SourceMapping, ...]] = {}
    for table, parts in document.items():
        if table not in TABLES:
            raise MappingError(
                f"The mapping file '{name}' has a part '{table}'; the tables are: {', '.join(TABLES)}."
            )
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise MappingError(
                f"In '{name}', write [[{table}]] with two brackets: a table may have several files."
            )
        tables[table] = tuple(_source_mapping(table, part, name) for part in parts)
    mapping = Mapping(tables=tables, **about)
    check_mapping(mapping)
    return mapping


def check_size(size: int, name: str) -> None:
    """Raise MappingError for a file too large to be a mapping. size: in bytes or letters."""
    if size > MOST_BYTES:
        raise MappingError(f"'{name}' is too large to be a mapping. Choose the mapping's .toml file.")


def mapping_to_toml(mapping: Mapping) -> str:
    """The mapping as TOML text."""
    about = {key: said for key in _ABOUT_DATA if (said := getattr(mapping, key)) is not None}
    tables = {
        table: [_source_document(source) for source in sources]
        for table, sources in mapping.tables.items()
        if sources
    }
    return tomli_w.dumps({**({_DATA: about} if about else {}), **tables})


def _about_data(part: Any, name: str) -> dict[str, str]:
    if not isinstance(part, dict) or not all(isinstance(said, str) for said in part.values()):
        raise MappingError(f"In '{name}', write [data] with lines such as currency = \"EUR\".")
    for key in part:
        if key not in _ABOUT_DATA:
            raise MappingError(
                f"[data] of '{name}' has '{key}', which means nothing here. Known: {', '.join(_ABOUT_DATA)}."
            )
    return dict(part)


def _source_mapping(table: str, part: dict[str, Any], name: str) -> SourceMapping:
    where = f"[[{table}]] of '{name}'"
    columns = dict(part)
    file = columns.pop("file", None)
    if not isinstance(file, str) or not file.strip():
        raise MappingError(f'{where} does not say which file: add file = "orders.csv".')
    sheet, rows_from = columns.pop("sheet", None), columns.pop("part", None)
    if not all(said is None or isinstance(said, str) for said in (sheet, rows_from)):
        raise MappingError(f"{where}: write the names of 'sheet' and 'part' in quotation marks.")
    kept, dropped = (_words(columns.pop(key, {}), key, where) for key in ("where", "unless"))
    reasons = columns.pop("reasons", {})
    if not isinstance(reasons, dict) or not all(isinstance(reason, str) for reason in reasons.values()):
        raise MappingError(f'{where}: write reasons = {{ "column" = "why the model may use it" }}.')
    attributes = columns.pop("attributes", None)
    if attributes is not None and not _is_list_of_text(attributes):
        raise MappingError(f'{where}: write attributes = ["column", "column"].')
    return SourceMapping(
        file=file,
        columns={key: _column_source(value, f"'{key}' in {where}") for key, value in columns.items()},
        sheet=sheet,
        where=kept,
        unless=dropped,
        part=rows_from,
        attributes=None if attributes is None else tuple(attributes),
        reasons=reasons,
    )


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _words(value: Any, key: str, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise MappingError(f'{where}: write {key} = {{ "column" = ["word"] }}.')
    lists = {column: words if isinstance(words, list) else [words] for column, words in value.items()}
    return {column: tuple(_as_text(word) for word in words) for column, words in lists.items()}


def _as_text(value: Any) -> str:
    """A TOML value as it would stand in a cell: true, 12, purchase."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _column_source(value: Any, where: str) -> ColumnSource:
    if isinstance(value, str):
        return ColumnSource(column=value)
    if not isinstance(value, dict):
        raise MappingError(f'{where} must name a column ("Total") or say {{ value = ... }} for a constant.')
    given = dict(value)
    known = [item.name for item in fields(ColumnSource)]
    for key in given:
        if key not in known:
            raise MappingError(f"{where} has '{key}', which means nothing here. Known: {', '.join(known)}.")
    if "origin" in given:
        given["origin"] = _origin(given["origin"], where)
    if isinstance(given.get("value"), (date, datetime)):
        given["value"] = given["value"].isoformat()
    try:
        return msgspec.convert(given, ColumnSource)
    except msgspec.ValidationError as error:
        raise MappingError(f"{where} could not be understood: {error}.") from error


def _origin(value: Any, where: str) -> datetime:
    """TOML dates, TOML times and text all say when counting starts; a zone has no meaning here."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise MappingError(f'{where}: the origin must be a date such as "2018-07-01".') from error
    return moment.replace(tzinfo=None)


def _source_document(source: SourceMapping) -> dict[str, Any]:
    document: dict[str, Any] = {"file": source.file}
    if source.sheet is not None:
        document["sheet"] = source.sheet
    for key, filters in (("where", source.where), ("unless", source.unless)):
        if filters:
            document[key] = {column: list(words) for column, words in filters.items()}
    if source.part is not None:
        document["part"] = source.part
    for name, column in source.columns.items():
        given = {item.name: getattr(column, item.name) for item in fields(ColumnSource)}
        given = {key: value for key, value in given.items() if value not in (None, {})}
        document[name] = column.column if set(given) == {"column"} else given
    if source.attributes is not None:
        document["attributes"] = list(source.attributes)
    if source.reasons:
        document["reasons"] = dict(source.reasons)
    return document

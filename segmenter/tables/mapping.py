"""A mapping says how files become tables: TOML that a person can read, frozen objects for the code.

    [[transactions]]
    file = "orders.csv"
    customer_id = "Customer No"
    at = { column = "Date", format = "%d.%m.%Y" }
    amount = { column = "Total", decimal = "," }
    channel = { value = "web" }

Every table is an array, so several files can feed one table and one file several tables. Paths are
relative to the mapping file, or to the folder that the caller names.
"""

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec
import tomli_w

from segmenter.errors import MappingError, MissingColumn
from segmenter.tables.contracts import TABLES, ColumnContract

Unit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "weeks"]
Scalar = str | int | float | bool

_MAX_BYTES = 1_000_000  # a mapping is written by a person or by our page; more than this is something else


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSource:
    """Where the cells of one contract column come from: a column of the file, or one constant.

    column: the file's column name. value: a constant for every row. Exactly one of the two is given.
    values: the file's words -> ours; words not listed stay as they are.
    times: a second column to multiply by (amount = unit price times quantity).
    unit, origin: a number counted in `unit` since `origin`. format: how dates are written ("%d/%m/%Y").
    decimal: the decimal sign of numbers, where the file leaves it open.
    """

    column: str | None = None
    value: Scalar | None = None
    values: dict[str, str] = field(default_factory=dict)
    times: str | None = None
    unit: Unit | None = None
    origin: datetime | None = None
    format: str | None = None
    decimal: Literal[".", ","] | None = None

    def columns(self) -> tuple[str, ...]:
        """The file's columns that this reads."""
        return tuple(name for name in (self.column, self.times) if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """How one file feeds one table.

    where: only rows whose cell is one of the listed words belong to this table.
    attributes (customers only): the file's columns that become attributes; None: all that are not mapped.
    """

    file: str
    columns: dict[str, ColumnSource]
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] | None = None

    def source_columns(self) -> tuple[str, ...]:
        """Every column of the file that this mapping names, each once, in order of mention."""
        named = [name for source in self.columns.values() for name in source.columns()]
        return tuple(dict.fromkeys([*named, *self.where, *(self.attributes or ())]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """All tables of a dataset, each from one or more files."""

    tables: dict[str, tuple[SourceMapping, ...]]

    def files(self) -> tuple[str, ...]:
        """The files named, each once, in order of mention."""
        return tuple(dict.fromkeys(source.file for sources in self.tables.values() for source in sources))


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises MappingError in words for whatever is wrong with it."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise MappingError(
                f"'{path.name}' is too large to be a mapping. Choose the mapping's .toml file."
            )
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
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The mapping file '{name}' is not valid TOML: {error}.") from error
    if not document:
        raise MappingError(f"The mapping file '{name}' maps nothing. Add at least a [[transactions]] part.")
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
    mapping = Mapping(tables=tables)
    check_mapping(mapping)
    return mapping


def mapping_to_toml(mapping: Mapping) -> str:
    """The mapping as TOML text."""
    document = {
        table: [_source_document(source) for source in sources]
        for table, sources in mapping.tables.items()
        if sources
    }
    return tomli_w.dumps(document)


def check_mapping(mapping: Mapping) -> None:
    """Raise MappingError, or MissingColumn, for the first thing that contradicts the contracts."""
    if not any(mapping.tables.values()):
        raise MappingError("The mapping maps nothing. Say at least which file holds the transactions.")
    for table, sources in mapping.tables.items():
        if table not in TABLES:
            raise MappingError(f"There is no table '{table}'; the tables are: {', '.join(TABLES)}.")
        for source in sources:
            _check_source(table, source)


def _check_source(table: str, source: SourceMapping) -> None:
    contract = TABLES[table]
    where = f"[[{table}]] from '{source.file}'"
    for name, column in source.columns.items():
        if name not in contract.names:
            likely = get_close_matches(name, contract.names, n=1)
            hint = f"Did you mean '{likely[0]}'?" if likely else f"It has: {', '.join(contract.names)}."
            raise MappingError(f"{where}: table '{table}' has no column '{name}'. {hint}")
        _check_column(contract.column(name), column, f"{where}, column '{name}'")
    missing = [name for name in contract.required if name not in source.columns]
    if missing:
        raise MissingColumn(
            f"{where} needs a column for '{missing[0]}': {contract.column(missing[0]).description} "
            "Say which column of the file it is."
        )
    if source.attributes is not None and table != "customers":
        raise MappingError(f"{where}: only customers have attributes. Remove the line.")


def _check_column(contract: ColumnContract, source: ColumnSource, where: str) -> None:
    if (source.column is None) == (source.value is None):
        raise MappingError(f"{where}: name either a column of the file or one constant value.")
    only_for = {
        "times": "number",
        "decimal": "number",
        "unit": "time",
        "origin": "time",
        "format": "time",
    }
    for key, type in only_for.items():
        if getattr(source, key) is not None and contract.type != type:
            raise MappingError(
                f"{where}: '{key}' is for columns of type {type}; this one is {contract.type}."
            )
    if (source.unit is None) != (source.origin is None):
        raise MappingError(
            f'{where}: a time that is counted needs both, such as unit = "hours" and origin = "2018-07-01".'
        )
    if source.unit is not None and source.format is not None:
        raise MappingError(
            f"{where}: a time is either counted (unit, origin) or written in a format, not both."
        )


def _source_mapping(table: str, part: dict[str, Any], name: str) -> SourceMapping:
    where = f"[[{table}]] of '{name}'"
    columns = dict(part)
    file = columns.pop("file", None)
    if not isinstance(file, str) or not file.strip():
        raise MappingError(f'{where} does not say which file: add file = "orders.csv".')
    words = _where(columns.pop("where", {}), where)
    attributes = columns.pop("attributes", None)
    if attributes is not None and not _is_list_of_text(attributes):
        raise MappingError(f'{where}: write attributes = ["column", "column"].')
    return SourceMapping(
        file=file,
        columns={key: _column_source(value, f"'{key}' in {where}") for key, value in columns.items()},
        where=words,
        attributes=None if attributes is None else tuple(attributes),
    )


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _where(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise MappingError(f'{where}: write where = {{ "column" = ["word"] }}.')
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
    if source.where:
        document["where"] = {column: list(words) for column, words in source.where.items()}
    for name, column in source.columns.items():
        given = {item.name: getattr(column, item.name) for item in fields(ColumnSource)}
        given = {key: value for key, value in given.items() if value not in (None, {})}
        document[name] = column.column if set(given) == {"column"} else given
    if source.attributes is not None:
        document["attributes"] = list(source.attributes)
    return document

"""How files become tables: frozen objects, and what they must agree with. mapping_file.py makes them TOML."""

import math
import re
import zoneinfo
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from segmenter.errors import MappingError, MissingColumn
from segmenter.tables.contracts import TABLES, ColumnContract
from segmenter.tables.header_words import comparable_title

Unit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "weeks"]
Scalar = str | int | float | bool

Source = tuple[str, str | None]  # a file, and the sheet of it where it is a workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSource:
    """Where the cells of one contract column come from: a column of the file, or one constant.

    column: the file's column name. value: a constant for every row. Exactly one of the two is given.
    values: the file's words -> ours; words not listed stay as they are.
    times: a second column to multiply by (amount = unit price times quantity). factor: a number to multiply
    by (0.01 where amounts are in cents, 30.4 where months stand for days).
    unit, origin: a number counted in `unit` since `origin`. format: how dates are written ("%d/%m/%Y").
    day_first: what 03/04/2024 means, where the file leaves it open: 3 April, or March 4.
    decimal: the decimal sign of numbers, where the file leaves it open.
    """

    column: str | None = None
    value: Scalar | None = None
    values: dict[str, str] = field(default_factory=dict)
    times: str | None = None
    factor: float | None = None
    unit: Unit | None = None
    origin: datetime | None = None
    format: str | None = None
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None

    def columns(self) -> tuple[str, ...]:
        """The file's columns that this reads."""
        return tuple(name for name in (self.column, self.times) if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """How one file feeds one table.

    sheet: of a workbook; None: its first sheet that holds a table.
    where: only rows whose cell is one of the listed words belong to this table. unless: rows whose cell is
    one of these words do not. part: the column that says from which of several exports each row came.
    attributes (customers only): the file's columns that become attributes; None: all that are not mapped.
    reasons (customers only): sensitive columns that the model may use all the same -> why.
    """

    file: str
    columns: dict[str, ColumnSource]
    sheet: str | None = None
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    part: str | None = None
    attributes: tuple[str, ...] | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """Which file, and which sheet of it."""
        return self.file, self.sheet

    def source_columns(self) -> tuple[str, ...]:
        """Every column of the file that this mapping names, each once, in order of mention."""
        named = [name for source in self.columns.values() for name in source.columns()]
        part = () if self.part is None else (self.part,)
        return tuple(
            dict.fromkeys([*named, *self.where, *self.unless, *part, *(self.attributes or ()), *self.reasons])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """All tables of a dataset, each from one or more files.

    currency: in which all amounts are, as ISO 4217 ("EUR"); time_zone: whose clock the times show
    ("Europe/Berlin"), to which times that name a zone of their own are brought. None: not said.
    """

    tables: dict[str, tuple[SourceMapping, ...]]
    currency: str | None = None
    time_zone: str | None = None

    def files(self) -> tuple[str, ...]:
        """The files named, each once, in order of mention."""
        return tuple(dict.fromkeys(file for file, _ in self.sources()))

    def outcome_titles(self) -> frozenset[str]:
        """Titles of columns that say what became of customers (comparable_title): never to be known to a
        model, whichever file or sheet they stand in.
        """
        return frozenset(
            comparable_title(column)
            for part in self.tables.get("outcomes", ())
            for name, source in part.columns.items()
            if name != "customer_id"
            for column in source.columns()
        )

    def sources(self) -> tuple[Source, ...]:
        """The files and sheets named, each once, in order of mention."""
        return tuple(dict.fromkeys(part.source for parts in self.tables.values() for part in parts))


def check_mapping(mapping: Mapping, *, whole: bool = True) -> None:
    """Raise MappingError, or MissingColumn, for the first thing that contradicts the contracts.

    whole: the tables must also suffice together; one that is only looked at need not.
    """
    if not any(mapping.tables.values()):
        raise MappingError("The mapping maps nothing. Say at least which file holds the transactions.")
    if mapping.currency is not None and not re.fullmatch("[A-Z]{3}", mapping.currency):
        raise MappingError('The currency of a mapping is three capital letters, such as "EUR" or "USD".')
    if mapping.time_zone is not None and mapping.time_zone not in zoneinfo.available_timezones():
        likely = get_close_matches(mapping.time_zone, zoneinfo.available_timezones(), n=1)
        hint = f"Did you mean '{likely[0]}'?" if likely else 'Write it as "Europe/Berlin".'
        raise MappingError(f"There is no time zone '{mapping.time_zone[:60]}'. {hint}")
    for table, sources in mapping.tables.items():
        if table not in TABLES:
            raise MappingError(f"There is no table '{table}'; the tables are: {', '.join(TABLES)}.")
        for source in sources:
            _check_source(table, source)
    if whole:
        _check_outcomes(mapping)


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
    if table == "outcomes" and not {"segment", "bought"} & set(source.columns):
        raise MissingColumn(
            f"{where} needs a column for 'segment' or for 'bought': what became of each customer. "
            "Say which column of the file it is."
        )
    if table != "customers" and (source.attributes is not None or source.reasons):
        raise MappingError(f"{where}: only customers have attributes. Remove the line.")
    for sensitive, reason in source.reasons.items():
        if not reason.strip():
            raise MappingError(f"{where}: say in 'reasons' why the model may use the column '{sensitive}'.")


def _check_outcomes(mapping: Mapping) -> None:
    given = {table for table, parts in mapping.tables.items() if parts}
    if "outcomes" in given and not given & {"customers", "transactions"}:
        raise MappingError(
            "[[outcomes]] says what became of customers, and nothing says who they are. Fill [[customers]] "
            "from the same file: its further columns are what a model learns from."
        )
    outcomes = mapping.outcome_titles()
    for part in mapping.tables.get("customers", ()):
        known = [name for name in part.attributes or () if comparable_title(name) in outcomes]
        if known:
            raise MappingError(
                f"[[customers]] from '{part.file}' names '{known[0]}' as an attribute, and [[outcomes]] as "
                "what came after. A model that knows the outcome predicts nothing: take it out."
            )


def _check_column(contract: ColumnContract, source: ColumnSource, where: str) -> None:
    if (source.column is None) == (source.value is None):
        raise MappingError(f"{where}: name either a column of the file or one constant value.")
    only_for = {
        "times": "number",
        "factor": "number",
        "decimal": "number",
        "unit": "time",
        "origin": "time",
        "format": "time",
        "day_first": "time",
    }
    for key, type in only_for.items():
        if getattr(source, key) is not None and contract.type != type:
            raise MappingError(
                f"{where}: '{key}' is for columns of type {type}; this one is {contract.type}."
            )
    if source.factor is not None and not (math.isfinite(source.factor) and source.factor > 0):
        raise MappingError(f"{where}: the factor must be a number above zero.")
    if (source.unit is None) != (source.origin is None):
        raise MappingError(
            f'{where}: a time that is counted needs both, such as unit = "hours" and origin = "2018-07-01".'
        )
    if source.unit is not None and source.format is not None:
        raise MappingError(
            f"{where}: a time is either counted (unit, origin) or written in a format, not both."
        )
    if source.day_first is not None and (source.unit is not None or source.format is not None):
        raise MappingError(f"{where}: 'day_first' is for dates of which neither 'format' nor 'unit' is said.")

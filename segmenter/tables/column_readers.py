"""One column of a contract and where its cells come from -> typed values, and which cells could not be read.

A reader looks at the whole column first (how are its numbers, its dates written?), then reads it in batches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.errors import MappingError
from segmenter.tables.cell_notes import CellNotes
from segmenter.tables.cells import count_true, tidy, tidy_numbers, unmarked, without_missing_words
from segmenter.tables.contracts import ColumnContract
from segmenter.tables.id_text import (
    all_with_decimals,
    read_choices,
    read_flags,
    read_ids,
    replace_words,
)
from segmenter.tables.mapping import ColumnSource
from segmenter.tables.number_text import (
    Decimal,
    NumberSurvey,
    beyond_range,
    read_numbers,
    survey_numbers,
)
from segmenter.tables.source_rows import SourceRows
from segmenter.tables.time_columns import (
    TimeForm,
    TimeSurvey,
    outside_plausible,
    read_counted_times,
    read_formatted_times,
    read_times,
    survey_times,
)

ARROW_TYPES: dict[str, Any] = {
    "text": pa.string(),
    "choice": pa.string(),
    "number": pa.float64(),
    "time": pa.timestamp("us"),
    "flag": pa.bool_(),
}

_FLAG_WORDS = {"true", "false", "yes", "no"}
_MANY = 20  # rows
_FAILURES = {
    "number": "not_a_number",
    "time": "not_a_date",
    "flag": "not_yes_or_no",
    "choice": "unknown_word",
}


@dataclass(frozen=True, slots=True)
class ReadCells:
    """values: typed, of shape (n,), NULL where missing or unreadable. failures: reason -> bool mask (n,)."""

    values: pa.Array
    failures: dict[str, np.ndarray]


@dataclass(slots=True, kw_only=True)
class ColumnReader:
    """Reads the cells of one contract column; `prepare_reader` makes one.

    are_flags: the ids are all yes and no. notes: what was seen in the cells while reading. words: of a choice
    column, in small letters, where they are few. zone: whose clock cells in a stated format are brought to.
    """

    contract: ColumnContract
    source: ColumnSource
    decimals: dict[str, Decimal] = field(default_factory=dict)
    numbers: NumberSurvey | None = None
    form: TimeForm | None = None
    times: TimeSurvey | None = None
    drop_decimals: bool = False
    zone: str | None = None
    are_flags: bool = False
    notes: CellNotes = field(default_factory=CellNotes)
    words: set[str] = field(default_factory=set)

    def read(self, cells: Mapping[str, pa.Array], numbers: np.ndarray) -> ReadCells:
        """The values of a batch, from the raw cells of the file's columns. numbers: of its rows, (n,)."""
        if self.source.column is None:
            raw = pa.array([str(self.source.value)] * len(numbers), pa.string())
        else:
            raw = cells[self.source.column]
        if self.contract.type == "choice" and len(self.words) <= _MANY:
            self.words |= {word.casefold() for word in pc.unique(tidy(raw).drop_null()).to_pylist()}
        if self.source.values:
            tidied = tidy(raw)
            replaced = replace_words(tidied, self.source.values)
            raw = pc.if_else(pc.equal(replaced, tidied), raw, replaced)
        if self.contract.is_id:
            return self._read_ids(unmarked(raw), numbers)
        text = tidy_numbers(raw) if self.contract.type == "number" else tidy(raw)
        if self.contract.type == "text":
            return ReadCells(text, {})
        values = self._typed(text, cells)
        missing = text if self.contract.type == "choice" else without_missing_words(text)
        failed = pc.and_(pc.is_valid(missing), pc.is_null(values))
        failures = {_FAILURES[self.contract.type]: _mask(failed)}
        if self.contract.type == "number" and self.source.column is not None:
            beyond = pc.and_(failed, beyond_range(text, self._decimal(self.source.column)))
            failures = {
                "number_out_of_range": _mask(beyond),
                "not_a_number": _mask(pc.and_not(failed, pc.fill_null(beyond, False))),
            }
        if self.contract.type == "time":
            implausible = outside_plausible(values)
            failures["date_out_of_range"] = _mask(implausible)
            values = pc.if_else(implausible, pa.scalar(None, values.type), values)
        return ReadCells(values, failures)

    def _read_ids(self, raw: pa.Array, numbers: np.ndarray) -> ReadCells:
        ids = read_ids(raw, drop_decimals=self.drop_decimals)
        self.notes.see(ids.seen, numbers)
        return ReadCells(ids.values, {"total_row": _mask(ids.totals), "unreadable_id": _mask(ids.unreadable)})

    def _decimal(self, column: str | None) -> Decimal:
        return self.decimals.get(column or "", self.source.decimal or ".")

    def _typed(self, text: pa.Array, cells: Mapping[str, pa.Array]) -> pa.Array:
        source = self.source
        if self.contract.type == "number":
            values = read_numbers(text, self._decimal(source.column))
            if source.times is not None:
                other = read_numbers(tidy_numbers(cells[source.times]), self.decimals[source.times])
                values = pc.multiply(values, other)
            return values if source.factor is None else pc.multiply(values, source.factor)
        if self.contract.type == "time":
            if source.unit is not None and source.origin is not None:
                return read_counted_times(text, source.unit, source.origin)
            if source.format is not None:
                return read_formatted_times(text, source.format, self.zone)
            return read_times(text, self.form or TimeForm())
        if self.contract.type == "flag":
            return read_flags(text)
        return read_choices(text, self.contract.choices)


def prepare_reader(contract: ColumnContract, rows: SourceRows) -> ColumnReader:
    """A reader that has seen the whole column. Raises MappingError for a constant that cannot be read."""
    source = rows.mapping.columns[contract.name]
    reader = ColumnReader(contract=contract, source=source, zone=rows.time_zone)
    if source.column is None:
        if reader.read({}, np.ones(1, dtype=np.int64)).values.null_count:
            raise MappingError(
                f"The constant for '{contract.name}' in [[{rows.table}]] cannot be read as {contract.type}."
            )
        return reader
    if contract.is_id:
        reader.drop_decimals = _all_with_decimals(rows, source.column)
        reader.are_flags = _are_flags(next(rows.cells(source.column), pa.array([], pa.string())))
    elif contract.type == "number":
        for column in source.columns():
            survey = survey_numbers(rows.number_cells(column))
            reader.numbers = reader.numbers or survey
            likely: Decimal = "," if rows.text.decimal_comma_likely else "."
            reader.decimals[column] = source.decimal or survey.decimal(otherwise=likely)
    elif contract.type == "time" and source.unit is None and source.format is None:
        reader.times = survey_times(rows.cells(source.column))
        reader.form = reader.times.form(day_first=source.day_first, zone=rows.time_zone)
    return reader


def _are_flags(ids: pa.Array) -> bool:
    """Do tidy ids say yes and no? A 1 and a 0 do so where there is nothing else in many rows."""
    words = set(pc.unique(pc.utf8_lower(ids.drop_null())).to_pylist())
    return bool(words) and (words <= _FLAG_WORDS or (words == {"0", "1"} and len(ids) >= _MANY))


def _all_with_decimals(rows: SourceRows, column: str) -> bool:
    """Is every id such as '12.0'? Stops at the first batch that says no."""
    seen = False
    for cells in rows.cells(column):
        answer = all_with_decimals(cells)
        if answer is False:
            return False
        seen = seen or answer is True
    return seen


def _mask(values: pa.Array) -> np.ndarray:
    if count_true(values) == 0:
        return np.zeros(len(values), dtype=bool)
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), dtype=bool)

"""Rows that cannot be used: counted with their reasons, listed in set_aside.parquet, told in words."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.hashing import Erased
from segmenter.tables.contracts import TABLES
from segmenter.tables.report import Finding

# reason -> what is wrong, as it goes on after "1,204 rows of 'orders.csv' "; and what can be done
REASONS: dict[str, tuple[str, str]] = {
    "missing": ("have nothing in {column}", "Check that the right column is mapped."),
    "not_a_number": (
        "have something else than a number in {column}",
        "Check that the right column is mapped, and which sign is the decimal sign.",
    ),
    "number_out_of_range": (
        "have a number beyond a thousand billion in {column}, which no amount or count is",
        "Check where these numbers come from.",
    ),
    "not_a_date": (
        "have something else than a date in {column}",
        "Check that the right column is mapped, or say the date's format in the mapping.",
    ),
    "date_out_of_range": (
        "have a date before 1980 or after 2099 in {column}, as systems write for 'not known'",
        "Check where these dates come from.",
    ),
    "unknown_word": (
        "have a word in {column} that is none of {choices}",
        "Say in the mapping which word of yours means what.",
    ),
    "not_yes_or_no": (
        "have something else than yes or no in {column}",
        "Say in the mapping which word of yours means what.",
    ),
    "unreadable_id": (
        "have an id in {column} that is too long, or that a spreadsheet has turned into 1.23E+11, #REF! or "
        "the like",
        "Export the ids as text.",
    ),
    "header_row": ("repeat the header", "This happens where files are pasted together."),
    "total_row": ("add up other rows", "Export the table without them."),
    "empty_row": ("are empty", ""),
    "ragged_row": (
        "have more or fewer cells than the header",
        "A delimiter inside a text often causes this.",
    ),
    "broken_record": (
        "hold no record, or one that was cut short or names a column twice",
        "Export the file again.",
    ),
    "overlap": ("are in another file, sheet or part, too", "They count once."),
    "superseded": (
        "belong to an order that a newer file, sheet or part tells otherwise",
        "The newer version counts.",
    ),
    "already_there": ("are in the data set already", "They count once."),
    "erased": ("belong to customers who were erased on request", ""),
    "joined": (
        "belong to customers whom another file names before, and were joined to them",
        "What they say is not lost.",
    ),
    "updated": (
        "bring newer values of what was there before",
        "What they say is not lost.",
    ),
    "duplicate": ("repeat what another row has in {column}", "The first of each was kept."),
}
_FOR_ONE = {
    "have": "has",
    "hold": "holds",
    "are": "is",
    "add": "adds",
    "repeat": "repeats",
    "belong": "belongs",
    "bring": "brings",
}
# Whoever sets these rows aside knows more of them than their number, and says it.
_TOLD_ELSEWHERE = ("overlap", "superseded", "updated")
# Nothing is wrong with such rows: a file of them alone is no bad file.
_ALL_RIGHT = ("overlap", "superseded", "already_there", "erased", "joined", "updated")
_UNREADABLE = (
    "not_a_number",
    "number_out_of_range",
    "not_a_date",
    "date_out_of_range",
    "unknown_word",
    "unreadable_id",
    "ragged_row",
    "broken_record",
)
_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("value_shown", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: a table, a file and its column as the user calls them; None: the whole row.

    meaning: the contract column that it was mapped to, if any.
    """

    table: str
    file: str
    column: str | None = None
    meaning: str = ""

    def words(self) -> str:
        """'column 'Total' (amount)'."""
        named = f"column '{self.column}'"
        return named if self.meaning in ("", self.column) else f"{named} ({self.meaning})"


@dataclass(slots=True)
class Tally:
    """What became of the rows, for all tables. rows_in[t] == rows used + set_aside[t] for every table t."""

    rows_in: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    # (where, why, is the whole row lost?) -> how many rows, and the first of them
    counts: dict[tuple[Place, str, bool], tuple[int, int]] = field(default_factory=dict)

    def add_rows(self, table: str, rows: int) -> None:
        """Rows that belong to a table, usable or not."""
        self.rows_in[table] = self.rows_in.get(table, 0) + rows

    def add(self, place: Place, reason: str, rows: np.ndarray, *, whole_row: bool) -> None:
        """Rows, by their numbers (n,), with a reason. whole_row: set aside; else one cell is left empty."""
        if len(rows) == 0:
            return
        key = (place, reason, whole_row)
        count, first = self.counts.get(key, (0, int(rows[0])))
        self.counts[key] = (count + len(rows), min(first, int(rows.min())))
        if whole_row:
            self.set_aside[place.table] = self.set_aside.get(place.table, 0) + len(rows)

    def rows_used(self, table: str) -> int:
        return self.rows_in.get(table, 0) - self.set_aside.get(table, 0)

    def findings(self) -> list[Finding]:
        """One finding per place and reason, and problems for tables of which too little is left."""
        found = [
            _finding(place, reason, whole_row, rows, first)
            for (place, reason, whole_row), (rows, first) in self.counts.items()
            if reason not in _TOLD_ELSEWHERE
        ]
        for table, rows in self.rows_in.items():
            found += self._too_little_left(table, rows)
        return found

    def _too_little_left(self, table: str, rows: int) -> list[Finding]:
        lost = {
            (place, reason): (count, first)
            for (place, reason, whole_row), (count, first) in self.counts.items()
            if place.table == table and whole_row
        }
        fine = sum(count for (_, reason), (count, _) in lost.items() if reason in _ALL_RIGHT)
        if rows == fine or not lost:
            return []
        unreadable = sum(count for (_, reason), (count, _) in lost.items() if reason in _UNREADABLE)
        place, reason = max(lost, key=lambda key: lost[key])
        if self.rows_used(table) + fine == 0:
            code, message = "no_rows_left", f"None of the {rows:,} rows for table '{table}' can be used."
        elif unreadable >= 0.5 * rows:
            code = "most_rows_unreadable"
            message = (
                f"Half of the rows for table '{table}' or more ({unreadable:,} of {rows:,}) cannot be read."
            )
        else:
            return []
        where = f"the first in row {lost[place, reason][1]} of '{place.file}'"
        words = f" Most of them, {where}, {_reason_words(place, reason)}. {REASONS[reason][1]}".rstrip()
        return [
            Finding(
                code=code,
                message=message + words,
                severity="problem",
                table=table,
                file=place.file,
                column=place.column,
                rows=self.set_aside.get(table, 0),
            )
        ]


def _reason_words(place: Place, reason: str, rows: int = 2) -> str:
    contract = TABLES[place.table]
    choices = contract.column(place.meaning).choices if place.meaning in contract.names else ()
    words = REASONS[reason][0].format(column=place.words(), choices=", ".join(choices))
    verb, rest = words.split(" ", 1)
    return f"{_FOR_ONE[verb]} {rest}" if rows == 1 else words


def _finding(place: Place, reason: str, whole_row: bool, rows: int, first_row: int) -> Finding:
    noun = "row" if rows == 1 else "rows"
    consequence = "set aside" if whole_row else "the cells are left empty"
    done = "set aside" if whole_row else "cells left empty"
    return Finding(
        code=reason,
        message=f"{rows:,} {noun} of '{place.file}' {_reason_words(place, reason, rows)}, the first in row "
        f"{first_row}: {consequence}. {REASONS[reason][1]}".rstrip(),
        severity="note" if reason in ("empty_row", *_ALL_RIGHT) else "warning",
        table=place.table,
        file=place.file,
        column=place.column,
        rows=rows,
        first_row=first_row,
        done=done,
    )


def what_is_wrong(place: Place, reason: str) -> tuple[str, str]:
    """What is wrong with one row that was set aside, and what can be done, as sentences.

    A reason that this version does not know is said as it is.
    """
    if reason not in REASONS:
        return reason, ""
    if reason == "unknown_word" and not place.meaning:
        return f"The row has a word in {place.words()} that has no meaning here.", REASONS[reason][1]
    return f"The row {_reason_words(place, reason, rows=1)}.", REASONS[reason][1]


class SetAside:
    """Writes set_aside.parquet, one row per row set aside, without any cell of it, and keeps the tally."""

    def __init__(self, path: Path, erased: Erased | None = None) -> None:
        self.tally = Tally()
        self.erased = erased  # customers whose rows are set aside, wherever they come from
        self._writer = pq.ParquetWriter(path, _SCHEMA, compression="zstd")

    def put(self, place: Place, reason: str, rows: np.ndarray) -> None:
        """Set aside these rows, by their numbers (n,)."""
        self.tally.add(place, reason, rows, whole_row=True)
        if len(rows):
            same = [place.table, place.file, place.column, reason, ""]
            table, file, column, why, shown = (pa.array([value] * len(rows), pa.string()) for value in same)
            numbers = pa.array(rows, pa.int64())
            self._writer.write_batch(
                pa.RecordBatch.from_arrays([table, file, numbers, column, why, shown], schema=_SCHEMA)
            )

    def carry_over(self, path: Path) -> None:
        """List first what an earlier version of the data has set aside; the tally is of new rows alone."""
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=_SCHEMA.names):
                self._writer.write_batch(batch.cast(_SCHEMA))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

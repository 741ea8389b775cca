"""Typed rows of several parts -> the same rows with nothing in them twice, and what was set aside, in words.

Parts of a table are files, sheets, or exports within a file. Two parts overlap where, of the rows that the
smaller one has in the time that both cover, at least half are in the other, too: then they tell the same
story, and each row of it is kept once. Less than that is chance: two shops may sell for the same price on the
same day. Rows that tell the day only, and no order number, are equal by chance so easily that nearly all of
both parts must be the same, and many rows or a whole part. Orders in both parts are versions of each other
only where some of their lines are the same: goods and their shipping are not. A row is set aside only in
favour of a part that overlaps with its own. Rows that one part repeats by itself are its own business and
stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine, read_sql
from segmenter.tables.contracts import TABLES
from segmenter.tables.parts import Part
from segmenter.tables.report import Finding
from segmenter.tables.typed_rows import TypedRows
from segmenter.tables.validation import Place, SetAside

_PACKAGE = "segmenter.tables"
_REAL = 0.5  # of the smaller part's rows, in the time that both cover
_REAL_BY_DAY = 0.95  # of both parts' rows, where they tell the day only
_LEAST_BY_DAY = 20  # such rows that are the same, unless they are all that one part has
_PARTS = pa.schema(
    [
        *((name, pa.int64()) for name in ("source_part", "n_rows", "age")),
        *((name, pa.timestamp("us")) for name in ("first_at", "last_at", "shared_from", "shared_until")),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two parts with rows in common: when both tell something, how many rows, and how many are matched.

    total: rows of each at any time. telling: matched rows with an order number, a campaign or a time of day.
    orders, versions: how many orders are in both, and those of them of which a line is the same.
    """

    parts: tuple[int, int]
    starts_at: datetime
    ends_at: datetime
    rows: tuple[int, int]
    matched: tuple[int, int]
    total: tuple[int, int]
    telling: int
    orders: int
    versions: int

    @property
    def smaller(self) -> int:
        """Place in the pair of the part with fewer rows in that time; of two as large, the better matched."""
        return min((0, 1), key=lambda place: (self.rows[place], -self.matched[place]))

    @property
    def tells_days_only(self) -> bool:
        return self.telling < _REAL * self.matched[0]

    @property
    def has_other_lines(self) -> bool:
        """Are the orders that both hold told in different lines, such as goods here and shipping there?"""
        return self.versions < _REAL * self.orders

    @property
    def is_real(self) -> bool:
        if self.has_other_lines:
            return False
        if not self.tells_days_only:
            return self.matched[self.smaller] >= _REAL * self.rows[self.smaller]
        is_enough = min(self.matched) >= _LEAST_BY_DAY or any(
            same == rows for same, rows in zip(self.matched, self.total, strict=True)
        )
        return is_enough and all(
            same >= _REAL_BY_DAY * rows for same, rows in zip(self.matched, self.rows, strict=True)
        )


def without_overlap(
    engine: Engine,
    table: str,
    typed: TypedRows,
    aside: SetAside,
    scratch: Path,
    *,
    age: Sequence[int] | None = None,
    keep_oldest: bool = False,
) -> tuple[TypedRows, list[Finding]]:
    """The typed rows of a table without what another part has, too, and what was found; the rest to `aside`.

    age: of each part, larger is newer; None: the part that reaches further is the newer one, and never the
    order of the files decides. Of an order that several parts hold in different versions, the newest part's
    stays of which every line can be read. keep_oldest: what is the same in all parts stays in the oldest, so
    that rows which are stored already stay as they are. Tables with a key are returned as they are: their
    keys see to it.
    """
    if TABLES[table].key or len(typed.parts) < 2:
        return typed, []
    engine.register("typed_rows", typed.path)
    engine.register("lost_rows", typed.lost)
    periods = engine.frame(read_sql(_PACKAGE, "part_periods"), {})
    parts = _with_shared_time(periods, typed.parts, age)
    if parts["shared_from"].isna().all():
        return typed, []
    _register(engine, "parts", pa.Table.from_pandas(parts, schema=_PARTS, preserve_index=False), scratch)
    copies = scratch / f"copies_{table}.parquet"
    engine.write(read_sql(_PACKAGE, f"{table}_copies"), {}, copies)
    engine.register("copies", copies)
    pairs = [
        _Pair(
            parts=(row["our_part"], row["their_part"]),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            rows=(row["our_rows"], row["their_rows"]),
            matched=(row["our_matched"], row["their_matched"]),
            total=(row["our_total"], row["their_total"]),
            telling=row["n_telling"],
            orders=row["n_orders"],
            versions=row["n_versions"],
        )
        for batch in engine.batches(read_sql(_PACKAGE, "part_pairs"), {})
        for row in batch.to_pylist()
    ]
    found = [_alike(table, pair, typed.parts) for pair in pairs if not pair.is_real]
    real = [pair.parts for pair in pairs if pair.is_real]
    if real:
        both_ways = [*real, *((other, one) for one, other in real)]
        columns = [pa.array(numbers, pa.int64()) for numbers in zip(*both_ways, strict=True)]
        _register(engine, "real_pairs", pa.table(columns, names=["source_part", "other_part"]), scratch)
        rows = scratch / f"overlapping_{table}.parquet"
        engine.write(read_sql(_PACKAGE, "overlapping_rows"), {"keep_oldest": keep_oldest}, rows)
        engine.register("overlapping_rows", rows)
        found += _set_aside(table, rows, typed.parts, aside)
        path = scratch / f"once_{table}.parquet"
        kept = engine.write(read_sql(_PACKAGE, "rows_without_overlap"), {}, path)
        typed = replace(typed, path=path, rows=kept)
    return typed, found


def _with_shared_time(
    periods: pd.DataFrame, parts: Sequence[Part], age: Sequence[int] | None
) -> pd.DataFrame:
    """The parts with their age and the time that any other part covers, too: NULL where none does."""
    first, last = periods["first_at"].to_numpy(), periods["last_at"].to_numpy()
    shared_from, shared_until = [], []
    for place in range(len(periods)):
        others = np.arange(len(periods)) != place
        starts = np.maximum(first[place], first[others])
        ends = np.minimum(last[place], last[others])
        meets = starts <= ends
        shared_from.append(starts[meets].min() if meets.any() else np.datetime64("NaT"))
        shared_until.append(ends[meets].max() if meets.any() else np.datetime64("NaT"))
    numbers = periods["source_part"].tolist()
    if age is None:
        order = sorted(
            range(len(numbers)),
            key=lambda k: (last[k], first[k], periods["n_rows"].iloc[k], parts[numbers[k]].name),
        )
        ages = [order.index(place) for place in range(len(numbers))]
    else:
        ages = [age[number] for number in numbers]
    return periods.assign(
        age=ages,
        shared_from=np.array(shared_from, dtype="datetime64[us]"),
        shared_until=np.array(shared_until, dtype="datetime64[us]"),
    )


def _register(engine: Engine, name: str, rows: pa.Table, scratch: Path) -> None:
    path = scratch / f"{name}.parquet"
    pq.write_table(rows, path)
    engine.register(name, path)


@dataclass(slots=True)
class _Lost:
    """Overlapping rows of one file and reason: how many, the usable ones of them, the first row, and when."""

    part: Part
    first_at: datetime
    last_at: datetime
    rows: int = 0
    usable: int = 0
    first_row: int | None = None

    def add(self, rows: pd.DataFrame) -> None:
        self.rows += len(rows)
        self.usable += int(rows["is_usable"].sum())
        self.first_at = min(self.first_at, rows["at"].min())
        self.last_at = max(self.last_at, rows["at"].max())
        first = int(rows["source_row"].min())
        self.first_row = first if self.first_row is None else min(self.first_row, first)


def _set_aside(table: str, path: Path, parts: Sequence[Part], aside: SetAside) -> list[Finding]:
    """Put the usable ones of the overlapping rows aside; one finding per reason and file."""
    lost: dict[tuple[str, str], _Lost] = {}
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            for (reason, name), rows in batch.to_pandas().groupby(["reason", "source_file"], sort=False):
                part = parts[int(rows["source_part"].iloc[0])]
                first_at, last_at = rows["at"].min(), rows["at"].max()
                told = lost.setdefault(
                    (str(reason), str(name)), _Lost(part=part, first_at=first_at, last_at=last_at)
                )
                told.add(rows)
                usable = rows.loc[rows["is_usable"], "source_row"].to_numpy(np.int64)
                aside.put(Place(table, str(name), part.column), str(reason), usable)
    return [_told(table, reason, rows) for (reason, _), rows in lost.items()]


def _told(table: str, reason: str, lost: _Lost) -> Finding:
    part = lost.part
    return Finding(
        code=reason,
        message=f"{lost.rows:,} rows of '{part.file}' from {lost.first_at:%Y-%m-%d} to "
        f"{lost.last_at:%Y-%m-%d} {_words(reason, part)}"
        f"{_what_was_done(lost.usable, lost.rows - lost.usable)}",
        table=table,
        file=part.file,
        column=part.column,
        rows=lost.rows,
        first_row=lost.first_row,
    )


def _words(reason: str, part: Part) -> str:
    others = f"another part of it (column '{part.column}')" if part.column else "another file or sheet"
    if reason == "overlap":
        return f"are in {others}, too: "
    return f"belong to orders that {others} tells otherwise; the latest that can be read in full counts: "


def _what_was_done(usable: int, lost: int) -> str:
    """'14,803 were set aside, so that nothing counts twice; 7,720 were set aside for another reason.'"""
    done = f"{usable:,} set aside, so that nothing counts twice"
    return f"{done}; {lost:,} set aside for another reason already." if lost else f"{done}."


def _alike(table: str, pair: _Pair, parts: Sequence[Part]) -> Finding:
    smaller = pair.smaller
    part, other = parts[pair.parts[smaller]], parts[pair.parts[1 - smaller]]
    where = (
        f"Two parts of '{part.file}' (column '{part.column}')"
        if part.file == other.file
        else f"'{part.file}' and '{other.file}'"
    )
    return Finding(
        code="alike_rows",
        message=f"{where} both cover {pair.starts_at:%Y-%m-%d} to {pair.ends_at:%Y-%m-%d}, {_why_kept(pair)} "
        "All rows were kept. If the two are exports of the same shop, bring only one of them for this time.",
        severity="note",
        table=table,
        file=part.file,
        column=part.column,
        rows=pair.matched[smaller],
    )


def _why_kept(pair: _Pair) -> str:
    matched, rows = pair.matched[pair.smaller], pair.rows[pair.smaller]
    if pair.has_other_lines:
        return (
            f"and {pair.orders:,} orders are in both, but most of them with other lines, as where goods and "
            "shipping are told apart."
        )
    if matched < _REAL * rows:
        return f"but only {matched:,} of {rows:,} rows are in both, as happens by chance."
    return (
        f"and {matched:,} of {rows:,} rows are the same in both, but they tell only the day, and no order "
        "number, so they may be different ones all the same."
    )

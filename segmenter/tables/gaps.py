"""Rows per day of each dated table -> periods without any, where there should be some."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from segmenter.engines import Engine, read_sql
from segmenter.tables.report import Finding
from segmenter.tables.table_facts import table_finding

_ALL_DAYS = 1_000_000  # count by day, however long the data are
_SHORTEST = 5  # days: a long weekend is no gap
_LONGER = 3.0  # times as long as the usual longest pause
_USUAL = 0.95  # quantile of the pauses: shops that close on Sundays pause every week
_ROWS_MISSED = 20  # so many rows would usually lie in the gap; with fewer, chance may have made it
_ENOUGH_DAYS = 20  # with rows: with fewer, nobody can say what is usual
_LONG = 28  # days without a row that ask for a look


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days without a row, both included, and how many rows as many days usually have."""

    first: date
    last: date
    usual_rows: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def check_gaps(engine: Engine) -> Iterator[Finding]:
    """A finding per gap of a dated table. The dated tables must be registered."""
    frame = engine.frame(read_sql("segmenter.tables", "daily_activity"), {"days_by_day": _ALL_DAYS})
    for table, rows in frame.groupby("table_name"):
        counts = {day.date(): int(n) for day, n in zip(rows["day"], rows["n_rows"], strict=True)}
        for gap in find_gaps(counts):
            yield table_finding(
                "gap",
                f"Table '{table}' has no row from {gap.first:%Y-%m-%d} to {gap.last:%Y-%m-%d}, {gap.days} "
                f"days in which {gap.usual_rows:,} would be usual. Nothing was changed. If a file is "
                "missing, bring it; if the shop was closed, choose cutoffs whose windows do not reach "
                "into this time.",
                str(table),
                severity="warning" if gap.days >= _LONG else "note",
                column="at",
            )


def find_gaps(counts: Mapping[date, int]) -> list[Gap]:
    """Pauses in the middle that are long for these data. counts: rows of every day that has any."""
    days = sorted(day for day, rows in counts.items() if rows)
    pauses = [((later - earlier).days - 1, earlier, later) for earlier, later in pairwise(days)]
    if len(days) < _ENOUGH_DAYS:
        return []
    lengths = [length for length, _, _ in pauses]
    limit = max(_SHORTEST, _LONGER * (_usual(lengths) + 1))
    found = [pause for pause in pauses if pause[0] >= limit]
    span = (days[-1] - days[0]).days + 1 - sum(length for length, _, _ in found)
    per_day = sum(counts.values()) / span
    gaps = [
        Gap(
            first=earlier + timedelta(days=1),
            last=later - timedelta(days=1),
            usual_rows=round(length * per_day),
        )
        for length, earlier, later in found
    ]
    return [gap for gap in gaps if gap.usual_rows >= _ROWS_MISSED]


def _usual(lengths: Sequence[int]) -> float:
    """How long a pause may be without being odd: the quantile, the longest left out."""
    others = sorted(lengths)[:-1]
    return float(np.quantile(others, _USUAL, method="inverted_cdf")) if others else 0.0

"""A column of text cells -> timestamps: first a survey of all its cells, then the reading.

Days and times repeat, so each distinct one is read once, in Python, where the calendar's rules are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import map_distinct, without_missing_words
from segmenter.tables.number_text import read_numbers
from segmenter.tables.time_text import (
    Numeric,
    Order,
    has_short_year,
    leading_numbers,
    numeric_style,
    read_date,
    read_formatted,
    read_number_as_time,
    read_time,
    split_time,
    style_of,
)

EARLIEST = datetime(1980, 1, 1)  # 1900-01-01 and 1970-01-01 are what systems write for "not known"
LATEST = datetime(2100, 1, 1)

_DAY_US = 86_400_000_000
_UNIT_US = {
    "milliseconds": 1_000,
    "seconds": 1_000_000,
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "days": _DAY_US,
    "weeks": 7 * _DAY_US,
}
_BARE_NUMBER = r"^\d{5,19}(?:\.\d+)?$"
_TIMESTAMP = pa.timestamp("us")
_SPLIT = r"^(?P<day>.*?)(?P<time>[T\s,]\s*(?:at |um |à |a las )?\d{1,2}:\d{2}.*)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeForm:
    """How a column writes time. order: of day and month; numeric: what bare numbers count.

    zone: whose clock a cell that names a zone is brought to, such as "Europe/Berlin"; None: a zone is dropped
    and the clock stays as written.
    """

    order: Order = "day_first"
    numeric: Numeric | None = None
    zone: str | None = None


@dataclass(slots=True)
class TimeSurvey:
    """What the cells of a column show about how its dates are written. Feed it with `see`."""

    iso: int = 0
    styles: Counter[str] = field(default_factory=Counter)
    day_first: int = 0  # cells whose first number is above 12
    month_first: int = 0  # cells whose second number is above 12
    undecided: int = 0  # cells such as 03/04/2024
    short_years: int = 0  # cells such as 31.03.24
    offsets: Counter[int | None] = field(default_factory=Counter)
    numerics: Counter[Numeric] = field(default_factory=Counter)
    afternoons: int = 0  # times with AM or PM, as Americans write them

    def see(self, cells: pa.Array) -> None:
        """Count the styles in some tidy cells."""
        cells = without_missing_words(cells)
        try:
            pc.cast(cells, _TIMESTAMP)
        except pa.ArrowInvalid:
            self._see_each(cells)
        else:
            self.iso += len(cells) - cells.null_count

    def _see_each(self, cells: pa.Array) -> None:
        numbers = pc.filter(
            cells, pc.match_substring_regex(cells, _BARE_NUMBER), null_selection_behavior="drop"
        )
        if len(numbers) > 0.5 * (len(cells) - cells.null_count):
            for number in pc.unique(pc.cast(numbers, pa.float64())).to_pylist()[:10_000]:
                style = numeric_style(number)
                if style is not None:
                    self.numerics[style] += 1
            return
        parts = pc.extract_regex(cells, _SPLIT)
        for entry in pc.value_counts(parts.field("day")).to_pylist():
            self._see_day(entry["values"], entry["counts"])
        for entry in pc.value_counts(parts.field("time")).to_pylist():
            time = entry["values"]
            if time:
                read = read_time(time)
                if read is not None:
                    self.offsets[read[1]] += entry["counts"]
                self.afternoons += entry["counts"] * ("m" in time.lower() and "um" not in time)

    def _see_day(self, day: str | None, count: int) -> None:
        if not day:
            return
        style = style_of(day)
        self.styles[style or "unknown"] += count
        self.short_years += count * (style is not None and has_short_year(day))
        numbers = leading_numbers(day)
        if numbers is not None:
            self.day_first += count * (numbers[0] > 12)
            self.month_first += count * (numbers[1] > 12)
            self.undecided += count * (max(numbers) <= 12)

    @property
    def is_ambiguous(self) -> bool:
        """Are there dates such as 03/04/2024, and none in the column that shows the order?"""
        return self.undecided > 0 and self.day_first == 0 and self.month_first == 0

    @property
    def is_contradictory(self) -> bool:
        """Do some cells put the day first and others the month?"""
        return self.day_first > 0 and self.month_first > 0

    @property
    def known_styles(self) -> tuple[str, ...]:
        """The styles that appear, most frequent first."""
        styles = self.styles + Counter({"year_first": self.iso})
        return tuple(style for style, count in styles.most_common() if style != "unknown" and count)

    @property
    def is_mixed_zones(self) -> bool:
        """Do the cells name different zones? Summer and winter time of one place count as one zone."""
        offsets = sorted(-10_000 if offset is None else offset for offset in self.offsets)
        is_one_place = len(offsets) == 2 and offsets[1] - offsets[0] == 60
        return len(offsets) > 1 and not is_one_place

    def form(self, *, day_first: bool | None = None, zone: str | None = None) -> TimeForm:
        """The most likely way to read the column. day_first, zone: what somebody who knows has said.

        Where nobody has said whose clock counts, cells that name different zones are brought to UTC.
        """
        month_first = self.month_first > self.day_first or (self.is_ambiguous and self.afternoons > 0)
        if day_first is not None:
            month_first = not day_first
        numeric = self.numerics.most_common(1)[0][0] if self.numerics else None
        return TimeForm(
            order="month_first" if month_first else "day_first",
            numeric=numeric,
            zone=zone or ("UTC" if self.is_mixed_zones else None),
        )


def survey_times(chunks: Iterable[pa.Array]) -> TimeSurvey:
    """The survey of a whole column, given in chunks of tidy cells."""
    survey = TimeSurvey()
    for cells in chunks:
        survey.see(cells)
    return survey


def read_times(cells: pa.Array, form: TimeForm) -> pa.Array:
    """Tidy cells -> timestamps in microseconds, NULL where a cell is missing or no moment of the calendar."""
    cells = without_missing_words(cells)
    if form.numeric is None or form.numeric == "compact":
        try:
            return pc.cast(cells, _TIMESTAMP)
        except pa.ArrowInvalid:
            return _read_parts(cells, form)
    numeric = form.numeric
    numbers = read_numbers(cells, largest=1e19)  # nanoseconds since 1970 have 19 digits
    moments = map_distinct(
        pc.cast(numbers, pa.string()), lambda cell: read_number_as_time(float(cell), numeric), pa.int64()
    )
    moments = pc.cast(moments, _TIMESTAMP)
    # Seconds since 1970 are counted in UTC, wherever the clock hung.
    return moments if form.zone is None or numeric == "excel_days" else _on_clock(moments, form.zone)


def _on_clock(moments: pa.Array, zone: str) -> pa.Array:
    """Moments in UTC -> what the clock of a zone showed then. An hour that it shows twice stays twice."""
    return pc.local_timestamp(pc.cast(pc.assume_timezone(moments, "UTC"), pa.timestamp("us", tz=zone)))


def read_formatted_times(cells: pa.Array, format: str, zone: str | None = None) -> pa.Array:
    """Tidy cells in a strptime format -> timestamps. A time after a format without one is read as well.

    zone: whose clock a cell that names a zone is brought to; None: the clock stays as written.
    """

    def read(cell: str) -> tuple[int, int | None] | None:
        found = read_formatted(cell, format)
        if found is None:
            day, time = split_time(cell)
            start, clock = read_formatted(day, format), read_time(time)
            found = None if start is None or clock is None else (start[0] + clock[0], clock[1])
        return found

    def written(cell: str) -> int | None:
        found = read(cell)
        return None if found is None else found[0]

    def in_utc(cell: str) -> int | None:
        found = read(cell)
        return None if found is None or found[1] is None else found[0] - found[1] * 60_000_000

    cells = without_missing_words(cells)
    shown = pc.cast(map_distinct(cells, written, pa.int64()), _TIMESTAMP)
    if zone is None:
        return shown
    moments = pc.cast(map_distinct(cells, in_utc, pa.int64()), _TIMESTAMP)
    return pc.coalesce(_on_clock(moments, zone), shown)


def read_counted_times(cells: pa.Array, unit: str, origin: datetime) -> pa.Array:
    """Tidy cells that count `unit` since `origin` -> timestamps; NULL where a cell is no number.

    `origin` is a moment on the data's own clock, such as the start of a test, so that no zone moves what is
    counted from it.
    """
    elapsed = pc.round(pc.multiply(read_numbers(cells), float(_UNIT_US[unit])))
    start = (origin - datetime(1970, 1, 1)).total_seconds() * 1_000_000
    moment = pc.add(elapsed, start)
    fits = pc.less(pc.abs(moment), 9e18)  # beyond that, 64 bits of microseconds end
    return pc.cast(pc.cast(pc.if_else(fits, moment, None), pa.int64()), _TIMESTAMP)


def outside_plausible(times: pa.Array) -> pa.Array:
    """Which times cannot be the date of a business event; false where missing."""
    early = pc.less(times, pa.scalar(EARLIEST, _TIMESTAMP))
    late = pc.greater_equal(times, pa.scalar(LATEST, _TIMESTAMP))
    return pc.fill_null(pc.or_(early, late), False)


def _read_parts(cells: pa.Array, form: TimeForm) -> pa.Array:
    """Days and times of day apart, so that the distinct ones are few however many moments there are."""
    parts = pc.extract_regex(cells, _SPLIT)
    days = map_distinct(parts.field("day"), lambda cell: read_date(cell.rstrip(" ,"), form.order), pa.int64())
    day_part = pc.multiply(days, _DAY_US)

    def clock(cell: str) -> int | None:
        read = read_time(cell)
        return None if read is None else read[0]

    def offset(cell: str) -> int | None:
        read = read_time(cell)
        return None if read is None or read[1] is None else read[1] * 60_000_000

    # Where no time is written the part is '' and reads as midnight; a NULL means a time that is none.
    times = pc.fill_null(parts.field("time"), "")
    written = pc.add(day_part, map_distinct(times, clock, pa.int64()))
    if form.zone is None:
        return pc.cast(written, _TIMESTAMP)
    in_utc = pc.subtract(written, map_distinct(times, offset, pa.int64()))
    brought = _on_clock(pc.cast(in_utc, _TIMESTAMP), form.zone)
    return pc.coalesce(brought, pc.cast(written, _TIMESTAMP))

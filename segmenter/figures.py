"""Values -> figures and dates as a marketing manager writes them, the same on pages, in files and in charts.

Figures are grouped by commas and carry no more digits than a reader can use; a missing value is an en dash.
"""

import math
from datetime import date, datetime
from typing import Final

MISSING: Final = "–"


def number(value: float | None) -> str:
    """26016 -> '26,016'; 3.14159 -> '3.14': whole above 100, three significant digits below."""
    if value is None or not math.isfinite(value):
        return MISSING
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def share(value: float | None, *, digits: int = 0) -> str:
    """0.24 -> '24%'. What rounds to nothing but is something reads 'under 1%'."""
    if value is None or not math.isfinite(value):
        return MISSING
    smallest = 10.0 ** -(digits + 2)
    if 0 < value < smallest / 2:
        return f"under {smallest:.{digits}%}"
    return f"{value:.{digits}%}".replace("-", "−")


def points(value: float | None, *, signed: bool = False) -> str:
    """A difference of shares in percentage points: 0.0168 -> '1.7', signed '+1.7'; '0.0' has no sign."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{100 * value:+.1f}" if signed else f"{100 * value:.1f}"
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")


def whole(value: float) -> str:
    """1234.5 -> '1,234', -94.7 -> '−95'."""
    return f"{round(value):,}".replace("-", "−")


def brief(value: float) -> str:
    """No more digits than an interval would support: 71.4 -> '71', 4.23 -> '4.2', -0.04 -> '0.0'."""
    text = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def times(value: float | None) -> str:
    """2.1 -> '2.1×'; near 1, where the second place decides between more and fewer, 0.96 -> '0.96×'."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.2f}×" if 0 < abs(value - 1) < 0.05 else f"{value:.1f}×"


def money(value: float | None, *, sign: str = "") -> str:
    """9121.4 -> '9,121'; below 100 two decimals. Without a sign, because the data say no currency."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):,.2f}"
    return f"{'−' if value < 0 else ''}{sign}{text}"


def count_of(n: int, noun: str, plural: str | None = None) -> str:
    """(3, 'customer') -> '3 customers'; (1, 'customer') -> '1 customer'."""
    return f"{number(n)} {noun if n == 1 else plural or noun + 's'}"


def day(value: date | datetime | None) -> str:
    """A date -> '27 Nov 2025'."""
    return MISSING if value is None else f"{value.day} {value:%b %Y}"


def moment(value: datetime | None) -> str:
    """A point in time -> '27 Nov 2025, 14:05'."""
    return MISSING if value is None else f"{day(value)}, {value:%H:%M}"


def period(first: date | datetime | None, last: date | datetime | None) -> str:
    """Two days -> '1 Jul to 30 Jul 2018', or with both years where they differ."""
    if first is None or last is None:
        return MISSING
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(first)
    opening = f"{first.day} {first:%b}" if first.year == last.year else day(first)
    return f"{opening} to {day(last)}"


def duration(seconds: float | None) -> str:
    """Seconds -> '8 s', '2 min 5 s' or '1 h 20 min'."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size_in_words(n_bytes: int) -> str:
    """Bytes -> '812 bytes', '14 kB', '1.2 MB' or '3.4 GB'."""
    if n_bytes < 1_000:
        return count_of(n_bytes, "byte")
    for unit, size in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if n_bytes < 999.5 * size or unit == "GB":
            return (
                f"{n_bytes / size:.1f} {unit}" if n_bytes < 9.95 * size else f"{n_bytes / size:,.0f} {unit}"
            )
    raise AssertionError("the last unit takes everything")


def listed(words: list[str] | tuple[str, ...]) -> str:
    """['a', 'b', 'c'] -> 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"

"""Dates and times as people and programs write them -> microseconds of the data's own clock.

2024-03-31, 31.03.2024 14:05, 03/31/24 2:05 PM, 3. März 2024, 20240331, Unix seconds, Excel day numbers.
Whether the day or the month comes first is decided once for a column, from all its cells.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Literal

Order = Literal["day_first", "month_first"]
Style = Literal["year_first", "day_or_month_first", "day_with_points", "month_name", "compact"]
Numeric = Literal[
    "epoch_seconds", "epoch_milliseconds", "epoch_microseconds", "epoch_nanoseconds", "excel_days", "compact"
]

_EPOCH = date(1970, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; right from March 1900 on
_DAY_US = 86_400_000_000

_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_TIME = re.compile(
    r"[T\s,]*(?:at\s+|um\s+|à\s+|a las\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*(?:\[[^\]]*\]|Uhr)?"
)
_WORDS = re.compile(r"[^\W\d_]+|\d+")

# First letters, without accents, of the months in English, German, French and Spanish.
_MONTHS = {
    1: ("jan", "ene"),
    2: ("feb", "fev"),
    3: ("mar", "maer", "mrz"),
    4: ("apr", "avr", "abr"),
    5: ("may", "mai"),
    6: ("jun", "juin"),
    7: ("jul", "juil"),
    8: ("aug", "aou", "ago"),
    9: ("sep", "set"),
    10: ("oct", "okt"),
    11: ("nov",),
    12: ("dec", "dez", "dic"),
}


def split_time(cell: str) -> tuple[str, str]:
    """'31.03.2024 14:05' -> ('31.03.2024', ' 14:05'); the second part is '' where no time is written."""
    match = re.search(r"[T\s,]\s*(?:at |um |à |a las )?\d{1,2}:\d{2}", cell)
    return (cell, "") if match is None else (cell[: match.start()].rstrip(" ,"), cell[match.start() :])


def style_of(cell: str) -> Style | None:
    """How a date (without its time) is written; None where it is no date in any known style."""
    match = _NUMERIC_DATE.fullmatch(cell)
    if match is not None:
        if len(match[1]) == 4:
            return "year_first"
        return "day_with_points" if match[2] == "." else "day_or_month_first"
    if len(cell) == 8 and cell.isdecimal():
        return "compact"
    return "month_name" if _named_month(cell) is not None else None


def read_date(cell: str, order: Order) -> int | None:
    """Days since 1970 of a date (without its time), None where it is no date of the calendar."""
    style = style_of(cell)
    if style is None:
        return None
    if style == "month_name":
        parts = _named_month(cell)
    elif style == "compact":
        parts = (int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    else:
        parts = _numeric_parts(cell, order)
    if parts is None:
        return None
    try:
        return (date(*parts) - _EPOCH).days
    except ValueError:  # 30 February, month 13
        return None


def has_short_year(cell: str) -> bool:
    """Does a date (without its time) name its year by two digits?"""
    numbers = re.findall(r"\d+", cell)
    return style_of(cell) != "compact" and bool(numbers) and max(map(len, numbers)) <= 2


def leading_numbers(cell: str) -> tuple[int, int] | None:
    """The first two numbers of a date with slashes or dashes: they may show which one is the day."""
    if style_of(cell) != "day_or_month_first":
        return None
    match = _NUMERIC_DATE.fullmatch(cell)
    return None if match is None else (int(match[1]), int(match[3]))


def read_time(text: str) -> tuple[int, int | None] | None:
    """Microseconds of the day, and the zone's offset in minutes (None: no zone written); None: not a time."""
    if not text:
        return 0, None
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[5] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((match[4] or "0").ljust(9, "0")[:9]) // 1000
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, _offset_minutes(match[6])


def read_formatted(cell: str, format: str) -> tuple[int, int | None] | None:
    """Microseconds since 1970 as a cell in a strptime format shows them, and its zone's offset in minutes.

    None instead of the offset: no zone is written. None for both: the cell is not in that format.
    """
    try:
        moment = datetime.strptime(cell, format)
    except ValueError:
        return None
    zone = moment.utcoffset()
    if zone is None and format.endswith("Z") and cell.endswith(("Z", "UTC", "GMT")):
        zone = timedelta(0)  # a plain Z, or %Z, of which strptime makes nothing
    offset = None if zone is None else zone // timedelta(minutes=1)
    return (moment.replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(microseconds=1), offset


def numeric_style(number: float) -> Numeric | None:
    """What a bare number could count, judged by its size: 45291 are Excel days, 1711843200 Unix seconds."""
    if 19_000_101 <= number <= 21_001_231 and number == int(number):
        return "compact"
    if 20_000 <= number <= 80_000:  # 1954 to 2119
        return "excel_days"
    for style, seconds in _EPOCH_UNITS.items():
        if 300_000_000 <= number * seconds <= 4_102_444_800:  # 1979 to 2099
            return style
    return None


def read_number_as_time(number: float, style: Numeric) -> int:
    """Microseconds since 1970 of a number in that style (not 'compact')."""
    if style == "excel_days":
        # Rounded to the second: Excel keeps times as fractions of a day, with noise in the last digits.
        days = (_EXCEL_EPOCH - _EPOCH).days
        return round((number + days) * 86_400) * 1_000_000
    return round(number * _EPOCH_UNITS[style] * 1_000_000)


_EPOCH_UNITS: dict[Numeric, float] = {
    "epoch_seconds": 1.0,
    "epoch_milliseconds": 1e-3,
    "epoch_microseconds": 1e-6,
    "epoch_nanoseconds": 1e-9,
}


def _numeric_parts(cell: str, order: Order) -> tuple[int, int, int] | None:
    match = _NUMERIC_DATE.fullmatch(cell)
    if match is None:
        return None
    first, second, last = match[1], int(match[3]), match[4]
    if len(first) == 4:
        return int(first), second, int(last)
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    year = _full_year(last)
    if order == "month_first" and match[2] != ".":
        return year, int(first), second
    return year, second, int(first)


def _full_year(text: str) -> int:
    """Two-digit years are read as 1970 to 2069."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _named_month(cell: str) -> tuple[int, int, int] | None:
    """(year, month, day) of a date with its month in words, such as 'March 3rd, 2024' or '3. März 24'."""
    if len(cell) > 40 or not any(sign.isalpha() for sign in cell):
        return None
    plain = unicodedata.normalize("NFKD", cell.lower().replace("ä", "ae"))
    words = _WORDS.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    months = [month for month in map(_month_of, words) if month is not None]
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    return _full_year(year), months[0], int(day)


def _month_of(word: str) -> int | None:
    for month, beginnings in _MONTHS.items():
        if not word[0].isdigit() and word.startswith(beginnings):
            return month
    return None


def _offset_minutes(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes

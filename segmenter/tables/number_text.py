"""Numbers as people and programs write them -> float64.

1234.5, 1,234.50, 1.234,50, 1 234,50, 1'234.50, EUR 12.50, 12,50 €, (12.50) and 12.50- for minus. Whether
the comma or the point is the decimal sign is decided once for a column, from all its cells; but 1.2345e3 is
how programs write, with a point, in whichever column.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.cells import count_true, without_missing_words

Decimal = Literal[".", ","]

LARGEST = 1e12  # no amount of money or count in a customer file is larger; 1e308 would swallow every sum

_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR EURO EUROS GBP HKD HUF IDR ILS INR JPY KRW MXN MYR "
    "NOK NZD PEN PHP PLN RON RUB SAR SEK SGD THB TRY UAH USD ZAR"
)
_SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "ZŁ": "PLN", "KČ": "CZK"}
_MORE_SIGNS = {
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₪": "ILS",
    "R$": "BRL",
    "C$": "CAD",
    "A$": "AUD",
    "KR": "KR",
}
_CODE_OF = {**_SIGNS, **_MORE_SIGNS, "KR.": "KR", "FR.": "CHF", "SFR.": "CHF", "EURO": "EUR", "EUROS": "EUR"}
_LONGEST_FIRST = sorted([*_CODE_OF, *_CODES.split()], key=len, reverse=True)
_CURRENCY = f"(?:{'|'.join(re.escape(sign) for sign in _LONGEST_FIRST)})"
# A currency stands beside its number: the letters of a word are none.
_NAMED_CURRENCY = rf"(?:^[-+(]?\s*(?P<before>{_CURRENCY})[\s-]*\d|\d[\d.,'’\s-]*(?P<after>{_CURRENCY})\)?$)"

_GROUPS = r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}"  # the second as in India: 12,34,567
_POINT_NUMBER = rf"^[-+]?(?:\d+|{_GROUPS})?(?:\.\d*)?(?:[eE][-+]?\d{{1,3}})?$"
_PROGRAM_NUMBER = r"^[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d{1,3}$"  # no person writes so: the point is decimal
_COMMA_NUMBER = r"^[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+)?(?:,\d*)?$"

# What shows which sign is the decimal sign. One sign before exactly three digits shows nothing: 1,234.
_SHOWS_POINT = (
    r"^[-+]?(?:\d*\.(?:\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(?:,\d{3})+\.\d*|\d{1,3}(?:,\d{3}){2,}"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?)$"
)
_SHOWS_COMMA = r"^[-+]?(?:\d*,(?:\d{1,2}|\d{4,})|0?,\d+|\d{1,3}(?:\.\d{3})+,\d*|\d{1,3}(?:\.\d{3}){2,})$"
_SHOWS_NEITHER = r"^[-+]?[1-9]\d{0,2}[.,]\d{3}$"


@dataclass(slots=True)
class NumberSurvey:
    """What the cells of a column show about how its numbers are written. Feed it with `see`."""

    shows_point: int = 0
    shows_comma: int = 0
    undecided: int = 0  # cells such as 1,234 that could be read both ways
    currencies: set[str] = field(default_factory=set)

    def see(self, cells: pa.Array) -> None:
        """Count the signs in some tidy cells."""
        cells = without_missing_words(cells)
        if not _is_plain(cells):
            found = pc.extract_regex(pc.utf8_upper(cells), _NAMED_CURRENCY)
            signs = [
                sign for side in ("before", "after") for sign in pc.unique(found.field(side)).to_pylist()
            ]
            self.currencies |= {currency_code(sign) for sign in signs if sign}
            cells = _bare(cells)
        self.shows_point += count_true(pc.match_substring_regex(cells, _SHOWS_POINT))
        self.shows_comma += count_true(pc.match_substring_regex(cells, _SHOWS_COMMA))
        self.undecided += count_true(pc.match_substring_regex(cells, _SHOWS_NEITHER))

    def decimal(self, *, otherwise: Decimal = ".") -> Decimal:
        """The decimal sign that most cells show; `otherwise` where none shows any."""
        if self.shows_comma == self.shows_point:
            return otherwise
        return "," if self.shows_comma > self.shows_point else "."

    @property
    def is_mixed(self) -> bool:
        """Do some cells show a decimal point and others a decimal comma?"""
        return self.shows_point > 0 and self.shows_comma > 0

    @property
    def is_ambiguous(self) -> bool:
        """Are there cells such as 1,234, and nothing in the column that says how to read them?"""
        return self.undecided > 0 and self.shows_point == 0 and self.shows_comma == 0


def survey_numbers(chunks: Iterable[pa.Array]) -> NumberSurvey:
    """The survey of a whole column, given in chunks of tidy cells."""
    survey = NumberSurvey()
    for cells in chunks:
        survey.see(cells)
    return survey


def read_numbers(cells: pa.Array, decimal: Decimal = ".", *, largest: float = LARGEST) -> pa.Array:
    """Tidy cells -> float64, NULL where a cell is missing, not a number, or beyond `largest`."""
    values = _cast(cells, decimal)
    usable = pc.and_(pc.is_finite(values), pc.less_equal(pc.abs(values), largest))
    return pc.if_else(usable, values, pa.scalar(None, pa.float64()))


def beyond_range(cells: pa.Array, decimal: Decimal = ".") -> pa.Array:
    """Which tidy cells are numbers that no amount or count is: beyond LARGEST, or without end."""
    return pc.fill_null(pc.greater(pc.abs(_cast(cells, decimal)), LARGEST), False)


def _cast(cells: pa.Array, decimal: Decimal) -> pa.Array:
    cells = without_missing_words(cells)
    if decimal == "," or not _is_plain(cells):
        bare = _bare(cells)
        fits = pc.match_substring_regex(bare, _COMMA_NUMBER if decimal == "," else _POINT_NUMBER)
        # The patterns let an empty whole part and an empty fraction through, so that .5 and 5. are read; in
        # 'e3', the number of an event, no digit stands before the exponent.
        fits = pc.and_(fits, pc.match_substring_regex(bare, r"^[-+]?[.,]?\d"))
        if decimal == ",":
            by_program = pc.match_substring_regex(bare, _PROGRAM_NUMBER)
            fits = pc.or_(fits, by_program)
            with_point = pc.replace_substring(pc.replace_substring(bare, ".", ""), ",", ".")
            bare = pc.if_else(by_program, bare, with_point)
        else:
            bare = pc.replace_substring(bare, ",", "")
        cells = pc.if_else(fits, bare, pa.scalar(None, bare.type))
    return pc.cast(cells, pa.float64())


def currency_code(sign: str) -> str:
    """One code per currency, so that '€' and 'EUR' in one column are not two currencies."""
    return _CODE_OF.get(sign, sign)


def _is_plain(cells: pa.Array) -> bool:
    """Are all cells numbers as a computer writes them? Then nothing needs to be taken off."""
    try:
        pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _bare(cells: pa.Array) -> pa.Array:
    """Digits, signs and separators only: no currency, no spaces between thousands, a plain minus in front."""
    if not pc.all(pc.string_is_ascii(cells)).as_py():
        cells = pc.utf8_normalize(cells, form="NFKC")  # full-width digits, no-break spaces
        cells = pc.replace_substring_regex(cells, r"[−–]", "-")
        cells = _with_ascii_digits(cells)
    cells = pc.replace_substring_regex(cells, r"^'", "")  # how spreadsheets mark text
    cells = pc.replace_substring_regex(cells, rf"(?i)^([-+(]?)\s*{_CURRENCY}\s*", r"\1")
    cells = pc.replace_substring_regex(cells, rf"(?i)\s*{_CURRENCY}(\)?)$", r"\1")
    cells = pc.replace_substring_regex(cells, r"(\d)[\s'’](\d{3})\b", r"\1\2")
    cells = pc.replace_substring_regex(cells, r"(\d)[\s'’](\d{3})\b", r"\1\2")
    cells = pc.replace_substring_regex(cells, r"^\(([^()]+)\)$", r"-\1")
    return pc.replace_substring_regex(cells, r"^([^-]+)-$", r"-\1")


def _with_ascii_digits(cells: pa.Array) -> pa.Array:
    for zero in ("\u0660", "\u06f0", "\u0966"):  # Arabic, Persian, Devanagari
        if pc.any(pc.match_substring_regex(cells, f"[{zero}-{chr(ord(zero) + 9)}]")).as_py():
            for digit in range(10):
                cells = pc.replace_substring(cells, chr(ord(zero) + digit), str(digit))
    return cells

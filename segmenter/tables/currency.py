"""Files and their mapping -> in which currency the amounts are likely to be, and what says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from segmenter.tables.contracts import TABLES
from segmenter.tables.header_words import plain_title
from segmenter.tables.mapping import Mapping
from segmenter.tables.number_text import survey_numbers
from segmenter.tables.reading import SourceColumn, SourceFile, find_source

# Of most trade between shops and people; any other may be said as well.
USUAL = (
    *(
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "CAD",
        "AUD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
    ),
    *("TRY", "INR", "BRL", "MXN", "ZAR", "CNY", "KRW", "SGD", "HKD", "AED"),
)

_TITLES = {
    "currency",
    "currency code",
    "order currency",
    "order currency code",
    "waehrung",
    "wkz",
    "devise",
    "moneda",
}
_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "$": "USD", "¥": "JPY"}
_NAMES = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "pounds": "GBP", "franken": "CHF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyGuess:
    """code: ISO 4217. because: 'the title Total EUR', as the page says it."""

    code: str
    because: str


def guess_currency(files: Sequence[SourceFile], mapping: Mapping) -> CurrencyGuess | None:
    """What the amounts, their titles or a column of currencies say; None where they say nothing, or two."""
    found = [guess for column in _money_columns(files, mapping) for guess in _signs(column)]
    found += [guess for file in files for column in file.columns for guess in _named(column)]
    return found[0] if len({guess.code for guess in found}) == 1 else None


def _money_columns(files: Sequence[SourceFile], mapping: Mapping) -> Iterator[SourceColumn]:
    """The columns that are mapped to an amount of money."""
    for table, parts in mapping.tables.items():
        for part in parts:
            file = find_source(files, part.source)
            for name, source in part.columns.items():
                is_money = TABLES[table].column(name).type == "number" and name not in (
                    "quantity",
                    "valid_days",
                )
                column = file.column(source.column or "") if file is not None else None
                if is_money and column is not None:
                    yield column


def _signs(column: SourceColumn) -> Iterator[CurrencyGuess]:
    for code in sorted(survey_numbers([pa.array(column.samples, pa.string())]).currencies):
        yield CurrencyGuess(code=code, because=f"the amounts in '{column.name}'")
    words = plain_title(column.name).split()
    codes = [word.upper() for word in words if word.upper() in USUAL]
    codes += [_NAMES[word] for word in words if word in _NAMES]
    codes += [code for sign, code in _SIGNS.items() if sign in column.name]
    for code in codes:
        yield CurrencyGuess(code=code, because=f"the title '{column.name}'")


def _named(column: SourceColumn) -> Iterator[CurrencyGuess]:
    """A column that names the currency of each row, such as Shopify's."""
    if plain_title(column.name) in _TITLES or plain_title(column.name).endswith(" currency"):
        for word in column.words:
            if re.fullmatch(r"(?i)[a-z]{3}", word):
                yield CurrencyGuess(code=word.upper(), because=f"the column '{column.name}'")

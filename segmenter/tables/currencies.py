"""A column that says in which currency each row is -> are all amounts in one, and in the one that is said?"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.errors import MappingError
from segmenter.tables.dataset import Dataset
from segmenter.tables.header_words import plain_title
from segmenter.tables.report import Finding
from segmenter.tables.source_rows import SourceRows

_TITLES = (
    "currency",
    "currency code",
    "order currency",
    "presentment currency",
    "waehrung",
    "waehrungscode",
    "devise",
    "monnaie",
    "moneda",
    "divisa",
)
_CODE = "^[A-Za-z]{3}$"
_MOST_NAMED = 5


def check_currencies(sources: Sequence[SourceRows], said: str | None) -> tuple[str | None, list[Finding]]:
    """The currency of the purchases, None where nothing says it; and a problem where their own currency
    columns name several, or another than the mapping says.

    Money in two currencies cannot be added up, and no rate is ours to choose.
    """
    met: dict[str, SourceRows] = {}
    for source in sources:
        for name in source.text.names:
            if plain_title(name) in _TITLES:
                for code in _codes(source, name):
                    met.setdefault(code, source)
    if len(met) > 1:
        named = ", ".join(sorted(met)[:_MOST_NAMED])
        return None, [
            _problem(met, f"hold amounts in several currencies ({named}), which cannot be added up")
        ]
    if said is not None and met and said not in met:
        return None, [_problem(met, f"hold amounts in {next(iter(met))}, but the mapping says {said}")]
    return said or next(iter(met), None), []


def check_same_currency(before: Dataset, new: str | None) -> list[Finding]:
    """Raise MappingError where new purchases are in another currency; a note where only they say theirs.

    new: what the mapping or the new files say.
    """
    old = before.currency
    if new is None or new == old or not before.has("transactions"):
        return []
    if old is not None:
        raise MappingError(
            f"'{before.name}' has the currency {old}, and the new files hold amounts in {new}. Bring them as "
            "a data set of their own, or convert them."
        )
    return [
        Finding(
            code="currency_assumed",
            message=f"The new purchases are in {new}. Those that were there before do not say theirs, and "
            f"are taken to be in {new}, too. If they are not, undo this step.",
            severity="note",
            table="transactions",
        )
    ]


def _codes(source: SourceRows, name: str) -> set[str]:
    """The currencies in a column, in capital letters; none where its cells are no codes."""
    words: set[str] = set()
    for cells in source.cells(name):
        words |= set(cells.drop_null().unique().to_pylist())
    are_codes = bool(words) and pc.all(pc.match_substring_regex(pa.array(sorted(words)), _CODE)).as_py()
    return {word.upper() for word in words} if are_codes else set()


def _problem(met: dict[str, SourceRows], what: str) -> Finding:
    files = dict.fromkeys(source.file for source in met.values())
    first = next(iter(met.values()))
    column = next(name for name in first.text.names if plain_title(name) in _TITLES)
    return Finding(
        code="mixed_currencies",
        message=f"{' and '.join(f'{file!r}' for file in files)} {what} (column '{column}'). Convert them to "
        "one currency, or let only the rows of one count: choose it under 'Only some rows of this file'.",
        severity="problem",
        table="transactions",
        file=first.file,
        column=column,
    )

"""Ids, plain text, choices and yes/no cells -> what is stored. Ids stay text, whatever they look like.

An id is cleaned only of what nobody can see: white space at its ends, invisible signs, and the two ways of
writing an accent. Every cleaned cell is counted.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from segmenter.hashing import INVISIBLE
from segmenter.tables.cells import count_true, map_distinct, without_missing_words

LONGEST_ID = 200

SCIENTIFIC = (
    r"^\d(?:[.,]\d+[eE]\+?|[eE]\+)\d{1,3}$"  # what a spreadsheet makes of a long number; digits are lost
)
_SPREADSHEET_ERROR = r"^#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|N/A|NV|WERT!|BEZUG!|ZAHL!|VALEUR!|VALOR!)$"
# What a spreadsheet makes of SEPT2, 3-12 and the like.
_LIKE_A_DATE = (
    r"^(?:\d{1,2}[-. ]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{4}-\d\d-\d\d( 00:00:00)?$"
    r"|\d{1,2}/\d{1,2}/\d{2,4}$)(?:[-. ]?\d{2,4})?$"
)
_WITH_DECIMALS = r"^\d+\.0+$"
_WHOLE_NUMBER = r"^\d+(?:\.0+)?$"
_TOTAL_WORDS = pa.array(
    [
        "total",
        "totals",
        "grand total",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "total général",
        "suma",
        "somme",
    ]
)
PLACEHOLDER_IDS = pa.array(
    [
        *("null", "(null)", "<na>", "none", "nil", "nan", "n/a", "na", "unknown", "undefined", "unbekannt"),
        *("guest", "gast", "invité", "invitado", "anonymous", "anonym", "anonyme", "anónimo"),
        *("-", "--", "?", "0", "-1"),
    ]
)

_YES = (
    "true",
    "t",
    "yes",
    "y",
    "1",
    "on",
    "ja",
    "j",
    "oui",
    "o",
    "si",
    "sí",
    "s",
    "vrai",
    "wahr",
    "verdadero",
)
_YES_CONSENT = ("granted", "opted in", "opt-in", "subscribed", "accepted", "x", "given", "confirmed")
_NO = ("false", "f", "no", "n", "0", "off", "nein", "non", "faux", "falsch", "falso")
_NO_CONSENT = (
    "denied",
    "opted out",
    "opt-out",
    "unsubscribed",
    "rejected",
    "never subscribed",
    "not subscribed",
)
_FLAGS = dict.fromkeys(_YES + _YES_CONSENT, True) | dict.fromkeys(_NO + _NO_CONSENT, False)


@dataclass(frozen=True, slots=True)
class IdCells:
    """Ids of shape (n,), with what was done to them.

    values: text, NULL where missing or unusable. unreadable: too long, rounded by a spreadsheet, or an error
    of its. totals: rows that hold a sum of the others. seen: what deserves a word -> bool (n,): 'ids_cleaned'
    of white space or, with 'invisible_signs', of more; 'ids_merged' with another id of the same cells by
    that; 'ids_with_decimals' taken off; 'ids_as_dates', and 'placeholder_ids' that say 'unknown': both kept.
    """

    values: pa.Array
    unreadable: pa.Array
    totals: pa.Array
    seen: dict[str, pa.Array]


def read_ids(cells: pa.Array, *, drop_decimals: bool = False) -> IdCells:
    """Text cells -> ids. drop_decimals: '12.0' is meant as '12' (see `all_with_decimals`)."""
    trimmed = values = pc.utf8_trim_whitespace(cells)
    if not pc.all(pc.string_is_ascii(values)).as_py():
        values = pc.utf8_normalize(pc.replace_substring_regex(values, INVISIBLE, ""), form="NFC")
        values = pc.utf8_trim_whitespace(values)
    blank = pc.equal(values, "")
    changed = pc.and_not(pc.not_equal(values, cells), blank)
    seen = {
        "ids_cleaned": changed,
        "invisible_signs": pc.and_not(pc.not_equal(values, trimmed), blank),
        "ids_merged": _merged(cells, values, changed),
    }
    if drop_decimals:
        seen["ids_with_decimals"] = pc.match_substring_regex(values, _WITH_DECIMALS)
        values = pc.replace_substring_regex(values, r"\.0+$", "")
    values = pc.if_else(blank, pa.scalar(None, values.type), values)
    unreadable = pc.or_(
        pc.match_substring_regex(values, f"{SCIENTIFIC}|{_SPREADSHEET_ERROR}"),
        pc.greater(pc.utf8_length(values), LONGEST_ID),
    )
    lower = pc.utf8_lower(values)
    totals = pc.is_in(lower, value_set=_TOTAL_WORDS)
    seen["ids_as_dates"] = pc.match_substring_regex(lower, _LIKE_A_DATE)
    seen["placeholder_ids"] = pc.is_in(lower, value_set=PLACEHOLDER_IDS)
    unusable = pc.or_(pc.fill_null(unreadable, False), totals)
    return IdCells(
        values=pc.if_else(unusable, pa.scalar(None, values.type), values),
        unreadable=pc.fill_null(unreadable, False),
        totals=totals,
        seen=seen,
    )


def all_with_decimals(cells: pa.Array) -> bool | None:
    """Are all tidy cells whole numbers, and some of them like '12.0', as after a detour over a float?

    None: there are no cells, or none of them has decimals.
    """
    whole = pc.drop_null(pc.match_substring_regex(cells, _WHOLE_NUMBER))
    if len(whole) and not pc.all(whole).as_py():
        return False
    return True if count_true(pc.match_substring_regex(cells, _WITH_DECIMALS)) else None


def _merged(cells: pa.Array, values: pa.Array, changed: pa.Array) -> pa.Array:
    """Which of the changed cells are now the same id as a cell that was written in another way."""
    if count_true(changed) == 0:
        return changed
    pairs = pa.table({"value": values, "cell": cells}).group_by(["value", "cell"]).aggregate([])
    ways = pc.value_counts(pairs.column("value"))
    several = ways.field("values").filter(pc.greater(ways.field("counts"), 1))
    return pc.and_(changed, pc.is_in(values, value_set=several))


def read_flags(cells: pa.Array) -> pa.Array:
    """Tidy cells -> booleans, NULL where a cell is missing or says neither yes nor no."""
    return map_distinct(without_missing_words(cells), lambda cell: _FLAGS.get(cell.lower()), pa.bool_())


def read_choices(cells: pa.Array, choices: tuple[str, ...]) -> pa.Array:
    """Tidy cells -> one of `choices`, whatever the case; NULL where a cell is none of them."""
    known = {choice.lower(): choice for choice in choices}
    return map_distinct(cells, lambda cell: known.get(cell.lower()), pa.string())


def replace_words(cells: pa.Array, words: dict[str, str]) -> pa.Array:
    """Tidy cells with the mapping's words put in: exact first, then whatever the case; others stay."""
    lower = {word.lower(): ours for word, ours in words.items()}
    return map_distinct(cells, lambda cell: words.get(cell, lower.get(cell.lower(), cell)), pa.string())

"""Ids stay what they are; only what nobody can see is taken off, and it is counted."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.tables.cells import count_true
from segmenter.tables.id_text import all_with_decimals, read_choices, read_flags, read_ids, replace_words


def ids(cells, **how):
    return read_ids(pa.array(cells, pa.string()), **how)


def seen(read, code):
    """How many cells something was seen in."""
    return count_true(read.seen[code])


@pytest.mark.parametrize(
    "cell", ["00012", "9007199254740993", "1E5", "NA", "true", "c1", "12.0", "=cmd", "-", "0"]
)
def test_an_id_is_text_and_stays_as_it_is(cell):
    read = ids([cell])
    assert read.values.to_pylist() == [cell]
    assert seen(read, "ids_cleaned") == 0


def test_white_space_invisible_signs_and_split_accents_are_taken_off_and_counted():
    read = ids([" 7 ", "7", "7\u200b", "\ufeff7", "\u00a07", "jose\u0301", "jos\u00e9"])
    assert read.values.to_pylist() == ["7"] * 5 + ["jos\u00e9"] * 2
    assert seen(read, "ids_cleaned") == 5
    assert seen(read, "invisible_signs") == 3
    assert seen(read, "ids_merged") == 5


def test_what_a_spreadsheet_has_rounded_or_lost_is_no_id():
    read = ids(["1.23E+11", "1,23E+11", "x" * 300, "#REF!", "#N/A", "7"])
    assert read.values.to_pylist() == [None] * 5 + ["7"]
    assert read.unreadable.to_pylist() == [True] * 5 + [False]


def test_ids_that_become_one_are_told_from_ids_that_only_lose_white_space():
    assert seen(ids([" 7 ", " 8 "]), "ids_merged") == 0
    assert ids(["7", "8", "7 "]).seen["ids_merged"].to_pylist() == [False, False, True]


def test_totals_are_no_customers():
    assert ids(["Total", "Gesamtsumme", "Totally Ltd"]).values.to_pylist() == [None, None, "Totally Ltd"]


def test_blank_ids_are_missing_and_not_counted_as_cleaned():
    read = ids(["", "  ", None])
    assert read.values.null_count == 3
    assert seen(read, "ids_cleaned") == 0


def test_ids_that_say_unknown_are_kept_and_counted():
    read = ids(["NULL", "guest", "7"])
    assert read.values.to_pylist() == ["NULL", "guest", "7"]
    assert seen(read, "placeholder_ids") == 2


def test_decimals_are_dropped_only_when_asked():
    assert ids(["12.0", "7.00"], drop_decimals=True).values.to_pylist() == ["12", "7"]
    assert all_with_decimals(pa.array(["12.0", None])) is True
    assert all_with_decimals(pa.array(["12.0", "12"])) is True
    assert all_with_decimals(pa.array(["12", "7"])) is None
    assert all_with_decimals(pa.array(["12.0", "A7"])) is False
    assert all_with_decimals(pa.array([None], pa.string())) is None


def test_yes_and_no_are_understood_in_four_languages():
    cells = pa.array(
        ["Yes", "ja", "OUI", "sí", "1", "no", "Nein", "false", "unsubscribed", "perhaps", None, "n/a"]
    )
    assert read_flags(cells).to_pylist() == [True] * 5 + [False] * 4 + [None] * 3


def test_choices_are_known_whatever_their_case():
    assert read_choices(pa.array(["View", "click", "spam"]), ("view", "click")).to_pylist() == [
        "view",
        "click",
        None,
    ]


def test_words_are_replaced_exactly_first_and_then_whatever_their_case():
    words = {"Sent": "exposure", "OPEN": "view"}
    assert replace_words(pa.array(["Sent", "sent", "open", "other"]), words).to_pylist() == [
        "exposure",
        "exposure",
        "view",
        "other",
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.text("0123456789abcABC-_", min_size=1, max_size=12), min_size=1, max_size=10))
def test_two_different_plain_ids_never_become_one(cells):
    values = ids(cells).values.to_pylist()
    kept = [(cell, value) for cell, value in zip(cells, values, strict=True) if value is not None]
    assert all(cell == value for cell, value in kept)

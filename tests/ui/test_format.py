"""Values in words and figures."""

import math
import re
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.ui import format as words


@pytest.mark.parametrize(
    ("value", "text", "signed"),
    [
        (0.0168, "1.7", "+1.7"),
        (-0.0168, "−1.7", "−1.7"),
        (-0.0004, "0.0", "0.0"),
        (0.0004, "0.0", "0.0"),
        (None, "–", "–"),
    ],
)
def test_points_that_round_to_nothing_have_no_sign(value: float | None, text: str, signed: str) -> None:
    assert (words.points(value), words.points(value, signed=True)) == (text, signed)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (26016, "26,016"),
        (0, "0"),
        (3.14159, "3.14"),
        (0.04567, "0.0457"),
        (123.6, "124"),
        (-1200, "−1,200"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_numbers_carry_no_more_digits_than_a_reader_can_use(value: float | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.24, "24%"), (1, "100%"), (0, "0%"), (0.0004, "under 1%"), (None, "–"), (-0.03, "−3%")],
)
def test_shares_are_per_cent_and_never_round_something_to_nothing(value: float | None, text: str) -> None:
    assert words.share(value) == text


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [(9121.4, "", "9,121"), (12.5, "", "12.50"), (-2418, "€", "−€2,418"), (None, "€", "–")],
)
def test_money_has_no_sign_unless_one_is_given(value: float | None, sign: str, text: str) -> None:
    assert words.money(value, sign=sign) == text


def test_one_of_a_thing_is_not_plural() -> None:
    assert words.count_of(1, "customer") == "1 customer"
    assert words.count_of(2000, "customer") == "2,000 customers"
    assert words.count_of(3, "campaign touch", "campaign touches") == "3 campaign touches"


def test_a_period_names_each_year_once() -> None:
    assert words.period(date(2018, 7, 1), datetime(2018, 7, 30, 12)) == "1 Jul to 30 Jul 2018"
    assert words.period(date(2017, 12, 1), date(2018, 1, 2)) == "1 Dec 2017 to 2 Jan 2018"
    assert words.period(date(2018, 7, 1), datetime(2018, 7, 1, 9)) == "1 Jul 2018"
    assert words.period(None, date(2018, 7, 1)) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"), [(8.4, "8 s"), (125, "2 min 5 s"), (4800, "1 h 20 min"), (None, "–")]
)
def test_durations_are_told_in_two_units_at_most(seconds: float | None, text: str) -> None:
    assert words.duration(seconds) == text


def test_lists_read_like_a_sentence() -> None:
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    "hostile",
    [
        "[click](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "$$x^2$$",
        ":red[x]",
        "**bold** _it_ `code`",
        "# heading",
        "mallory@example.com",
        "https://example.com",
        "www.example.com",
        "- item",
        "| a | b |",
    ],
)
def test_text_of_a_user_loses_every_meaning_that_markdown_would_give_it(hostile: str) -> None:
    shown = words.plain(hostile)
    assert not re.search(r"(?<!\\)[`*_{}\[\]<>$:#~|&]", shown)
    assert not shown.startswith(("- ", "+ ", "="))
    assert not re.search(r"\w@|www\.|https?:", shown)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=60))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_plain_letters_and_figures_stay_as_they_are_apart_from_white_space(text: str) -> None:
    assert words.plain(text).replace("\u2060", "") == " ".join(text.split())


@pytest.mark.parametrize(
    ("message", "on_the_page"),
    [
        (
            "None of the 5 rows for table 'transactions' can be used.",
            "None of the 5 rows for the table Purchases",
        ),
        ("'a.csv' has no column 'x' (for table 'engagements').", "(for the table Campaign touches)"),
        (
            "[[assignments]] from 'a.csv', column 'arm': wrong",
            "Trial groups from 'a.csv', column 'arm': wrong",
        ),
        ("There is no table 'sales'.", "There is no table 'sales'."),
        ("In 'mapping.toml', write [[transactions]] with two brackets", "write [[transactions]] with"),
    ],
)
def test_messages_name_tables_as_the_page_does(message: str, on_the_page: str) -> None:
    assert on_the_page in words.with_table_words(message)

"""Numbers are read as their writers meant them, and what is no number is never read as one."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.tables.cells import tidy
from segmenter.tables.number_text import LARGEST, read_numbers, survey_numbers


def read(cells, decimal="."):
    return read_numbers(tidy(pa.array(cells, pa.string())), decimal).to_pylist()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        ("-12.50", -12.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1,234.50", 1234.5),
        ("1,234,567", 1234567.0),
        ("1'234.50", 1234.5),
        ("€ 12.50", 12.5),
        ("12.50 EUR", 12.5),
        ("-$3", -3.0),
        ("US$ 4.20", 4.2),
        ("(12.50)", -12.5),
        ("12.50-", -12.5),
        ("\u221212", -12.0),  # a typographic minus
        ("\u0661\u0662", 12.0),  # Arabic digits
        ("\uff11\uff12", 12.0),  # full-width digits
        ("\u00a012\u00a0", 12.0),
    ],
)
def test_numbers_with_a_decimal_point_are_read(cell, value):
    assert read([cell]) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12,50", 12.5),
        ("1.234,50", 1234.5),
        ("1 234,50", 1234.5),
        ("1\u202f234,50 €", 1234.5),
        ("1.234.567", 1234567.0),
        ("(1,5)", -1.5),
    ],
)
def test_numbers_with_a_decimal_comma_are_read(cell, value):
    assert read([cell], ",") == [value]


@pytest.mark.parametrize(
    "cell", ["abc", "12 pieces", "45%", "1,2,3", "1.2.3", "inf", "1e309", "1e308", "0x10", "--5"]
)
def test_what_is_no_number_is_not_read(cell):
    assert read([cell]) == [None]


@pytest.mark.parametrize("cell", ["", "  ", "n/a", "NULL", "-", "NaN", None])
def test_missing_cells_are_missing(cell):
    assert read([cell, "1"]) == [None, 1.0]


def test_a_number_in_the_other_form_is_refused_rather_than_bent():
    assert read(["12.50"], ",") == [None]
    assert read(["12,50"], ".") == [None]


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1.50", "2"], "."),
        (["1,50", "2"], ","),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
        (["1.234.567"], ","),
        (["0,125"], ","),
        (["1,50", "2,50", "3.50"], ","),
    ],
)
def test_the_column_shows_its_decimal_sign(cells, decimal):
    assert survey_numbers([pa.array(cells)]).decimal() == decimal


def test_a_column_that_shows_nothing_is_called_ambiguous():
    survey = survey_numbers([pa.array(["1,234", "500", "2,500"])])
    assert survey.is_ambiguous
    assert survey.decimal(otherwise=",") == ","
    assert not survey_numbers([pa.array(["1,234", "5.20"])]).is_ambiguous


def test_both_signs_in_one_column_are_seen():
    assert survey_numbers([pa.array(["1,50"]), pa.array(["1.50"])]).is_mixed


def test_currencies_are_told_apart_and_signs_join_their_codes():
    assert survey_numbers([pa.array(["€ 5", "5 EUR", "$5"])]).currencies == {"EUR", "USD"}


amounts = st.decimals(-1_000_000, 1_000_000, places=2)


def as_written(amount, decimal):
    """1234.5 -> '1,234.50' or '1.234,50'."""
    english = f"{amount:,.2f}"
    return english if decimal == "." else english.translate(str.maketrans(",.", ".,"))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(amounts, min_size=1, max_size=20), st.sampled_from([".", ","]))
def test_what_is_written_is_read_back_whatever_the_country(values, decimal):
    cells = [as_written(value, decimal) for value in values]
    survey = survey_numbers([pa.array(cells)])
    assert survey.decimal() == decimal
    for value, got in zip(values, read(cells, decimal), strict=True):
        assert math.isclose(got, float(value), abs_tol=1e-9)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=10), st.sampled_from([".", ","]))
def test_no_text_breaks_the_reader_and_every_value_is_usable(cells, decimal):
    for value in read(cells, decimal):
        assert value is None or (math.isfinite(value) and abs(value) <= LARGEST)

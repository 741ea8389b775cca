"""The currency is told from what a file shows; where it shows two, or none, nobody guesses."""

import pytest

from segmenter.tables.currency import guess_currency
from segmenter.tables.guessing import guess_mapping
from tests.tables.here import inspect


@pytest.mark.parametrize(
    ("title", "amounts", "code"),
    [
        ("Total", ("12,50 €", "9,95 €"), "EUR"),
        ("Total", ("$12.50", "$9.95"), "USD"),
        ("Total EUR", ("12.50", "9.95"), "EUR"),
        ("Amount (£)", ("12.50", "9.95"), "GBP"),
        ("Umsatz in Euro", ("12,50", "9,95"), "EUR"),
        ("Total", ("12.50", "9.95"), None),
        ("Total", ("$12.50", "9.95 €"), None),
        ("Total CAD", ("$12.50", "$9.95"), None),
    ],
)
def test_signs_and_titles_tell_the_currency(title, amounts, code, tmp_path):
    rows = "".join(f"C{n};2024-01-0{n};{amount}\n" for n, amount in enumerate(amounts, 1))
    file = inspect(f"Customer ID;Date;{title}\n{rows}", tmp_path)
    guess = guess_currency([file], guess_mapping([file]))
    assert (guess.code if guess else None) == code


def test_a_column_of_currencies_tells_it_and_says_so(tmp_path):
    file = inspect("Customer ID,Date,Total,Currency\nA,2024-01-01,5,eur\nB,2024-01-02,6,EUR\n", tmp_path)
    guess = guess_currency([file], guess_mapping([file]))
    assert guess is not None
    assert (guess.code, guess.because) == ("EUR", "the column 'Currency'")
    mixed = inspect(
        "Customer ID,Date,Total,Currency\nA,2024-01-01,5,EUR\nB,2024-01-02,6,USD\n", tmp_path, "m.csv"
    )
    assert guess_currency([mixed], guess_mapping([mixed])) is None

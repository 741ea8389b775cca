"""What is odd about purchases is counted before anything is set aside; returns meet their purchases."""

import tempfile
from itertools import count
from pathlib import Path

import pytest

from segmenter.tables.dataset import Dataset
from tests.tables.here import ingest

MAPPING = """
[[transactions]]
file = "lines.csv"
customer_id = "who"
at = "day"
amount = { column = "price", times = "pieces" }
quantity = "pieces"
order_id = "invoice"
category = "article"
"""
HEADER = "who,day,price,pieces,invoice,article\n"


def read(*lines: str) -> Dataset:
    with tempfile.TemporaryDirectory() as folder:
        return ingest(MAPPING, {"lines.csv": HEADER + "\n".join(lines) + "\n"}, Path(folder))


def rows(dataset: Dataset) -> dict[str, int]:
    return {finding.code: finding.rows for finding in dataset.findings}


SALES = tuple(f"c{n},2026-01-{1 + n % 9:02d},5,{1 + n},{n},tea" for n in range(12))


def test_cancellations_negative_and_zero_prices_and_odd_quantities_are_counted_with_those_set_aside():
    dataset = read(
        *SALES,
        "c1,2026-01-20,5,-1,C100,tea",
        ",2026-01-20,5,-1,C101,tea",  # nobody's, and set aside
        "c1,2026-01-20,-7,1,102,correction",
        "c1,2026-01-20,0,1,103,sample",
        ",2026-01-20,0,-3,104,broken",
    )
    found = rows(dataset)
    assert found["cancellations"] == 2
    assert found["negative_prices"] == 1
    assert found["zero_amounts"] == 2
    assert found["negative_quantities"] == 1
    (cancelled,) = [finding for finding in dataset.findings if finding.code == "cancellations"]
    assert (cancelled.file, cancelled.column, cancelled.first_row) == ("lines.csv", "invoice", 14)
    assert "1 of them were set aside" in cancelled.message
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 17


def test_where_most_order_numbers_begin_with_c_the_letter_is_no_cancellation():
    dataset = read(*(line.replace(f",{n},tea", f",C{n},tea") for n, line in enumerate(SALES)))
    assert "cancellations" not in rows(dataset)


def greedy(lines: list[tuple[str, int, int, int]]) -> tuple[int, int]:
    """Returns, and how many have a purchase: each takes one of (customer, pieces, price) before it."""
    open_sales: dict[tuple[str, int, int], int] = {}
    returns = matched = 0
    for who, _, pieces, price in sorted(lines, key=lambda line: (line[1], line[2] < 0)):
        key = (who, abs(pieces), price)
        if pieces > 0:
            open_sales[key] = open_sales.get(key, 0) + 1
        else:
            returns += 1
            matched += open_sales.get(key, 0) > 0
            open_sales[key] = max(0, open_sales.get(key, 0) - 1)
    return returns, matched


@pytest.mark.parametrize("seed", range(3))
def test_every_return_takes_back_one_purchase_before_it_at_most(seed, rng):
    rng = type(rng)(rng.bit_generator.jumped(seed))
    lines = [
        ("ab"[rng.integers(2)], int(rng.integers(1, 28)), int(rng.choice([1, 2, -1, -2])), 5)
        for _ in range(80)
    ]
    number = count()
    dataset = read(*(f"{w},2026-01-{d:02d},{p},{n},{next(number)},tea" for w, d, n, p in lines))
    returns, matched = greedy(lines)
    (finding,) = [finding for finding in dataset.findings if finding.code == "returns_matched"]
    assert finding.rows == returns
    assert f"Of {returns} returns and cancellations, {matched} take back a purchase" in finding.message

"""Margins in a file: read as money, turned with a return, and said where they are missing or odd."""

from pathlib import Path

import pandas as pd

from tests.tables.here import ingest

ORDERS = """
[[transactions]]
file = "orders.csv"
customer_id = "Customer"
at = "Date"
amount = "Total"
margin_amount = "Margin"
is_return = "Back"
"""


def stored(tmp_path: Path, *rows: str) -> tuple[list[float | None], dict[str, str]]:
    """The margins in the order of customers, and the findings' messages by code."""
    text = "Customer,Date,Total,Margin,Back\n" + "".join(f"{row}\n" for row in rows)
    dataset = ingest(ORDERS, {"orders.csv": text}, tmp_path)
    found = pd.read_parquet(tmp_path / "transactions.parquet").sort_values("customer_id")
    margins = [None if pd.isna(value) else float(value) for value in found["margin_amount"]]
    return margins, {finding.code: finding.message for finding in dataset.findings}


def test_a_margin_may_be_below_zero_and_turns_with_a_return(tmp_path: Path) -> None:
    margins, findings = stored(
        tmp_path,
        "a,2025-03-02,10,4,no",
        "b,2025-03-01,12,-2,no",
        "c,2025-03-01,10,4,yes",  # the file writes what was given back above zero
        "d,2025-03-01,-10,-4,yes",
    )
    assert margins == [4.0, -2.0, -4.0, -4.0]
    assert findings == {}


def test_missing_margins_are_counted_with_what_they_count_as(tmp_path: Path) -> None:
    margins, findings = stored(
        tmp_path, "a,2025-03-01,30,12,no", "b,2025-03-02,10,,no", "c,2025-03-03,20,8,no"
    )
    assert margins == [12.0, None, 8.0]
    assert findings.keys() == {"margins_missing"}
    assert (
        "1 of 3 purchases have no margin; they count with 40% of their amount"
        in (findings["margins_missing"])
    )


def test_a_margin_above_what_was_paid_deserves_a_look(tmp_path: Path) -> None:
    _, findings = stored(tmp_path, "a,2025-03-01,30,45,no", "b,2025-03-02,10,4,no")
    assert findings.keys() == {"margin_above_amount"}

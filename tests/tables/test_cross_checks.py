"""What tables say of each other, and of themselves: unknown customers, currencies, gaps in time."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from segmenter.errors import InputError
from segmenter.tables.gaps import find_gaps
from tests.tables.here import ingest

MONDAY = date(2026, 1, 5)
BUYS = """
[[transactions]]
file = "buys.csv"
customer_id = "who"
at = "day"
amount = "paid"
"""
ROWS = "who,day,paid\na,2026-01-05,5\nb,2026-01-06,6\nc,2026-01-07,7\n"


def days(*numbers: int, rows: int = 10) -> dict[date, int]:
    return {MONDAY + timedelta(days=number): rows for number in numbers}


def test_a_fortnight_without_rows_in_daily_data_is_a_gap() -> None:
    (gap,) = find_gaps(days(*range(60), *range(74, 130)))
    assert (gap.first, gap.last) == (MONDAY + timedelta(days=60), MONDAY + timedelta(days=73))
    assert gap.days == 14
    assert gap.usual_rows == 140  # ten a day


def test_closed_sundays_are_no_gap() -> None:
    assert find_gaps(days(*(n for n in range(200) if n % 7 != 6))) == []


def test_mailings_once_a_month_have_no_gaps_but_a_missing_quarter_is_one() -> None:
    monthly = [30 * n for n in range(40)]
    assert find_gaps(days(*monthly, rows=5_000)) == []
    (gap,) = find_gaps(days(*(n for n in monthly if not 600 <= n < 720), rows=5_000))
    assert gap.days == 149


def test_few_rows_have_no_gaps_because_chance_makes_them() -> None:
    assert find_gaps(days(*range(0, 60, 2), 75, rows=1)) == []
    assert find_gaps(days(1, 2, 30)) == []
    assert find_gaps({}) == []


def test_a_gap_is_named_with_its_period(tmp_path: Path) -> None:
    rows = [f"c{n % 9},{MONDAY + timedelta(days=n)},{n}" for n in (*range(40), *range(75, 99)) for _ in "ab"]
    dataset = ingest(BUYS, {"buys.csv": "who,day,paid\n" + "\n".join(rows) + "\n"}, tmp_path)
    (finding,) = [finding for finding in dataset.findings if finding.code == "gap"]
    assert "from 2026-02-14 to 2026-03-20, 35 days" in finding.message
    assert (finding.table, finding.column, finding.severity) == ("transactions", "at", "warning")


PEOPLE = '[[customers]]\nfile = "people.csv"\ncustomer_id = "who"\n'
TOUCHES = '[[engagements]]\nfile = "mail.csv"\ncustomer_id = "who"\nat = "day"\nkind = "what"\n'


def test_customers_without_purchases_and_touches_of_unknown_customers_are_counted(tmp_path: Path) -> None:
    files = {
        "buys.csv": ROWS,
        "people.csv": "who,age\na,40\nb,50\nz,60\ny,70\n",
        "mail.csv": "who,day,what\na,2026-01-05,view\nb,2026-01-05,view\nq,2026-01-06,click\n",
    }
    dataset = ingest(BUYS + PEOPLE + TOUCHES, files, tmp_path)
    found = {(finding.code, finding.table): finding for finding in dataset.findings}
    without = found["customers_without_purchases", "customers"]
    assert (without.rows, without.severity) == (2, "note")
    assert found["unknown_customers", "engagements"].rows == 1
    assert found["unknown_customers", "transactions"].rows == 1  # c
    assert all("were kept" in finding.message for finding in found.values())


def test_amounts_in_two_currencies_are_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"several currencies \(EUR, USD\).*column 'Currency'"):
        read_with(("EUR", "USD", "EUR"))


def test_rows_of_one_currency_may_be_chosen(tmp_path: Path) -> None:
    where = 'where = { Currency = ["EUR"] }\n'
    dataset = ingest(
        BUYS.replace('file = "buys.csv"\n', f'file = "buys.csv"\n{where}'),
        {"buys.csv": with_currency(("EUR", "USD", "EUR"))},
        tmp_path,
    )
    assert dataset.rows["transactions"] == 2


def test_a_currency_that_the_mapping_denies_is_refused() -> None:
    with pytest.raises(InputError, match="in EUR, but the mapping says GBP"):
        read_with(("EUR",) * 3, about='[data]\ncurrency = "GBP"\n')


def with_currency(codes: tuple[str, ...]) -> str:
    header, *rows = ROWS.splitlines()
    lines = [f"{header},Currency", *(f"{row},{code}" for row, code in zip(rows, codes, strict=True))]
    return "\n".join(lines) + "\n"


def read_with(codes: tuple[str, ...], about: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        ingest(about + BUYS, {"buys.csv": with_currency(codes)}, Path(folder) / "out")

"""Next month's files beside what is there: nothing counted twice, newer values taken, nothing lost."""

import hashlib
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import MappingError
from segmenter.tables.dataset import Dataset
from tests.tables.here import ingest

ORDERS = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
order_id = "order"
"""
PEOPLE = """
[[customers]]
file = "people.csv"
customer_id = "customer"
email = "mail"
"""
HEADER = "customer,when,paid,order\n"
APRIL = HEADER + "a,2026-04-01 09:30,10,\na,2026-04-01 09:30,10,\nb,2026-04-03,5,2\n"
# One of a's two purchases is told again, b's is not, and c is new.
MAY = HEADER + "a,2026-04-01 09:30,10,\nc,2026-05-02,7,3\n"


def rows_of(folder: Path, table: str) -> list[dict[str, object]]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def orders(folder: Path) -> list[tuple[object, ...]]:
    return sorted(
        (row["customer_id"], str(row["at"])[:10], row["amount"]) for row in rows_of(folder, "transactions")
    )


def test_a_row_that_both_months_tell_counts_once(tmp_path: Path) -> None:
    april, may = tmp_path / "april", tmp_path / "may"
    ingest(ORDERS, {"orders.csv": APRIL}, april)
    dataset = ingest(ORDERS, {"orders.csv": MAY}, may, earlier=april)
    # Two purchases of a as April has them (not three), b, and May's c.
    assert orders(may) == [
        ("a", "2026-04-01", 10.0),
        ("a", "2026-04-01", 10.0),
        ("b", "2026-04-03", 5.0),
        ("c", "2026-05-02", 7.0),
    ]
    assert (dataset.rows["transactions"], dataset.set_aside["transactions"]) == (4, 1)
    (aside,) = pq.read_table(may / "set_aside.parquet").to_pylist()
    assert (aside["file"], aside["row"], aside["reason"]) == ("orders.csv", 2, "overlap")
    assert len(orders(april)) == 3, "the older data set is not touched"


def test_an_order_that_the_newer_file_tells_otherwise_stands_as_that_tells_it(tmp_path: Path) -> None:
    two_lines = HEADER + "a,2026-04-01,10,1\na,2026-04-01,4,1\nb,2026-04-03,5,2\n"
    one_line = HEADER + "a,2026-04-01,10,1\nb,2026-04-03,5,2\nc,2026-05-02,7,3\n"
    ingest(ORDERS, {"orders.csv": two_lines}, tmp_path / "april")
    dataset = ingest(ORDERS, {"orders.csv": one_line}, tmp_path / "may", earlier=tmp_path / "april")
    assert [row[0::2] for row in orders(tmp_path / "may")] == [("a", 10.0), ("b", 5.0), ("c", 7.0)]
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 6


def test_the_files_of_both_are_remembered_with_their_bytes(tmp_path: Path) -> None:
    ingest(ORDERS, {"orders.csv": APRIL}, tmp_path / "april")
    dataset = ingest(ORDERS, {"orders.csv": MAY}, tmp_path / "may", earlier=tmp_path / "april")
    assert [(source.file, source.rows) for source in dataset.sources] == [
        ("orders.csv", 3),
        ("orders.csv", 2),
    ]
    assert [source.sha256 for source in dataset.sources] == [
        hashlib.sha256(content.encode()).hexdigest() for content in (APRIL, MAY)
    ]
    assert [source.size_bytes for source in dataset.sources] == [len(APRIL), len(MAY)]


def test_newer_values_of_a_customer_win_where_there_are_any(tmp_path: Path) -> None:
    old = "customer,mail,age,city\na,a@x.org,30,Bonn\nb,b@x.org,40,Kiel\n"
    new = "customer,mail,age,points\nb,,41,7\nc,c@x.org,,9\n"
    ingest(PEOPLE + ORDERS, {"people.csv": old, "orders.csv": APRIL}, tmp_path / "april")
    dataset = ingest(PEOPLE, {"people.csv": new}, tmp_path / "may", earlier=tmp_path / "april")
    people = {row["customer_id"]: row["email"] for row in rows_of(tmp_path / "may", "customers")}
    assert people == {"a": "a@x.org", "b": "b@x.org", "c": "c@x.org"}
    name = {attribute.label: attribute.name for attribute in dataset.attributes}
    known = {
        row["customer_id"]: tuple(row[name[label]] for label in ("age", "city", "points"))
        for row in rows_of(tmp_path / "may", "attributes")
    }
    assert known == {"a": (30.0, "Bonn", None), "b": (41.0, "Kiel", 7.0), "c": (None, None, 9.0)}
    assert dataset.rows["customers"] == 3
    assert [finding.rows for finding in dataset.findings if finding.code == "updated"] == [1]
    assert dataset.rows["transactions"] == 3, "a table that the new files do not feed stays"


def test_a_file_of_rows_that_are_all_there_is_no_bad_file(tmp_path: Path) -> None:
    ingest(ORDERS, {"orders.csv": APRIL}, tmp_path / "april")
    dataset = ingest(ORDERS, {"orders.csv": APRIL}, tmp_path / "again", earlier=tmp_path / "april")
    assert orders(tmp_path / "again") == orders(tmp_path / "april")
    assert "same_file" in {finding.code for finding in dataset.findings}
    assert "problem" not in {finding.severity for finding in dataset.findings}


def test_a_lot_is_drawn_once_and_the_same_list_again_adds_nobody(tmp_path: Path) -> None:
    trial = """
    [[assignments]]
    file = "lots.csv"
    customer_id = "customer"
    campaign_id = "mailing"
    at = "drawn"
    arm = "arm"
    """
    lots = "customer,mailing,drawn,arm\na,m,2026-04-01,treatment\nb,m,2026-04-01,control\n"
    later = "customer,mailing,drawn,arm\na,m,2026-05-01,treatment\nc,m,2026-05-01,control\n"
    ingest(ORDERS + trial, {"orders.csv": APRIL, "lots.csv": lots}, tmp_path / "april")
    ingest(trial, {"lots.csv": lots}, tmp_path / "again", earlier=tmp_path / "april")
    assert rows_of(tmp_path / "again", "assignments") == rows_of(tmp_path / "april", "assignments")
    dataset = ingest(trial, {"lots.csv": later}, tmp_path / "may", earlier=tmp_path / "again")
    assert [(row["customer_id"], row["at"].month) for row in rows_of(tmp_path / "may", "assignments")] == [
        ("a", 4),
        ("b", 4),
        ("c", 5),
    ]
    assert (dataset.rows["assignments"], dataset.set_aside["assignments"]) == (3, 3)


def test_a_file_of_which_nothing_can_be_read_is_refused_though_there_are_data(tmp_path: Path) -> None:
    from segmenter.errors import InputError

    ingest(ORDERS, {"orders.csv": APRIL}, tmp_path / "april")
    with pytest.raises(InputError, match="None of the 2 rows"):
        ingest(
            ORDERS,
            {"orders.csv": HEADER + "a,yesterday,10,1\nb,tomorrow,4,2\n"},
            tmp_path / "may",
            earlier=tmp_path / "april",
        )


def test_two_currencies_are_not_put_together(tmp_path: Path) -> None:
    ingest('[data]\ncurrency = "EUR"\n' + ORDERS, {"orders.csv": APRIL}, tmp_path / "april")
    with pytest.raises(MappingError, match="currency EUR, and the mapping says USD"):
        ingest(
            '[data]\ncurrency = "USD"\n' + ORDERS,
            {"orders.csv": MAY},
            tmp_path / "may",
            earlier=tmp_path / "april",
        )


def test_several_new_files_of_customers_are_joined_as_they_are_where_nothing_was_there(
    tmp_path: Path,
) -> None:
    two = PEOPLE + '[[customers]]\nfile = "survey.csv"\ncustomer_id = "customer"\n'
    old = {"people.csv": "customer,mail\na,a@x.org\nb,b@x.org\n", "orders.csv": APRIL}
    new = {
        "people.csv": "customer,mail\na,new@x.org\nc,c@x.org\n",
        "survey.csv": "customer,income\na,1000\nb,2000\nc,3000\nd,4000\n",
    }
    ingest(PEOPLE + ORDERS, old, tmp_path / "april")
    dataset = ingest(two, new, tmp_path / "may", earlier=tmp_path / "april")
    (income,) = [attribute.name for attribute in dataset.attributes if attribute.label == "income"]
    known = {row["customer_id"]: row[income] for row in rows_of(tmp_path / "may", "attributes")}
    assert known == {"a": 1000.0, "b": 2000.0, "c": 3000.0, "d": 4000.0}
    people = {row["customer_id"]: row["email"] for row in rows_of(tmp_path / "may", "customers")}
    assert people == {"a": "new@x.org", "b": "b@x.org", "c": "c@x.org", "d": None}
    assert dataset.rows["customers"] + dataset.set_aside["customers"] == 2 + 6


def test_rows_that_bring_newer_values_are_listed(tmp_path: Path) -> None:
    people = "customer,mail\na,a@x.org\nb,b@x.org\n"
    ingest(PEOPLE + ORDERS, {"people.csv": people, "orders.csv": APRIL}, tmp_path / "april")
    dataset = ingest(PEOPLE, {"people.csv": people + "c,c@x.org\n"}, tmp_path / "may", tmp_path / "april")
    assert (dataset.rows["customers"], dataset.set_aside["customers"]) == (3, 2)
    listed = pq.read_table(tmp_path / "may" / "set_aside.parquet").to_pylist()
    assert [(row["row"], row["reason"]) for row in listed] == [(2, "updated"), (3, "updated")]


def test_outcomes_of_two_campaigns_are_not_mixed_in_one_row(tmp_path: Path) -> None:
    first = """
    [[outcomes]]
    file = "first.csv"
    customer_id = "id"
    segment = "seg"
    bought = "b"
    amount = "amt"
    """
    second = """
    [[outcomes]]
    file = "second.csv"
    customer_id = "id"
    bought = "b"
    arm = "g"
    """
    before = "id,seg,b,amt\na,engaged,yes,10\nb,inactive,no,0\n"
    ingest(PEOPLE + first, {"people.csv": "customer,mail\na,\nb,\n", "first.csv": before}, tmp_path / "one")
    after = "id,b,g\na,no,control\nc,yes,treatment\n"
    people = "customer,mail\na,\nc,\n"
    ingest(
        PEOPLE + second,
        {"people.csv": people, "second.csv": after},
        tmp_path / "two",
        earlier=tmp_path / "one",
    )
    a, b, c = rows_of(tmp_path / "two", "outcomes")
    assert (a["segment"], a["bought"], a["amount"], a["arm"]) == (None, False, None, "control")
    assert (b["segment"], b["bought"], b["amount"], b["arm"]) == ("inactive", False, 0.0, None)
    assert (c["segment"], c["bought"], c["arm"]) == (None, True, "treatment")


def in_currency(code: str, month: int) -> str:
    rows = "".join(f"{who},2026-{month:02}-03,5,,{code}\n" for who in "ab")
    return "customer,when,paid,order,currency\n" + rows


def test_currencies_that_only_the_files_name_are_not_put_together(tmp_path: Path) -> None:
    euros = ingest(ORDERS, {"orders.csv": in_currency("EUR", 4)}, tmp_path / "april")
    assert euros.currency == "EUR"
    dollars = {"orders.csv": in_currency("USD", 5)}
    with pytest.raises(MappingError, match="currency EUR, and the new files hold amounts in USD"):
        ingest(ORDERS, dollars, tmp_path / "may", earlier=tmp_path / "april")
    more = ingest(ORDERS, {"orders.csv": in_currency("EUR", 5)}, tmp_path / "more", tmp_path / "april")
    assert (more.currency, more.rows["transactions"]) == ("EUR", 4)


def test_what_does_not_say_its_currency_is_taken_for_that_of_the_new_files_and_this_is_said(
    tmp_path: Path,
) -> None:
    ingest(ORDERS, {"orders.csv": APRIL}, tmp_path / "april")
    dataset = ingest(ORDERS, {"orders.csv": in_currency("USD", 5)}, tmp_path / "may", tmp_path / "april")
    assert dataset.currency == "USD"
    assert "taken to be in USD" in " ".join(finding.message for finding in dataset.findings)


# Purchases of twelve days: who, on which day, and how much, not always readable.
DAYS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["4", "9", "much", ""])), max_size=2),
    min_size=12,
    max_size=12,
)
# Sound rows on every day: a file that has next to none is refused, which is another law.
SOUND = [("a", "1"), ("b", "2"), ("c", "3")]


def written(days: list[list[tuple[str, str]]], first: int, last: int) -> str:
    """The export of these days."""
    return HEADER + "".join(
        f"{who},2026-05-{day + 1:02} 09:30,{paid},\n"
        for day in range(first, last)
        for who, paid in [*SOUND, *days[day]]
    )


def aside_listed(folder: Path) -> int:
    return pq.read_metadata(folder / "set_aside.parquet").num_rows


@settings(max_examples=5)
@given(days=DAYS, begins=st.integers(3, 9), ends=st.integers(3, 9))
def test_no_row_is_lost_and_none_counts_twice(days: list, begins: int, ends: int) -> None:
    """Two exports of one shop, which overlap for some days or leave some out."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first, second = written(days, 0, ends), written(days, begins, 12)

        def read(content: str, out: str, earlier: str | None = None) -> Dataset:
            before = home / earlier if earlier else None
            return ingest(ORDERS, {"orders.csv": content}, home / out, earlier=before)

        read(first, "first")
        both = read(second, "both", earlier="first")
        told = set(range(ends)) | set(range(begins, 12))
        expected = sorted(
            (who, f"2026-05-{day + 1:02}", float(paid))
            for day in told
            for who, paid in [*SOUND, *days[day]]
            if paid in ("1", "2", "3", "4", "9")
        )
        assert orders(home / "both") == expected
        lines = first.count("\n") + second.count("\n") - 2
        assert both.rows["transactions"] + both.set_aside["transactions"] == lines
        assert aside_listed(home / "both") == both.set_aside["transactions"]
        # The same again changes nothing, and both files read at once give the same.
        read(second, "again", earlier="both")
        assert orders(home / "again") == expected
        together = ORDERS + ORDERS.replace("orders.csv", "more.csv")
        ingest(together, {"orders.csv": first, "more.csv": second}, home / "together")
        assert orders(home / "together") == expected

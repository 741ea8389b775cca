"""Mapped files become a dataset: every row is used, or set aside with a reason."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import InputError, MappingError
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Dataset, read_dataset, write_dataset
from segmenter.tables.ingestion import ingest as ingest_in_child
from segmenter.tables.ingestion import preview as preview_in_child
from segmenter.tables.mapping_file import mapping_from_toml
from tests.tables.here import ingest, preview

ORDERS = """
[[transactions]]
file = "orders.csv"
customer_id = "Customer"
at = "Date"
amount = "Total"
"""
PEOPLE = """
[[customers]]
file = "people.csv"
customer_id = "No"
email = "Mail"
"""
THREE = "Customer,Date,Total\n00012,2025-03-31,5.50\n7,2025-04-01 10:00,6\n00012,2025-01-01,-2\n"


def table(out: Path, name: str = "transactions") -> pd.DataFrame:
    return pd.read_parquet(out / f"{name}.parquet")


def codes(dataset: Dataset) -> list[str]:
    return [finding.code for finding in dataset.findings]


def test_purchases_are_stored_sorted_with_ids_as_text(tmp_path):
    dataset = ingest(ORDERS, {"orders.csv": THREE}, tmp_path)
    stored = table(tmp_path)
    assert stored["customer_id"].tolist() == ["00012", "00012", "7"]
    assert stored["at"].tolist() == [datetime(2025, 1, 1), datetime(2025, 3, 31), datetime(2025, 4, 1, 10)]
    assert stored["amount"].tolist() == [-2.0, 5.5, 6.0]
    assert stored["is_return"].tolist() == [True, False, False]
    assert dataset.rows["transactions"] == 3
    assert dataset.mapped["transactions"] == ("customer_id", "at", "amount")
    assert dataset.coverage["transactions"].last == datetime(2025, 4, 1, 10)
    assert dataset.findings == ()


def test_every_table_is_there_with_every_column_of_its_contract(tmp_path):
    ingest(ORDERS, {"orders.csv": THREE}, tmp_path)
    for name, contract in TABLES.items():
        assert tuple(pq.read_schema(tmp_path / f"{name}.parquet").names) == contract.names
    assert pq.read_schema(tmp_path / "attributes.parquet").names == ["customer_id"]


def test_what_a_dataset_says_about_itself_survives_the_disk(tmp_path):
    dataset = ingest(
        ORDERS + PEOPLE, {"orders.csv": THREE, "people.csv": "No,Mail,age\n7,a@b.c,41\n"}, tmp_path
    )
    write_dataset(tmp_path, dataset)
    assert read_dataset(tmp_path) == dataset


def test_rows_that_cannot_be_used_are_listed_with_their_reasons_and_without_their_cells(tmp_path):
    bad = (
        THREE
        + ",2025-01-01,5\n7,soon,5\n7,2025-02-30,5\n7,1900-01-01,5\n7,2025-01-01,much\n,,\n7,2025-01-01\n"
    )
    bad += "7,2025-05-01,1\n" * 9
    dataset = ingest(ORDERS, {"orders.csv": bad}, tmp_path)
    aside = table(tmp_path, "set_aside").sort_values("row")
    assert aside[["row", "column", "reason"]].fillna("").values.tolist() == [
        [5, "Customer", "missing"],
        [6, "Date", "not_a_date"],
        [7, "Date", "not_a_date"],
        [8, "Date", "date_out_of_range"],
        [9, "Total", "not_a_number"],
        [10, "", "empty_row"],
        [11, "", "ragged_row"],
    ]
    assert set(aside["value_shown"]) == {""}
    assert dataset.set_aside["transactions"] == 7
    assert dataset.rows["transactions"] == 12


def test_a_finding_counts_its_rows_and_names_the_first(tmp_path):
    dataset = ingest(ORDERS, {"orders.csv": THREE + "7,2025-01-01,much\n7,2025-01-01,more\n"}, tmp_path)
    (finding,) = dataset.findings
    assert (finding.code, finding.column, finding.rows, finding.first_row) == ("not_a_number", "Total", 2, 5)
    assert "column 'Total' (amount)" in finding.message
    assert "much" not in finding.message


def test_one_file_feeds_two_tables_and_what_no_table_takes_is_noted(tmp_path):
    log = "who,what,when,euro\nA,sent,0,\nA,open,6,\nA,buy,24,9.5\nB,buy,48,3\nB,rest,50,\n"
    toml = """
[[transactions]]
file = "log.csv"
where = { what = ["buy"] }
customer_id = "who"
at = { column = "when", unit = "hours", origin = "2025-07-01" }
amount = "euro"

[[engagements]]
file = "log.csv"
where = { what = ["sent", "open"] }
customer_id = "who"
at = { column = "when", unit = "hours", origin = "2025-07-01" }
kind = { column = "what", values = { sent = "exposure", open = "view" } }
"""
    dataset = ingest(toml, {"log.csv": log}, tmp_path)
    assert (dataset.rows["transactions"], dataset.rows["engagements"]) == (2, 2)
    assert table(tmp_path, "engagements")["kind"].tolist() == ["exposure", "view"]
    assert table(tmp_path)["at"].tolist() == [datetime(2025, 7, 2), datetime(2025, 7, 3)]
    assert [(finding.code, finding.rows) for finding in dataset.findings] == [("rows_not_mapped", 1)]


def test_several_files_feed_one_table(tmp_path):
    files = {"orders.csv": THREE, "more.csv": THREE.replace("2025", "2024") + "7,2024-05-05,9\n" * 2}
    dataset = ingest(ORDERS + ORDERS.replace("orders", "more"), files, tmp_path)
    assert dataset.rows["transactions"] == 8
    assert codes(dataset) == ["repeated_rows"]  # kept, as lines of an order may repeat, but said


def test_of_customers_with_the_same_id_the_first_is_kept(tmp_path):
    people = "No,Mail,age\n7,first@b.c,41\n8,x@b.c,20\n7,second@b.c,99\n"
    dataset = ingest(ORDERS + PEOPLE, {"orders.csv": THREE, "people.csv": people}, tmp_path)
    assert table(tmp_path, "customers")["email"].tolist() == ["first@b.c", "x@b.c"]
    assert table(tmp_path, "attributes")["attr_num_1"].tolist() == [41, 20]
    assert (dataset.rows["customers"], dataset.set_aside["customers"]) == (2, 1)
    aside = table(tmp_path, "set_aside")
    assert aside[["table", "file", "row", "reason"]].values.tolist() == [
        ["customers", "people.csv", 4, "duplicate"]
    ]


def test_columns_that_are_not_mapped_become_attributes_under_names_of_ours(tmp_path):
    people = "No,Mail,age,'; DROP TABLE x,joined,street\n" + "".join(
        f"{n},p{n}@b.c,{20 + n % 40},{'gold' if n % 3 else 'silver'},2024-0{1 + n % 9}-01,Road {n}\n"
        for n in range(90)
    )
    dataset = ingest(ORDERS + PEOPLE, {"orders.csv": THREE, "people.csv": people}, tmp_path)
    assert [(a.name, a.label, a.kind) for a in dataset.attributes] == [
        ("attr_num_1", "age", "numeric"),
        ("attr_cat_1", "'; DROP TABLE x", "category"),
        ("attr_date_1", "joined", "date"),
    ]
    left_out = [f.column for f in dataset.findings if f.code == "attribute_left_out"]
    assert left_out == ["street"]  # contact data does not decide who is chosen


def test_named_attributes_are_taken_and_no_others(tmp_path):
    people = "No,Mail,age,tier\n7,a@b.c,41,gold\n8,c@d.e,30,gold\n"
    toml = ORDERS + PEOPLE + 'attributes = ["tier"]'
    dataset = ingest(toml, {"orders.csv": THREE, "people.csv": people}, tmp_path)
    assert [a.label for a in dataset.attributes] == ["tier"]


def test_a_column_that_turns_into_words_late_is_a_category_and_loses_nothing(tmp_path):
    lines = [f"{n},p@b.c,{n % 7 if n < 30_000 else 'many'}\n" for n in range(40_000)]
    dataset = ingest(
        ORDERS + PEOPLE, {"orders.csv": THREE, "people.csv": "No,Mail,visits\n" + "".join(lines)}, tmp_path
    )
    assert dataset.attributes[0].kind == "category"
    assert table(tmp_path, "attributes")["attr_cat_1"].value_counts()["many"] == 10_000


@pytest.mark.parametrize(
    ("cells", "amount", "is_return"),
    [("5,no", 5, False), ("-5,no", -5, False), ("5,yes", -5, True), ("-5,yes", -5, True), ("-5,", -5, True)],
)
def test_a_return_is_stored_below_zero_however_it_was_written(cells, amount, is_return, tmp_path):
    toml = ORDERS + 'is_return = "Back"'
    ingest(
        toml, {"orders.csv": f"Customer,Date,Total,Back\n7,2025-01-01,{cells}\n8,2025-01-02,1,no\n"}, tmp_path
    )
    row = table(tmp_path).iloc[0]
    assert (row["amount"], row["is_return"]) == (amount, is_return)


def test_constants_words_and_products_fill_columns(tmp_path):
    toml = """
[[transactions]]
file = "lines.csv"
customer_id = "Customer"
at = { column = "Date", format = "%m/%d/%Y" }
amount = { column = "Price", times = "Pieces" }
channel = { value = "web" }
category = { column = "Group", values = { S = "shoes" } }
"""
    lines = "Customer,Date,Price,Pieces,Group\n7,03/04/2025,2.50,3,S\n8,05/06/2025,1,1,hats\n"
    dataset = ingest(toml, {"lines.csv": lines}, tmp_path)
    stored = table(tmp_path)
    assert stored["amount"].tolist() == [7.5, 1.0]
    assert stored["at"].tolist() == [datetime(2025, 3, 4), datetime(2025, 5, 6)]
    assert stored["channel"].tolist() == ["web", "web"]
    assert stored["category"].tolist() == ["shoes", "hats"]
    assert dataset.findings == ()  # the format settles what 03/04 means


def test_a_date_that_can_be_read_two_ways_is_a_warning(tmp_path):
    dataset = ingest(ORDERS, {"orders.csv": THREE.replace("2025-03-31", "03/04/2025")}, tmp_path)
    assert "ambiguous_dates" in codes(dataset)


def test_ids_that_do_not_meet_are_a_warning(tmp_path):
    dataset = ingest(
        ORDERS + PEOPLE, {"orders.csv": THREE, "people.csv": "No,Mail\nX1,a@b.c\nX2,b@b.c\n"}, tmp_path
    )
    assert "unknown_customers" in codes(dataset)


def test_nothing_usable_is_a_problem_and_stops(tmp_path):
    with pytest.raises(InputError, match="None of the 3 rows .* 'Total' \\(amount\\)"):
        words = THREE.replace("5.50", "five").replace(",6", ",six").replace("-2", "minus two")
        ingest(ORDERS, {"orders.csv": words}, tmp_path)


def test_a_column_that_is_not_there_is_named_with_the_likeliest(tmp_path):
    with pytest.raises(MappingError, match="has no column 'Total' .* Did you mean 'total'"):
        ingest(ORDERS, {"orders.csv": THREE.replace("Total", "total")}, tmp_path)


def test_a_where_that_matches_nothing_is_a_problem(tmp_path):
    with pytest.raises(InputError, match="No row of 'orders.csv' has 'Customer' equal to 'nobody'"):
        ingest(ORDERS + 'where = { Customer = ["nobody"] }', {"orders.csv": THREE}, tmp_path)


def test_a_preview_shows_mapped_columns_and_attributes_under_their_own_names():
    answer = preview(PEOPLE, {"people.csv": "No,Mail,favourite colour\n7,a@b.c,red\n8,,red\n"})
    assert answer.titles == ("customer_id", "email", "favourite colour")
    assert (answer.report.verdict, answer.report.rows_in) == ("accept", 2)


def test_a_preview_reads_on_until_it_finds_rows_of_its_table():
    log = "who,what,when,euro\n" + "A,sent,2025-01-01,\n" * 6_000 + "B,buy,2025-01-02,5\n"
    toml = (
        ORDERS.replace("orders", "log")
        .replace("Customer", "who")
        .replace("Date", "when")
        .replace("Total", "euro")
    )
    answer = preview(toml + 'where = { what = ["buy"] }', {"log.csv": log})
    assert (answer.report.verdict, answer.report.rows_in, answer.report.rows_used) == ("accept", 1, 1)


def test_files_outside_the_folder_are_refused_unless_the_caller_may_read_anything(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "orders.csv"
    inside.mkdir()
    outside.write_text(THREE)
    mapping = mapping_from_toml(ORDERS.replace("orders.csv", "../orders.csv"))
    for confined in (True, False):
        out = tmp_path / f"out_{confined}"
        if confined:
            with pytest.raises(MappingError, match="outside the folder"):
                ingest_in_child(mapping, inside, out, name="x", scratch=tmp_path / "s")
            continue
        dataset = ingest_in_child(mapping, inside, out, name="x", scratch=tmp_path / "s", confined=False)
        assert dataset.rows["transactions"] == 3
        assert read_dataset(out) == dataset
    assert not list((tmp_path / "s").iterdir())


def test_a_preview_comes_from_the_child_as_a_frame(tmp_path):
    (tmp_path / "orders.csv").write_text(THREE)
    frame, report = preview_in_child(
        mapping_from_toml(ORDERS), tmp_path, "transactions", n=2, scratch=tmp_path / "s"
    )
    assert frame["customer_id"].tolist() == ["00012", "7"]
    assert report.rows_in == 3


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(MappingError, match="no such file"):
        ingest_in_child(mapping_from_toml(ORDERS), tmp_path, tmp_path / "out", name="x", scratch=tmp_path)


CUSTOMERS = st.sampled_from(["00012", "7", " 7", "", "1.2E+11", "Total", "null"])
DATES = st.sampled_from(
    ["2025-03-31", "2025-02-30", "03/04/2025", "soon", "", "1900-01-01", "2025-03-31 10:00"]
)
TOTALS = st.sampled_from(["5.50", "-3", "", "much", "1,234.50", "1e999", "(7)", "n/a"])
EXTRA = st.sampled_from(["", "", "", ",surplus"])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.tuples(CUSTOMERS, DATES, TOTALS, EXTRA), max_size=40))
def test_rows_in_are_rows_used_plus_rows_set_aside_whatever_the_rows(tmp_path_factory, rows):
    out = tmp_path_factory.mktemp("out")
    good = ["A,2025-01-01,1", "B,2025-01-02,2"] * (len(rows) + 1)  # so that enough is left to be used
    lines = [f'{customer},{at},"{total}"{extra}' for customer, at, total, extra in rows]
    content = "\n".join(["Customer,Date,Total", *good, *lines]) + "\n"
    dataset = ingest(ORDERS, {"orders.csv": content}, out)
    aside = table(out, "set_aside")
    assert dataset.rows["transactions"] == len(table(out))
    assert dataset.set_aside["transactions"] == len(aside)
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == len(good) + len(lines)
    assert aside["row"].is_unique  # a row is set aside for one reason


TOUCHES = """
[[engagements]]
file = "touches.csv"
customer_id = "Customer"
at = "Date"
kind = "Kind"
"""


@pytest.mark.parametrize(
    ("last_touch", "said"),
    [
        ("2025-04-08", []),  # a week is no gap
        ("2025-04-09", ["purchases_end_early"]),
        ("2025-03-05", []),  # campaigns pause
        ("2025-03-03", ["touches_end_early"]),
    ],
)
def test_tables_that_end_at_different_times_are_told(tmp_path, last_touch, said):
    touches = f"Customer,Date,Kind\n7,{last_touch},view\n7,2025-01-05,view\n"
    dataset = ingest(ORDERS + TOUCHES, {"orders.csv": THREE, "touches.csv": touches}, tmp_path)
    assert [code for code in codes(dataset) if code.endswith("_end_early")] == said


def test_one_date_in_the_future_is_told_and_does_not_move_the_end_of_the_data(tmp_path):
    dataset = ingest(ORDERS, {"orders.csv": THREE + "7,2095-01-01,3\n"}, tmp_path)
    assert "future_dates" in codes(dataset)
    assert dataset.coverage["transactions"].last == datetime(2025, 4, 1, 10)


def test_rows_with_a_word_that_is_ruled_out_belong_to_no_table(tmp_path):
    rows = "Customer,Date,Total,State\n1,2025-01-01,5,paid\n2,2025-01-02,6,cancelled\n3,2025-01-03,7,\n"
    dataset = ingest(ORDERS + 'unless = { State = ["cancelled"] }', {"orders.csv": rows}, tmp_path)
    assert table(tmp_path)["customer_id"].tolist() == ["1", "3"]
    (finding,) = (finding for finding in dataset.findings if finding.code == "rows_not_mapped")
    assert (finding.rows, finding.first_row) == (1, 3)


@pytest.mark.parametrize(("day_first", "month"), [("true", 4), ("false", 3)])
def test_who_says_what_comes_first_in_a_date_is_believed_and_not_warned(tmp_path, day_first, month):
    toml = ORDERS.replace('at = "Date"', f'at = {{ column = "Date", day_first = {day_first} }}')
    rows = "Customer,Date,Total\n1,03/04/2025,5\n2,03/04/2025,6\n"
    dataset = ingest(toml, {"orders.csv": rows}, tmp_path)
    assert {moment.month for moment in table(tmp_path)["at"]} == {month}
    assert "ambiguous_dates" not in codes(dataset)


def test_a_dataset_says_in_which_money_and_on_whose_clock_it_is(tmp_path):
    dataset = ingest(
        '[data]\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n' + ORDERS, {"orders.csv": THREE}, tmp_path
    )
    write_dataset(tmp_path, dataset)
    assert (read_dataset(tmp_path).currency, read_dataset(tmp_path).time_zone) == ("EUR", "Europe/Berlin")

"""What people bring by mistake gets the right verdict, a named reason, and never a traceback."""

import io
from functools import cache

import pandas as pd
import pytest

from segmenter.errors import MappingError
from segmenter.tables.ingestion import check_file
from segmenter.tables.report import ValidationReport
from tests.tables.here import check

HEADER = "customer_id,date,amount\n"
LINES = [(f"C{n % 7:05d}", f"2024-0{1 + n % 9}-1{n % 9}", f"{10 + n}.50") for n in range(40)]


def csv_of(
    change=lambda n, customer, at, amount: (customer, at, amount), header=HEADER, delimiter=","
) -> str:
    """Forty good rows, each changed by `change`."""
    rows = [change(n, *line) for n, line in enumerate(LINES)]
    return header.replace(",", delimiter) + "".join(delimiter.join(row) + "\n" for row in rows)


GOOD = csv_of()

ACCEPTED = {
    "good": GOOD,
    "long ids": csv_of(lambda n, c, d, a: (f"9007199254740993{n % 5}", d, a)),
    "leading zeros late": csv_of(lambda n, c, d, a: (f"{n:05d}" if n > 30 else str(n + 100), d, a)),
    "formulas as ids": csv_of(lambda n, c, d, a: (f"=cmd|{c}", d, a)),
    "decimal comma": csv_of(lambda n, c, d, a: (c, d, a.replace(".", ",")), delimiter=";"),
    "euros": csv_of(lambda n, c, d, a: (c, d, f"€ {a}")),
    "thousands": csv_of(lambda n, c, d, a: (c, d, f'"1,{n:03d}.50"')),
    "German dates": csv_of(lambda n, c, d, a: (c, f"{d[8:]}.{d[5:7]}.{d[:4]}", a)),
    "French months": csv_of(lambda n, c, d, a: (c, f"{d[8:]} févr. 202{n % 5}", a)),
    "spaces around ids": csv_of(lambda n, c, d, a: (f" {c} ", d, a)),
    "missing quantity": csv_of(
        lambda n, c, d, a: (c, d, a, "" if n % 2 else "3"), header="customer_id,date,amount,quantity\n"
    ),
}

# what is brought -> the finding that must be among those made
WARNED = {
    "no encoding": (csv_of(lambda n, c, d, a: (c + "\xe9", d, a)).encode("latin-1"), "encoding_guessed"),
    "ragged rows": (GOOD + "1,2\n1,2,3,4\n", "ragged_row"),
    "lines above": ("Report\nof May\n" + GOOD, "lines_above_header"),
    "total row": (GOOD + "Total,,1234\n", "total_row"),
    "float ids": (csv_of(lambda n, c, d, a: (f"{n % 7 + 1}.0", d, a)), "ids_with_decimals"),
    "some rounded ids": (csv_of(lambda n, c, d, a: ("1.23E+11" if n < 5 else c, d, a)), "unreadable_id"),
    "unknown customers": (csv_of(lambda n, c, d, a: ("NULL" if n < 5 else c, d, a)), "placeholder_ids"),
    "ids differing by case": (
        csv_of(lambda n, c, d, a: (c.lower() if n < 9 else c, d, a)),
        "ids_differ_by_case",
    ),
    "ids differing by zeros": (
        csv_of(lambda n, c, d, a: (f"{n % 7:0{1 + n % 2}d}", d, a)),
        "ids_differ_by_zeros",
    ),
    "some words as amounts": (csv_of(lambda n, c, d, a: (c, d, "free" if n < 5 else a)), "not_a_number"),
    "amount without end": (csv_of(lambda n, c, d, a: (c, d, "1e308" if n < 5 else a)), "number_out_of_range"),
    "both decimal signs": (
        csv_of(lambda n, c, d, a: (c, d, f'"{a.replace(".", ",")}"' if n < 5 else a)),
        "mixed_decimals",
    ),
    "amounts that may be thousands": (
        csv_of(lambda n, c, d, a: (c, d, f'"{n + 1},500"')),
        "ambiguous_numbers",
    ),
    "more returns than sales": (csv_of(lambda n, c, d, a: (c, d, "-" + a)), "returns_exceed_sales"),
    "one amount": (csv_of(lambda n, c, d, a: (c, d, "5")), "constant_amount"),
    "one customer dominates": (
        GOOD + "".join(f"D{n},2024-01-01,5\n" for n in range(9)) + "W,2024-01-02,1e5\n",
        "dominant_customer",
    ),
    "ambiguous dates": (
        csv_of(lambda n, c, d, a: (c, f"0{1 + n % 9}/0{1 + n % 7}/2024", a)),
        "ambiguous_dates",
    ),
    "dates in several ways": (csv_of(lambda n, c, d, a: (c, d if n % 2 else "13.02.2024", a)), "mixed_dates"),
    "a few dates in the other order": (
        csv_of(lambda n, c, d, a: (c, "02/13/2024" if n == 5 else f"{13 + n % 9}/02/2024", a)),
        "contradictory_dates",
    ),
    "Excel's day numbers": (csv_of(lambda n, c, d, a: (c, str(45290 + n), a)), "numbers_as_dates"),
    "milliseconds": (
        csv_of(lambda n, c, d, a: (c, str(1711843200000 + n * 86400000), a)),
        "numbers_as_dates",
    ),
    "30 February": (csv_of(lambda n, c, d, a: (c, "2024-02-30" if n < 5 else d, a)), "not_a_date"),
    "placeholder dates": (
        csv_of(lambda n, c, d, a: (c, "1900-01-01" if n < 5 else d, a)),
        "date_out_of_range",
    ),
    "future": (csv_of(lambda n, c, d, a: (c, d.replace("2024", "2090"), a)), "future_dates"),
    "one day": (csv_of(lambda n, c, d, a: (c, "2024-03-01", a)), "one_day"),
    "mixed zones": (
        csv_of(lambda n, c, d, a: (c, f"{d}T10:00:00{'Z' if n % 2 else '+05:00'}", a)),
        "mixed_zones",
    ),
}

REJECTED = {
    "no rows": (HEADER, "unreadable_file"),
    "no header": (GOOD.removeprefix(HEADER), "missing_column"),
    "other columns": ("colour,size\nred,5\n", "missing_column"),
    "all ids rounded": (csv_of(lambda n, c, d, a: ("1.23E+11", d, a)), "no_rows_left"),
    "no ids": (csv_of(lambda n, c, d, a: ("", d, a)), "no_rows_left"),
    "yes and no as ids": (csv_of(lambda n, c, d, a: ("true" if n % 2 else "false", d, a)), "ids_are_flags"),
    "one customer": (csv_of(lambda n, c, d, a: ("X", d, a)), "one_customer"),
    "percentages": (csv_of(lambda n, c, d, a: (c, d, a + "%")), "no_rows_left"),
    "words as amounts": (csv_of(lambda n, c, d, a: (c, d, "much")), "no_rows_left"),
    "mostly words as amounts": (
        csv_of(lambda n, c, d, a: (c, d, "much" if n % 3 else a)),
        "most_rows_unreadable",
    ),
    "several currencies": (
        csv_of(lambda n, c, d, a: (c, d, ("€" if n % 2 else "$") + a)),
        "mixed_currencies",
    ),
    "no dates": (csv_of(lambda n, c, d, a: (c, "", a)), "no_rows_left"),
    "both orders of day and month": (
        csv_of(lambda n, c, d, a: (c, "02/13/2024" if n % 2 else "13/02/2024", a)),
        "unusable_dates",
    ),
}


@cache
def report_on(case: str) -> ValidationReport:
    """The report on one of the files above."""
    return check(ACCEPTED[case] if case in ACCEPTED else (WARNED | REJECTED)[case][0])


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_fine_is_accepted_without_a_warning(case):
    report = report_on(case)
    assert (report.verdict, report.rows_in, report.rows_used) == ("accept", 40, 40), report.findings


@pytest.mark.parametrize("case", WARNED)
def test_what_is_doubtful_is_accepted_with_a_named_warning(case):
    report, code = report_on(case), WARNED[case][1]
    assert report.verdict == "accept_with_warnings", report.findings
    assert code in [finding.code for finding in report.findings]


@pytest.mark.parametrize("case", REJECTED)
def test_what_cannot_be_used_is_rejected_with_a_named_problem(case):
    report, code = report_on(case), REJECTED[case][1]
    assert report.verdict == "reject"
    assert code in [finding.code for finding in report.findings if finding.severity == "problem"]
    assert report.findings[0].severity == "problem"  # the reason comes first


@pytest.mark.parametrize("case", [*ACCEPTED, *WARNED, *REJECTED])
def test_the_numbers_of_rows_always_agree(case):
    report = report_on(case)
    assert report.rows_in == report.rows_used + report.rows_set_aside
    assert report.summary().endswith(".")


def test_an_arm_without_a_control_group_is_a_warning():
    rows = "customer_id,campaign_id,at,arm\n" + "".join(f"{n},C1,2024-01-01,treatment\n" for n in range(9))
    report = check(rows, "assignments")
    assert [finding.code for finding in report.findings] == ["one_arm"]


def test_a_customer_in_both_arms_is_a_warning_and_both_rows_stay():
    rows = "customer_id,campaign_id,at,arm\n1,C1,2024-01-01,test\n1,C1,2024-01-01,control\n"
    rows += "2,C1,2024-01-01,test\n"
    report = check(rows, "assignments")
    assert [finding.code for finding in report.findings] == ["both_arms"]
    assert report.rows_used == 3


def test_no_message_holds_a_cell_of_the_file():
    canary = "canary@example.com"
    content = GOOD + f"{canary},{canary},{canary}\n" * 3 + f"{canary},2024-01-01\n"
    report = check(content)
    assert report.rows_set_aside == 4
    assert not [finding for finding in report.findings if canary in finding.message]


def test_parquet_from_pandas_is_checked_like_csv():
    buffer = io.BytesIO()
    frame = pd.read_csv(io.StringIO(GOOD), parse_dates=["date"], dtype={"customer_id": str})
    frame.to_parquet(buffer)
    report = check(buffer.getvalue(), name="orders.parquet")
    assert (report.verdict, report.rows_used) == ("accept", 40)


def test_a_file_is_checked_in_the_child_and_nothing_is_stored(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(GOOD + "7,soon,5\n")
    report = check_file(path, scratch=tmp_path / "scratch")
    assert (report.verdict, report.rows_in, report.rows_set_aside) == ("accept_with_warnings", 41, 1)
    assert not list((tmp_path / "scratch").iterdir())


def test_an_unreadable_file_is_a_verdict_not_an_error(tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    report = check_file(path, scratch=tmp_path / "scratch")
    assert (report.verdict, report.rows_in) == ("reject", 0)
    assert "picture" in report.findings[0].message


def test_a_table_that_does_not_exist_is_said(tmp_path):
    with pytest.raises(MappingError, match="the tables are: customers"):
        check_file(tmp_path / "orders.csv", "orders")


@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.csv.bz2", "orders.tsv.zst", "orders.csv.lz4"])
def test_a_plain_file_with_a_name_as_if_packed_is_read_as_what_it_is(name):
    assert check(GOOD, name=name).verdict == "accept"

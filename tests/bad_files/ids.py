"""Files whose customer ids were bent on the way, or tell nobody from anybody."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bad_files.entry import (
    CANARY,
    SALES,
    accepted,
    in_category,
    rejected,
    sales,
    some,
    swapped,
    table,
    warned,
)


def ids(make, rows: int = 60) -> str:
    """Sales of these customers."""
    return sales(rows, customer_id=make)


def of_parquet(ids: pa.Array) -> bytes:
    """Sales in Parquet, of customers of any type."""
    n = len(ids)
    columns = {
        "customer_id": ids,
        "date": pa.array([SALES["date"](i) for i in range(n)]),
        "amount": pa.array([float(SALES["amount"](i)) for i in range(n)]),
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


CUSTOMERS = {
    "customer_id": lambda n: f"{CANARY}{n:03d}",
    "city": lambda n: ("Bern", "Basel", "Chur")[n % 3],
    "age": lambda n: 20 + n % 50,
}

IDS = in_category(
    "ids",
    [
        accepted("leading_zeros.csv", lambda: ids(lambda n: f"{n % 15:05d}")),
        accepted(
            "leading_zeros_late.csv",
            lambda: ids(lambda n: f"{n % 900 + 100:05d}" if n > 59_000 else n % 900 + 1000, 60_000),
            rows=60_000,
        ),
        accepted("beyond_53_bits.csv", lambda: ids(lambda n: 9007199254740993 + n % 15)),
        accepted("uuids.csv", lambda: ids(lambda n: f"5f0c{n % 15:04x}-58cc-4372-a567-0e02b2c3d479")),
        accepted(
            "mail_addresses.csv",
            lambda: swapped(ids(lambda n: f"{CANARY}{n % 15}@example.com"), ("customer_id", "email")),
        ),
        accepted("with_signs.csv", lambda: ids(lambda n: f"#{CANARY}/{n % 15}-ä (b)")),
        accepted("padded.csv", lambda: ids(lambda n: f"  {CANARY}{n % 15}  ")),
        accepted("customers.csv", lambda: table(CUSTOMERS), table="customers"),
        accepted("integers.parquet", lambda: of_parquet(pa.array([10_000 + n % 15 for n in range(60)]))),
        warned(
            "with_decimals.csv",
            lambda: ids(lambda n: f"{n % 15 + 1}.0"),
            "ids_with_decimals",
            column="customer_id",
        ),
        warned(
            "some_with_decimals.csv",
            lambda: ids(lambda n: f"{n % 15 + 1}" + ".0" * (n % 4 == 1)),
            "ids_with_decimals",
            column="customer_id",
            row=3,
        ),
        warned(
            "floats_with_gaps.parquet",
            lambda: of_parquet(pa.array([None if n == 7 else float(n % 15 + 1) for n in range(60)])),
            "missing",
            column="customer_id",
            row=8,
        ),
        rejected(
            "long_floats.parquet",
            lambda: of_parquet(
                pa.array([None if n == 7 else 9007199254740993.0 + n % 15 for n in range(60)])
            ),
            "no_rows_left",
            "unreadable_id",
            "missing",
            column="customer_id",
            rows=60,
        ),
        rejected(
            "all_scientific.csv",
            lambda: ids(lambda n: f"1.2{n % 9}E+11"),
            "no_rows_left",
            "unreadable_id",
            column="customer_id",
            row=2,
            rows=60,
        ),
        rejected(
            "all_scientific_small_e.csv",
            lambda: ids(lambda n: f"9.007199254740993e+{15 + n % 3}"),
            "no_rows_left",
            "unreadable_id",
            column="customer_id",
            row=2,
            rows=60,
        ),
        warned(
            "some_scientific.csv",
            lambda: sales(**some("1.23E+11", "customer_id")),
            "unreadable_id",
            column="customer_id",
            row=2,
        ),
        warned(
            "turned_into_dates.csv",
            lambda: sales(**some("1-Mar", "customer_id")),
            "ids_as_dates",
            column="customer_id",
            row=2,
        ),
        warned(
            "error_of_a_spreadsheet.csv",
            lambda: sales(**some("#REF!", "customer_id")),
            "unreadable_id",
            column="customer_id",
            row=2,
        ),
        warned(
            "one_very_long.csv",
            lambda: sales(**some(CANARY * 100, "customer_id", 99)),
            "unreadable_id",
            column="customer_id",
            row=2,
        ),
        warned(
            "named_null.csv",
            lambda: sales(**some("NULL", "customer_id")),
            "placeholder_ids",
            column="customer_id",
            row=2,
        ),
        warned(
            "named_na.csv",
            lambda: sales(**some("NA", "customer_id")),
            "placeholder_ids",
            column="customer_id",
            row=2,
        ),
        warned(
            "guests.csv",
            lambda: sales(**some("guest", "customer_id")),
            "placeholder_ids",
            column="customer_id",
            row=2,
        ),
        warned(
            "minus_one.csv",
            lambda: ids(lambda n: -1 if n % 20 == 0 else n % 15),
            "placeholder_ids",
            column="customer_id",
            row=2,
        ),
        warned(
            "some_missing.csv",
            lambda: sales(**some("", "customer_id")),
            "missing",
            column="customer_id",
            row=2,
        ),
        warned(
            "most_missing.csv",
            lambda: ids(lambda n: n + 1 if n % 9 == 0 else ""),
            "missing",
            column="customer_id",
            row=3,
        ),
        rejected(
            "all_missing.csv",
            lambda: ids(lambda n: ""),
            "no_rows_left",
            "missing",
            column="customer_id",
            row=2,
            rows=60,
        ),
        rejected(
            "true_and_false.csv",
            lambda: ids(lambda n: ("true", "false")[n % 2]),
            "ids_are_flags",
            column="customer_id",
            rows=60,
        ),
        rejected(
            "yes_and_no.csv",
            lambda: ids(lambda n: ("yes", "no")[n % 2]),
            "ids_are_flags",
            column="customer_id",
            rows=60,
        ),
        rejected(
            "one_and_zero.csv", lambda: ids(lambda n: n % 2), "ids_are_flags", column="customer_id", rows=60
        ),
        rejected("one_customer.csv", lambda: ids(lambda n: CANARY), "one_customer", rows=60),
        rejected(
            "only_guests.csv",
            lambda: ids(lambda n: ("guest", "unknown", "0")[n % 3]),
            "mostly_placeholder_ids",
            column="customer_id",
            rows=60,
        ),
        warned(
            "case_twins.csv",
            lambda: ids(lambda n: f"{CANARY}{n % 9}".upper() if n % 4 else f"{CANARY}{n % 9}"),
            "ids_differ_by_case",
            column="customer_id",
        ),
        warned(
            "space_twins.csv",
            lambda: ids(lambda n: f"{CANARY}{n % 9}" + " " * (n % 2)),
            "ids_merged",
            column="customer_id",
            row=3,
        ),
        warned(
            "zero_twins.csv",
            lambda: ids(lambda n: f"{n % 9 + 1:0{4 if n % 2 else 1}d}"),
            "ids_differ_by_zeros",
            column="customer_id",
        ),
        warned(
            "customers_twice.csv",
            lambda: table(CUSTOMERS | {"customer_id": lambda n: f"{CANARY}{n % 50}"}),
            "duplicate",
            table="customers",
            column="customer_id",
            row=52,
        ),
        warned("pasted_twice.csv", lambda: sales() + sales().split("\n", 1)[1], "repeated_rows", rows=120),
    ],
)

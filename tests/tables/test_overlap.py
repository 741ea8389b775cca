"""Rows that two exports both hold count once; rows that one export repeats stay."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from segmenter.errors import MappingError
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Dataset
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.parts import MOST_PARTS, guess_part
from segmenter.tables.reading import SourceColumn, SourceFile
from tests.tables.here import ingest_mapping

HEADER = "who,day,paid,order"
Rows = tuple[tuple[str, str, str, str], ...]

A_ROW = st.tuples(
    st.sampled_from(["anna", "ben", ""]),
    st.sampled_from(["2026-01-30", "2026-01-31", "2026-02-01", "not a day"]),
    st.sampled_from(["5.00", "7.50"]),
    st.sampled_from(["", "1", "2"]),
)
A_FILE = st.lists(A_ROW, min_size=1, max_size=6).map(tuple)
FILES = st.lists(A_FILE, min_size=2, max_size=3)


def csv(rows: Rows) -> str:
    return "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"


def source(file: str, **more: str) -> SourceMapping:
    names = {"customer_id": "who", "at": "day", "amount": "paid", "order_id": "order"}
    return SourceMapping(
        file=file, columns={ours: ColumnSource(column=theirs) for ours, theirs in names.items()}, **more
    )


def read(files: dict[str, str]) -> tuple[Dataset, Counter[tuple[object, ...]]]:
    """The data set of these files, and its purchases with how often each is there."""
    mapping = Mapping(tables={"transactions": tuple(source(name) for name in files)})
    return stored(mapping, files)


def stored(mapping: Mapping, files: dict[str, str]) -> tuple[Dataset, Counter[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        dataset = ingest_mapping(mapping, files, Path(folder) / "out")
        table = pq.read_table(Path(folder) / "out" / "transactions.parquet").to_pylist()
    return dataset, Counter(tuple(row.values()) for row in table)


def codes(dataset: Dataset) -> dict[str, int]:
    return {finding.code: finding.rows for finding in dataset.findings}


# So that no file is without a usable row, or with one customer only.
GOOD = (("zoe", "2026-01-31", "9.99", "8"), ("yan", "2026-01-31", "9.99", "9"))


@given(rows=A_FILE)
@settings(max_examples=10)
def test_the_same_file_twice_gives_the_same_data_set_as_once(rows: Rows) -> None:
    text = csv((*rows, *GOOD))
    once, rows_once = read({"a.csv": text})
    twice, rows_twice = read({"a.csv": text, "again.csv": text})
    assert rows_twice == rows_once
    assert sum(rows_twice.values()) == once.rows["transactions"] == twice.rows["transactions"]


@given(files=FILES)
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
def test_the_order_of_the_files_changes_nothing_and_every_row_is_accounted_for(files: list[Rows]) -> None:
    texts = {f"{n}.csv": csv((*rows, *GOOD)) for n, rows in enumerate(files)}
    found = []
    for order in (tuple(texts), tuple(reversed(texts))):
        dataset, rows = read({name: texts[name] for name in order})
        counted = dataset.rows["transactions"] + dataset.set_aside["transactions"]
        assert counted == sum(len(rows) + len(GOOD) for rows in files)
        found.append((dataset.rows["transactions"], rows))
    assert all(each == found[0] for each in found)


def test_what_one_file_repeats_by_itself_stays() -> None:
    dataset, rows = read({"a.csv": csv((GOOD[0], GOOD[0], GOOD[0], GOOD[1]))})
    assert sorted(rows.values()) == [1, 3]
    assert dataset.set_aside["transactions"] == 0


JANUARY = csv(
    (
        ("anna", "2026-01-05 10:00", "5", ""),
        ("anna", "2026-01-31 10:00", "5", ""),
        ("anna", "2026-01-31 10:00", "5", ""),  # she bought the same twice
        ("ben", "2026-01-31 10:00", "7", ""),
    )
)
FEBRUARY = csv(
    (
        ("anna", "2026-01-31 10:00", "5", ""),
        ("anna", "2026-01-31 10:00", "5", ""),
        ("ben", "2026-01-31 10:00", "7", ""),
        ("ben", "2026-02-03 10:00", "7", ""),
    )
)


def test_next_months_file_that_begins_with_last_months_days_adds_only_what_is_new() -> None:
    dataset, rows = read({"january.csv": JANUARY, "february.csv": FEBRUARY})
    # 5 January, three rows of 31 January, 3 February
    assert sum(rows.values()) == 5
    assert codes(dataset)["overlap"] == 3
    (finding,) = [finding for finding in dataset.findings if finding.code == "overlap"]
    assert finding.file == "january.csv"  # the newer file's rows are kept
    assert "2026-01-31" in finding.message


def test_two_shops_that_sell_the_same_on_one_day_are_not_an_overlap() -> None:
    shop = csv(tuple((f"a{n}", "2026-01-31", "5", "") for n in range(9)) + (("x", "2026-01-31", "5", ""),))
    other = csv(tuple((f"b{n}", "2026-01-31", "5", "") for n in range(9)) + (("x", "2026-01-31", "5", ""),))
    dataset, rows = read({"shop.csv": shop, "other.csv": other})
    assert sum(rows.values()) == 20
    assert codes(dataset)["alike_rows"] == 1


def test_an_order_that_the_newer_file_tells_otherwise_counts_as_the_newer_file_tells_it() -> None:
    same = ("zoe", "2026-01-31", "9", "3")
    before = csv((("anna", "2026-01-31", "5", "1"), ("anna", "2026-01-31", "7", "1"), same))
    # A line was taken back, and another has a new price.
    after = csv((("anna", "2026-01-31", "4", "1"), ("ben", "2026-02-01", "2", "2"), same))
    dataset, rows = read({"before.csv": before, "after.csv": after})
    assert sorted(row[2] for row in rows.elements()) == [2.0, 4.0, 9.0]
    assert codes(dataset)["superseded"] == 2
    assert dataset.set_aside["transactions"] == 3


def test_lines_of_the_same_orders_that_two_files_tell_apart_all_stay() -> None:
    goods = csv(tuple((f"c{n}", f"2026-01-{n % 28 + 1:02}", f"{20 + n}", f"{n}") for n in range(50)))
    shipping = csv(tuple((f"c{n}", f"2026-01-{n % 28 + 1:02}", "4.9", f"{n}") for n in range(30)))
    dataset, rows = read({"goods.csv": goods, "shipping.csv": shipping})
    assert sum(rows.values()) == 80
    assert codes(dataset)["alike_rows"] == 30
    assert "30 orders are in both" in " ".join(finding.message for finding in dataset.findings)


def test_a_newer_version_of_an_order_that_cannot_be_read_does_not_stand_for_it() -> None:
    before = csv(tuple((f"c{n}", f"2026-01-0{n}", f"{n}", f"{n}") for n in range(1, 7)))
    after = before.replace(",3,3\n", ",#REF!,3\n") + "zoe,2026-02-01,1,77\n"
    dataset, rows = read({"before.csv": before, "after.csv": after})
    assert sorted(row[2] for row in rows.elements()) == [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 13


def test_equal_rows_that_tell_the_day_only_may_be_different_purchases() -> None:
    """Two subscriptions of 9.99, paid on the first of the month, and 180 customers-and-months in both."""

    def product(first: int, last: int) -> str:
        return csv(
            tuple((f"c{n}", f"2026-0{m}-01", "9.99", "") for m in (1, 2, 3) for n in range(first, last))
        )

    dataset, rows = read({"music.csv": product(0, 100), "video.csv": product(40, 140)})
    assert sum(rows.values()) == 600
    assert codes(dataset)["alike_rows"] == 180
    # Nearly the same list in both is one list, told twice.
    dataset, rows = read({"music.csv": product(0, 100), "again.csv": product(2, 100)})
    assert sum(rows.values()) == 300


def test_one_equal_row_on_the_border_of_two_months_is_no_overlap() -> None:
    january = csv(
        (*((f"c{n}", f"2026-01-{n:02}", "5", "") for n in range(1, 20)), ("k", "2026-01-31", "9", ""))
    )
    february = csv(
        (("k", "2026-01-31", "9", ""), *((f"c{n}", f"2026-02-{n:02}", "5", "") for n in range(1, 20)))
    )
    dataset, rows = read({"january.csv": january, "february.csv": february})
    assert sum(rows.values()) == 40
    (finding,) = [finding for finding in dataset.findings if finding.code == "alike_rows"]
    assert "only the day" in finding.message


def test_a_row_is_given_up_only_for_a_part_that_overlaps_with_its_own() -> None:
    """Two shops are equal in three rows by chance; an older export holds much of both, but not those rows."""

    def shop(letter: str) -> Rows:
        return tuple((f"{letter}{n}", f"2026-01-{n + 1:02} 10:00", f"{n + 5}", "") for n in range(20))

    chance = tuple(("k", f"2026-01-{n:02} 12:00", "9.99", "") for n in (7, 8, 9))
    older = csv((*shop("b")[:15], *shop("c")[:15]))
    dataset, rows = read(
        {"old.csv": older, "b.csv": csv(shop("b") + chance), "c.csv": csv(shop("c") + chance)}
    )
    assert sum(rows.values()) == 46
    assert sum(times for row, times in rows.items() if row[0] == "k") == 6


def test_a_year_of_daily_files_is_read() -> None:
    """More files than a column may name parts, and pairs of them only where their times meet."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(MOST_PARTS + 1)]
    files = {f"{day}.csv": f"{HEADER}\n{'ab'[day.day % 2]},{day},5,\n" for day in days}
    dataset, _ = read(files)
    assert dataset.rows["transactions"] == MOST_PARTS + 1


def test_parts_within_one_file_are_told_by_a_column() -> None:
    text = "sheet,who,day,paid,order\n" + "".join(
        f"{sheet},{row}\n"
        for sheet, table in (("Jan", JANUARY), ("Feb", FEBRUARY))
        for row in table.splitlines()[1:]
    )
    mapping = Mapping(tables={"transactions": (source("year.csv", part="sheet"),)})
    dataset, rows = stored(mapping, {"year.csv": text})
    assert sum(rows.values()) == 5
    (finding,) = [finding for finding in dataset.findings if finding.code == "overlap"]
    assert (finding.file, finding.column, finding.rows, finding.first_row) == ("year.csv", "sheet", 3, 3)
    assert "Jan" not in finding.message  # what is in cells is not quoted


def test_rows_without_a_customer_are_named_in_the_overlap_and_set_aside_once() -> None:
    text = csv((("", "2026-01-31", "5", ""), *GOOD))
    dataset, rows = read({"a.csv": text, "b.csv": text})
    assert sum(rows.values()) == 2
    assert dataset.set_aside["transactions"] == 4
    assert codes(dataset)["overlap"] == 3
    (finding,) = [finding for finding in dataset.findings if finding.code == "overlap"]
    assert "2 set aside" in finding.message and "1 set aside for another reason" in finding.message


def test_touches_with_marketing_overlap_too() -> None:
    text = "who,day,what\nanna,2026-01-31,click\nben,2026-01-31,view\n"
    touches = tuple(
        SourceMapping(
            file=name,
            columns={
                "customer_id": ColumnSource(column="who"),
                "at": ColumnSource(column="day"),
                "kind": ColumnSource(column="what"),
            },
        )
        for name in ("a.csv", "b.csv")
    )
    mapping = Mapping(tables={"transactions": (source("buy.csv"),), "engagements": touches})
    dataset, _ = stored(mapping, {"buy.csv": JANUARY, "a.csv": text, "b.csv": text})
    assert dataset.rows["engagements"] == 2
    assert dataset.set_aside["engagements"] == 2


def test_a_column_with_a_word_for_every_row_names_no_parts() -> None:
    rows = "".join(f"{n},anna,2026-01-31,5,\n" for n in range(MOST_PARTS + 1))
    mapping = Mapping(tables={"transactions": (source("a.csv", part="sheet"),)})
    with pytest.raises(MappingError, match="Column 'sheet' of 'a.csv'"):
        stored(mapping, {"a.csv": "sheet,who,day,paid,order\n" + rows})


def column(name: str, *words: str, missing_share: float = 0.0) -> SourceColumn:
    return SourceColumn(
        name=name,
        type="text",
        samples=words[:5],
        words=words,
        missing_share=missing_share,
        distinct=len(words),
    )


def guessed(*columns: SourceColumn, taken: str | None = None, table: str = "transactions") -> str | None:
    file = SourceFile(path=Path("a.csv"), rows=9, columns=columns, findings=(), description="")
    meanings = {} if taken is None else {"channel": ColumnSource(column=taken)}
    return guess_part(file, TABLES[table], meanings)


def test_the_column_that_names_the_part_is_guessed_by_its_title() -> None:
    assert guessed(column("Invoice", "1"), column("Sheet", "2009", "2010")) == "Sheet"
    assert guessed(column("Blatt", "Jan")) == "Blatt"
    assert guessed(column("source_file", "a.csv", "b.csv")) == "source_file"
    assert guessed(column("source", "web", "shop")) is None
    assert guessed(column("sheet", *(str(n) for n in range(40)))) is None
    assert guessed(column("sheet", "a", missing_share=0.2)) is None
    assert guessed(column("sheet", "a"), taken="sheet") is None
    assert guessed(column("sheet", "a"), table="customers") is None

"""The Data page's report: a verdict with a sign, a fold per table, and a list of rows set aside in words."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from streamlit.testing.v1 import AppTest

from segmenter.ui.set_aside_file import HEADER, set_aside_csv


def page() -> None:
    from segmenter.tables.dataset import Dataset
    from segmenter.tables.report import Finding
    from segmenter.ui.quality_view import show_quality, show_verdict

    missing = Finding(
        code="missing",
        message="3 rows of 'a.csv' have nothing in column 'who': set aside.",
        table="transactions",
        file="a.csv",
        column="who",
        rows=3,
        done="set aside",
    )
    dataset = Dataset(
        name="shop",
        rows={"transactions": 7},
        set_aside={"transactions": 3},
        mapped={},
        attributes=(),
        coverage={},
        findings=(missing,),
    )
    show_verdict(dataset)
    show_quality(dataset)


def test_the_report_says_what_was_found_and_done() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert "1 thing worth a look" in app.warning[0].value
    assert "7 of 10 rows used" in app.expander[0].label
    table = app.table[0].value
    row = table[table["checked"] == "What is needed is there"].iloc[0]
    assert (row["rows"], row["what was done"]) == ("3", "set aside")
    assert "Worth a look" in row["result"]


def test_the_list_of_rows_set_aside_says_in_words_what_is_wrong_and_runs_no_formula(
    tmp_path: Path,
) -> None:
    n = 3_000
    columns = {
        "table": ["transactions"] * n,
        "file": ["=cmd.csv"] * n,
        "row": pa.array(range(2, n + 2), pa.int64()),
        "column": ["paid"] * n,
        "reason": ["not_a_number"] * n,
        "value_shown": [""] * n,
    }
    pq.write_table(pa.table(columns), tmp_path / "set_aside.parquet")
    header, *rows = csv.reader(io.StringIO(set_aside_csv(tmp_path / "set_aside.parquet").decode()))
    assert tuple(header) == HEADER
    assert len(rows) == n
    assert rows[0][:4] == ["Purchases", "'=cmd.csv", "2", "paid"]
    assert rows[0][4] == "The row has something else than a number in column 'paid'."
    assert rows[0][5].startswith("Check that the right column is mapped")

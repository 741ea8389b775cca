"""Cells that are numbers in their file, not text: their point is a decimal point, whatever else is said."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.tables.here import cells_of, ingest, inspect, text_table
from tests.tables.workbooks import xlsx

HEADER = ["id", "day", "amount"]
DAYS = [f"2026-01-0{day}" for day in range(1, 7)]


def as_workbook(ids: list[Any], amounts: list[Any]) -> bytes:
    return xlsx({"A": [HEADER, *map(list, zip(ids, DAYS, amounts, strict=False))]})


def as_json(ids: list[Any], amounts: list[Any]) -> bytes:
    rows = zip(ids, DAYS, amounts, strict=False)
    return "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows).encode()


def as_parquet(ids: list[Any], amounts: list[Any]) -> bytes:
    file = io.BytesIO()
    columns = [ids, DAYS[: len(ids)], amounts]
    pq.write_table(pa.table(dict(zip(HEADER, map(pa.array, columns), strict=True))), file)
    return file.getvalue()


MAKERS = {"t.xlsx": as_workbook, "t.jsonl": as_json, "t.parquet": as_parquet}


def amounts_of(name: str, content: bytes, folder: Path, decimal: str = "") -> list[float]:
    source = f'{{column = "amount", decimal = "{decimal}"}}' if decimal else '"amount"'
    mapping = f'[[transactions]]\nfile = "{name}"\ncustomer_id = "id"\nat = "day"\namount = {source}\n'
    dataset = ingest(mapping, {name: content}, folder)
    assert "ambiguous_numbers" not in {finding.code for finding in dataset.findings}
    stored = pq.read_table(folder / "transactions.parquet").sort_by("at")
    return list(stored.column("amount").to_pylist())


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("decimal", ["", ",", "."])
def test_numbers_stay_what_they_are(name: str, decimal: str, tmp_path: Path) -> None:
    wanted = [1.234, 2.125, 1000.5, 12.0, 0.00001]
    content = MAKERS[name](["a", "b", "c", "d", "e"], wanted)
    assert amounts_of(name, content, tmp_path, decimal) == wanted


@pytest.mark.parametrize("name", ["t.xlsx", "t.jsonl"])
def test_numbers_stay_beside_text_with_commas(name: str, tmp_path: Path) -> None:
    content = MAKERS[name](["a", "b", "c", "d", "e"], ["12,50", "7,25", "1.234,5", 1.234, 2.5])
    assert amounts_of(name, content, tmp_path) == [12.5, 7.25, 1234.5, 1.234, 2.5]


def test_decimals_of_a_parquet_file_are_numbers_too(tmp_path: Path) -> None:
    content = as_parquet(["a", "b"], pa.array([1.234, 2.125]).cast(pa.decimal128(9, 3)))
    assert amounts_of("t.parquet", content, tmp_path, ",") == [1.234, 2.125]


def test_text_is_read_as_before(tmp_path: Path) -> None:
    content = as_workbook(["a", "b"], ["1.234", "2.125"])
    assert amounts_of("t.xlsx", content, tmp_path, ",") == [1234.0, 2125.0]


@pytest.mark.parametrize("name", MAKERS)
def test_ids_samples_and_words_do_not_show_that_they_were_numbers(name: str, tmp_path: Path) -> None:
    content = MAKERS[name]([1.5, 2.5, 3.5], [1.25, 1.25, 1.25])
    assert inspect(content, tmp_path, name).columns[2].samples == ("1.25",)
    assert [row["id"] for row in cells_of(text_table(content, tmp_path, name))] == ["1.5", "2.5", "3.5"]
    mapping = (
        f'[[transactions]]\nfile = "{name}"\ncustomer_id = "id"\nat = "day"\ncategory = "amount"\n'
        'amount = {column = "amount", values = {"1.25" = "7"}}\n'
    )
    dataset = ingest(mapping, {name: content}, tmp_path / "out")
    assert "ids_cleaned" not in {finding.code for finding in dataset.findings}
    stored = pq.read_table(tmp_path / "out" / "transactions.parquet").sort_by("at").to_pylist()
    found = [(row["customer_id"], row["category"], row["amount"]) for row in stored]
    assert found == [("1.5", "1.25", 7.0), ("2.5", "1.25", 7.0), ("3.5", "1.25", 7.0)]


def test_attributes_of_mixed_cells_are_numbers(tmp_path: Path) -> None:
    people = xlsx({"A": [["id", "height"], *([f"c{n}", f"{n},5"] for n in range(6)), ["d", 1.625]]})
    mapping = '[[customers]]\nfile = "p.xlsx"\ncustomer_id = "id"\n'
    sales = "id,day,amount\n" + "".join(f"c{n},2026-01-0{n + 1},{n + 5}\n" for n in range(6))
    mapping += '[[transactions]]\nfile = "s.csv"\ncustomer_id = "id"\nat = "day"\namount = "amount"\n'
    ingest(mapping, {"p.xlsx": people, "s.csv": sales}, tmp_path)
    stored = pq.read_table(tmp_path / "attributes.parquet").sort_by("customer_id")
    assert stored.column("attr_num_1").to_pylist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 1.625]

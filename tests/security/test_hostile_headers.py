"""Titles of columns meant for SQL or for a page: checked, shown, mapped and read, they stay titles."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.mapping_file import mapping_from_toml, mapping_to_toml
from tests.security.hostile import HEADERS
from tests.tables import here


def table(header: str) -> str:
    """Ten purchases with an age, which stands below the hostile title."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["customer_id", "order date", "amount", header])
    writer.writerows([f"C{n}", f"2025-0{n % 9 + 1}-01", n, 20 + n % 7] for n in range(40))
    return text.getvalue()


@pytest.mark.parametrize("header", HEADERS)
def test_a_hostile_title_is_checked_mapped_and_read_like_any_other(header: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    content = table(header)
    report = here.check(content)
    assert report.verdict in ("accept", "warn"), report
    found = here.inspect(content, tmp_path / "in")
    title = found.columns[-1].name
    plain = {"customer_id": ColumnSource(column="customer_id")}
    mapping = Mapping(
        tables={
            "customers": (SourceMapping(file="file.csv", columns=plain, attributes=(title,)),),
            "transactions": (
                SourceMapping(
                    file="file.csv",
                    columns=plain
                    | {"at": ColumnSource(column="order date"), "amount": ColumnSource(column="amount")},
                    where={title: tuple(str(age) for age in range(20, 27))},
                ),
            ),
        }
    )
    assert mapping_from_toml(mapping_to_toml(mapping)) == mapping
    dataset = here.ingest_mapping(mapping, {"file.csv": content}, tmp_path / "out")
    assert dataset.rows["transactions"] == 40
    (attribute,) = dataset.attributes
    assert attribute.label == title
    assert attribute.name.isidentifier()
    ages = pq.read_table(tmp_path / "out" / "attributes.parquet")[attribute.name].to_pylist()
    assert sorted(ages) == sorted(20 + n % 7 for n in range(40))
    assert not list(tmp_path.glob("x*"))


def test_all_titles_at_once_are_told_apart(tmp_path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["customer_id", "order date", "amount", *HEADERS])
    writer.writerows([f"C{n}", "2025-01-01", n, *(["x"] * len(HEADERS))] for n in range(10))
    (tmp_path / "in").mkdir()
    names = [column.name for column in here.inspect(text.getvalue(), tmp_path / "in").columns]
    assert len(set(names)) == len(HEADERS) + 3

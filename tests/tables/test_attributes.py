"""Further columns of customers files: which become attributes, and how each file's cells are read."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from segmenter.errors import MappingError
from segmenter.tables.dataset import Dataset
from segmenter.tables.mapping_file import mapping_from_toml
from tests.tables.here import ingest

PEOPLE = '[[customers]]\nfile = "people.csv"\ncustomer_id = "id"\n'
OUTCOMES = '[[outcomes]]\nfile = "people.csv"\ncustomer_id = "id"\nbought = "Converted"\n'
PERSONS = "id,age,Converted\n" + "".join(f"c{n},{20 + n % 40},{n % 2}\n" for n in range(60))


def labels(dataset: Dataset) -> list[str]:
    return [attribute.label for attribute in dataset.attributes]


def column_of(folder: Path, dataset: Dataset, label: str) -> list[Any]:
    """The stored values of an attribute, in the order of the customers' ids."""
    (name,) = (attribute.name for attribute in dataset.attributes if attribute.label == label)
    return pq.read_table(folder / "attributes.parquet").sort_by("customer_id")[name].to_pylist()


def test_an_attribute_that_becomes_an_outcome_is_an_attribute_no_longer(tmp_path: Path) -> None:
    before = ingest(PEOPLE, {"people.csv": PERSONS}, tmp_path / "before")
    assert labels(before) == ["age", "Converted"]
    toml = PEOPLE + OUTCOMES
    after = ingest(toml, {"people.csv": PERSONS}, tmp_path / "after", tmp_path / "before")
    assert labels(after) == ["age"]
    stored = pq.read_table(tmp_path / "after" / "attributes.parquet").column_names
    assert stored == ["customer_id", "attr_num_1"]
    (said,) = (each for each in after.findings if each.code == "attribute_became_outcome")
    assert (said.column, said.severity) == ("Converted", "warning")


def test_no_new_column_gets_the_name_under_which_an_outcome_is_stored(tmp_path: Path) -> None:
    ingest(PEOPLE, {"people.csv": PERSONS}, tmp_path / "before")
    newer = "id,age,Converted,visits\n" + "".join(f"c{n},{20 + n % 40},{n % 2},\n" for n in range(59))
    files: dict[str, str | bytes] = {"people.csv": newer + "c99,30,1,7\n"}
    out = tmp_path / "after"
    after = ingest(PEOPLE + 'attributes = ["visits"]\n' + OUTCOMES, files, out, tmp_path / "before")
    visits = column_of(out, after, "visits")
    assert [number for number in visits if number is not None] == [7]


def test_a_column_of_outcomes_is_an_attribute_of_no_other_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "people.csv": PERSONS.replace("Converted", "converted"),
        "after.csv": PERSONS,
    }
    dataset = ingest(PEOPLE + OUTCOMES.replace("people.csv", "after.csv"), files, tmp_path)
    assert labels(dataset) == ["age"]


def test_naming_a_column_of_outcomes_of_another_file_is_refused() -> None:
    outcomes = OUTCOMES.replace("people.csv", "after.csv")
    with pytest.raises(MappingError, match="predicts nothing"):
        mapping_from_toml(PEOPLE + 'attributes = ["age", "converted"]\n' + outcomes)


BUYS = '[[transactions]]\nfile = "buys.csv"\ncustomer_id = "who"\nat = "day"\namount = "paid"\n'
BOUGHT = "who,day,paid\na,2026-01-05,5\nb,2026-01-06,6\n"
TWO_FILES = PEOPLE + PEOPLE.replace("people.csv", "more.csv")


def test_each_file_writes_numbers_and_dates_its_own_way(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "buys.csv": BOUGHT,
        "people.csv": "id;income;met\na;1,5;13.02.2025\nb;2,25;14.02.2025\n",
        "more.csv": "id,income,met\nc,1.125,02/15/2025\nd,2.5,02/03/2025\n",
    }
    dataset = ingest(TWO_FILES + BUYS, files, tmp_path)
    assert column_of(tmp_path, dataset, "income") == [1.5, 2.25, 1.125, 2.5]
    assert column_of(tmp_path, dataset, "met")[2:] == [datetime(2025, 2, 15), datetime(2025, 2, 3)]


def test_the_newer_files_are_read_their_own_way_too(tmp_path: Path) -> None:
    first: dict[str, str | bytes] = {"buys.csv": BOUGHT, "people.csv": "id,income\na,1.5\nb,2.25\n"}
    ingest(PEOPLE + BUYS, first, tmp_path / "first")
    later: dict[str, str | bytes] = {
        "people.csv": "id;income\nc;1,5\nd;2,25\n",
        "more.csv": "id,income\ne,1.125\nf,2.5\n",
    }
    out = tmp_path / "later"
    dataset = ingest(TWO_FILES, later, out, tmp_path / "first")
    assert column_of(out, dataset, "income") == [1.5, 2.25, 1.5, 2.25, 1.125, 2.5]


def test_dates_that_name_a_zone_are_brought_to_the_clock_of_the_data(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "buys.csv": BOUGHT,
        "people.csv": "id,seen at\na,2025-06-30T22:30:00Z\nb,2025-07-01T10:00:00Z\n",
    }
    dataset = ingest('[data]\ntime_zone = "Europe/Berlin"\n' + PEOPLE + BUYS, files, tmp_path)
    expected = [datetime(2025, 7, 1, 0, 30), datetime(2025, 7, 1, 12, 0)]
    assert column_of(tmp_path, dataset, "seen at") == expected

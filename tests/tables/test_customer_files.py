"""Several files about the same customers are joined: a survey's answers stand beside the customer list."""

from pathlib import Path

import pandas as pd
import pytest

from segmenter.tables.customer_files import customers_sql
from segmenter.tables.dataset import Dataset
from tests.tables.here import ingest

MAPPING = """
[[transactions]]
file = "buys.csv"
customer_id = "who"
at = "day"
amount = "paid"

[[customers]]
file = "people.csv"
customer_id = "who"
joined_at = "since"

[[customers]]
file = "survey.csv"
customer_id = "id"
"""
FILES: dict[str, str | bytes] = {
    "buys.csv": "who,day,paid\na,2026-01-05,5\nb,2026-01-06,6\n",
    "people.csv": "who,since,age,town\na,2025-01-01,40,Ulm\nb,2025-02-01,,Bonn\na,2024-01-01,99,Kiel\n",
    "survey.csv": "id,age,likes\nb,50,tea\na,41,coffee\nc,30,tea\n",
}


@pytest.fixture
def joined(tmp_path: Path) -> tuple[Dataset, pd.DataFrame]:
    dataset = ingest(MAPPING, FILES, tmp_path)
    attributes = pd.read_parquet(tmp_path / "attributes.parquet").set_index("customer_id")
    labels = {attribute.name: attribute.label for attribute in dataset.attributes}
    return dataset, attributes.rename(columns=labels)


def test_a_survey_adds_its_answers_and_its_customers(joined: tuple[Dataset, pd.DataFrame]) -> None:
    dataset, attributes = joined
    assert attributes["likes"].to_dict() == {"a": "coffee", "b": "tea", "c": "tea"}
    assert attributes["town"].dropna().to_dict() == {"a": "Ulm", "b": "Bonn"}
    # The first file's answer where it has one, the survey's where it has none.
    assert attributes["age"].to_dict() == {"a": 40, "b": 50, "c": 30}
    assert dataset.rows["customers"] == 3


def test_every_row_is_stored_joined_or_set_aside(joined: tuple[Dataset, pd.DataFrame]) -> None:
    dataset, _ = joined
    rows = {finding.code: finding.rows for finding in dataset.findings if finding.table == "customers"}
    assert dataset.rows["customers"] + dataset.set_aside["customers"] == 6
    assert rows["joined"] == 2  # a and b of the survey
    assert rows["duplicate"] == 1  # a, twice in one file


def test_where_files_disagree_it_is_counted(joined: tuple[Dataset, pd.DataFrame]) -> None:
    (conflict,) = [finding for finding in joined[0].findings if finding.code == "files_disagree"]
    assert (conflict.column, conflict.rows) == ("age", 1)  # a is 40 or 41
    assert "first file" in conflict.message


def test_only_our_own_names_become_sql() -> None:
    with pytest.raises(ValueError, match="lower-case"):
        customers_sql("joined_customers", ["age; DROP TABLE x"])

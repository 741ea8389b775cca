"""Real files at their real size: the Starbucks events by their committed mapping."""

import duckdb
import pytest

from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import read_mapping
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def starbucks(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("starbucks")
    mapping = read_mapping(ROOT / "data" / "mappings" / "starbucks.toml")
    dataset = ingest(
        mapping, real_data / "starbucks", folder / "out", name="starbucks", scratch=folder / "scratch"
    )
    return dataset, folder / "out"


def test_the_starbucks_events_are_read_completely(starbucks):
    dataset, _ = starbucks
    rows = {table: count for table, count in dataset.rows.items() if count}
    assert rows == {"customers": 17_000, "transactions": 138_953, "engagements": 167_581, "campaigns": 10}
    assert not any(dataset.set_aside.values())
    assert [finding for finding in dataset.findings if finding.severity != "note"] == []
    assert [attribute.label for attribute in dataset.attributes] == [
        "gender",
        "age",
        "income",
        "became_member_on",
        "demographics_missing",
    ]


def test_the_starbucks_events_are_read_rightly(starbucks, real_data):
    _, out = starbucks
    ours = duckdb.sql(
        f"SELECT kind, COUNT(*), MAX(\"at\") FROM '{out}/engagements.parquet' GROUP BY kind ORDER BY kind"
    ).fetchall()
    theirs = duckdb.sql(
        f"""SELECT event, COUNT(*), TIMESTAMP '2018-07-01' + to_hours(MAX(time_hours))
            FROM '{real_data}/starbucks/transcript.parquet' WHERE event <> 'transaction' GROUP BY event"""
    ).fetchall()
    words = {"offer received": "exposure", "offer viewed": "view", "offer completed": "redeem"}
    assert ours == sorted((words[event], count, last) for event, count, last in theirs)
    spent = f"SELECT SUM(amount) FROM '{out}/transactions.parquet'"
    amount = f"SELECT SUM(amount) FROM '{real_data}/starbucks/transcript.parquet' WHERE event = 'transaction'"
    assert duckdb.sql(spent).fetchall()[0][0] == pytest.approx(duckdb.sql(amount).fetchall()[0][0], rel=1e-12)

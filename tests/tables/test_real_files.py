"""Real files at their real size: the Starbucks events by their committed mapping, and invoice lines."""

import resource

import duckdb
import pytest

from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import mapping_from_toml, read_mapping
from tests.conftest import ROOT

RETAIL = """
[[transactions]]
file = "transactions.parquet"
customer_id = "customer_id"
at = "invoice_date"
amount = { column = "price", times = "quantity" }
order_id = "invoice"
quantity = "quantity"
"""


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


def test_a_million_invoice_lines_are_read_in_seconds_and_every_row_is_accounted_for(real_data, tmp_path):
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    dataset = ingest(
        mapping_from_toml(RETAIL),
        real_data / "online_retail_ii",
        tmp_path / "out",
        name="retail",
        scratch=tmp_path / "scratch",
    )
    # Of the processor, not of the clock: others may be at work on the machine. It takes about five.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 20
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 1_067_371
    assert dataset.set_aside["transactions"] == 243_007  # lines without a customer
    missing = [finding for finding in dataset.findings if finding.code == "missing"]
    assert [(finding.column, finding.rows) for finding in missing] == [("customer_id", 243_007)]

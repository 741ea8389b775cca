"""Online Retail II, from raw invoice lines to RFM segments: all that is odd about it is named and counted."""

import resource
from pathlib import Path
from typing import Any

import duckdb
import pytest

from segmenter.engines import open_engine
from segmenter.evaluation.rfm import NO_PURCHASES
from segmenter.evaluation.rfm_segments import RfmSegments, rfm_segments
from segmenter.features.tables import register_dataset
from segmenter.tables.dataset import Dataset
from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import read_mapping
from segmenter.tables.report import Finding
from tests.conftest import ROOT

# The same lines read without us: the published advice for the overlap, and only those with a customer.
EXPECTED = """
    WITH lines AS (
        SELECT customer_id, price * quantity AS amount
        FROM read_parquet(?)
        WHERE customer_id IS NOT NULL AND NOT (sheet = '2009-2010' AND invoice_date >= '2010-12-01')
    ),
    people AS (SELECT customer_id, MAX(amount) AS most FROM lines GROUP BY customer_id)
    SELECT
        COUNT(*) AS rows,
        COUNT(DISTINCT customer_id) AS customers,
        SUM(amount) AS spend,
        COUNT(*) FILTER (WHERE amount < 0) AS returns,
        (SELECT COUNT(*) FROM people WHERE most < 0) AS only_returned
    FROM lines
"""


@pytest.fixture(scope="module")
def retail(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Dataset, RfmSegments, dict[str, Any]]:
    """The data set, its RFM segments, and what the lines that should be in it come to."""
    folder = tmp_path_factory.mktemp("retail")
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    dataset = ingest(
        read_mapping(ROOT / "data" / "mappings" / "online_retail_ii.toml"),
        real_data / "online_retail_ii",
        folder / "out",
        name="retail",
        scratch=folder / "scratch",
    )
    # Of the processor, not of the clock: others may be at work on the machine. It takes about six.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 20
    with open_engine(allowed=[folder], scratch=folder / "scratch") as engine:
        register_dataset(engine, folder / "out")
        segments = rfm_segments(engine, dataset)
    with duckdb.connect() as reader:
        file = real_data / "online_retail_ii" / "transactions.parquet"
        expected = dict(reader.execute(EXPECTED, [str(file)]).df().iloc[0])
    return dataset, segments, expected


def finding(dataset: Dataset, code: str) -> Finding:
    (found,) = [finding for finding in dataset.findings if finding.code == code]
    return found


def test_every_line_is_used_or_set_aside(retail):
    dataset, _, expected = retail
    assert dataset.rows["transactions"] == expected["rows"] == 809_561
    assert dataset.set_aside["transactions"] == 243_007 + 14_803
    assert dataset.rows["transactions"] + dataset.set_aside["transactions"] == 1_067_371


@pytest.mark.parametrize(
    ("code", "column", "rows"),
    [
        ("overlap", "sheet", 22_523),
        ("missing", "customer_id", 243_007),
        ("cancellations", "invoice", 19_494),
        ("negative_prices", "price", 5),
        ("zero_amounts", "price", 6_202),
        ("negative_quantities", "quantity", 3_457),
    ],
)
def test_what_is_odd_is_named_with_its_file_its_column_and_its_rows(retail, code, column, rows):
    found = finding(retail[0], code)
    assert (found.file, found.column, found.rows) == ("transactions.parquet", column, rows)
    assert f"{rows:,} rows of 'transactions.parquet'" in found.message


def test_what_becomes_of_the_overlap_is_said(retail):
    found = finding(retail[0], "overlap")
    assert "2010-12-01 to 2010-12-09" in found.message
    assert "14,803 set aside" in found.message  # and the other 7,720 have no customer
    assert "7,720 set aside for another reason" in found.message


def test_cancellations_are_set_against_the_purchases_before_them(retail):
    found = finding(retail[0], "returns_matched")
    assert found.rows == retail[2]["returns"] == 18_446
    counted = [word for word in found.message.replace(";", "").split() if word[0].isdigit()]
    total, matched, partly, unmatched = (int(word.replace(",", "")) for word in counted)
    assert total == found.rows == matched + partly + unmatched
    assert matched > 6_000


def test_the_segments_hold_every_customer_and_all_money_less_returns(retail):
    _, segments, expected = retail
    assert segments.customers == expected["customers"] == 5_942
    assert segments.spend == pytest.approx(expected["spend"], rel=1e-9)
    by_name = {segment.name: segment for segment in segments.segments}
    assert by_name[NO_PURCHASES].customers == expected["only_returned"]
    assert by_name["Champions"].spend / segments.spend > 0.5
    assert by_name["Champions"].typical_days < by_name["At Risk"].typical_days

"""The Spark engine keeps the promises of the seam: folders, one file, batches, stopping, plain refusals."""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segmenter.engines import Engine
from segmenter.engines.spark import SparkEngine, megabytes, spark_sql
from segmenter.errors import Cancelled, DamagedArtifact, SettingsError

pytestmark = pytest.mark.timeout(600)  # the first test waits for Java to start


@pytest.fixture
def engine(spark_session: Any, tmp_path: Path) -> Iterator[Engine]:
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    pq.write_table(pa.table({"n": list(range(5))}), allowed / "numbers.parquet")
    with SparkEngine(spark_session, allowed=[allowed], scratch=tmp_path / "scratch") as engine:
        engine.register("numbers", allowed / "numbers.parquet")
        yield engine


@pytest.mark.spark
def test_a_query_becomes_one_file_in_its_order(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "allowed" / "out.parquet"
    sql = "SELECT n * :k AS m FROM numbers WHERE n >= :low ORDER BY n DESC"
    assert engine.write(sql, {"k": 10, "low": 2, "unused": 1}, out) == 3
    assert out.is_file()
    assert pq.read_table(out).to_pydict() == {"m": [40, 30, 20]}
    assert pq.ParquetFile(out).metadata.row_group(0).column(0).compression == "ZSTD"
    assert sorted(path.name for path in out.parent.iterdir()) == ["numbers.parquet", "out.parquet"]


@pytest.mark.spark
def test_batches_are_no_larger_than_asked_and_lose_nothing(engine: Engine) -> None:
    batches = list(engine.batches("SELECT n FROM numbers ORDER BY n", {}, rows=2))
    assert [batch.num_rows for batch in batches] == [2, 2, 1]
    assert [n for batch in batches for n in batch["n"].to_pylist()] == [0, 1, 2, 3, 4]


@pytest.mark.spark
@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x'; DROP VIEW numbers; --", "VARCHAR"),
        (date(2026, 3, 29), "DATE"),
        (datetime(2026, 3, 29, 2, 30, 0, 5), "TIMESTAMP"),  # an hour that summer time skips in Europe
        (True, "BOOLEAN"),
        (2.5, "DOUBLE"),
    ],
)
def test_a_value_is_bound_and_comes_back_as_it_went_in(engine: Engine, value: Any, kind: str) -> None:
    assert engine.frame(f"SELECT CAST(:value AS {kind}) AS v", {"value": value})["v"].tolist() == [value]


@pytest.mark.spark
def test_paths_outside_the_folders_are_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="outside"):
        engine.register("other", tmp_path / "elsewhere.parquet")
    with pytest.raises(PermissionError, match="outside"):
        engine.write("SELECT 1 AS one", {}, tmp_path / "allowed" / ".." / "elsewhere.parquet")


@pytest.mark.spark
def test_a_missing_file_is_explained(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DamagedArtifact, match="gone.parquet"):
        engine.register("gone", tmp_path / "allowed" / "gone.parquet")


@pytest.mark.spark
def test_table_names_of_one_engine_are_unknown_to_another(
    engine: Engine, spark_session: Any, tmp_path: Path
) -> None:
    with (
        SparkEngine(spark_session, allowed=[tmp_path], scratch=tmp_path) as other,
        pytest.raises(Exception, match="(?i)numbers"),
    ):
        other.frame("SELECT * FROM numbers", {})


@pytest.mark.spark
def test_an_interrupt_from_another_thread_stops_the_work_and_it_stays_stopped(
    engine: Engine, tmp_path: Path
) -> None:
    many = tmp_path / "allowed" / "many.parquet"
    pq.write_table(pa.table({"n": list(range(300_000))}), many)
    engine.register("many", many)
    threading.Timer(3, engine.interrupt).start()
    with pytest.raises(Cancelled):  # ninety billion pairs
        engine.frame("SELECT MAX(a.n * b.n) AS n FROM many AS a CROSS JOIN many AS b", {})
    with pytest.raises(Cancelled):
        engine.frame("SELECT 1 AS one", {})


def test_the_text_keeps_its_parameters_in_translation() -> None:
    sql = 'SELECT CAST(:cutoff AS TIMESTAMP) - "at" AS age FROM transactions'
    assert spark_sql(sql) == "SELECT CAST(:cutoff AS TIMESTAMP_NTZ) - `at` AS age FROM transactions"


@pytest.mark.parametrize(("memory", "expected"), [("2GB", 2_000), ("512 mb", 512), ("1TB", 1_000_000)])
def test_memory_is_read_as_it_is_written_for_the_other_engine(memory: str, expected: int) -> None:
    assert megabytes(memory) == expected


def test_memory_without_a_unit_is_refused() -> None:
    with pytest.raises(SettingsError, match="2GB"):
        megabytes("2")

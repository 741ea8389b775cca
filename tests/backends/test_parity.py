"""The same SQL text on DuckDB and on Spark: integers, text and times exactly, numbers to 1e-9."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from segmenter.engines import Engine, open_engine
from segmenter.engines.spark import SparkEngine
from segmenter.features.tables import customer_features, register_dataset
from tests.backends.cases import CASES, Case
from tests.backends.inputs import ATTRIBUTES, CUTOFF, WINDOWS
from tests.features.world import write_world

PACKAGE = Path(__file__).resolve().parents[2] / "segmenter"

pytestmark = pytest.mark.timeout(600)  # the first test waits for Java to start


def test_every_sql_file_of_the_package_is_run_on_both_engines() -> None:
    files = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.sql")}
    assert {str(case) for case in CASES} == files


def tables_read(sql: str) -> set[str]:
    """Names of the tables that a text reads, less those it makes itself."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    made = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - made


def result(engine: Engine, case: Case, inputs: Path, out: Path) -> pa.Table:
    for table in tables_read(case.sql):
        engine.register(table, inputs / f"{case.other_tables.get(table, table)}.parquet")
    engine.write(case.sql, case.parameters, out)
    return pq.read_table(out)


def assert_equal(one: pa.Table, other: pa.Table) -> None:
    """Same columns and types; same rows in any order; floats within 1e-9, everything else exactly."""
    assert one.schema.names == other.schema.names
    assert [str(f.type) for f in one.schema] == [str(f.type) for f in other.schema]
    exact = [f.name for f in one.schema if not pa.types.is_floating(f.type)]
    floats = [name for name in one.schema.names if name not in exact]
    order = [(name, "ascending") for name in (*exact, *floats)]
    first, second = (table.sort_by(order).to_pandas() for table in (one, other))
    pd.testing.assert_frame_equal(first[exact], second[exact])
    pd.testing.assert_frame_equal(first[floats], second[floats], rtol=1e-9, atol=1e-9)


@pytest.mark.spark
@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_engines_agree(case: Case, inputs: Path, tmp_path: Path, spark_session: Any) -> None:
    folders = [inputs, tmp_path]
    with open_engine(allowed=folders, scratch=tmp_path / "scratch", threads=2) as duck:
        expected = result(duck, case, inputs, tmp_path / "duckdb.parquet")
    assert expected.num_rows > 0, "an empty table agrees with anything"
    with SparkEngine(spark_session, allowed=folders, scratch=tmp_path / "scratch") as spark:
        assert_equal(expected, result(spark, case, inputs, tmp_path / "spark.parquet"))


@pytest.mark.spark
def test_the_whole_chain_of_features_agrees(inputs: Path, tmp_path: Path, spark_session: Any) -> None:
    dataset = write_world(tmp_path / "names only", attribute_list=ATTRIBUTES)
    folders = [inputs, tmp_path]
    found = []
    for name, engine in (
        ("duckdb", open_engine(allowed=folders, scratch=tmp_path / "scratch", threads=2)),
        ("spark", SparkEngine(spark_session, allowed=folders, scratch=tmp_path / "scratch")),
    ):
        with engine:
            register_dataset(engine, inputs)
            customer_features(engine, dataset, WINDOWS, CUTOFF, tmp_path / f"{name}.parquet")
        found.append(pq.read_table(tmp_path / f"{name}.parquet"))
    assert_equal(*found)
    assert found[0]["customer_id"].to_pylist() == found[1]["customer_id"].to_pylist()  # the order too

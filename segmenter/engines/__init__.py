"""The only place that knows an engine: SQL and Parquet files in, Parquet, frames or Arrow batches out."""

from collections.abc import Sequence
from pathlib import Path

from segmenter.engines.protocol import BATCH_ROWS, Engine, Parameters
from segmenter.engines.sql import read_sql
from segmenter.errors import SettingsError

__all__ = ["BATCH_ROWS", "Engine", "Parameters", "open_engine", "read_sql"]


def open_engine(
    name: str = "duckdb",
    *,
    allowed: Sequence[Path],
    scratch: Path,
    memory: str = "2GB",
    threads: int | None = None,
    master: str | None = None,
) -> Engine:
    """An engine that may read and write `allowed` and `scratch`, and nothing else.

    name: 'duckdb' (this process) or 'spark' (needs pyspark and Java; `master` is a cluster's URL, or None for
    this machine). Raises SettingsError for another name, or when Spark is not installed.
    """
    if name == "duckdb":
        from segmenter.engines.duckdb import DuckDBEngine

        return DuckDBEngine(allowed=allowed, scratch=scratch, memory=memory, threads=threads)
    if name == "spark":
        # Imported only when asked for: pyspark is an optional extra, and starts a Java machine.
        from segmenter.engines.spark import SparkEngine, start_session

        session = start_session(master or f"local[{threads or '*'}]", memory=memory)
        return SparkEngine(session, allowed=allowed, scratch=scratch)
    raise SettingsError(f"There is no engine '{name}'. Engines: duckdb, spark.")

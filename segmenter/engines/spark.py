"""The cluster engine: the same SQL text, translated by sqlglot, run by Spark.

For data that one machine cannot hold. Files are read and written by path, so a cluster needs the workspace on
storage that all its machines see.
"""

import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot

from segmenter.engines.protocol import BATCH_ROWS, Parameters
from segmenter.engines.sql import check_table_name, used_parameters
from segmenter.errors import Cancelled, DamagedArtifact, SettingsError

_MEGABYTES = {"MB": 1, "GB": 1_000, "TB": 1_000_000}


def start_session(master: str, *, memory: str = "2GB", options: Mapping[str, str] | None = None) -> Any:
    """A Spark session (the running one, if there is one): UTC, no web page, Python workers of this Python.

    master: 'local[2]', or a cluster's URL. memory: of the driver, such as '2GB'; without effect on a session
    that already runs. options: further Spark settings by name. Raises SettingsError when pyspark or Java is
    missing.
    """
    # Without this, workers take the system's python, which has neither pyarrow nor this package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SettingsError(
            "The engine 'spark' needs the package pyspark, which is not installed. Install it "
            "(pip install pyspark), or use the engine 'duckdb'."
        ) from error
    builder = (
        SparkSession.builder.appName("segmenter")
        .master(master)
        .config("spark.driver.memory", f"{megabytes(memory)}m")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "zstd")
    )
    for name, value in (options or {}).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkException as error:
        raise SettingsError(
            "The engine 'spark' could not start; it needs Java 17 or newer on this machine, and a reachable "
            f"master ('{master}'). Install Java, check the master, or use the engine 'duckdb'."
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def megabytes(memory: str) -> int:
    """'2GB' -> 2000. Raises SettingsError when it is not a number of MB, GB or TB."""
    match = re.fullmatch(r"(\d+)\s*(MB|GB|TB)", memory.strip().upper())
    if match is None:
        raise SettingsError(
            f"Memory is given as a whole number of MB, GB or TB, such as '2GB'; got '{memory}'."
        )
    return int(match.group(1)) * _MEGABYTES[match.group(2)]


def spark_sql(sql: str) -> str:
    """DuckDB's SQL text in Spark's dialect; `:name` parameters stay as they are."""
    return str(sqlglot.transpile(sql, read="duckdb", write="spark")[0])


class SparkEngine:
    """A Spark session with table names of its own; the Spark context is shared and stays up after `close()`.

    allowed, scratch: folders it reads and writes; other paths are refused.
    """

    def __init__(self, session: Any, *, allowed: Sequence[Path], scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch.resolve()
        self._allowed = [folder.resolve() for folder in (*allowed, scratch)]
        self._session = session.newSession()
        self._registered: set[str] = set()
        self._stopped = threading.Event()

    @property
    def scratch(self) -> Path:
        return self._scratch

    def register(self, name: str, path: Path) -> None:
        source = self._inside(path)
        if not source.is_file():
            raise DamagedArtifact(
                f"The table file '{path.name}' is missing. Make this result again, or bring the data in "
                "again."
            )
        self._session.read.parquet(str(source)).createOrReplaceTempView(check_table_name(name))
        self._registered.add(name)

    def write(self, sql: str, parameters: Parameters, path: Path) -> int:
        target = self._inside(path)
        with (
            self._unless_stopped(),
            tempfile.TemporaryDirectory(dir=target.parent, prefix="spark-") as folder,
        ):
            # One file per table is what every reader of the workspace expects; Spark writes many parts.
            parts = Path(folder) / "parts"
            self._query(sql, parameters).coalesce(1).write.parquet(str(parts))
            part = next(parts.glob("part-*.parquet"))
            shutil.move(part, target)
        return int(pq.read_metadata(target).num_rows)

    def frame(self, sql: str, parameters: Parameters) -> pd.DataFrame:
        with self._unless_stopped():
            frame: pd.DataFrame = self._query(sql, parameters).toArrow().to_pandas()
            return frame

    def batches(self, sql: str, parameters: Parameters, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="batches-") as folder:
            # By way of a file: Spark's own iterators hand whole partitions to this process.
            path = Path(folder) / "rows.parquet"
            self.write(sql, parameters, path)
            with pq.ParquetFile(path) as file:
                yield from file.iter_batches(batch_size=rows)

    def interrupt(self) -> None:
        self._stopped.set()
        self._session.interruptAll()  # of this session, which no other engine uses

    def close(self) -> None:
        while self._registered:
            self._session.catalog.dropTempView(self._registered.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _query(self, sql: str, parameters: Parameters) -> Any:
        arguments = {
            # As text: Spark would read a datetime in this machine's time zone, and the SQL casts it anyway.
            name: value.isoformat(sep=" ") if isinstance(value, datetime) else value
            for name, value in used_parameters(sql, parameters).items()
        }
        return self._session.sql(spark_sql(sql), args=arguments)

    def _inside(self, path: Path) -> Path:
        """The resolved path. Raises PermissionError when it leaves the allowed folders."""
        resolved = path.resolve()
        if not any(resolved.is_relative_to(folder) for folder in self._allowed):
            raise PermissionError(f"This engine may not touch '{resolved}': it lies outside its folders.")
        return resolved

    @contextmanager
    def _unless_stopped(self) -> Iterator[None]:
        """Raises Cancelled where the work was stopped, before it began or while it ran."""
        if self._stopped.is_set():
            raise Cancelled("The work was stopped; nothing was kept.")
        try:
            yield
        except Exception as error:
            if self._stopped.is_set():
                raise Cancelled("The work was stopped; nothing was kept.") from error
            raise

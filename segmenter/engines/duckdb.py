"""The embedded engine: DuckDB, shut in a few folders and a stated amount of memory.

DuckDB can read any file and fetch from the network; an engine here sees the folders it was given and nothing
else, and its settings are locked before the first query.
"""

import errno
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines.protocol import BATCH_ROWS, Parameters
from segmenter.engines.sql import check_table_name, dollar_parameters, used_parameters
from segmenter.errors import Cancelled, DamagedArtifact, SegmenterError

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

if TYPE_CHECKING:
    import pandas as pd  # only its name: a process that reads a file must not wait for it


class DuckDBEngine:
    """An in-memory DuckDB that works out of core under a memory limit.

    allowed: folders it may read and write; scratch: where it spills and keeps passing tables, also allowed.
    memory: such as '2GB'; threads: None takes every core.
    """

    def __init__(
        self, *, allowed: Sequence[Path], scratch: Path, memory: str = "2GB", threads: int | None = None
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch.resolve()
        self._memory = memory
        self._running: set[Any] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._base = duckdb.connect(":memory:")
        for name, value in sandbox_settings(allowed, self._scratch, memory, threads):
            self._base.execute(f"SET {name} = $value", {"value": value})

    @property
    def scratch(self) -> Path:
        return self._scratch

    def register(self, name: str, path: Path) -> None:
        with self._cursor() as cursor, _damage_explained(path):
            cursor.read_parquet(_literal_glob(path)).create_view(check_table_name(name), replace=True)

    def write(self, sql: str, parameters: Parameters, path: Path) -> int:
        target = path.resolve()
        with self._cursor() as cursor:
            try:
                query = cursor.sql(dollar_parameters(sql), params=used_parameters(sql, parameters))
                query.write_parquet(str(target), compression="zstd", overwrite=True)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        return int(pq.read_metadata(target).num_rows)

    def frame(self, sql: str, parameters: Parameters) -> "pd.DataFrame":
        with self._cursor() as cursor:
            bound = used_parameters(sql, parameters)
            frame: pd.DataFrame = cursor.execute(dollar_parameters(sql), bound).df()
            return frame

    def batches(self, sql: str, parameters: Parameters, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        with self._cursor() as cursor:
            query = cursor.sql(dollar_parameters(sql), params=used_parameters(sql, parameters))
            yield from query.to_arrow_reader(rows)

    def interrupt(self) -> None:
        with self._lock:
            # It stays stopped: an interrupt that falls between two steps must not be lost.
            self._stopped = True
            for cursor in self._running:
                cursor.interrupt()

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        """A cursor of this call's own, since DuckDB refuses a connection to two threads at once."""
        with self._lock:
            if self._stopped:
                raise Cancelled("The work was stopped; nothing was kept.")
            cursor = self._base.cursor()
            self._running.add(cursor)
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise Cancelled("The work was stopped; nothing was kept.") from error
        except duckdb.OutOfMemoryException as error:
            raise SegmenterError(
                f"This step needs more memory than the {self._memory} it may use, or more room for "
                f"passing files than '{self._scratch}' has. Free some disk space, or raise the engine's "
                "memory, and try again."
            ) from error
        except duckdb.IOException as error:
            # DuckDB tells only in its text that the disk is full.
            if any(os.strerror(number) in str(error) for number in _DISK_FULL):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            raise
        finally:
            with self._lock:
                self._running.discard(cursor)
            cursor.close()


def sandbox_settings(
    allowed: Sequence[Path], scratch: Path, memory: str, threads: int | None
) -> list[tuple[str, Any]]:
    """DuckDB's settings in the order that makes them bite: folders first, the lock last."""
    # Each folder also as it is spelled in a read, since DuckDB compares before it resolves wildcards.
    folders = [
        f"{spelling}/"
        for folder in (*allowed, scratch)
        for spelling in dict.fromkeys((str(folder.resolve()), _literal_glob(folder)))
    ]
    # Half of what is free: spilling never fills the disk of the machine that serves the app.
    spill_bytes = shutil.disk_usage(scratch).free // 2
    settings: list[tuple[str, Any]] = [
        ("temp_directory", str(scratch)),
        ("allowed_directories", folders),
        ("enable_external_access", False),
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("allow_community_extensions", False),
        ("python_enable_replacements", False),  # a Python variable never turns into a table by its name
        ("memory_limit", memory),
        ("max_temp_directory_size", f"{spill_bytes // 1_000_000}MB"),
    ]
    if threads is not None:
        settings.append(("threads", threads))
    return [*settings, ("lock_configuration", True)]


def _literal_glob(path: Path) -> str:
    """A path that DuckDB reads as it stands: it would take [, * and ? in a folder's name for wildcards."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path.resolve()))


@contextmanager
def _damage_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise DamagedArtifact(
            f"The table file '{path.name}' is missing or is not a whole Parquet file. Make this result "
            "again, or bring the data in again."
        ) from error

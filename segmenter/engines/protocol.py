"""What every engine can do: run one SQL text over registered Parquet files, and hand the result on."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd  # only its name: a process that reads a file must not wait for it

Parameters = Mapping[str, date | datetime | int | float | str | bool]

BATCH_ROWS = 65_536  # large enough to keep a scoring kernel busy, small enough to stay in cache


class Engine(Protocol):
    """A place where SQL runs. Open one per piece of work: its table names are shared by all who use it.

    SQL is written in DuckDB's dialect with `:name` parameters, cast where they are used
    (`CAST(:cutoff AS TIMESTAMP)`), because engines disagree about the type of a bare parameter. Values are
    bound, never pasted; parameters that a text does not mention are ignored, so that steps can share one set.

    Every call may be made from any thread. After `interrupt()` the running call, and every later one, raises
    Cancelled.
    """

    @property
    def scratch(self) -> Path:
        """A folder for tables that live no longer than one piece of work."""

    def register(self, name: str, path: Path) -> None:
        """Make a Parquet file readable as a table; a second file of the same name takes its place.

        Raises DamagedArtifact when the file is missing or is not Parquet.
        """

    def write(self, sql: str, parameters: Parameters, path: Path) -> int:
        """Write the rows of a query to one Parquet file (zstd), in the query's order; returns their count."""

    def frame(self, sql: str, parameters: Parameters) -> "pd.DataFrame":
        """The rows of a query, all at once: for small results only."""

    def batches(self, sql: str, parameters: Parameters, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """The rows of a query in Arrow batches of at most `rows`, never all at once."""

    def interrupt(self) -> None:
        """Stop what is running, from another thread."""

    def close(self) -> None:
        """Give back memory and threads; an engine cannot be used afterwards."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

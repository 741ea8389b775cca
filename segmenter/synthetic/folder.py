"""Blocks of Arrow rows -> the Parquet files of a dataset folder, in bounded memory."""

from datetime import datetime
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.synthetic.people_tables import ATTRIBUTES
from segmenter.synthetic.schedule import WAVES
from segmenter.tables.contracts import TABLES, ColumnContract
from segmenter.tables.dataset import Coverage

_TYPES = {
    "text": pa.string(),
    "number": pa.float64(),
    "time": pa.timestamp("us"),
    "flag": pa.bool_(),
    "choice": pa.string(),
}
_TRUTH = pa.schema(
    [
        ("customer_id", pa.string()),
        ("campaign_id", pa.string()),
        ("at", pa.timestamp("us")),
        ("reachable", pa.bool_()),
        ("contacted", pa.bool_()),
        ("buys_without_contact", pa.bool_()),
        ("buys_with_contact", pa.bool_()),
        ("customer_type", pa.string()),
        ("truly_prompted", pa.bool_()),
        ("chance_without_contact", pa.float32()),
        ("chance_prompted", pa.float32()),
    ]
)
_ATTRIBUTE_TYPES = {"numeric": pa.float64(), "category": pa.string(), "date": pa.timestamp("us")}


def _field(column: ColumnContract) -> tuple[str, pa.DataType]:
    return column.name, _TYPES[column.type]


SCHEMAS: dict[str, pa.Schema] = {
    **{name: pa.schema([_field(column) for column in table.columns]) for name, table in TABLES.items()},
    "attributes": pa.schema(
        [("customer_id", pa.string()), *((a.name, _ATTRIBUTE_TYPES[a.kind]) for a in ATTRIBUTES)]
    ),
    "truth": _TRUTH,
}


class WorldFolder:
    """A dataset folder that grows block by block; counts rows and covers time as it goes.

    A context manager: every table of SCHEMAS has its file at the end, also one that got no row.
    """

    def __init__(self, folder: Path) -> None:
        self.rows = dict.fromkeys(SCHEMAS, 0)
        self.coverage: dict[str, Coverage] = {}
        # Without the Arrow schema in the file, every reader sees plain Parquet text and timestamps.
        self._writers = {
            name: pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd", store_schema=False)
            for name, schema in SCHEMAS.items()
        }

    def __enter__(self) -> "WorldFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(self, name: str, table: pa.Table) -> None:
        """Append a block; blocks come in the order of customer ids."""
        table = table.select(SCHEMAS[name].names).cast(SCHEMAS[name])
        if table.num_rows:
            self._writers[name].write_table(table)
        self.rows[name] += table.num_rows
        if name in TABLES and TABLES[name].has_time:
            self._cover(name, table.column("at"))

    def _cover(self, name: str, at: pa.ChunkedArray) -> None:
        known = self.coverage.get(name, Coverage(first=None, last=None))
        moments: list[datetime] = [m for m in (known.first, known.last) if m is not None]
        moments += [m for m in pa.compute.min_max(at).as_py().values() if m is not None]
        self.coverage[name] = Coverage(first=min(moments, default=None), last=max(moments, default=None))


def campaigns_table() -> pa.Table:
    """campaigns, one row per wave of the calendar."""
    names = (
        "campaign_id",
        "name",
        "starts_at",
        "ends_at",
        "offer",
        "contact_cost",
        "offer_cost",
        "valid_days",
    )
    return pa.table({name: [getattr(wave, name) for wave in WAVES] for name in names})

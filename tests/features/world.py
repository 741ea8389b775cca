"""Small worlds for tests: rows as dictionaries -> a data set folder in the Parquet contract."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine, open_engine
from segmenter.features.tables import customer_features, register_dataset
from segmenter.labels.tables import customer_outcomes
from segmenter.settings import Windows
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Attribute, Dataset

Rows = Sequence[Mapping[str, Any]]

_ARROW = {
    "text": pa.string(),
    "choice": pa.string(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us"),
}
_ATTRIBUTE_TYPES = {"numeric": pa.float64(), "category": pa.string(), "date": pa.timestamp("us")}


def moment(value: Any) -> Any:
    """'2026-03-01' or '2026-03-01 10:30' as a datetime; anything else as it is."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def write_world(
    folder: Path,
    *,
    attributes: Rows = (),
    attribute_list: Sequence[Attribute] = (),
    **tables: Rows | pa.Table,
) -> Dataset:
    """Write all files of a data set; tables and columns that are not named are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, contract in TABLES.items():
        schema = pa.schema([(column.name, _ARROW[column.type]) for column in contract.columns])
        rows = tables.get(name, ())
        if not isinstance(rows, pa.Table):
            rows = _table(rows, schema)
        missing = [field for field in schema if field.name not in rows.column_names]
        for field in missing:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
        pq.write_table(rows.select(schema.names).cast(schema), folder / f"{name}.parquet")
    schema = pa.schema(
        [("customer_id", pa.string()), *((a.name, _ATTRIBUTE_TYPES[a.kind]) for a in attribute_list)]
    )
    pq.write_table(_table(attributes, schema), folder / "attributes.parquet")
    return Dataset(
        name="a small world",
        rows={name: len(rows) for name, rows in tables.items()},
        set_aside={},
        mapped={},
        attributes=tuple(attribute_list),
        coverage={},
        findings=(),
    )


def _table(rows: Rows, schema: pa.Schema) -> pa.Table:
    full = [
        {
            field.name: moment(row.get(field.name))
            if pa.types.is_timestamp(field.type)
            else row.get(field.name)
            for field in schema
        }
        for row in rows
    ]
    return pa.Table.from_pylist(full, schema=schema)


@contextmanager
def engine_over(folder: Path) -> Iterator[Engine]:
    """An embedded engine with the data set's tables registered."""
    with open_engine(allowed=[folder], scratch=folder / "scratch", threads=1) as engine:
        register_dataset(engine, folder)
        yield engine


def features_of(folder: Path, dataset: Dataset, windows: Windows, cutoff: date) -> pd.DataFrame:
    """The customer features, by customer_id."""
    with engine_over(folder) as engine:
        path = folder / "features.parquet"
        customer_features(engine, dataset, windows, cutoff, path)
    return pq.read_table(path).to_pandas().set_index("customer_id")


def outcomes_of(folder: Path, dataset: Dataset, windows: Windows, cutoff: date) -> pd.DataFrame:
    """The customer outcomes, by customer_id."""
    with engine_over(folder) as engine:
        path = folder / "outcomes.parquet"
        customer_outcomes(engine, dataset, windows, cutoff, path)
    return pq.read_table(path).to_pandas().set_index("customer_id")

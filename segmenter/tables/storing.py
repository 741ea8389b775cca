"""Typed rows -> the dataset's Parquet files, sorted, keys unique; what was repeated is set aside."""

from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine, read_sql
from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.customer_files import join_customers
from segmenter.tables.report import Finding
from segmenter.tables.typed_rows import TypedRows, typed_schema
from segmenter.tables.validation import Place, SetAside

_PACKAGE = "segmenter.tables"
_COMPRESSION = "zstd"


def table_file(folder: Path, table: str) -> Path:
    """Where a table of a dataset is stored: one of TABLES, or 'attributes'."""
    return folder / f"{table}.parquet"


def store_table(
    engine: Engine,
    contract: TableContract,
    typed: TypedRows,
    out: Path,
    scratch: Path,
    aside: SetAside,
    labels: dict[str, str],
) -> list[Finding]:
    """Write one table into the dataset folder `out`; rows with a key that was there before go to `aside`.

    labels: the users' names of attributes. Several files of customers are joined (customer_files.py).
    """
    engine.register("typed_rows", typed.path)
    target = table_file(out, contract.name)
    if not contract.key:
        engine.write(read_sql(_PACKAGE, contract.name), {}, target)
        return []
    findings = []
    kept = scratch / f"kept_{contract.name}.parquet"
    if contract.name == "customers" and len(typed.parts) > 1:
        names = [*contract.names[1:], *labels]
        findings = join_customers(engine, names, labels, kept, aside)
    elif engine.write(read_sql(_PACKAGE, contract.name), {}, kept) < typed.rows:
        engine.register("kept_rows", kept)
        set_repeated_aside(engine, contract, aside)
    _copy_columns(kept, target, typed_schema(contract))
    if contract.name == "customers":
        schema = pq.read_schema(kept)
        attributes = [field for field in schema if field.name.startswith("attr_")]
        _copy_columns(
            kept, table_file(out, "attributes"), pa.schema([schema.field("customer_id"), *attributes])
        )
    return findings


def store_missing_tables(out: Path) -> None:
    """Empty files for the tables that nobody mapped, so that every reader finds all of them."""
    for table, contract in TABLES.items():
        if not table_file(out, table).exists():
            pq.write_table(typed_schema(contract).empty_table(), table_file(out, table))
    if not table_file(out, "attributes").exists():
        only_ids = pa.schema([("customer_id", pa.string())])
        pq.write_table(only_ids.empty_table(), table_file(out, "attributes"))


def set_repeated_aside(
    engine: Engine, contract: TableContract, aside: SetAside, reason: str = "duplicate"
) -> None:
    """Set those of typed_rows aside that are not in kept_rows; both are registered."""
    column = contract.key[0]
    for batch in engine.batches(read_sql(_PACKAGE, "repeated_keys"), {}):
        set_rows_aside(contract.name, batch, aside, reason, column)


def set_rows_aside(
    table: str, rows: pa.Table | pa.RecordBatch, aside: SetAside, reason: str, column: str | None = None
) -> None:
    """Set rows aside, which say their source_file and source_row."""
    files, numbers = rows.column("source_file").to_pylist(), rows.column("source_row").to_pylist()
    for file, group in groupby(zip(files, numbers, strict=True), key=itemgetter(0)):
        found = np.array([number for _, number in group], dtype=np.int64)
        aside.put(Place(table, file, column), reason, found)


def _copy_columns(source: Path, target: Path, schema: pa.Schema) -> None:
    with (
        pq.ParquetFile(source) as kept,
        pq.ParquetWriter(target, schema, compression=_COMPRESSION) as writer,
    ):
        for batch in kept.iter_batches(columns=schema.names):
            writer.write_batch(batch.select(schema.names).cast(schema))

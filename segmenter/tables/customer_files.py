"""Several files about the same customers -> one row each: a survey's answers beside the customer list."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.engines import Engine, read_sql
from segmenter.tables.contracts import CUSTOMERS
from segmenter.tables.report import Finding
from segmenter.tables.typed_rows import TypedRows
from segmenter.tables.validation import Place, SetAside

_PACKAGE = "segmenter.tables"
_ORIGIN = ("source_order", "source_file", "source_row", "source_part")
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,62}")
# A mark in the SQL text -> what each column puts there.
_MARKS = {
    "/* first values */": ",\n        FIRST_VALUE({name} IGNORE NULLS) OVER (\n"
    "            PARTITION BY customer_id\n            ORDER BY source_order\n"
    "            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING\n        ) AS {name}",
    "/* differences */": ",\n        CASE WHEN MIN({name}) <> MAX({name}) THEN 1 ELSE 0 END AS {name}",
    "/* sums */": ",\n    CAST(SUM({name}) AS BIGINT) AS {name}",
}


def customers_sql(name: str, columns: Sequence[str]) -> str:
    """The text of joined_customers.sql or customer_conflicts.sql for these columns, without customer_id.

    Only our own names enter it: users' names stay in the data set's description. Raises ValueError for any
    other.
    """
    for column in columns:
        if not _COLUMN.fullmatch(column):
            raise ValueError(
                f"A column is named in lower-case letters, digits and underscores; got {column!r}."
            )
    text = read_sql(_PACKAGE, name)
    for mark, form in _MARKS.items():
        text = text.replace(mark, "".join(form.format(name=column) for column in columns))
    return text


def join_customers(
    engine: Engine, columns: Sequence[str], labels: dict[str, str], kept: Path, aside: SetAside
) -> list[Finding]:
    """Write one row per customer into `kept`, and say where files disagree. typed_rows must be registered.

    columns: of the rows, without customer_id; labels: the users' names of attributes. Rows that were joined
    to another are in `aside` with that reason, so that rows in are rows stored and rows set aside; what they
    say is not lost.
    """
    engine.write(customers_sql("joined_customers", columns), {}, kept)
    engine.register("kept_rows", kept)
    for batch in engine.batches(read_sql(_PACKAGE, "joined_rows"), {}):
        rows = zip(*(batch.column(name).to_pylist() for name in batch.schema.names), strict=True)
        for (file, reason), group in groupby(rows, key=itemgetter(0, 2)):
            numbers = np.array([row for _, row, _ in group], dtype=np.int64)
            column = CUSTOMERS.key[0] if reason == "duplicate" else None
            aside.put(Place(CUSTOMERS.name, file, column), reason, numbers)
    (found,) = next(iter(engine.batches(customers_sql("customer_conflicts", columns), {}))).to_pylist()
    return [_conflict(labels.get(name, name), found[name]) for name in columns if found[name]]


def as_one_file(
    engine: Engine, typed: TypedRows, labels: dict[str, str], scratch: Path, aside: SetAside
) -> tuple[TypedRows, list[Finding]]:
    """The typed rows of several files of customers as those of one file, joined as join_customers does."""
    engine.register("typed_rows", typed.path)
    kept, path = scratch / "kept_new_customers.parquet", scratch / "joined_new_customers.parquet"
    found = join_customers(engine, [*CUSTOMERS.names[1:], *labels], labels, kept, aside)
    rows, origin = pq.read_table(kept), pq.read_table(typed.path, columns=list(_ORIGIN))
    origin = origin.take(pc.index_in(rows["source_order"], value_set=origin["source_order"].combine_chunks()))
    schema = pq.read_schema(typed.path)
    columns = [(origin if name in _ORIGIN else rows)[name] for name in schema.names]
    schema = pa.schema([field.with_nullable(True) for field in schema])
    pq.write_table(pa.table(columns, schema=schema), path)
    return replace(typed, path=path, rows=rows.num_rows), found


def _conflict(column: str, customers: int) -> Finding:
    return Finding(
        code="files_disagree",
        message=f"Of {customers:,} customers two files say different things in '{column}'. What the first "
        "file says was kept. If the later one is right, name it first in the mapping.",
        table=CUSTOMERS.name,
        column=column,
        rows=customers,
    )

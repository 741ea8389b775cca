"""Any readable file -> one Parquet file of text cells, columns c0, c1 ... in the order of the file.

Runs in the limited child process. Nothing is interpreted here: 00012 stays 00012. The user's column names
stay outside, beside the table, so that no name of theirs ever gets near SQL.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.errors import UnreadableFile
from segmenter.tables.csv_rows import csv_source
from segmenter.tables.decoding import container_of
from segmenter.tables.odd_cells import OddCells
from segmenter.tables.parquet_rows import parquet_source
from segmenter.tables.report import Finding
from segmenter.tables.row_source import RowSource

BATCH_ROWS = 131_072

_ROW = "row"

Told = Callable[[int], None]  # called with the number of rows read so far
# Cells by the user's column names, and how many rows they are -> bool mask of shape (rows,)
Matching = Callable[[dict[str, pa.Array], int], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A file as text cells on disk.

    path: Parquet with columns c0 ... cn, text, and the number of each row. rows: rows in it. ragged: numbers
    of rows that are not in it. rows_seen: rows that were read, ragged ones included; more than `rows` where
    not all were kept.
    """

    path: Path
    file: str
    names: tuple[str, ...]
    rows: int
    rows_seen: int
    ragged: tuple[int, ...]
    float_columns: frozenset[str]
    description: str
    decimal_comma_likely: bool
    findings: tuple[Finding, ...]

    def column(self, name: str) -> str:
        """Our name (c3) of the user's column. ValueError where the file has none of that name."""
        return f"c{self.names.index(name)}"

    def batches(self, names: tuple[str, ...]) -> Iterator[tuple[np.ndarray, dict[str, pa.Array]]]:
        """Row numbers, int64 of shape (n,), and the cells of those columns, by the user's names."""
        ours = [self.column(name) for name in names]
        with pq.ParquetFile(self.path) as parquet:
            for batch in parquet.iter_batches(batch_size=BATCH_ROWS, columns=[_ROW, *ours]):
                cells = {name: batch.column(our) for name, our in zip(names, ours, strict=True)}
                yield batch.column(_ROW).to_numpy(), cells


def read_text_table(
    path: Path,
    file: str,
    scratch: Path,
    *,
    keep: int | None = None,
    whole: bool = True,
    matching: Matching | None = None,
    told: Told,
) -> TextTable:
    """Read `path` (called `file` by the user) into a TextTable inside `scratch`.

    keep: store no more than that many rows. matching: store only rows it is true of. whole: read on to the
    end, to count the rows and to find damage. Raises UnreadableFile in words for all that is no table.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    if container_of(path, file) == "parquet":
        source = parquet_source(path, file, BATCH_ROWS)
    else:
        source = csv_source(path, file, scratch)
    target = scratch / "text.parquet"
    ours = [f"c{position}" for position in range(len(source.names))]
    schema = pa.schema([*((name, pa.string()) for name in ours), (_ROW, pa.int64())])
    odd = OddCells(source.names)
    rows = stored = 0
    with pq.ParquetWriter(target, schema, compression="lz4", use_dictionary=False) as writer:
        for columns in source.batches:
            numbers = _row_numbers(source, rows, len(columns[0]))
            odd.see(columns, numbers)
            batch = pa.RecordBatch.from_arrays([*columns, pa.array(numbers)], schema=schema)
            rows += len(batch)
            if matching is not None:
                mask = matching(dict(zip(source.names, columns, strict=True)), len(batch))
                batch = batch.filter(pa.array(mask))
            if keep is not None:
                batch = batch.slice(0, keep - stored)
            if len(batch):
                writer.write_batch(batch)
            stored += len(batch)
            told(rows)
            if not whole and stored == keep:
                break
    if rows == 0:
        raise UnreadableFile(_no_rows(file, len(source.ragged)))
    return TextTable(
        path=target,
        file=file,
        names=source.names,
        rows=stored,
        rows_seen=rows + len(source.ragged),
        ragged=tuple(source.ragged),
        float_columns=frozenset(source.names[position] for position in source.float_columns),
        description=source.description,
        decimal_comma_likely=source.decimal_comma_likely,
        findings=(*source.findings, *odd.findings(file)),
    )


def _row_numbers(source: RowSource, start: int, count: int) -> np.ndarray:
    """Numbers, as a spreadsheet counts, of the rows that fit from position `start` on: int64, (count,)."""
    positions = np.arange(start, start + count, dtype=np.int64)
    # The k-th ragged row stands before position p where fewer than p rows that fit come before it.
    gaps = np.asarray(source.ragged, dtype=np.int64) - source.first_row - np.arange(len(source.ragged))
    return source.first_row + positions + np.searchsorted(gaps, positions, side="right")


def _no_rows(file: str, ragged: int) -> str:
    if ragged:
        return (
            f"All {ragged:,} rows of '{file}' have another number of cells than its header. Export it again."
        )
    return f"'{file}' has a header but no rows. Export it again, with the rows."

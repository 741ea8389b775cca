"""Any readable file -> one Parquet file of text cells, columns c0, c1 ... in the order of the file.

Runs in the limited child process. Nothing is interpreted here: 00012 stays 00012. The user's column names
stay outside, beside the table, so that no name of theirs ever gets near SQL.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.errors import MappingError, UnreadableFile
from segmenter.tables.csv_rows import csv_source
from segmenter.tables.decoding import DecodedText, container_of, decode_text
from segmenter.tables.json_rows import is_json, json_source
from segmenter.tables.odd_cells import OddCells
from segmenter.tables.parquet_rows import parquet_source
from segmenter.tables.report import Finding
from segmenter.tables.row_source import RowSource, WhyAside
from segmenter.tables.workbook_rows import workbook_source

BATCH_ROWS = 131_072

_ROW = "row"
_NAMED_TEXT = (".csv", ".tsv", ".txt")

Told = Callable[[int, float], None]  # called with the rows read so far, and about which share of all they are
# Cells by the user's column names, and how many rows they are -> bool mask of shape (rows,)
Matching = Callable[[dict[str, pa.Array], int], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A file as text cells on disk.

    path: Parquet with columns c0 ... cn, text, and the number of each row. file: as messages call it. sheet:
    the one that was read, of a workbook; other_sheets: those of its others that hold anything and are not
    hidden. rows: rows in it. ragged: numbers of rows that are not in it, for the reason `why_aside`.
    rows_seen: rows that were read, ragged ones included; more than `rows` where not all were kept.
    """

    path: Path
    file: str
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    names: tuple[str, ...]
    rows: int
    rows_seen: int
    ragged: tuple[int, ...]
    why_aside: WhyAside = "ragged_row"
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
    sheet: str | None = None,
    keep: int | None = None,
    whole: bool = True,
    matching: Matching | None = None,
    told: Told,
) -> TextTable:
    """Read `path` (called `file` by the user) into a TextTable inside `scratch`.

    sheet: of a workbook; None: the first that holds a table. keep: store no more than that many rows.
    matching: store only rows it is true of. whole: read on to the end, to count the rows and to find damage.
    Raises UnreadableFile in words for all that is no table, and MappingError for a sheet that is not there.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    source = _open(path, file, scratch, sheet)
    target = scratch / "text.parquet"
    ours = [f"c{position}" for position in range(len(source.names))]
    schema = pa.schema([*((name, pa.string()) for name in ours), (_ROW, pa.int64())])
    odd = OddCells(source.names)
    rows = stored = 0
    with pq.ParquetWriter(target, schema, compression="lz4", use_dictionary=False) as writer:
        for place, columns in enumerate(source.batches, start=1):
            numbers = source.numbers(rows, len(columns[0]))
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
            told(rows, min(1.0, place / source.batches_expected) if source.batches_expected else 0.0)
            if not whole and stored == keep:
                break
    if rows == 0:
        raise UnreadableFile(_no_rows(source))
    return TextTable(
        path=target,
        file=source.file,
        sheet=source.sheet,
        other_sheets=source.other_sheets,
        names=source.names,
        rows=stored,
        rows_seen=rows + len(source.ragged),
        ragged=tuple(source.ragged),
        why_aside=source.why_aside,
        float_columns=frozenset(source.names[position] for position in source.float_columns),
        description=source.description,
        decimal_comma_likely=source.decimal_comma_likely,
        findings=(*source.findings, *odd.findings(file)),
    )


def _open(path: Path, file: str, scratch: Path, sheet: str | None) -> RowSource:
    """The file as what its bytes say it is. MappingError: it has no sheets, and one was asked for."""
    container = container_of(path, file)
    if container == "workbook":
        return workbook_source(path, file, sheet)
    if sheet is not None:
        raise MappingError(
            f"The mapping names sheet '{sheet[:60]}' of '{file}', which is no workbook. Take it out."
        )
    if container == "parquet":
        return parquet_source(path, file, BATCH_ROWS)
    text = decode_text(path, file, scratch)
    is_records = is_json(text.path)
    if is_records and file.lower().removesuffix(".gz").endswith(_NAMED_TEXT):
        raise UnreadableFile(
            f"'{file}' is named like a table of text, but holds JSON, as the answer of a system that refused "
            "or failed often does. If these are your data, name the file .json and bring it again."
        )
    source = json_source(text, file) if is_records else csv_source(text, file)
    return replace(source, findings=(*_about_encoding(text, file), *source.findings))


def _no_rows(source: RowSource) -> str:
    if not source.ragged:
        return f"'{source.file}' has a header but no rows. Export it again, with the rows."
    what, why = {
        "ragged_row": ("rows", "have another number of cells than its header"),
        "broken_record": ("lines", "are no records"),
    }[source.why_aside]
    return f"All {len(source.ragged):,} {what} of '{source.file}' {why}. Export it again."


def _about_encoding(text: DecodedText, file: str) -> list[Finding]:
    if not text.guessed:
        return []
    return [
        Finding(
            code="encoding_guessed",
            message=f"'{file}' does not say how its letters are written and was read as {text.encoding}. "
            "Look whether names with accents are right; if not, save it as CSV UTF-8.",
            file=file,
        )
    ]

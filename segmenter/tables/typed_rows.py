"""The rows of all files of one table -> one Parquet file of typed rows, with what is unusable set aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.tables.attributes import ARROW_TYPES as ATTRIBUTE_TYPES
from segmenter.tables.attributes import AttributeReader
from segmenter.tables.cells import tidy
from segmenter.tables.column_readers import ARROW_TYPES, ColumnReader, ReadCells, prepare_reader
from segmenter.tables.contracts import TableContract
from segmenter.tables.parts import Part, PartNumbers
from segmenter.tables.purchase_oddities import PurchaseOddities
from segmenter.tables.reader_findings import reader_findings
from segmenter.tables.report import Finding
from segmenter.tables.source_rows import SourceRows
from segmenter.tables.validation import Place, SetAside

# Where a typed row comes from; stored tables do not have these columns.
SOURCE_COLUMNS = (
    ("source_order", pa.int64()),  # over all files of the table, in the order of the mapping
    ("source_file", pa.string()),
    ("source_row", pa.int64()),
    ("source_part", pa.int64()),  # place among TypedRows.parts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRows:
    """path: Parquet with the contract's columns, the attributes and SOURCE_COLUMNS, in the files' order.

    lost: rows that were set aside, in the same shape, what could not be read left empty. parts: the exports
    that the rows came from.
    """

    path: Path
    lost: Path
    rows: int
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


def typed_schema(contract: TableContract, attributes: Sequence[AttributeReader] = ()) -> pa.Schema:
    """Columns and types of a table's typed rows, without SOURCE_COLUMNS: also those of the stored table."""
    columns = [(column.name, ARROW_TYPES[column.type]) for column in contract.columns]
    extra = [(reader.attribute.name, ATTRIBUTE_TYPES[reader.attribute.kind]) for reader in attributes]
    return pa.schema([*columns, *extra])


def write_typed_rows(
    contract: TableContract,
    sources: Sequence[SourceRows],
    attributes: Sequence[AttributeReader],
    path: Path,
    aside: SetAside,
    told: Callable[[int], None],
) -> TypedRows:
    """Read every file of one table into `path`. Raises MappingError for columns that are not there."""
    findings: list[Finding] = []
    stored = typed_schema(contract, attributes)
    schema = pa.schema([*stored, *(pa.field(name, kind) for name, kind in SOURCE_COLUMNS)])
    rows = seen = 0
    parts, lost = PartNumbers(), path.with_name(f"lost_{path.name}")
    with _writer(path, schema) as writer, _writer(lost, schema) as losing:
        for source in sources:
            source.check_columns()
            batches = _TypedBatches(contract, source, attributes, aside)
            for numbers, cells in source.batches(batches.needed):
                columns = batches.read(numbers, cells)
                count = len(numbers)
                order = pa.array(np.arange(seen, seen + count, dtype=np.int64))
                file = pa.array([source.file] * count, pa.string())
                arrays = [*columns, order, file, pa.array(numbers), parts.of(source, cells, count)]
                batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
                kept = batch.filter(pa.array(~batches.rejected))
                writer.write_batch(kept)
                if len(kept) < count:
                    losing.write_batch(batch.filter(pa.array(batches.rejected)))
                rows += len(kept)
                seen += count
                told(seen)
            findings += batches.oddities.findings(source)
            findings += [finding for reader in batches.readers for finding in reader_findings(reader, source)]
            if source.mapping.where and source.matched == 0:
                findings.append(_nothing_matched(source))
    return TypedRows(path=path, lost=lost, rows=rows, parts=tuple(parts.parts), findings=tuple(findings))


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A passing file, read once: dictionaries would cost more than they save, but for the file's name."""
    return pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=["source_file"])


class _TypedBatches:
    """Reads the batches of one file for one table. rejected: bool (n,), rows of the last batch not to use."""

    def __init__(
        self,
        contract: TableContract,
        source: SourceRows,
        attributes: Sequence[AttributeReader],
        aside: SetAside,
    ) -> None:
        self.contract = contract
        self.source = source
        self.attributes = attributes
        self.aside = aside
        self.readers = [
            prepare_reader(column, source)
            for column in contract.columns
            if column.name in source.mapping.columns
        ]
        labels = [reader.attribute.label for reader in attributes if self._has(reader)]
        named = [name for reader in self.readers for name in reader.source.columns()]
        self.read_columns = tuple(dict.fromkeys([*named, *labels]))
        part = [] if source.mapping.part is None else [source.mapping.part]
        self.needed = tuple(dict.fromkeys([*self.read_columns, *part]))
        self.oddities = PurchaseOddities()
        self.rejected = np.zeros(0, dtype=bool)

    def read(self, numbers: np.ndarray, cells: dict[str, pa.Array]) -> list[pa.Array]:
        """Typed columns of shape (n,) in the schema's order; sets rows aside that lack what is required."""
        rows = len(numbers)
        self.aside.tally.add_rows(self.contract.name, rows)
        self.rejected = np.zeros(rows, dtype=bool)
        own = {name: cells[name] for name in self.read_columns}
        self._reject(numbers, _all_missing(own, rows), "empty_row", self._place(None))
        self._reject(numbers, _all_titles(own, rows), "header_row", self._place(None))
        # What is required first, so that a row is lost to one reason and its other cells are not counted.
        ordered = sorted(self.readers, key=lambda reader: not reader.contract.required)
        values = {reader.contract.name: self._read_column(reader, numbers, cells) for reader in ordered}
        self._reject_erased(numbers, values.get("customer_id"))
        if self.contract.name == "transactions":
            self.oddities.add(values, numbers, self.rejected)
            values |= _with_returns(values)
        arrays = [
            values.get(column.name, pa.nulls(rows, ARROW_TYPES[column.type]))
            for column in self.contract.columns
        ]
        return [*arrays, *(self._read_attribute(reader, numbers, cells) for reader in self.attributes)]

    def _read_column(self, reader: ColumnReader, numbers: np.ndarray, cells: dict[str, pa.Array]) -> pa.Array:
        read: ReadCells = reader.read(cells, numbers)
        place = self._place(reader.source.column, reader.contract.name)
        for reason, mask in read.failures.items():
            if reader.contract.required:
                self._reject(numbers, mask, reason, place)
            else:
                self._count(numbers, mask, reason, place)
        if reader.contract.required and read.values.null_count:
            missing = np.asarray(pc.is_null(read.values).to_numpy(zero_copy_only=False))
            self._reject(numbers, missing, "missing", place)
        return read.values

    def _reject_erased(self, numbers: np.ndarray, ids: pa.Array | None) -> None:
        """Set the rows of customers aside who were erased: nobody comes back with next month's file."""
        if ids is not None and self.aside.erased is not None:
            mask = self.aside.erased.among(ids.to_pylist())
            self._reject(numbers, mask, "erased", self._place(None))

    def _read_attribute(
        self, reader: AttributeReader, numbers: np.ndarray, cells: dict[str, pa.Array]
    ) -> pa.Array:
        label = reader.attribute.label
        raw = cells.get(label) if self._has(reader) else None
        values, unread = reader.read(raw, len(numbers), self.source.mapping.source)
        reason = "not_a_date" if reader.attribute.kind == "date" else "not_a_number"
        mask = np.asarray(unread.to_numpy(zero_copy_only=False), dtype=bool)
        self._count(numbers, mask, reason, self._place(label))
        return values

    def _has(self, reader: AttributeReader) -> bool:
        """Does this file feed the attribute? A file that names its attributes feeds no others."""
        named = self.source.mapping.attributes
        label = reader.attribute.label
        return label in self.source.text.names if named is None else label in named

    def _place(self, column: str | None, meaning: str = "") -> Place:
        return Place(self.contract.name, self.source.file, column, meaning)

    def _reject(self, numbers: np.ndarray, mask: np.ndarray, reason: str, place: Place) -> None:
        new = mask & ~self.rejected
        if new.any():
            self.aside.put(place, reason, numbers[new])
            self.rejected |= new

    def _count(self, numbers: np.ndarray, mask: np.ndarray, reason: str, place: Place) -> None:
        self.aside.tally.add(place, reason, numbers[mask & ~self.rejected], whole_row=False)


def _all_missing(cells: dict[str, pa.Array], rows: int) -> np.ndarray:
    """Which rows have nothing in any column that is read."""
    missing = np.full(rows, bool(cells))
    for column in cells.values():
        if not missing.any():
            break
        missing &= np.asarray(pc.is_null(tidy(column)).to_numpy(zero_copy_only=False))
    return missing


def _all_titles(cells: dict[str, pa.Array], rows: int) -> np.ndarray:
    """Which rows hold the titles of their columns, as where files were pasted together with their headers."""
    titles = np.full(rows, bool(cells))
    for name, column in cells.items():
        if not titles.any():
            break
        equal = pc.fill_null(pc.equal(tidy(column), name), False)
        titles &= np.asarray(equal.to_numpy(zero_copy_only=False))
    return titles


def _with_returns(values: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """amount and is_return made to agree: a return is stored below zero, whichever way the file writes it.

    A margin turns with its amount: what a sale has brought, a return takes away.
    """
    amount = values["amount"]
    below_zero = pc.less(amount, 0.0)
    given = values.get("is_return")
    is_return = below_zero if given is None else pc.coalesce(given, below_zero)
    signed = pc.if_else(pc.fill_null(is_return, False), pc.negate(pc.abs(amount)), amount)
    agreed = {"amount": signed, "is_return": is_return}
    if "margin_amount" in values:
        turned = pc.not_equal(signed, amount)
        agreed["margin_amount"] = pc.if_else(
            pc.fill_null(turned, False), pc.negate(values["margin_amount"]), values["margin_amount"]
        )
    return agreed


def _nothing_matched(source: SourceRows) -> Finding:
    column, words = next(iter(source.mapping.where.items()))
    return Finding(
        code="nothing_matched",
        message=f"No row of '{source.file}' has '{column}' equal to {' or '.join(map(repr, words[:5]))}; "
        f"table '{source.table}' gets nothing from it. Check the words in the mapping.",
        severity="problem",
        table=source.table,
        file=source.file,
        column=column,
    )

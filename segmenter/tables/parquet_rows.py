"""A Parquet file -> batches of text cells, every type written so that nothing is lost on the way."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.errors import UnreadableFile
from segmenter.tables.cells import NUMBER_MARK
from segmenter.tables.headers import clean_names
from segmenter.tables.parquet_ranges import Range, keeps_to_ranges, with_range
from segmenter.tables.report import Finding
from segmenter.tables.row_source import RowSource

_BOMB_BYTES = 500 << 20  # text cells of less than this are never suspicious
_SHORTENED_FROM = 1e10  # where Arrow begins to write numbers with an exponent
_EXACT_UP_TO = 2.0**53  # where floats end to hold every whole number
_BOMB_RATIO = 200  # columns of ids and words unpack to ten times the file, not to two hundred times


def parquet_source(path: Path, file: str, batch_rows: int) -> RowSource:
    """Open a Parquet file. Raises UnreadableFile for a damaged one, and for one without plain columns."""
    try:
        fields = list(pq.read_schema(path))
        # Words stay in their dictionaries until it is known how much text they come to.
        words = [field.name for field in fields if pa.types.is_string(field.type)]
        parquet = pq.ParquetFile(path, read_dictionary=words, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(_damaged(file)) from error
    usable = [position for position, field in enumerate(fields) if _is_plain(field.type)]
    if not usable:
        raise UnreadableFile(f"'{file}' has no column of text, numbers or dates. Export it as a flat table.")
    names, findings = clean_names([fields[position].name for position in usable], file)
    nested = [field.name for field in fields if not _is_plain(field.type)]
    if nested:
        findings.append(_nested(file, nested))
    return RowSource(
        names=names,
        batches=_batches(parquet, path, file, usable, batch_rows),
        file=file,
        first_row=1,
        ragged=[],
        float_columns=frozenset(
            place for place, position in enumerate(usable) if pa.types.is_floating(fields[position].type)
        ),
        description="Parquet",
        decimal_comma_likely=False,
        findings=tuple(findings),
        batches_expected=parquet.metadata.num_rows // batch_rows + 1,
    )


def as_text(cells: pa.Array) -> pa.Array:
    """Cells of any plain type -> text that reads back as the same value; NaN and NULL are NULL."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return as_text(cells.dictionary_decode())
    if pa.types.is_floating(kind):
        known = pc.if_else(pc.is_finite(cells), cells, pa.scalar(None, kind))
        return _with_digits(known, pc.cast(known, pa.string()))
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(cells) if kind.tz is not None else cells
        return pc.cast(pc.cast(local, pa.timestamp("us"), safe=False), pa.string())
    if pa.types.is_duration(kind):
        return pc.cast(pc.cast(cells, pa.int64()), pa.string())
    return pc.cast(cells, pa.string())


def _marked(cells: pa.Array) -> pa.Array:
    """Cells as text, the point of what were numbers marked as a decimal point."""
    text = as_text(cells)
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    if not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return text
    has_point = pc.and_not(pc.match_substring(text, "."), pc.match_substring(text, "e", ignore_case=True))
    return pc.if_else(has_point, pc.binary_join_element_wise(text, NUMBER_MARK, ""), text)


def _with_digits(cells: pa.Array, text: pa.Array) -> pa.Array:
    """Long whole numbers as digits: Arrow writes 1.2345678901E+10, which as an id would have lost some."""
    if not pa.types.is_float64(cells.type):
        return text  # shorter floats have lost digits by then
    size = pc.abs(cells)
    is_long = pc.and_(pc.greater_equal(size, _SHORTENED_FROM), pc.less(size, _EXACT_UP_TO))
    is_long = pc.fill_null(pc.and_(is_long, pc.equal(pc.floor(cells), cells)), False)
    if not pc.any(is_long).as_py():
        return text
    whole = pc.cast(pc.if_else(is_long, cells, 0.0), pa.int64())
    return pc.if_else(is_long, pc.cast(whole, pa.string()), text)


def _is_plain(kind: pa.DataType) -> bool:
    """Is a column of this type a column of single values?"""
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType))


def _batches(
    parquet: pq.ParquetFile, path: Path, file: str, usable: list[int], batch_rows: int
) -> Iterator[list[pa.Array]]:
    limit = max(_BOMB_BYTES, _BOMB_RATIO * path.stat().st_size)
    unpacked = 0
    try:
        with parquet:
            ranges: dict[str, Range | None] = {}
            for batch in parquet.iter_batches(batch_size=batch_rows):
                unpacked += sum(_unpacked_bytes(batch.column(position)) for position in usable)
                if unpacked > limit:
                    raise UnreadableFile(
                        f"'{file}' unpacks to more than {_BOMB_RATIO} times its size, as no table of "
                        "customers does. If it is one, split it into smaller files."
                    )
                batch.validate(full=True)
                for name, column in zip(batch.schema.names, batch.columns, strict=True):
                    ranges[name] = with_range(ranges.get(name), column)
                yield [_marked(batch.column(position)) for position in usable]
            if not keeps_to_ranges(parquet, ranges):
                raise UnreadableFile(_damaged(file))
    except pa.ArrowMemoryError:
        raise  # the caller knows the limit and says what to do
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(_damaged(file)) from error


def _unpacked_bytes(cells: pa.Array) -> int:
    """How many bytes a column takes once every cell has its own text."""
    if not pa.types.is_dictionary(cells.type):
        return int(cells.nbytes)
    lengths = pc.binary_length(cells.dictionary).take(cells.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _damaged(file: str) -> str:
    return f"'{file}' is a damaged Parquet file. Copy it again from where it came, or export it again."


def _nested(file: str, names: list[str]) -> Finding:
    return Finding(
        code="nested_column",
        message=f"In '{file}' column '{names[0]}' holds lists or records instead of single values; such "
        f"columns ({len(names)}) were left out.",
        severity="note",
        file=file,
        column=names[0],
    )

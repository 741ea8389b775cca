"""CSV text -> batches of text cells, with the rows that do not fit counted by their numbers."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from segmenter.errors import UnreadableFile
from segmenter.tables.cells import count_true
from segmenter.tables.decoding import DecodedText
from segmenter.tables.delimited import LONGEST_CELL, Layout, layout_of
from segmenter.tables.row_source import RowSource


def csv_source(text: DecodedText, file: str) -> RowSource:
    """Open the text of a CSV file, in whatever layout. Raises UnreadableFile."""
    layout = layout_of(text.path, file)
    ragged: list[int] = []
    return RowSource(
        names=layout.names,
        batches=_batches(text.path, file, layout, ragged),
        file=file,
        first_row=layout.first_row,
        ragged=ragged,
        float_columns=frozenset(),
        description=f"CSV, {layout.description}, {text.encoding}",
        decimal_comma_likely=layout.delimiter == ";",
        findings=layout.findings,
        batches_expected=text.path.stat().st_size // LONGEST_CELL + 1,  # the reader makes one of each block
    )


def _batches(path: Path, file: str, layout: Layout, ragged: list[int]) -> Iterator[list[pa.Array]]:
    open_quotes: list[int] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        number = row.number - layout.skip_lines + layout.first_row - 1
        if "\n" in row.text and _holds_rows(row.text, layout):
            open_quotes.append(number)  # an exception would get lost in here
        ragged.append(number)
        return "skip"

    columns = [f"c{position}" for position in range(len(layout.names))]
    try:
        reader = pa_csv.open_csv(
            pa.OSFile(str(path)),  # by a name such as orders.csv.gz, Arrow would unpack what is plain
            # One thread: only then does the reader know the numbers of the rows it refuses.
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                column_names=columns,
                skip_rows=layout.skip_lines,
                block_size=LONGEST_CELL,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                escape_char="\\" if layout.backslash else False,
                double_quote=not layout.backslash,
                newlines_in_values=True,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                strings_can_be_null=False, column_types=dict.fromkeys(columns, pa.string())
            ),
        )
        rows = 0
        for batch in reader:
            if open_quotes:
                break
            _check_quotes(batch, file, layout, rows)
            rows += len(batch)
            yield batch.columns
    except pa.ArrowInvalid as error:
        if open_quotes:
            raise UnreadableFile(_open_quote(file, open_quotes[0])) from error
        if "skip initial" in str(error) or "Empty CSV" in str(error):
            return  # a header and nothing below it: the caller says so
        raise UnreadableFile(
            f"'{file}' has a cell of more than {LONGEST_CELL >> 20} MB, most likely because a quotation mark "
            "is opened and never closed. Export it again."
        ) from error
    if open_quotes:
        raise UnreadableFile(_open_quote(file, open_quotes[0]))


def _check_quotes(batch: pa.RecordBatch, file: str, layout: Layout, rows_before: int) -> None:
    """Raise UnreadableFile for a cell that has swallowed whole rows, as an unclosed quotation mark does."""
    for cells in batch.columns:
        broken = pc.match_substring(cells, "\n")
        if not count_true(broken):
            continue
        for position in pc.indices_nonzero(broken).to_pylist()[:10_000]:
            if _holds_rows(cells[position].as_py(), layout):
                raise UnreadableFile(_open_quote(file, layout.first_row + rows_before + position))


def _holds_rows(text: str, layout: Layout) -> bool:
    """Do lines inside a cell have as many delimiters as a row of the table?

    Addresses have line breaks and a comma or two, so narrow tables ask for more such lines than wide ones.
    """
    width = len(layout.names)
    lines = text.split("\n")[1:]
    like_rows = sum(line.count(layout.delimiter) == width - 1 for line in lines)
    return width > 1 and like_rows >= (1 if width > 3 else 2)


def _open_quote(file: str, row: int) -> str:
    return (
        f"In '{file}' a quotation mark is opened around row {row} and closed much later or never, so that "
        "rows run together. Close it, or export the file again."
    )

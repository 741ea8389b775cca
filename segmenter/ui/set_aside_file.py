"""The list of rows set aside -> CSV to work from: where each row is, what is wrong with it, what to do.

No cell of a row is in it: file and row number lead to the row in the reader's own file, and personal data
that nobody needs are not stored a second time.
"""

from io import BytesIO
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from segmenter.delivery.csv_file import safe_cell
from segmenter.tables.validation import Place, what_is_wrong
from segmenter.ui.format import TABLE_WORDS

HEADER: Final = ("table", "file", "row", "column", "what is wrong", "what to do")
_PLACE: Final = ("table", "file", "column", "reason")
_BETWEEN: Final = "\x1f"  # no name has it: names lose control characters when files are read


def set_aside_csv(path: Path) -> bytes:
    """The list as CSV that a spreadsheet opens safely. Words are made once per reason, not once per row."""
    schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in HEADER])
    sink = BytesIO()
    with pa_csv.CSVWriter(sink, schema) as writer, pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["row", *_PLACE]):
            parts = [pc.fill_null(batch.column(name), "") for name in _PLACE]
            places = pc.binary_join_element_wise(*parts, _BETWEEN).dictionary_encode()
            told = [_in_words(*place.split(_BETWEEN)) for place in places.dictionary.to_pylist()]
            words = {
                name: pa.array([cells[name] for cells in told], pa.string()).take(places.indices)
                for name in HEADER
                if name != "row"
            }
            columns = [batch.column("row") if name == "row" else words[name] for name in HEADER]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return sink.getvalue()


def _in_words(table: str, file: str, column: str, reason: str) -> dict[str, str]:
    wrong, remedy = what_is_wrong(Place(table, file, column or None), reason)
    cells = {"table": TABLE_WORDS.get(table, table), "file": file, "column": column}
    cells |= {"what is wrong": wrong, "what to do": remedy}
    return {name: str(safe_cell(cell)) for name, cell in cells.items()}

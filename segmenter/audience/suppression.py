"""A file of people who must not be contacted -> a Parquet table of ids and e-mail addresses.

The file is read where every upload is read, in the confined child process. When in doubt a value is kept:
one entry too many leaves one customer out, one too few contacts somebody who asked not to be.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.errors import MissingColumn
from segmenter.tables.contracts import TABLES
from segmenter.tables.guessing import guess_columns
from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceFile, inspect_file

WANTED = ("customer_id", "email")


def write_suppression(path: Path | None, out: Path, *, scratch: Path) -> int:
    """Write the list's values to `out` (one column `value`, no value twice) and return how many there are.

    No path gives an empty list. Raises MissingColumn for a file with several columns of which none is an id
    or an e-mail address, and UnreadableFile for one that is no table.
    """
    values = set() if path is None else _listed(path, scratch)
    table = pa.table({"value": pa.array(sorted(values), type=pa.string())})
    pq.write_table(table, out)
    return len(values)


def _listed(path: Path, scratch: Path) -> set[str]:
    source = inspect_file(path, scratch=scratch)
    values: set[str] = set()
    for place, column in enumerate(_columns(source)):
        folder = scratch / f"suppression-{place}"
        folder.mkdir()
        only_ids = SourceMapping(
            file=path.name, columns={"customer_id": ColumnSource(column=column)}, attributes=()
        )
        mapping = Mapping(tables={"customers": (only_ids,)})
        ingest(mapping, path.parent, folder, name="suppression", scratch=scratch)
        ids = pq.read_table(folder / "customers.parquet", columns=["customer_id"])
        values.update(value for value in ids.column("customer_id").to_pylist() if value)
        # A bare list has no header, and its first entry was read as one.
        values.add(column)
    return values


def _columns(source: SourceFile) -> list[str]:
    """The columns that hold ids or e-mail addresses; the only column, whatever its name."""
    if len(source.columns) == 1:
        return [source.columns[0].name]
    guessed = guess_columns(source, TABLES["customers"])
    named = [guessed[name].column for name in WANTED if name in guessed]
    if named:
        return [name for name in named if name is not None]
    found = ", ".join(f"'{column.name}'" for column in source.columns[:8])
    raise MissingColumn(
        f"The suppression list '{source.path.name}' needs a column 'customer_id' or 'email'; found: {found}. "
        "Rename the column, or keep only that one column in the file."
    )

"""A file of people who must not be contacted -> a Parquet table of ids and e-mail addresses.

The file is read where every upload is read, in the confined child process. When in doubt a value is kept:
one entry too many leaves one customer out, one too few contacts somebody who asked not to be.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.hashing import Erased
from segmenter.tables.reading import read_people_list


def write_suppression(path: Path | None, out: Path, *, scratch: Path) -> int:
    """Write the list's values to `out` (one column `value`, no value twice); returns how many entries it has.

    An entry is a row that names somebody, and may give several values. No path gives an empty list. Raises
    UnreadableFile for a file that is no list or has a row that names nobody, and MissingColumn for a table of
    which no column holds ids or e-mail addresses.
    """
    if path is None:
        pq.write_table(pa.table({"value": pa.array([], type=pa.string())}), out)
        return 0
    return read_people_list(path, out, scratch=scratch).entries


def bar_erased(erased: Erased | None, scores: Path, listed: Path) -> None:
    """Add to a written list whoever of the scored customers was erased: scores may be older than that."""
    if erased is None:
        return
    barred = pq.read_table(listed).column("value").to_pylist()
    with pq.ParquetFile(scores) as file:
        for batch in file.iter_batches(columns=["customer_id"]):
            ids = batch.column("customer_id").to_pylist()
            barred += [id for id, is_erased in zip(ids, erased.among(ids), strict=True) if is_erased]
    pq.write_table(pa.table({"value": pa.array(barred, type=pa.string())}), listed)

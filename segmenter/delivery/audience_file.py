"""Members and their scores -> the CSV of an audience, streamed, best customer first."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from segmenter.delivery.csv_file import WrittenFile, write_csv
from segmenter.engines import Engine, read_sql
from segmenter.hashing import Erased


def write_audience_file(
    engine: Engine,
    columns: Sequence[str],
    *,
    audience: str,
    day: date,
    out: Path,
    erased: Erased | None = None,
) -> WrittenFile:
    """Write the exported members to `out`, without those who were erased since.

    Registered beforehand: audience_members, scores, customers.
    """
    constants = {"audience": audience, "exported_on": day.isoformat()}
    return write_csv(out, columns, _rows(engine, columns, constants, erased))


def _rows(
    engine: Engine, columns: Sequence[str], constants: dict[str, str], erased: Erased | None
) -> Iterator[list[object]]:
    for batch in engine.batches(read_sql("segmenter.delivery", "audience_rows"), {}):
        values = [
            [constants[name]] * batch.num_rows if name in constants else batch.column(name).to_pylist()
            for name in columns
        ]
        rows = (list(row) for row in zip(*values, strict=True))
        if erased is None:
            yield from rows
            continue
        gone = erased.among(batch.column("customer_id").to_pylist())
        yield from (row for row, is_erased in zip(rows, gone, strict=True) if not is_erased)

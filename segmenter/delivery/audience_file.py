"""Members and their scores -> the CSV of an audience, streamed, best customer first."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from segmenter.delivery.csv_file import WrittenFile, write_csv
from segmenter.engines import Engine, read_sql


def write_audience_file(
    engine: Engine, columns: Sequence[str], *, audience: str, day: date, out: Path
) -> WrittenFile:
    """Write the exported members to `out`. Registered beforehand: audience_members, scores, customers."""
    constants = {"audience": audience, "exported_on": day.isoformat()}
    return write_csv(out, columns, _rows(engine, columns, constants))


def _rows(engine: Engine, columns: Sequence[str], constants: dict[str, str]) -> Iterator[list[object]]:
    for batch in engine.batches(read_sql("segmenter.delivery", "audience_rows"), {}):
        values = [
            [constants[name]] * batch.num_rows if name in constants else batch.column(name).to_pylist()
            for name in columns
        ]
        yield from (list(row) for row in zip(*values, strict=True))

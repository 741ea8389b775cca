"""A customer-level data set whose file does not say when its campaign began -> a day that stands for it."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.tables.dataset import Coverage
from segmenter.tables.report import Finding
from segmenter.tables.storing import table_file


def campaign_began(out: Path) -> tuple[Coverage, Finding]:
    """The day after the newest date that the customers' tables in `out` hold; today where they hold none.

    Days since a date are counted from it. Which day it is shifts them all alike, and no ranking changes. What
    lies ahead, such as the end of a card's validity, was no day of the past when the campaign began.
    """
    tomorrow = datetime.combine(datetime.now().date() + timedelta(days=1), time())
    newest = max(
        filter(None, (_newest(table_file(out, name), tomorrow) for name in ("customers", "attributes"))),
        default=None,
    )
    day = datetime.combine(newest.date() + timedelta(days=1) if newest else datetime.now().date(), time())
    stands = "the day after its newest date in the past" if newest else "the day on which it was read"
    finding = Finding(
        code="campaign_day",
        message=f"No file says when the campaign began; {day:%Y-%m-%d}, {stands}, stands for it. If you know "
        "the day, give it in the mapping, the same for every row.",
        severity="note",
        table="outcomes",
    )
    return Coverage(first=day, last=day), finding


def _newest(path: Path, before: datetime) -> datetime | None:
    """The newest moment before another one in any column of dates; None where there is none."""
    with pq.ParquetFile(path) as file:
        dated = [field.name for field in file.schema_arrow if pa.types.is_timestamp(field.type)]
        newest: datetime | None = None
        for batch in file.iter_batches(columns=dated) if dated else ():
            past = (
                column.filter(pc.less(column, pa.scalar(before, column.type))) for column in batch.columns
            )
            found = [moment for column in past if (moment := pc.max(column).as_py()) is not None]
            newest = max([*found, *([newest] if newest else [])], default=None)
    return newest

"""The files of one artifact -> the same files without one customer, and what it says of itself then.

Ranks close up, and counts of what is in a file are one lower. Other figures stay as they were worked out:
they name nobody.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.audience.audience import Audience
from segmenter.campaign import AUDIENCE_FILE, MEMBERS_FILE
from segmenter.hashing import plain_id
from segmenter.results import ERASED_ON, read_json, write_json
from segmenter.summary import ScoresSummary
from segmenter.tables.dataset import read_dataset, write_dataset
from segmenter.tables.report import Finding, by_severity
from segmenter.workspace import ArtifactRecord

ID: Final = "customer_id"
RANKS: Final = ("rank", "rank_value", "place")  # 1 is best, and there are no gaps
SUMMARY_FILE: Final = "summary.json"
# All ids that may be another spelling of one that is written plainly; the others are only compared.
_ODD: Final = r"\.0+$|[^!-~]"


@dataclass(slots=True)
class WithoutCustomer:
    """The change of erasing one customer (workspace/rewriting.py). customer_id: in its plain spelling."""

    customer_id: str
    day: date
    touched: set[str] = field(default_factory=set)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)  # new details, by the id before

    def concerns(self, record: ArtifactRecord, folder: Path) -> bool:
        """Whether any table in the folder has a row of the customer."""
        return bool(spellings_in(folder, self.customer_id))

    def apply(self, record: ArtifactRecord, folder: Path) -> None:
        """Take the rows out; a data set then says how many went."""
        for spelling in spellings_in(folder, self.customer_id):
            self._apply(record, folder, spelling)

    def _apply(self, record: ArtifactRecord, folder: Path, customer_id: str) -> None:
        counts = rows_per_file(folder, customer_id)
        if record.kind == "audience":
            told = _count_out(folder, status_in(folder / MEMBERS_FILE, customer_id))
            self.told[record.id] = {**self.told.get(record.id, {}), **told}
        if record.kind == "scores" and (folder / SUMMARY_FILE).exists():
            summary = read_json(folder / SUMMARY_FILE, ScoresSummary)
            write_json(folder / SUMMARY_FILE, replace(summary, customers=summary.customers - 1))
            self.told[record.id] = {"customers": summary.customers - 1}
        for path in counts:
            _take_out(path, customer_id)
        if record.kind == "dataset":
            self.touched.add(record.id)
            gone = {path.stem: rows for path, rows in counts.items()}
            self.told[record.id] = _say_in_dataset(folder, gone, self.day)

    def details(self, record: ArtifactRecord) -> dict[str, Any]:
        """Counts that lists show; a model remembers that somebody it learned from was erased."""
        if record.kind == "model" and self.touched.intersection(record.parents):
            return {ERASED_ON: [*record.details.get(ERASED_ON, ()), str(self.day)]}
        return self.told.get(record.id, {})


def spellings_in(folder: Path, customer_id: str) -> tuple[str, ...]:
    """The ways in which the Parquet files of a folder write the id whose plain spelling is given."""
    found = set()
    for path in folder.rglob("*.parquet"):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=[ID]) if ID in file.schema_arrow.names else ():
                ids = batch.column(ID).cast(pa.string())
                may_be = pc.or_(pc.equal(ids, customer_id), pc.match_substring_regex(ids, _ODD))
                found.update(pc.unique(ids.filter(may_be)).to_pylist())
    return tuple(sorted(id for id in found if id is not None and plain_id(id) == customer_id))


def rows_per_file(folder: Path, customer_id: str) -> dict[Path, int]:
    """The Parquet files of a folder that have rows of the customer, and how many."""
    found = {}
    for path in sorted(folder.rglob("*.parquet")):
        with pq.ParquetFile(path) as file:
            if ID not in file.schema_arrow.names:
                continue
            batches = file.iter_batches(columns=[ID])
            rows = sum(pc.sum(_is_of(batch, customer_id)).as_py() or 0 for batch in batches)
        if rows:
            found[path] = rows
    return found


def _is_of(batch: pa.RecordBatch, customer_id: str) -> pa.Array:
    ids = batch.column(ID).cast(pa.string())
    return pc.fill_null(pc.equal(ids, customer_id), False)


def status_in(members: Path, customer_id: str) -> str | None:
    """What became of the customer in an audience; None where they were not selected."""
    if not members.exists():
        return None
    rows = pq.read_table(members, filters=[(ID, "=", customer_id)], columns=["status"])
    return next(iter(rows.column("status").to_pylist()), None)


def _count_out(folder: Path, status: str | None) -> dict[str, Any]:
    """Take one customer out of the counts of an audience; returns those that lists show."""
    if status is None:
        return {}
    audience = read_json(folder / AUDIENCE_FILE, Audience)
    counts = {name: getattr(audience.funnel, name) - 1 for name in ("selected", status)}
    write_json(folder / AUDIENCE_FILE, replace(audience, funnel=replace(audience.funnel, **counts)))
    return counts


def _take_out(path: Path, customer_id: str) -> None:
    """The file without the customer's rows, in its place; otherwise as it was, but that ranks close up."""
    gone = _ranks_of(path, customer_id)
    half = path.with_name(f"{path.name}.new")
    with pq.ParquetFile(path) as file:
        schema = pa.schema([column.with_nullable(True) for column in file.schema_arrow])
        schema = schema.with_metadata(file.schema_arrow.metadata)
        with pq.ParquetWriter(half, schema, compression="zstd") as writer:
            for batch in file.iter_batches():
                kept = batch.filter(pc.invert(_is_of(batch, customer_id)))
                writer.write_batch(_closed_up(kept, gone).cast(schema))
    half.replace(path)


def _ranks_of(path: Path, customer_id: str) -> dict[str, int]:
    """The customer's rank in each column that ranks."""
    ranks = [name for name in pq.read_schema(path).names if name in RANKS]
    rows = pq.read_table(path, filters=[(ID, "=", customer_id)], columns=ranks) if ranks else None
    return rows.to_pylist()[0] if rows else {}


def _closed_up(batch: pa.RecordBatch, gone: dict[str, int]) -> pa.RecordBatch:
    """Whoever stood behind the customer moves up by one."""
    for name, rank in gone.items():
        column, place = batch.column(name), batch.schema.get_field_index(name)
        closer = pc.if_else(pc.greater(column, rank), pc.subtract(column, 1), column)
        batch = batch.set_column(place, name, closer.cast(column.type))
    return batch


def _say_in_dataset(folder: Path, gone: dict[str, int], day: date) -> dict[str, Any]:
    """What the data set says of itself: as many rows set aside as were taken out. Returns what lists show."""
    dataset = read_dataset(folder)
    tables = {table: rows for table, rows in gone.items() if table in dataset.rows}
    rows = sum(tables.values())
    words = "1 row of a customer was" if rows == 1 else f"{rows:,} rows of a customer were"
    erased = Finding(
        code="erased",
        message=f"{words} taken out on {day}, because the customer was erased.",
        severity="note",
        rows=rows,
    )
    left = {table: n - tables.get(table, 0) for table, n in dataset.rows.items()}
    set_aside = {table: dataset.set_aside.get(table, 0) + tables.get(table, 0) for table in dataset.rows}
    findings = by_severity([*dataset.findings, erased])
    write_dataset(folder, replace(dataset, rows=left, set_aside=set_aside, findings=findings))
    aside = folder / "set_aside.parquet"
    if aside.exists():
        _list_as_erased(aside, tables)
    return {"rows": left, "set_aside": set_aside}


def _list_as_erased(path: Path, tables: dict[str, int]) -> None:
    """Add rows that name table and reason alone: the list stays as long as what it counts."""
    listed = pq.read_table(path)
    values = [{"table": table, "reason": "erased"} for table, rows in tables.items() for _ in range(rows)]
    more = pa.Table.from_pylist(values, schema=listed.schema)
    half = path.with_name(f"{path.name}.new")
    pq.write_table(pa.concat_tables([listed, more]), half, compression="zstd")
    half.replace(path)

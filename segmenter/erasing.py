"""One customer -> gone from everything stored, and never read in again.

The rows go from every data set, from scores, reasons, audiences and ledgers, from what was deleted lately
too; files that were uploaded and not read yet go altogether. What stays is a salted digest, by which the id
is recognised when it comes again, and the date. Figures that were worked out before stay as they were: they
name nobody. A file that was sent out cannot be called back. The id is written to no log and no list of jobs.
"""

import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.audience.audience import Audience
from segmenter.campaign import AUDIENCE_FILE, MEMBERS_FILE
from segmenter.errors import InputError
from segmenter.progress import Progress, silent
from segmenter.results import read_json, write_json
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import read_dataset, write_dataset
from segmenter.tables.report import Finding, by_severity
from segmenter.workspace import ArtifactRecord, Kind, Workspace
from segmenter.workspace.erasures import remember, to_recognise
from segmenter.workspace.rewriting import all_records

ID: Final = "customer_id"
ERASED_ON: Final = (
    "erased_on"  # among a model's details: days on which customers it had learned from were erased
)
WAITING: Final = ("uploads", "suppression")  # folders of files that people brought and nobody has read in


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure rewrites or has rewritten; it does not say whom.

    rows: taken out of data sets; rewritten: kind -> how many artifacts held the customer; sent: names of the
    audiences in whose file the customer was; waiting: uploads that go unread.
    """

    rows: int
    rewritten: dict[Kind, int]
    sent: tuple[str, ...]
    waiting: int

    @property
    def is_known(self) -> bool:
        """Whether anything stored held the customer."""
        return bool(self.rewritten)


def what_erasing_takes(ws: Workspace, customer_id: str) -> Erasure:
    """What erasing this customer would rewrite; changes nothing. Raises InputError for an empty id."""
    customer_id = _checked(customer_id)
    rows, kinds, sent = 0, Counter[Kind](), []
    for record in all_records(ws.catalog):
        folder = ws.artifacts.folder(record.id)
        counts = _rows_per_file(folder, customer_id)
        if counts:
            kinds[record.kind] += 1
        if record.kind == "dataset":
            rows += sum(count for path, count in counts.items() if path.stem in TABLES)
        if record.kind == "audience" and _status(folder / MEMBERS_FILE, customer_id) == "exported":
            sent.append(record.name)
    return Erasure(rows=rows, rewritten=dict(kinds), sent=tuple(sent), waiting=len(_waiting(ws)))


def erase_customer(ws: Workspace, customer_id: str, *, progress: Progress = silent) -> Erasure:
    """Erase a customer everywhere, whole or not at all. Raises InputError; WorkspaceError when disturbed."""
    customer_id = _checked(customer_id)
    progress("looking", 0.0, "Looking where the customer is")
    erasure = what_erasing_takes(ws, customer_id)
    # First: a file that is read later would bring the customer back before anybody is recognised.
    for folder in _waiting(ws):
        shutil.rmtree(folder)
    progress("rewriting", 0.2, "Rewriting everything that holds the customer")
    digest = to_recognise(ws.catalog).digest(customer_id)
    ws.rewrite(
        _WithoutCustomer(customer_id, datetime.now(UTC).date()),
        also=lambda connection: remember(connection, digest),
    )
    return erasure


@dataclass(slots=True)
class _WithoutCustomer:
    """The change of erasing one customer (workspace/rewriting.py)."""

    customer_id: str
    day: date
    touched: set[str] = field(default_factory=set)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)  # new details, by the id before

    def concerns(self, record: ArtifactRecord, folder: Path) -> bool:
        """Whether any table in the folder has a row of the customer."""
        return bool(_rows_per_file(folder, self.customer_id))

    def apply(self, record: ArtifactRecord, folder: Path) -> None:
        """Take the rows out; a data set then says how many went."""
        counts = _rows_per_file(folder, self.customer_id)
        if not counts:
            return
        if record.kind == "audience":
            self.told[record.id] = _count_out(folder, _status(folder / MEMBERS_FILE, self.customer_id))
        for path in counts:
            _take_out(path, self.customer_id)
        if record.kind == "dataset":
            self.touched.add(record.id)
            gone = {path.stem: rows for path, rows in counts.items()}
            self.told[record.id] = _say_in_dataset(folder, gone, self.day)

    def details(self, record: ArtifactRecord) -> dict[str, Any]:
        """Counts that lists show; a model remembers that somebody it learned from was erased."""
        if record.kind == "model" and self.touched.intersection(record.parents):
            return {ERASED_ON: [*record.details.get(ERASED_ON, ()), str(self.day)]}
        return self.told.get(record.id, {})


def _checked(customer_id: str) -> str:
    if not customer_id.strip():
        raise InputError("Say which customer to erase: the id as it stands in your files.")
    return customer_id.strip()


def _rows_per_file(folder: Path, customer_id: str) -> dict[Path, int]:
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


def _status(members: Path, customer_id: str) -> str | None:
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
    """The file without the customer's rows, in its place; otherwise as it was."""
    half = path.with_name(f"{path.name}.new")
    with pq.ParquetFile(path) as file:
        schema = pa.schema([column.with_nullable(True) for column in file.schema_arrow])
        schema = schema.with_metadata(file.schema_arrow.metadata)
        with pq.ParquetWriter(half, schema, compression="zstd") as writer:
            for batch in file.iter_batches():
                kept = batch.filter(pc.invert(_is_of(batch, customer_id)))
                writer.write_batch(kept.cast(schema))
    half.replace(path)


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


def _waiting(ws: Workspace) -> tuple[Path, ...]:
    folders = (folder for name in WAITING for folder in (ws.root / name).glob("*"))
    return tuple(folder for folder in folders if folder.is_dir())

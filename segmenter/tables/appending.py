"""An earlier data set and the typed rows of new files -> the rows of the version that follows it.

What is stored already is the oldest part. No row counts twice: what the new files tell again is set aside. Of
customers and campaigns the newer values are taken, where there are any, of outcomes and known intents the
newer row; what the new files do not mention stays.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.engines import Engine, read_sql
from segmenter.errors import MappingError
from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.customer_files import as_one_file
from segmenter.tables.dataset import Dataset, read_dataset
from segmenter.tables.mapping import Mapping
from segmenter.tables.overlap import without_overlap
from segmenter.tables.parts import Part
from segmenter.tables.report import Finding, by_severity
from segmenter.tables.storing import set_repeated_aside, set_rows_aside, table_file
from segmenter.tables.typed_rows import TypedRows
from segmenter.tables.validation import SetAside

_PACKAGE = "segmenter.tables"
_BEFORE = "the data that were there before"
_WHOLE_ROWS = ("outcomes", "intents")  # what one campaign brought: its values belong together


@dataclass(slots=True)
class Earlier:
    """The data set that new files are added to. updated: per table, the rows that brought newer values."""

    folder: Path
    dataset: Dataset
    updated: dict[str, int]

    @classmethod
    def open(cls, folder: Path) -> "Earlier":
        """Raises DamagedArtifact where it cannot be read."""
        return cls(folder, read_dataset(folder), {})

    def check_fits(self, mapping: Mapping) -> None:
        """Raise MappingError where amounts or clocks of the two cannot be put together."""
        for what, ours, theirs in (
            ("currency", self.dataset.currency, mapping.currency),
            ("time zone", self.dataset.time_zone, mapping.time_zone),
        ):
            if ours and theirs and ours != theirs:
                raise MappingError(
                    f"'{self.dataset.name}' has the {what} {ours}, and the mapping says {theirs}. "
                    "Bring the new files as a data set of their own, or correct the mapping."
                )

    def with_new(
        self,
        engine: Engine,
        contract: TableContract,
        typed: TypedRows,
        scratch: Path,
        aside: SetAside,
        labels: dict[str, str],
    ) -> tuple[TypedRows, list[Finding]]:
        """The typed rows of one table of both together, and what was found; what is told again to `aside`.

        labels: the users' names of attributes.
        """
        if contract.name == "customers" and len(typed.parts) > 1:
            once, found = as_one_file(engine, typed, labels, scratch, aside)
            return self._with_updates(contract, once, scratch, aside), found
        if contract.key:
            once = _one_per_key(engine, contract, typed, scratch / f"newest_{contract.name}.parquet", aside)
            # A row that one id names describes what may change; a trial's lot is drawn once.
            if len(contract.key) == 1:
                return self._with_updates(contract, once, scratch, aside), []
            both = self._put_before(contract, once, scratch)
            path = scratch / f"lasting_{contract.name}.parquet"
            return _one_per_key(engine, contract, both, path, aside, "already_there"), []
        both = self._put_before(contract, typed, scratch)
        # What is stored is the oldest part; which of the new files is newer was settled among them.
        age = range(len(both.parts))
        return without_overlap(engine, contract.name, both, aside, scratch, age=age, keep_oldest=True)

    def _put_before(self, contract: TableContract, typed: TypedRows, scratch: Path) -> TypedRows:
        """What is stored, as a first part, and then the typed rows; the lost ones are numbered alike."""
        path, lost = (scratch / f"{name}_{contract.name}.parquet" for name in ("both", "lost_of_both"))
        stored = table_file(self.folder, contract.name)
        # A data set from before a table was known has no file of it.
        before = pq.read_metadata(stored).num_rows if stored.exists() else 0
        _write_parts(_stored_batches(stored), typed.path, before, path)
        _write_parts(iter(()), typed.lost, before, lost)
        parts = (Part(file=_BEFORE), *typed.parts)
        return replace(typed, path=path, lost=lost, rows=before + typed.rows, parts=parts)

    def keep_unmentioned(self, out: Path) -> None:
        """Tables that the new files do not feed stay as they were; `out`: the folder of the new version."""
        for name in (*TABLES, "attributes"):
            source, target = table_file(self.folder, name), table_file(out, name)
            if source.exists() and not target.exists():
                shutil.copyfile(source, target)

    def tables_with_rows(self) -> tuple[str, ...]:
        """The tables in which it has rows."""
        return tuple(table for table in TABLES if self.dataset.has(table))

    def followed_by(self, new: Dataset) -> Dataset:
        """What the new version says of itself; `new`: what was read from the new files alone."""
        old = self.dataset
        stays = [finding for finding in old.findings if finding.file]
        rows = {table: old.rows.get(table, 0) + new.rows.get(table, 0) for table in TABLES}
        return replace(
            new,
            rows=rows,
            set_aside={table: old.set_aside.get(table, 0) + new.set_aside.get(table, 0) for table in TABLES},
            mapped={table: self._mapped(table, new) for table in TABLES},
            findings=by_severity([*new.findings, *self._told(new), *stays]),
            sources=(*old.sources, *new.sources),
            currency=new.currency or old.currency,
            time_zone=new.time_zone or old.time_zone,
        )

    def _mapped(self, table: str, new: Dataset) -> tuple[str, ...]:
        either = {*self.dataset.mapped.get(table, ()), *new.mapped.get(table, ())}
        return tuple(name for name in TABLES[table].names if name in either)

    def _told(self, new: Dataset) -> Iterator[Finding]:
        """What became of the new rows beside what was there, and files that were read before."""
        for table, rows in self.updated.items():
            if rows:
                told = "1 row tells" if rows == 1 else f"{rows:,} rows tell"
                yield Finding(
                    code="updated",
                    message=f"{told} of what was there already in table '{table}': {_what_was_taken(table)}.",
                    severity="note",
                    table=table,
                    rows=rows,
                )
        known = {(source.sha256, source.sheet): source for source in self.dataset.sources}
        for source in new.sources:
            before = known.get((source.sha256, source.sheet))
            if before is not None:
                yield Finding(
                    code="same_file",
                    message=f"'{source.file}' is, byte for byte, the file '{before.file}' that was read "
                    "before. What was read from it then counts once.",
                    severity="note",
                    file=source.file,
                )

    def _with_updates(
        self, contract: TableContract, typed: TypedRows, scratch: Path, aside: SetAside
    ) -> TypedRows:
        """What was there with its newer values, then what is new; of the new rows no two have one key."""
        (key,) = contract.key
        # The new rows are held in memory, column by column; what was there before goes by in batches.
        new = pq.read_table(typed.path)
        new = new.cast(pa.schema([field.with_nullable(True) for field in new.schema]))
        new_keys, was_there = new.column(key).combine_chunks(), np.zeros(new.num_rows, dtype=bool)
        both = scratch / f"both_{contract.name}.parquet"
        rows = 0
        with pq.ParquetWriter(both, new.schema, compression="lz4") as writer:
            for batch in self._described(contract):
                places = pc.index_in(batch.column(key), value_set=new_keys)
                was_there[places.drop_null().to_numpy(zero_copy_only=False)] = True
                writer.write_batch(_updated(batch, new, places, rows, contract.name in _WHOLE_ROWS))
                rows += batch.num_rows
            fresh = new.filter(pa.array(~was_there))
            order = pa.array(range(rows, rows + fresh.num_rows), pa.int64())
            place = fresh.schema.get_field_index("source_order")
            writer.write_table(fresh.set_column(place, "source_order", order))
        self.updated[contract.name] = int(was_there.sum())
        set_rows_aside(contract.name, new.filter(pa.array(was_there)), aside, "updated")
        return replace(typed, path=both, rows=rows + fresh.num_rows)

    def _described(self, contract: TableContract) -> Iterator[pa.RecordBatch]:
        """The stored rows of a table; customers with their attributes beside them."""
        stored = table_file(self.folder, contract.name)
        if contract.name != "customers":
            yield from _stored_batches(stored)
            return
        # Written together, so row n of both files is the same customer.
        attributes = _stored_batches(table_file(self.folder, "attributes"))
        for person, known in zip(_stored_batches(stored), attributes, strict=True):
            for name in known.schema.names[1:]:
                person = person.append_column(name, known.column(name))
            yield person


def _one_per_key(
    engine: Engine,
    contract: TableContract,
    typed: TypedRows,
    path: Path,
    aside: SetAside,
    reason: str = "duplicate",
) -> TypedRows:
    """The rows of a table with a key, one for each; the others go to `aside`."""
    engine.register("typed_rows", typed.path)
    rows = engine.write(read_sql(_PACKAGE, contract.name), {}, path)
    if rows < typed.rows:
        engine.register("kept_rows", path)
        set_repeated_aside(engine, contract, aside, reason)
    return replace(typed, path=path, rows=rows)


def _what_was_taken(table: str) -> str:
    if table in _WHOLE_ROWS:
        return "the newer row was taken whole, as values of two campaigns do not go together"
    return "where they say something else, the newer was taken; what they leave empty stayed"


def _updated(
    batch: pa.RecordBatch, new: pa.Table, places: pa.Array, seen: int, whole: bool
) -> pa.RecordBatch:
    """Rows that were there with the values of `new` at `places` (null: none) where these are not missing.

    whole: all values of such a row are the new ones, missing or not.
    """
    own, columns = _origin(batch.num_rows, seen), []
    is_new = places.is_valid()
    for field in new.schema:
        if field.name in own:
            columns.append(own[field.name])
            continue
        newer = new.column(field.name).combine_chunks().take(places)
        here = field.name in batch.schema.names
        before = batch.column(field.name).cast(field.type) if here else pa.nulls(batch.num_rows, field.type)
        columns.append(pc.if_else(is_new, newer, before) if whole else pc.coalesce(newer, before))
    return pa.RecordBatch.from_arrays(columns, schema=new.schema)


def _write_parts(earlier: Iterator[pa.RecordBatch], new: Path, before: int, path: Path) -> None:
    """Write earlier rows as part 0, then those of the file `new`, numbered from `before` on, to `path`."""
    rows = 0
    with pq.ParquetFile(new) as file:
        schema = pa.schema([field.with_nullable(True) for field in file.schema_arrow])
        with pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=["source_file"]) as writer:
            for batch in earlier:
                writer.write_batch(_laid_out(batch, _origin(batch.num_rows, rows), schema))
                rows += batch.num_rows
            for batch in file.iter_batches():
                own = {
                    "source_order": pc.add(batch.column("source_order"), before),
                    "source_part": pc.add(batch.column("source_part"), 1),
                }
                writer.write_batch(_laid_out(batch, own, schema))


def _origin(rows: int, seen: int) -> dict[str, pa.Array]:
    """Where stored rows come from, as typed rows say it: `seen` of them came before."""
    return {
        "source_order": pa.array(range(seen, seen + rows), pa.int64()),
        "source_file": pa.array([_BEFORE] * rows, pa.string()),
        "source_row": pa.array(range(seen + 1, seen + rows + 1), pa.int64()),
        "source_part": pa.array([0] * rows, pa.int64()),
    }


def _laid_out(batch: pa.RecordBatch, own: dict[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """The batch in the columns of `schema`: our own first of all, empty where it has none."""
    columns = []
    for field in schema:
        if field.name in own:
            columns.append(own[field.name])
        elif field.name in batch.schema.names:
            columns.append(batch.column(field.name).cast(field.type))
        else:  # stored by a version that did not know the column
            columns.append(pa.nulls(batch.num_rows, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _stored_batches(path: Path) -> Iterator[pa.RecordBatch]:
    if not path.exists():
        return
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=65_536)

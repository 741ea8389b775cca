"""Artifacts that hold something that must go -> the same artifacts without it, under new ids, all at once.

An artifact's id is made from its content, so whatever mentions a rewritten one is rewritten too. Names,
dates, order and parents stay. Everything is written aside first and appears in one transaction: a killed
process leaves all of the old or all of the new.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final, Protocol

from segmenter.errors import WorkspaceError
from segmenter.workspace.artifacts import ArtifactStore
from segmenter.workspace.catalog import ArtifactRecord, Catalog, as_record, to_json

ATTEMPTS: Final = 3
_ID = re.compile(r"[a-z]+-[0-9a-f]{12}")


class Change(Protocol):
    """What is done to the files of one artifact."""

    def concerns(self, record: ArtifactRecord, folder: Path) -> bool:
        """Whether the files hold what must go."""

    def apply(self, record: ArtifactRecord, folder: Path) -> None:
        """Take it out. JSON may be written to; other files are the original's too, and must be replaced."""

    def details(self, record: ArtifactRecord) -> dict[str, Any]:
        """What the catalog says of the rewritten artifact from now on, beside what it says already."""


class CatalogMoved(WorkspaceError):
    """Something was made or deleted while the rewriting went on."""


def all_records(catalog: Catalog) -> tuple[ArtifactRecord, ...]:
    """Every artifact, also what is in the trash, each after what it was made from."""
    with catalog.reading() as connection:
        return _all_records(connection)


def prepare(
    store: ArtifactStore, records: tuple[ArtifactRecord, ...], change: Change, aside: Path
) -> dict[str, tuple[str, Path]]:
    """Write the changed artifacts into `aside`: old id -> new id, and where the files lie."""
    prepared: dict[str, tuple[str, Path]] = {}
    for record in records:
        original = store.folder(record.id)
        new_ids = {old: new for old, (new, _) in prepared.items()}
        if not original.is_dir() or not (
            change.concerns(record, original) or _mentions(original, record, new_ids)
        ):
            continue
        folder = aside / f"rewritten-{record.id}"
        shutil.copytree(original, folder, copy_function=_copy_or_share)
        for path in folder.rglob("*.json"):
            path.write_text(with_new_ids(path.read_text(encoding="utf-8"), new_ids), encoding="utf-8")
        change.apply(record, folder)
        new_id = store.seal(folder, record.kind)
        if new_id != record.id:
            prepared[record.id] = (new_id, folder)
    return prepared


def switch(
    catalog: Catalog,
    records: tuple[ArtifactRecord, ...],
    prepared: Mapping[str, tuple[str, Path]],
    change: Change,
    *,
    publish: Callable[[Path, str], None],
    also: Callable[[sqlite3.Connection], None],
) -> None:
    """Put the new in the place of the old, and do `also`, in one transaction.

    Raises CatalogMoved, changing nothing, where artifacts were made or deleted since `records` were read.
    """
    new_ids = {old: new for old, (new, _) in prepared.items()}
    with catalog.writing() as connection:
        if {each.id for each in _all_records(connection)} != {each.id for each in records}:
            raise CatalogMoved("Something was made or deleted meanwhile. Try again when no other work runs.")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for record in records:
            if record.id in prepared:
                new_id, folder = prepared[record.id]
                publish(folder, new_id)
                _rename_row(connection, record.id, new_id)
                details = {**record.details, **change.details(record)}
                connection.execute(
                    "UPDATE artifacts SET details = ? WHERE id = ?", (to_json(details), new_id)
                )
        for table, column in (
            ("artifacts", "details"),
            ("settings", "value"),
            ("jobs", "result"),
            ("jobs", "arguments"),
        ):
            _replace_ids(connection, table, column, new_ids)
        also(connection)


def with_new_ids(text: str, new_ids: Mapping[str, str]) -> str:
    """The text with every id of a rewritten artifact replaced by its new one."""
    return _ID.sub(lambda found: new_ids.get(found[0], found[0]), text)


def _copy_or_share(source: str, target: str) -> None:
    """JSON is copied, to be written to; large files that stay as they are take no room twice."""
    if not source.endswith(".json"):
        # Not every disk lets two names share a file.
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _mentions(folder: Path, record: ArtifactRecord, new_ids: Mapping[str, str]) -> bool:
    if any(parent in new_ids for parent in record.parents):
        return True
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.json"))
    return bool(new_ids) and any(found in new_ids for text in texts for found in _ID.findall(text))


def _all_records(connection: sqlite3.Connection) -> tuple[ArtifactRecord, ...]:
    rows = connection.execute("SELECT * FROM artifacts ORDER BY rowid").fetchall()
    by_id = {row["id"]: as_record(connection, row) for row in rows}
    order = TopologicalSorter({id: record.parents for id, record in by_id.items()}).static_order()
    return tuple(by_id[id] for id in order if id in by_id)


def _rename_row(connection: sqlite3.Connection, old: str, new: str) -> None:
    if connection.execute("SELECT 1 FROM artifacts WHERE id = ?", (new,)).fetchone():
        # Two that differed only by what has gone are one now.
        connection.execute("DELETE FROM artifacts WHERE id = ?", (old,))
    else:
        connection.execute("UPDATE artifacts SET id = ? WHERE id = ?", (new, old))
    connection.execute("UPDATE artifacts SET deleted_with = ? WHERE deleted_with = ?", (new, old))
    for column in ("child", "parent"):
        connection.execute(f"UPDATE OR IGNORE parents SET {column} = ? WHERE {column} = ?", (new, old))  # noqa: S608
        connection.execute(f"DELETE FROM parents WHERE {column} = ?", (old,))  # noqa: S608


def _replace_ids(connection: sqlite3.Connection, table: str, column: str, new_ids: Mapping[str, str]) -> None:
    # Names of tables and columns are our own; values are bound.
    rows = connection.execute(
        f"SELECT rowid AS place, {column} AS text FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
    ).fetchall()
    for row in rows:
        changed = with_new_ids(row["text"], new_ids)
        if changed != row["text"]:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, row["place"]))  # noqa: S608

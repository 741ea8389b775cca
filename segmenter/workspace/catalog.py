"""The catalog: which artifacts there are and what they came from, settings, jobs. One SQLite file, WAL mode.

Several processes read and write it at once. Each act opens its own connection and is one short transaction:
connections must not cross threads or forks, and opening one costs well under a millisecond.
The file must never be opened by any other means: closing any handle on it would drop SQLite's locks.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from segmenter.errors import WorkspaceError
from segmenter.workspace.artifacts import Kind, not_found
from segmenter.workspace.problems import storage_problems
from segmenter.workspace.schema import is_current, migrate

# How long a writer waits for others before it says so; readers never wait.
BUSY_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRecord:
    """What the catalog knows of one artifact. `details` is JSON for lists: counts, dates, a sentence."""

    id: str
    kind: Kind
    name: str
    created_at: datetime
    demo: bool
    parents: tuple[str, ...]
    details: dict[str, Any]


class Catalog:
    """The tables of a workspace. Every method is one transaction; WorkspaceError explains failures."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_ready(self) -> bool:
        """Whether the file is there and needs no step. Raises WorkspaceError for a foreign or newer one."""
        if not self.path.exists():
            return False
        with self.reading() as connection:
            return is_current(connection, self.path.parent)

    def make_ready(self) -> None:
        """Create the file, or migrate it forward. Call with the workspace locked against others doing so."""
        with self._connected(mode="rwc") as connection:
            if not is_current(connection, self.path.parent):
                migrate(connection, self.path.parent)

    @contextmanager
    def adding(self, record: ArtifactRecord) -> Iterator[sqlite3.Connection]:
        """Register an artifact; what the body does and the row become true together, or neither does.

        An id that is there already keeps its row, unless it is deleted: then it begins anew. Raises NotFound
        when a parent has been deleted meanwhile.
        """
        with self.writing() as connection:
            _begin_anew(connection, record.id)
            if not _is_known(connection, record.id):
                _insert(connection, record)
            yield connection

    def record(self, artifact_id: str) -> ArtifactRecord:
        """One artifact. Raises NotFound."""
        with self.reading() as connection:
            return one_record(connection, artifact_id)

    def records(self, kind: Kind | None = None) -> tuple[ArtifactRecord, ...]:
        """All artifacts, or those of one kind, newest first."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM artifacts WHERE ? IN ('', kind) AND deleted_at IS NULL ORDER BY rowid DESC",
                (kind or "",),
            ).fetchall()
            return tuple(as_record(connection, row) for row in rows)

    @contextmanager
    def unregistered(self, ids: Collection[str]) -> Iterator[tuple[str, ...]]:
        """Those of `ids` that have no row; nobody can register anything while the body runs."""
        with self.writing() as connection:
            yield tuple(id for id in ids if not _is_known(connection, id))

    def dependants(self, artifact_id: str, *, deleted: bool = False) -> tuple[ArtifactRecord, ...]:
        """Everything made from this artifact, and from that in turn, newest first. Raises NotFound.

        deleted: also what is in the trash.
        """
        with self.reading() as connection:
            one_record(connection, artifact_id)
            return _dependants(connection, artifact_id, deleted=deleted)

    def remove(self, artifact_id: str, *, dependants: Collection[str] = ()) -> tuple[str, ...]:
        """Forget an artifact and its dependants for good; returns the ids removed, those in the trash too.

        Raises WorkspaceError, removing nothing, when something depends on it that is not in `dependants`:
        nobody loses what he was not shown.
        """
        with self.writing() as connection:
            self.listed_dependants(connection, artifact_id, dependants)
            found = _dependants(connection, artifact_id, deleted=True)
            removed = (artifact_id, *(other.id for other in found))
            connection.executemany("DELETE FROM artifacts WHERE id = ?", [(id,) for id in removed])
            return removed

    def listed_dependants(
        self, connection: sqlite3.Connection, artifact_id: str, dependants: Collection[str]
    ) -> tuple[ArtifactRecord, ...]:
        """What was made from an artifact. Raises NotFound, and WorkspaceError for any not in `dependants`."""
        record = one_record(connection, artifact_id)
        found = _dependants(connection, artifact_id)
        unlisted = [other for other in found if other.id not in dependants]
        if unlisted:
            names = ", ".join(f"{other.kind} '{other.name}'" for other in unlisted)
            raise WorkspaceError(
                f"The {record.kind} '{record.name}' is still needed: {names} came from it. "
                "Delete those with it, or keep it."
            )
        return found

    def rename(self, artifact_id: str, name: str) -> None:
        """Give an artifact another name. Raises NotFound."""
        with self.writing() as connection:
            one_record(connection, artifact_id)
            connection.execute("UPDATE artifacts SET name = ? WHERE id = ?", (name, artifact_id))

    def note(self, artifact_id: str, **details: Any) -> None:
        """Add to what lists show of an artifact; its files stay as they are. Raises NotFound."""
        with self.writing() as connection:
            known = one_record(connection, artifact_id).details
            connection.execute(
                "UPDATE artifacts SET details = ? WHERE id = ?", (to_json({**known, **details}), artifact_id)
            )

    def setting(self, key: str, default: Any = None) -> Any:
        """The JSON value kept under `key`."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
            return default if row is None else msgspec.json.decode(row["value"])

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value under `key`."""
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO settings (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, to_json(value)),
            )

    def scrub(self) -> None:
        """Overwrite what the file still holds of removed rows."""
        with self._connected() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the catalog throughout."""
        with self._connected() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that alone may write; an exception in the body undoes everything."""
        with self._connected() as connection:
            # Immediate: waits for its turn now, instead of failing at the first write after a read.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connected(self, mode: str = "rw") -> Iterator[sqlite3.Connection]:
        with storage_problems(self.path.parent):
            # The mode keeps a lost catalog lost: to connect without it would make an empty one.
            place = f"{self.path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(place, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                # What was said to be saved is there after a power cut too.
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
            finally:
                connection.close()


def to_json(value: Any) -> str:
    """JSON text of builtins, dataclasses, dates and enums; NaN becomes null."""
    return msgspec.json.encode(value).decode()


def one_record(connection: sqlite3.Connection, artifact_id: str) -> ArtifactRecord:
    """One artifact that is not deleted. Raises NotFound."""
    row = connection.execute(
        "SELECT * FROM artifacts WHERE id = ? AND deleted_at IS NULL", (artifact_id,)
    ).fetchone()
    if row is None:
        raise not_found(artifact_id)
    return as_record(connection, row)


def _begin_anew(connection: sqlite3.Connection, artifact_id: str) -> None:
    """Forget that an artifact was deleted, with its name and its past; what went with it stays deleted."""
    connection.execute(
        "UPDATE artifacts SET deleted_with = id WHERE deleted_with = ? AND id <> ?",
        (artifact_id, artifact_id),
    )
    connection.execute("DELETE FROM artifacts WHERE id = ? AND deleted_at IS NOT NULL", (artifact_id,))


def _is_known(connection: sqlite3.Connection, artifact_id: str) -> bool:
    return connection.execute("SELECT 1 FROM artifacts WHERE id = ?", (artifact_id,)).fetchone() is not None


def _insert(connection: sqlite3.Connection, record: ArtifactRecord) -> None:
    created_at = record.created_at.astimezone(UTC).isoformat()
    connection.execute(
        "INSERT INTO artifacts (id, kind, name, created_at, demo, details) VALUES (?, ?, ?, ?, ?, ?)",
        (record.id, record.kind, record.name, created_at, record.demo, to_json(record.details)),
    )
    for place, parent in enumerate(dict.fromkeys(record.parents)):
        one_record(connection, parent)
        connection.execute(
            "INSERT INTO parents (child, parent, place) VALUES (?, ?, ?)", (record.id, parent, place)
        )


def as_record(connection: sqlite3.Connection, row: sqlite3.Row) -> ArtifactRecord:
    """A row of `artifacts`, with the ids of its parents."""
    parents = connection.execute("SELECT parent FROM parents WHERE child = ? ORDER BY place", (row["id"],))
    return ArtifactRecord(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        created_at=datetime.fromisoformat(row["created_at"]),
        demo=bool(row["demo"]),
        parents=tuple(parent for (parent,) in parents),
        details=msgspec.json.decode(row["details"]),
    )


def _dependants(
    connection: sqlite3.Connection, artifact_id: str, *, deleted: bool = False
) -> tuple[ArtifactRecord, ...]:
    """Everything made from an artifact; deleted: also what is in the trash."""
    rows = connection.execute(
        "WITH RECURSIVE descendants (id) AS ("
        " SELECT child FROM parents WHERE parent = ?"
        " UNION SELECT parents.child FROM parents JOIN descendants ON parents.parent = descendants.id"
        ") SELECT artifacts.* FROM artifacts JOIN descendants USING (id)"
        " WHERE ? OR artifacts.deleted_at IS NULL ORDER BY artifacts.rowid DESC",
        (artifact_id, deleted),
    ).fetchall()
    return tuple(as_record(connection, row) for row in rows)

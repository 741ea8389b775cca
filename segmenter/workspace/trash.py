"""Deleted artifacts -> kept out of sight for thirty days, so that a deletion can be undone; then gone.

What is deleted stays where it is; only its row says so, and nobody finds it any more. So deleting and
restoring are one change of the catalog each, and there is no moment at which half of a thing is deleted.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from segmenter.errors import NotFound, WorkspaceError
from segmenter.workspace.catalog import ArtifactRecord, Catalog, as_record, one_record

KEPT_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """One deletion that can still be undone: the thing, and what was made from it and went with it."""

    record: ArtifactRecord
    with_it: tuple[ArtifactRecord, ...]
    deleted_at: datetime

    @property
    def ids(self) -> tuple[str, ...]:
        """All that would come back."""
        return (self.record.id, *(other.id for other in self.with_it))

    @property
    def gone_at(self) -> datetime:
        """When it can no longer be undone."""
        return self.deleted_at + timedelta(days=KEPT_DAYS)


def put_in_trash(catalog: Catalog, artifact_id: str, dependants: Collection[str]) -> tuple[str, ...]:
    """Delete an artifact and its dependants in a way that can be undone; returns the ids deleted.

    Raises WorkspaceError, deleting nothing, when something depends on it that is not in `dependants`.
    """
    with catalog.writing() as connection:
        found = catalog.listed_dependants(connection, artifact_id, dependants)
        ids = (artifact_id, *(other.id for other in found))
        now = datetime.now(UTC).isoformat()
        connection.executemany(
            "UPDATE artifacts SET deleted_at = ?, deleted_with = ? WHERE id = ?",
            [(now, artifact_id, id) for id in ids],
        )
        return ids


def deletions(catalog: Catalog) -> tuple[Deletion, ...]:
    """What can still be undone, the newest deletion first."""
    with catalog.reading() as connection:
        rows = connection.execute(
            "SELECT * FROM artifacts WHERE deleted_at IS NOT NULL"
            " ORDER BY deleted_at DESC, id = deleted_with DESC, rowid DESC"
        ).fetchall()
        together: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            together.setdefault(row["deleted_with"], []).append(row)
        return tuple(
            Deletion(
                record=as_record(connection, first),
                with_it=tuple(as_record(connection, other) for other in others),
                deleted_at=datetime.fromisoformat(first["deleted_at"]),
            )
            for first, *others in together.values()
        )


def take_from_trash(catalog: Catalog, artifact_id: str) -> tuple[str, ...]:
    """Undo a deletion: the artifact and all that went with it are back; returns their ids.

    Raises NotFound where it is not in the trash, WorkspaceError where what it was made from is deleted too.
    """
    with catalog.writing() as connection:
        rows = connection.execute(
            "SELECT id FROM artifacts WHERE deleted_with = ? AND deleted_at IS NOT NULL", (artifact_id,)
        ).fetchall()
        ids = tuple(row["id"] for row in rows)
        if artifact_id not in ids:
            raise NotFound(f"'{artifact_id[:80]}' cannot be brought back: it is not among what was deleted.")
        connection.execute(
            "UPDATE artifacts SET deleted_at = NULL, deleted_with = NULL WHERE deleted_with = ?",
            (artifact_id,),
        )
        for (parent,) in connection.execute(
            "SELECT DISTINCT parent FROM parents WHERE child IN (SELECT value FROM json_each(?))",
            (_as_list(ids),),
        ).fetchall():
            try:
                one_record(connection, parent)
            except NotFound as error:
                raise WorkspaceError(
                    f"It was made from '{parent}', which is deleted too. Bring that back first."
                ) from error
        return ids


def expired(catalog: Catalog, before: datetime) -> tuple[str, ...]:
    """Ids of what was deleted before that moment."""
    with catalog.reading() as connection:
        return tuple(
            id
            for (id,) in connection.execute(
                "SELECT id FROM artifacts WHERE deleted_at < ?", (before.astimezone(UTC).isoformat(),)
            )
        )


def forget(catalog: Catalog, before: datetime) -> None:
    """Remove the rows of what was deleted before that moment, for good.

    What was made from a thing is never deleted later than the thing, so no row loses its parent.
    """
    with catalog.writing() as connection:
        connection.execute(
            "DELETE FROM artifacts WHERE deleted_at < ?", (before.astimezone(UTC).isoformat(),)
        )


def _as_list(ids: Collection[str]) -> str:
    # Ids are letters, digits and dashes: nothing in them needs to be escaped.
    return "[" + ",".join(f'"{id}"' for id in ids) + "]"

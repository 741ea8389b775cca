"""The workspace: one folder that holds everything that lasts.

    catalog.sqlite      what there is (catalog.py)
    artifacts/KIND/ID/  the finished files (artifacts.py)
    scratch/            unfinished work, one folder per piece, each owned by a living process (owners.py)
    jobs/ID/            the words of a background job (jobs.py)
    mappings/           which column is what, by the titles of files read before
    logs/               numbered unexpected problems (problems.py)

Artifacts appear in one rename inside the transaction that registers them. The moment between rename and
commit is covered too: the scratch folder first notes the ids concerned, and whoever clears that folder away
(its owner, or after a kill -9 the next process that opens the workspace) removes those that have no row.
"""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

from segmenter.errors import NotFound, WorkspaceError
from segmenter.workspace import rewriting, trash
from segmenter.workspace.artifacts import ArtifactStore, Kind, kind_of
from segmenter.workspace.catalog import ArtifactRecord, Catalog
from segmenter.workspace.owners import PREFIX, inherit, one_at_a_time, own_new_folder
from segmenter.workspace.problems import full_disk, storage_problems
from segmenter.workspace.rewriting import Change
from segmenter.workspace.trash import Deletion

logger = logging.getLogger(__name__)

# In a scratch folder: ids of artifacts that must go with it, unless the catalog has them.
CONCERNED = "concerned-ids"


@dataclass(slots=True)
class Draft:
    """An artifact in the making: fill `folder`, and `details` with JSON for lists; `id` comes after.

    checks: called in the transaction that registers it; what one raises leaves nothing behind.
    """

    folder: Path
    details: dict[str, Any] = field(default_factory=dict)
    checks: list[Callable[[sqlite3.Connection], None]] = field(default_factory=list)
    _id: str | None = None

    @property
    def id(self) -> str:
        """The artifact's id, once it is stored."""
        if self._id is None:
            raise ValueError("a draft has an id only after its with-block has ended well")
        return self._id


class Workspace:
    """Everything that lasts, and the only way to it. Cheap to make; keeps no connection, lock or cache."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.artifacts = ArtifactStore(root / "artifacts")
        self.catalog = Catalog(root / "catalog.sqlite")

    @classmethod
    def open(cls, path: Path | str | None = None) -> Self:
        """Open (make, migrate where needed) the workspace at `path`, SEGMENTER_WORKSPACE or ./workspace.

        Leftovers of processes that have died are cleared away, and what was deleted 30 days ago. Raises
        WorkspaceError.
        """
        workspace = cls(workspace_folder(path))
        with storage_problems(workspace.root):
            workspace._make_ready()
            workspace._sweep()
            workspace.empty_trash(older_than=timedelta(days=trash.KEPT_DAYS))
        return workspace

    @contextmanager
    def create(
        self, kind: Kind, *, name: str, parents: tuple[str, ...] = (), demo: bool = False
    ) -> Iterator[Draft]:
        """Store what the body writes into `draft.folder`, whole or not at all.

        The same content is the same artifact: it keeps its first name, parents and date. An exception in
        the body, Cancelled included, leaves nothing behind. Raises WorkspaceError (no room on the disk) and
        NotFound (a parent was deleted meanwhile).
        """
        with self.scratch() as own:
            draft = Draft(own / "files")
            with full_disk(self.root):
                draft.folder.mkdir()
                yield draft
            with storage_problems(self.root):
                artifact_id = self.artifacts.seal(draft.folder, kind)
                # Reading a large artifact again takes seconds, so it is done before the transaction.
                was_whole = self.artifacts.is_whole(artifact_id)
                _note_concerned(own, (artifact_id,))
                record = ArtifactRecord(
                    id=artifact_id,
                    kind=kind,
                    name=name,
                    created_at=datetime.now(UTC),
                    demo=demo,
                    parents=parents,
                    details=draft.details,
                )
                with self.catalog.adding(record) as connection:
                    for check in draft.checks:
                        check(connection)
                    if not (was_whole and self.artifacts.folder(artifact_id).is_dir()):
                        self.artifacts.publish(draft.folder, artifact_id, aside=own)
            draft._id = artifact_id

    def path(self, artifact_id: str) -> Path:
        """The folder of a registered artifact; read only. Raises NotFound."""
        self.record(artifact_id)
        return self.artifacts.path(artifact_id)

    def record(self, artifact_id: str) -> ArtifactRecord:
        """What the catalog knows of one artifact. Raises NotFound."""
        return self.catalog.record(artifact_id)

    def records(self, kind: Kind | None = None) -> tuple[ArtifactRecord, ...]:
        """All artifacts, or those of one kind, newest first."""
        return self.catalog.records(kind)

    def find(self, kind: Kind, id_or_name: str) -> ArtifactRecord:
        """The artifact of that kind with that id, or with that name if only one has it. Raises NotFound."""
        named = [record for record in self.records(kind) if id_or_name in (record.id, record.name)]
        if len(named) > 1 and id_or_name not in {record.id for record in named}:
            ids = ", ".join(record.id for record in named)
            raise NotFound(f"{len(named)} {kind}s are called '{id_or_name}'. Say which by its id: {ids}.")
        if named:
            return next((record for record in named if record.id == id_or_name), named[0])
        there = ", ".join(f"{record.id} ('{record.name}')" for record in self.records(kind)[:5])
        raise NotFound(
            f"There is no {kind} '{id_or_name[:80]}' in this workspace. "
            + (f"The newest there are: {there}." if there else f"There is no {kind} at all yet.")
        )

    def dependants(self, artifact_id: str) -> tuple[ArtifactRecord, ...]:
        """Everything that came from this artifact: what would go with it. Raises NotFound."""
        return self.catalog.dependants(artifact_id)

    def discard(self, artifact_id: str, *, dependants: Collection[str] = ()) -> tuple[str, ...]:
        """Delete an artifact with the dependants listed before, for 30 days in a way that can be undone.

        Returns the ids deleted. Raises as `delete` does.
        """
        return trash.put_in_trash(self.catalog, artifact_id, dependants)

    def deletions(self) -> tuple[Deletion, ...]:
        """What can still be undone, the newest deletion first."""
        return trash.deletions(self.catalog)

    def restore(self, artifact_id: str) -> tuple[str, ...]:
        """Undo the deletion of an artifact; returns the ids that are back. Raises WorkspaceError."""
        return trash.take_from_trash(self.catalog, artifact_id)

    def empty_trash(self, *, older_than: timedelta = timedelta(0)) -> tuple[str, ...]:
        """Remove what was deleted that long ago for good; returns the ids removed."""
        before = datetime.now(UTC) - older_than
        ids = trash.expired(self.catalog, before)
        if ids:
            with self.scratch() as own, storage_problems(self.root):
                _note_concerned(own, ids)
                trash.forget(self.catalog, before)
        return ids

    def rewrite(self, change: Change, *, also: Callable[[sqlite3.Connection], None]) -> dict[str, str]:
        """Change everything that a change concerns, the trash too, and do `also`, all at once or not at all.

        Returns old id -> new id. Raises WorkspaceError where other work goes on all the time.
        """
        for attempt in range(rewriting.ATTEMPTS):
            records = rewriting.all_records(self.catalog)
            with self.scratch() as own, storage_problems(self.root):
                prepared = rewriting.prepare(self.artifacts, records, change, own)
                new_ids = {old: new for old, (new, _) in prepared.items()}
                _note_concerned(own, (*new_ids.values(), *new_ids))
                publish = partial(self.artifacts.publish, aside=own)
                try:
                    rewriting.switch(self.catalog, records, prepared, change, publish=publish, also=also)
                except rewriting.CatalogMoved:
                    if attempt == rewriting.ATTEMPTS - 1:
                        raise
                    continue
            self.catalog.scrub()
            return new_ids
        raise AssertionError("the last attempt returns or raises")

    def size_of(self, ids: Collection[str]) -> int:
        """Bytes on the disk of these artifacts, deleted ones too."""
        files = (file for id in ids for file in self.artifacts.folder(id).rglob("*") if file.is_file())
        return sum(file.stat().st_size for file in files)

    def delete(self, artifact_id: str, *, dependants: Collection[str] = ()) -> tuple[str, ...]:
        """Delete an artifact with the dependants listed before, for good; returns the ids removed.

        Raises WorkspaceError, deleting nothing, when something not in `dependants` came from it; NotFound.
        """
        with self.scratch() as own, storage_problems(self.root):
            found = self.catalog.dependants(artifact_id, deleted=True)
            _note_concerned(own, (artifact_id, *(other.id for other in found), *dependants))
            return self.catalog.remove(artifact_id, dependants=dependants)

    def rename(self, artifact_id: str, name: str) -> None:
        """Give an artifact another name. Raises NotFound."""
        self.catalog.rename(artifact_id, name)

    def verify(self, artifact_id: str) -> None:
        """Read every byte of an artifact. Raises DamagedArtifact, NotFound."""
        self.record(artifact_id)
        self.artifacts.verify(artifact_id)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for unfinished work; gone afterwards, also when the process was killed."""
        with storage_problems(self.root):
            own, descriptor = own_new_folder(self.root / "scratch")
        try:
            yield own
        finally:
            try:
                self._clear(own)
            finally:
                os.close(descriptor)

    def _make_ready(self) -> None:
        """Create or migrate, alone; refuse folders that are not ours."""
        if self.root.exists() and not self.root.is_dir():
            raise WorkspaceError(f"The workspace '{self.root}' is a file; choose a folder with --workspace.")
        if self.catalog.is_ready():
            return
        # Customers' data lives here: nobody else's business.
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with one_at_a_time(self.root):
            if not self.catalog.path.exists():
                self._check_fresh()
            self.catalog.make_ready()

    def _check_fresh(self) -> None:
        if any(self.artifacts.root.glob("*/*")):
            raise WorkspaceError(
                f"The workspace '{self.root}' has lost its catalog: the file 'catalog.sqlite' is missing. "
                "Restore it from a backup, or choose another folder with --workspace or SEGMENTER_WORKSPACE."
            )
        # A mounted disk brings its 'lost+found', a file manager its hidden files.
        ours = {"artifacts", "scratch", "jobs", "logs", "uploads", "mappings", "lost+found"}
        names = sorted(path.name for path in self.root.iterdir())
        foreign = [name for name in names if name not in ours and not name.startswith(".")]
        if foreign:
            raise WorkspaceError(
                f"The folder '{self.root}' is not a workspace and not empty (it holds '{foreign[0]}'). "
                "Choose a new or empty folder with --workspace or SEGMENTER_WORKSPACE."
            )

    def _sweep(self) -> None:
        """Clear away what dead processes left in scratch."""
        for folder in (self.root / "scratch").glob(f"{PREFIX}*"):
            descriptor = inherit(folder)
            if descriptor is not None:
                self._clear(folder)
                os.close(descriptor)

    def _clear(self, own: Path) -> None:
        """Remove a scratch folder that we own, and the artifacts it concerned that are not registered."""
        try:
            if (own / CONCERNED).exists():
                with self.catalog.unregistered((own / CONCERNED).read_text().split()) as ids:
                    for artifact_id in ids:
                        self.artifacts.withdraw(artifact_id, to=own)
            shutil.rmtree(own)
        except (OSError, sqlite3.Error, WorkspaceError) as problem:
            # Tidying must not fail work that is done; the next opening tries again.
            logger.warning("scratch folder %s could not be cleared: %s", own.name, type(problem).__name__)


def workspace_folder(path: Path | str | None = None) -> Path:
    """The absolute folder meant by `path`, else by SEGMENTER_WORKSPACE, else ./workspace."""
    return Path(path or os.environ.get("SEGMENTER_WORKSPACE") or "workspace").absolute()


def _note_concerned(own: Path, ids: tuple[str, ...]) -> None:
    for artifact_id in ids:
        kind_of(artifact_id)
    (own / CONCERNED).write_text("\n".join(ids))

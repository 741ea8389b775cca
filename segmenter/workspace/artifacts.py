"""Finished files -> immutable artifacts, each in a folder named after its content.

An id is `kind-` and the first twelve hexadecimal digits of a SHA-256 over the names and contents of the
files: the same content has the same id, and a changed file can be told. Laws: an artifact is there whole or
not at all; it never changes; an id never leads outside the store.
"""

import os
import re
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Literal, cast, get_args

from segmenter.errors import DamagedArtifact, NotFound

Kind = Literal["dataset", "model", "evaluation", "scores", "audience", "comparison"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_ID = re.compile(rf"({'|'.join(KINDS)})-[0-9a-f]{{12}}")


def kind_of(artifact_id: str) -> Kind:
    """The kind an id speaks of. Raises NotFound for text that is no id: ids become folder names."""
    match = _ID.fullmatch(artifact_id)
    if match is None:
        raise NotFound(f"'{artifact_id[:80]}' is not an id; ids look like 'model-0123456789ab'.")
    return cast(Kind, match[1])


def not_found(artifact_id: str) -> NotFound:
    """The error for an id of the right form that is not there."""
    return NotFound(f"There is no {kind_of(artifact_id)} '{artifact_id}' in this workspace (any more).")


class ArtifactStore:
    """The folder `artifacts`: one folder per kind, in it one folder per artifact."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, artifact_id: str) -> Path:
        """Where an artifact lives or would live. Raises NotFound for text that is no id."""
        return self.root / kind_of(artifact_id) / artifact_id

    def path(self, artifact_id: str) -> Path:
        """The folder of a stored artifact; read only. Raises NotFound."""
        folder = self.folder(artifact_id)
        if not folder.is_dir():
            raise not_found(artifact_id)
        return folder

    def seal(self, files: Path, kind: Kind) -> str:
        """Sync every file and folder under `files` to the disk; return the id of this content.

        Raises ValueError for an empty folder and for anything but plain files: a link's target could change.
        """
        paths = sorted(files.rglob("*"))
        if not paths:
            raise ValueError("an artifact needs at least one file")
        for path in paths:
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise ValueError(f"an artifact holds plain files only; '{path.name}' is none")
            sync(path)
        sync(files)
        return f"{kind}-{content_digest(files)[:12]}"

    def publish(self, files: Path, artifact_id: str, *, aside: Path) -> None:
        """Give sealed files their place in one rename; what stood there (damaged) is moved into `aside`."""
        target = self.folder(artifact_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.withdraw(artifact_id, to=aside)
        files.rename(target)
        sync(target.parent)
        sync(self.root)

    def withdraw(self, artifact_id: str, *, to: Path) -> None:
        """Move an artifact's folder, where there is one, into `to`, in one rename."""
        folder = self.folder(artifact_id)
        if folder.is_dir():
            folder.rename(to / f"withdrawn-{artifact_id}")

    def is_whole(self, artifact_id: str) -> bool:
        """Whether the artifact is there and its content still has its id."""
        folder = self.folder(artifact_id)
        return folder.is_dir() and artifact_id.endswith(f"-{content_digest(folder)[:12]}")

    def verify(self, artifact_id: str) -> None:
        """Read every byte. Raises NotFound, or DamagedArtifact where the content is not what was written."""
        self.path(artifact_id)
        if not self.is_whole(artifact_id):
            raise DamagedArtifact(
                f"The {kind_of(artifact_id)} '{artifact_id}' is not what was written: a file in its folder "
                "was changed, added or lost. Restore it from a backup, or delete it and make it again."
            )


def content_digest(folder: Path) -> str:
    """SHA-256 in hexadecimal over the names and contents of all files under `folder`, in order of names."""
    whole = sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*")):
        # A name cannot hold a NUL and a digest has a fixed length, so no two lists of files read alike.
        label = name.encode("utf-8", "surrogateescape") + b"\0"
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as content:
                whole.update(label + file_digest(content, "sha256").digest())
        elif not path.is_dir():
            whole.update(label + b"not a plain file")
    return whole.hexdigest()


def sync(path: Path) -> None:
    """Have the operating system put a file's content, or a folder's list of names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

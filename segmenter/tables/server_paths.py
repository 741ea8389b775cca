"""What a location on the server holds: folders and files, named by clean paths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Self

from segmenter.errors import UnreadableFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A folder or a file. path: from the top of its location, with slashes. size: in bytes."""

    path: str
    is_folder: bool
    size: int = 0
    changed_at: datetime | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one folder holds. more: how many entries were left out."""

    entries: tuple[Entry, ...]
    more: int

    @classmethod
    def of(cls, entries: Sequence[Entry], most: int) -> Self:
        """The first `most` entries, folders first, in order of name."""
        ordered = sorted(entries, key=lambda entry: (not entry.is_folder, entry.path))
        return cls(entries=tuple(ordered[:most]), more=max(0, len(ordered) - most))


def clean_path(path: str) -> str:
    """A path below the top of a location, '.' for the top itself.

    Raises UnreadableFile for one that is absolute, climbs, is hidden, or holds signs that no path here has.
    """
    pure = PurePosixPath(path)
    if pure.is_absolute() or not path.isprintable() or "\\" in path:
        raise UnreadableFile(
            "This is no path of a file in a location of the server. Choose the file from the list."
        )
    if any(part.startswith(".") for part in pure.parts):
        raise UnreadableFile(
            "Hidden files, and paths that climb, are not there. Choose the file from the list."
        )
    return pure.as_posix()

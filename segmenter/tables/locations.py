"""SEGMENTER_SOURCES -> the folders and object stores whose files may be read without being uploaded.

    SEGMENTER_SOURCES="exports=/srv/exports;lake=s3://bucket/prefix"

Whoever runs Segmenter allows them; nothing is allowed otherwise. A mapping names such a file by its location
and its path there: 'exports:2024/orders.csv'. Hidden files, and links that lead out, are not there.
"""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG
from typing import Final, Protocol

from segmenter.errors import MappingError, SettingsError, UnreadableFile
from segmenter.progress import Progress, silent
from segmenter.tables.object_store import SCHEMES, ObjectStore
from segmenter.tables.sandbox import check_readable
from segmenter.tables.server_paths import Entry, Listing, clean_path

SETTING: Final = "SEGMENTER_SOURCES"
MOST_LISTED: Final = 500  # files and folders of one folder; a list of more is no list to choose from
_MOST_LOOKED_AT: Final = 10_000

# Two signs at least: 'C:' is a disk of Windows.
_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_HOW = f'Write it as in {SETTING}="exports=/srv/exports;lake=s3://bucket/prefix".'


class Location(Protocol):
    """A place on the server whose files may be read."""

    @property
    def name(self) -> str:
        """What it is called in mappings and on the page."""

    def listing(self, folder: str, endings: Collection[str]) -> Listing:
        """Folders, and files with one of these endings, of one folder; '' is the top.

        Raises UnreadableFile where it cannot be looked at.
        """

    def file(self, path: str, *, keep: Path, progress: Progress = silent) -> Path:
        """The file on this machine, ready to be read: where it lies, or a copy inside the folder `keep`.

        Raises UnreadableFile for what is not there, and what `progress` raises.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLocation:
    """A folder of the server's own disk; its files are read where they lie."""

    name: str
    root: Path

    def listing(self, folder: str, endings: Collection[str]) -> Listing:
        """See Location. In order of name, folders first."""
        place = self._inside(folder)
        found: list[Entry] = []
        try:
            with os.scandir(place) as entries:
                for entry in islice(entries, _MOST_LOOKED_AT):
                    path = (PurePosixPath(folder) / entry.name).as_posix()
                    found += self._entry(path, endings)
        except OSError as error:
            raise UnreadableFile(self._not_there(folder)) from error
        return Listing.of(found, MOST_LISTED)

    def file(self, path: str, *, keep: Path, progress: Progress = silent) -> Path:
        """See Location. Links are followed and looked at each time, so that none leads out of the folder."""
        found = self._inside(path)
        if not found.is_file():
            raise UnreadableFile(self._not_there(path))
        check_readable(found)
        return found

    def _entry(self, path: str, endings: Collection[str]) -> list[Entry]:
        try:
            status = self._inside(path).stat()
        except (OSError, UnreadableFile):  # hidden, a link to elsewhere, or gone in the meantime
            return []
        if S_ISDIR(status.st_mode):
            return [Entry(path=path, is_folder=True)]
        if not (S_ISREG(status.st_mode) and path.lower().endswith(tuple(endings))):
            return []
        changed_at = datetime.fromtimestamp(status.st_mtime, UTC)
        return [Entry(path=path, is_folder=False, size=status.st_size, changed_at=changed_at)]

    def _inside(self, path: str) -> Path:
        """Where `path` leads, all links followed. Raises UnreadableFile where that is not in the folder."""
        asked = clean_path(path)
        root = self.root.resolve()
        try:
            found = (root / asked).resolve(strict=True)
        except (OSError, RuntimeError) as error:  # Python tells links that lead in a circle by RuntimeError
            raise UnreadableFile(self._not_there(path)) from error
        if not found.is_relative_to(root):
            raise UnreadableFile(self._not_there(path))
        if any(part.startswith(".") for part in found.relative_to(root).parts):
            raise UnreadableFile(self._not_there(path))
        return found

    def _not_there(self, path: str) -> str:
        return (
            f"There is no file or folder '{path[:200]}' in the location '{self.name}' (any more). Choose "
            "again, or upload the file."
        )


def allowed_locations(text: str | None = None) -> tuple[Location, ...]:
    """The locations that the setting allows, in its order. `text`: the setting; else SEGMENTER_SOURCES.

    Raises SettingsError naming the part that cannot be understood.
    """
    setting = os.environ.get(SETTING, "") if text is None else text
    found: dict[str, Location] = {}
    for part in filter(None, (part.strip() for part in setting.split(";"))):
        name, sign, target = (piece.strip() for piece in part.partition("="))
        if not (sign and target):
            raise SettingsError(f"{SETTING}: '{part[:80]}' is not NAME=FOLDER. {_HOW}")
        if not _NAME.fullmatch(name):
            raise SettingsError(
                f"{SETTING}: '{name[:80]}' is no name for a location; use two to 31 small letters, digits "
                f"and dashes. {_HOW}"
            )
        if name in found:
            raise SettingsError(f"{SETTING}: two locations are called '{name}'. Give each its own name.")
        found[name] = _location(name, target)
    return tuple(found.values())


def is_on_server(file: str) -> bool:
    """Is this the name of a file on the server, allowed or not?"""
    name, sign, _ = file.partition(":")
    return bool(sign and _NAME.fullmatch(name))


def server_file(file: str) -> tuple[Location, str] | None:
    """The location and the path there that a file's name in a mapping means; None for any other name.

    Raises MappingError for the name of a location that is not allowed here.
    """
    if not is_on_server(file):
        return None
    name, _, path = file.partition(":")
    location = next((each for each in allowed_locations() if each.name == name), None)
    if location is None:
        raise MappingError(
            f"The mapping names '{file[:200]}', a file on the server, but no location '{name}' is allowed "
            f"here. Upload the file instead, or ask whoever runs Segmenter to allow it ({SETTING})."
        )
    return location, path


def _location(name: str, target: str) -> Location:
    scheme, sign, _ = target.partition("://")
    if sign:
        if scheme not in SCHEMES:
            raise SettingsError(
                f"{SETTING}: '{name}' is a '{scheme[:20]}' address, which cannot be read; there are folders "
                f"and {', '.join(SCHEMES)}. {_HOW}"
            )
        return ObjectStore(name=name, address=target)
    folder = Path(target)
    if not folder.is_absolute() or folder.resolve() == Path(folder.anchor):
        raise SettingsError(f"{SETTING}: '{name}' needs a whole path below '/', not '{target[:200]}'. {_HOW}")
    if not folder.is_dir():
        raise SettingsError(
            f"{SETTING}: there is no folder '{target[:200]}' for '{name}'. Make it, or leave it out."
        )
    return FolderLocation(name=name, root=folder)

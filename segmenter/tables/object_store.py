"""A prefix of an object store -> its files, listed, and fetched into a folder to be read there.

Fetched by this process, in pieces: the limited child that parses has no network. Credentials are what the
store's own environment variables say; none passes through Segmenter.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final
from uuid import uuid4

import pyarrow as pa
from pyarrow import fs

from segmenter.errors import UnreadableFile, WorkspaceError
from segmenter.progress import Progress, silent
from segmenter.tables.server_paths import Entry, Listing, clean_path

SCHEMES: Final = ("s3", "gs", "gcs", "abfs", "abfss")
MOST_BYTES: Final = 20_000_000_000  # of one file
_MOST_LISTED: Final = 500
_PIECE: Final = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStore:
    """A location in an object store (see locations.Location). address: such as 's3://bucket/prefix'.

    most_bytes: a larger file is not fetched.
    """

    name: str
    address: str
    most_bytes: int = MOST_BYTES

    def listing(self, folder: str, endings: Collection[str]) -> Listing:
        """See Location."""
        asked = clean_path(folder)
        with self._explained():
            store, prefix = self._open()
            found = store.get_file_info(fs.FileSelector(_joined(prefix, asked), recursive=False))
            entries = [self._entry(folder, info) for info in found if _is_shown(info, endings)]
        return Listing.of(entries, _MOST_LISTED)

    def file(self, path: str, *, keep: Path, progress: Progress = silent) -> Path:
        """See Location. The copy is named after what was fetched, so that nothing is fetched twice."""
        asked = clean_path(path)
        with self._explained():
            store, prefix = self._open()
            (info,) = store.get_file_info([_joined(prefix, asked)])
        if info.type != fs.FileType.File:
            raise UnreadableFile(
                f"There is no file '{path[:200]}' in the location '{self.name}' (any more). Choose again, or "
                "upload the file."
            )
        version = f"{self.address}\n{asked}\n{info.size}\n{info.mtime_ns}"
        copy = keep / sha256(version.encode()).hexdigest()[:32]
        if not copy.exists():
            self._check_size(path, info.size, keep)
            self._fetch(store, info, copy, f"{self.name}:{path}", progress)
        return copy

    def _fetch(
        self, store: fs.FileSystem, info: fs.FileInfo, copy: Path, file: str, progress: Progress
    ) -> None:
        half = copy.with_name(f"{uuid4().hex}.part")
        done = 0
        try:
            with half.open("xb") as target:
                for piece in self._pieces(store, info):
                    done += len(piece)
                    if done > self.most_bytes:
                        break  # it has grown since it was looked at
                    target.write(piece)
                    progress("fetching", done / max(info.size, 1), f"Fetched {done >> 20:,} MB of {file}.")
            if done != info.size:
                raise UnreadableFile(f"'{file}' was changed while it was fetched. Wait until it is complete.")
            half.replace(copy)
        finally:
            half.unlink(missing_ok=True)

    def _pieces(self, store: fs.FileSystem, info: fs.FileInfo) -> Iterator[bytes]:
        with self._explained():
            source = store.open_input_stream(info.path, compression=None)
        with source:
            while True:
                with self._explained():
                    piece = source.read(_PIECE)
                if not piece:
                    return
                yield piece

    def _check_size(self, path: str, size: int, keep: Path) -> None:
        if size > self.most_bytes:
            raise UnreadableFile(
                f"'{self.name}:{path}' has {size >> 20:,} MB; files of up to {self.most_bytes >> 20:,} MB "
                "are fetched. Bring it in smaller parts, or as Parquet."
            )
        keep.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(keep).free
        if size > free:
            raise WorkspaceError(
                f"'{self.name}:{path}' has {size >> 20:,} MB, and {free >> 20:,} MB are free in the "
                "workspace. Make room and try again."
            )

    def _open(self) -> tuple[fs.FileSystem, str]:
        store, prefix = fs.FileSystem.from_uri(self.address)
        return store, prefix

    def _entry(self, folder: str, info: fs.FileInfo) -> Entry:
        path = (PurePosixPath(folder) / info.base_name).as_posix()
        if info.type == fs.FileType.Directory:
            return Entry(path=path, is_folder=True)
        return Entry(path=path, is_folder=False, size=info.size, changed_at=info.mtime)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """The store's own messages are not shown: they may quote addresses and keys."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise UnreadableFile(
                f"The location '{self.name}' could not be read ({type(error).__name__}). Ask whoever runs "
                "Segmenter whether its address and its credentials are right, or try again."
            ) from error


def _is_shown(info: fs.FileInfo, endings: Collection[str]) -> bool:
    if not info.base_name or info.base_name.startswith(".") or not info.base_name.isprintable():
        return False
    if info.type == fs.FileType.Directory:
        return True
    return bool(info.type == fs.FileType.File) and info.base_name.lower().endswith(tuple(endings))


def _joined(prefix: str, path: str) -> str:
    return prefix if path == "." else f"{prefix.rstrip('/')}/{path}"

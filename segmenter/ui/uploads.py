"""Uploaded bytes -> files on disk, once, in a folder of their own. Nothing here looks inside them.

A set of uploads is a folder `uploads/<32 hex>` of the workspace. It holds the files under tamed names (a
mapping names them, so they must stay readable), the names of files chosen on the server, which stay where
they are, and the mapping as far as the reader has come. Whoever reloads the page or comes back in the same
browser is offered it again (browsers.py), and nobody else; it goes away when its data set has been made.
"""

import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from segmenter.errors import WorkspaceError
from segmenter.progress import Progress, silent
from segmenter.tables.ingestion import FETCHED
from segmenter.tables.locations import is_on_server, server_file
from segmenter.tables.mapping import Mapping
from segmenter.ui import cached
from segmenter.ui.browsers import is_this_browser, this_browser
from segmenter.workspace.folder import workspace_folder
from segmenter.workspace.problems import storage_problems

FILE_TYPES: Final = (
    *("csv", "tsv", "txt", "gz", "parquet"),
    *("xlsx", "xlsm", "xlsb", "xls", "ods"),
    *("jsonl", "ndjson", "json"),
)
_PIECE: Final = 1 << 20
TOO_LARGE: Final = (
    "Larger than the limit? Pack it with gzip, or export it as Parquet, which takes a fraction; or have it "
    "put where 'From the server' can read it."
)
KEPT_SECONDS: Final = 7 * 24 * 3600  # uploads nobody has touched for a week are cleared away
UPLOAD_CHOICE: Final = "chosen_upload"
# The mapping as JSON, because TOML is checked for completeness and this may be half done; the TOML is written
# when reading starts.
DRAFT_FILE: Final = "mapping.json"
MAPPING_FILE: Final = "mapping.toml"
CHOSEN_FILE: Final = "chosen.json"  # the names of files on the server
OWNER_FILE: Final = "owner"
OURS: Final = (DRAFT_FILE, MAPPING_FILE, CHOSEN_FILE, OWNER_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtFile:
    """A file that was uploaded or chosen. name: what a mapping calls it."""

    name: str
    upload: "Upload"

    def path(self, progress: Progress = silent) -> Path:
        """Where it can be read; one from an object store is fetched first. Raises UnreadableFile where it is
        not there any more, and what `progress` raises.
        """
        on_server = server_file(self.name)
        if on_server is None:
            return self.upload.folder / self.name
        location, place = on_server
        return location.file(place, keep=self.upload.folder / FETCHED, progress=progress)


@dataclass(frozen=True, slots=True)
class Upload:
    """The files one reader is bringing in, and how far the mapping of them has come."""

    folder: Path

    @property
    def files(self) -> tuple[BroughtFile, ...]:
        """The uploaded files in order of name, then those chosen on the server."""
        uploaded = sorted(p.name for p in self.folder.iterdir() if p.name not in OURS and p.is_file())
        return tuple(BroughtFile(name=name, upload=self) for name in (*uploaded, *self._chosen()))

    def read_mapping(self) -> Mapping:
        """The mapping as far as it has come; an empty one at first."""
        path = self.folder / DRAFT_FILE
        return msgspec.json.decode(path.read_bytes(), type=Mapping) if path.exists() else Mapping(tables={})

    def write_mapping(self, mapping: Mapping) -> None:
        """Keep the mapping; a reader of the old one never sees half of the new one."""
        half = self.folder.with_suffix(".writing")
        half.write_bytes(msgspec.json.encode(mapping))
        half.replace(self.folder / DRAFT_FILE)

    def add(self, uploaded: Sequence[UploadedFile]) -> tuple[BroughtFile, ...]:
        """Copy uploaded bytes to disk, all of them or none. Raises WorkspaceError where there is no room."""
        added: list[Path] = []
        try:
            with storage_problems(workspace_folder()):
                for file in uploaded:
                    added.append(self._free_path(tamed_name(file.name)))
                    with added[-1].open("xb") as target:
                        shutil.copyfileobj(file, target, _PIECE)
        except WorkspaceError:
            for path in added:
                path.unlink(missing_ok=True)
            raise
        return tuple(BroughtFile(name=path.name, upload=self) for path in added)

    def choose(self, names: Sequence[str]) -> tuple[BroughtFile, ...]:
        """Take files on the server in, where they lie; returns those that were not there yet."""
        before = self._chosen()
        new = [name for name in dict.fromkeys(names) if name not in before]
        self._write_chosen((*before, *new))
        (self.folder / FETCHED).mkdir(exist_ok=True)
        return tuple(BroughtFile(name=name, upload=self) for name in new)

    @property
    def is_begun(self) -> bool:
        """Is there something to go on with: files, or a mapping that came before its files?"""
        return self.folder.is_dir() and bool(self.files or self.read_mapping().tables)

    @property
    def is_ours(self) -> bool:
        """Does it belong to this reader: begun in this session, or earlier in the same browser?"""
        if st.session_state.get(UPLOAD_CHOICE) == self.folder.name:
            return True
        owner = self.folder / OWNER_FILE
        return owner.is_file() and is_this_browser(owner.read_text())

    def refuse(self, file: BroughtFile) -> None:
        """Take a file away that cannot be read; what the mapping says stays, for a better copy of it."""
        if file.name in self._chosen():
            self._write_chosen([name for name in self._chosen() if name != file.name])
        else:
            (self.folder / file.name).unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove all of it from disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def remove(self, file: BroughtFile) -> None:
        """Take one file away, and what the mapping says about it. A file on the server stays there."""
        self.refuse(file)
        mapping = self.read_mapping()
        kept = {
            table: tuple(source for source in sources if source.file != file.name)
            for table, sources in mapping.tables.items()
        }
        self.write_mapping(
            replace(mapping, tables={table: sources for table, sources in kept.items() if sources})
        )

    def _chosen(self) -> list[str]:
        path = self.folder / CHOSEN_FILE
        return msgspec.json.decode(path.read_bytes(), type=list[str]) if path.exists() else []

    def _write_chosen(self, names: Sequence[str]) -> None:
        (self.folder / CHOSEN_FILE).write_bytes(msgspec.json.encode(list(names)))

    def _free_path(self, name: str) -> Path:
        path, number = self.folder / name, 2
        while path.exists() or path.name in OURS:
            stem, dot, ending = name.partition(".")
            path = self.folder / f"{stem}-{number}{dot}{ending}"
            number += 1
        return path


def let_go(uploaded: Sequence[UploadedFile]) -> None:
    """Have the server drop its copies of files that are on disk: by itself it keeps them while the tab is
    open.
    """
    context = get_script_run_ctx()
    for file in uploaded:
        file.close()
        # The widget's own manager has this; the one that tests of pages put in its place has it too.
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def tamed_name(name: str) -> str:
    """A file name of letters, digits, dot, dash and underscore that names no other folder and no device.

    'Q1 orders (final).csv' -> 'Q1-orders-final.csv'; '../../etc/passwd' -> 'etc-passwd'.
    """
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    safe = re.sub(r"\.{2,}", ".", safe)
    safe = re.sub(r"-*\.-*", ".", safe).strip(".-_") or "file"
    stem, dot, ending = safe.partition(".")
    if stem.upper() in {"CON", "PRN", "AUX", "NUL"} or re.fullmatch(r"(?i)(com|lpt)\d", stem):
        stem += "-file"
    return f"{stem[:60]}{dot}{ending[-20:]}"


def with_tamed_names(mapping: Mapping) -> Mapping:
    """A mapping written elsewhere, its files named as their uploads are named here."""
    return replace(
        mapping,
        tables={
            table: tuple(replace(source, file=_name_here(source.file)) for source in sources)
            for table, sources in mapping.tables.items()
        },
    )


def _name_here(file: str) -> str:
    return file if is_on_server(file) else tamed_name(Path(file).name)


def current_upload() -> Upload | None:
    """The reader's uploads, or None when there are none."""
    upload_id = st.session_state.get(UPLOAD_CHOICE)
    if upload_id is None:
        return None
    upload = Upload(_home() / upload_id)
    return upload if upload.is_begun else None


def current_or_new_upload() -> Upload:
    """The reader's uploads; a new empty folder when there are none."""
    upload = current_upload()
    if upload is None:
        _clear_forgotten()
        upload = Upload(_home() / uuid4().hex)
        with storage_problems(workspace_folder()):
            upload.folder.mkdir(parents=True)
            (upload.folder / OWNER_FILE).write_text(this_browser())
        st.session_state[UPLOAD_CHOICE] = upload.folder.name
    return upload


def unfinished_uploads() -> tuple[Upload, ...]:
    """Uploads that this reader has begun, now or earlier in this browser, and not read yet; newest first."""
    folders = sorted(_home().glob("*/"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    return tuple(upload for folder in folders if (upload := Upload(folder)).is_ours and upload.files)


def began_here(mapping_path: str) -> bool:
    """Is it this reader who brought the files of the mapping that is being read?"""
    return Upload(Path(mapping_path).parent).is_ours


def resume_upload(upload: Upload) -> None:
    """Go on with these uploads."""
    st.session_state[UPLOAD_CHOICE] = upload.folder.name


def discard_upload() -> None:
    """Remove the reader's uploads from disk."""
    upload_id = st.session_state.pop(UPLOAD_CHOICE, None)
    if upload_id is not None:
        Upload(_home() / upload_id).discard()


def _home() -> Path:
    return cached.workspace().root / "uploads"


def _clear_forgotten() -> None:
    oldest = time.time() - KEPT_SECONDS
    for folder in _home().glob("*/"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)

"""Uploaded bytes -> files on disk, once, in a folder of their own. Nothing here looks inside them.

A set of uploads is a folder `uploads/<32 hex>` of the workspace. It holds the files under tamed names (a
mapping names them, so they must stay readable) and the mapping as far as the reader has come. A reader who
reloads the page is offered it again; it goes away when its data set has been made.
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
from streamlit.runtime.uploaded_file_manager import UploadedFile

from segmenter.tables.mapping import Mapping
from segmenter.ui import cached

FILE_TYPES: Final = (
    *("csv", "tsv", "txt", "gz", "parquet"),
    *("xlsx", "xlsm", "xlsb", "xls", "ods"),
    *("jsonl", "ndjson", "json"),
)
KEPT_SECONDS: Final = 7 * 24 * 3600  # uploads nobody has touched for a week are cleared away
UPLOAD_CHOICE: Final = "chosen_upload"
# The mapping as JSON, because TOML is checked for completeness and this may be half done; the TOML is written
# when reading starts.
DRAFT_FILE: Final = "mapping.json"
MAPPING_FILE: Final = "mapping.toml"
OURS: Final = (DRAFT_FILE, MAPPING_FILE)


@dataclass(frozen=True, slots=True)
class Upload:
    """The files one reader is bringing in, and how far the mapping of them has come."""

    folder: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """The uploaded files, in order of name."""
        return tuple(sorted(p for p in self.folder.iterdir() if p.name not in OURS and p.is_file()))

    def read_mapping(self) -> Mapping:
        """The mapping as far as it has come; an empty one at first."""
        path = self.folder / DRAFT_FILE
        return msgspec.json.decode(path.read_bytes(), type=Mapping) if path.exists() else Mapping(tables={})

    def write_mapping(self, mapping: Mapping) -> None:
        """Keep the mapping; a reader of the old one never sees half of the new one."""
        half = self.folder.with_suffix(".writing")
        half.write_bytes(msgspec.json.encode(mapping))
        half.replace(self.folder / DRAFT_FILE)

    def add(self, uploaded: Sequence[UploadedFile]) -> tuple[Path, ...]:
        """Copy uploaded bytes to disk and return where they lie."""
        added = []
        for file in uploaded:
            path = self._free_path(tamed_name(file.name))
            with path.open("xb") as target:
                shutil.copyfileobj(file, target)
            added.append(path)
        return tuple(added)

    @property
    def is_begun(self) -> bool:
        """Is there something to go on with: files, or a mapping that came before its files?"""
        return self.folder.is_dir() and bool(self.files or self.read_mapping().tables)

    def refuse(self, path: Path) -> None:
        """Take a file away that cannot be read; what the mapping says stays, for a better copy of it."""
        path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove all of it from disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def remove(self, path: Path) -> None:
        """Take one file away, and what the mapping says about it."""
        path.unlink(missing_ok=True)
        mapping = self.read_mapping()
        kept = {
            table: tuple(source for source in sources if source.file != path.name)
            for table, sources in mapping.tables.items()
        }
        self.write_mapping(
            replace(mapping, tables={table: sources for table, sources in kept.items() if sources})
        )

    def _free_path(self, name: str) -> Path:
        path, number = self.folder / name, 2
        while path.exists() or path.name in OURS:
            stem, dot, ending = name.partition(".")
            path = self.folder / f"{stem}-{number}{dot}{ending}"
            number += 1
        return path


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
            table: tuple(replace(source, file=tamed_name(Path(source.file).name)) for source in sources)
            for table, sources in mapping.tables.items()
        },
    )


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
        upload.folder.mkdir(parents=True)
        st.session_state[UPLOAD_CHOICE] = upload.folder.name
    return upload


def unfinished_uploads() -> tuple[Upload, ...]:
    """Uploads that were begun, here or in another session, and not read yet; newest first."""
    folders = sorted(_home().glob("*/"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    return tuple(upload for folder in folders if (upload := Upload(folder)).files)


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

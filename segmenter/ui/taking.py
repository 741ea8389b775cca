"""Files given to the upload widget -> on disk, before the page runs, and out of the server's memory.

The framework keeps an upload in memory while the tab is open, and hands out a second copy whenever the widget
runs. So files are taken over in the widget's callback: the widget that held them never runs with them.
"""

from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from segmenter.tables.locations import is_on_server
from segmenter.tables.mapping import Mapping
from segmenter.tables.mapping_file import check_size, mapping_from_toml
from segmenter.ui.messages import explained
from segmenter.ui.uploads import (
    FILE_TYPES,
    TOO_LARGE,
    BroughtFile,
    Upload,
    current_or_new_upload,
    let_go,
    with_tamed_names,
)

TURN: Final = "uploads_taken"  # part of the widget's key: a fresh one after every upload is an empty widget
TAKEN: Final = "files_just_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Files that were brought just now. is_mapped: a mapping that says what they are came with them."""

    upload: Upload
    files: tuple[BroughtFile, ...]
    is_mapped: bool


def ask_for_uploads(label: str) -> None:
    """The upload widget; what is given to it is `just_taken` when the page runs."""
    turn = st.session_state.get(TURN, 0)
    st.file_uploader(
        label,
        type=[*FILE_TYPES, "toml"],
        accept_multiple_files=True,
        key=f"uploader_{turn}",
        on_change=_take,
        args=(turn,),
        help="CSV, Excel workbooks, JSON lines or Parquet, several at once if you like, with a saved mapping "
        f"(TOML) if you have one. {TOO_LARGE}",
    )


def just_taken() -> Taken | None:
    """What was brought since the page last ran."""
    taken: Taken | None = st.session_state.pop(TAKEN, None)
    return taken


def read_saved_mapping(file: UploadedFile) -> Mapping:
    """A saved mapping, its files under the names that uploads have here. Raises MappingError."""
    check_size(file.size, file.name)
    text = file.getvalue().decode("utf-8", errors="replace")
    return with_tamed_names(mapping_from_toml(text, name=file.name))


def _take(turn: int) -> None:
    uploaded: list[UploadedFile] = st.session_state.get(f"uploader_{turn}") or []
    st.session_state[TURN] = turn + 1
    try:
        with explained():
            mappings = [file for file in uploaded if file.name.lower().endswith(".toml")]
            saved = read_saved_mapping(mappings[0]) if mappings else None
            upload = current_or_new_upload()
            added = upload.add([file for file in uploaded if not file.name.lower().endswith(".toml")])
            if saved is not None:
                upload.write_mapping(saved)
                added += upload.choose([name for name in saved.files() if is_on_server(name)])
            st.session_state[TAKEN] = Taken(upload=upload, files=added, is_mapped=saved is not None)
    finally:
        let_go(uploaded)

"""Files on the server, in the places that whoever runs Segmenter allows -> those chosen for the data set."""

from typing import Final

import streamlit as st

from segmenter.errors import UnreadableFile
from segmenter.figures import day
from segmenter.tables.locations import Location, allowed_locations
from segmenter.tables.server_paths import Entry, Listing
from segmenter.ui.format import number
from segmenter.ui.uploads import FILE_TYPES

ENDINGS: Final = tuple(f".{ending}" for ending in FILE_TYPES)
PLACES: Final = {"upload": "Upload", "server": "From the server"}


def is_from_server() -> bool:
    """Ask whether files are uploaded or lie on the server; not a question where no place there is allowed."""
    if not allowed_locations():
        return False
    picked = st.segmented_control(
        "Where are the files?",
        list(PLACES),
        default="upload",
        required=True,
        format_func=PLACES.__getitem__,
        key="files_from",
        help="Files on the server are read where they lie, however large they are: nothing is uploaded.",
    )
    return picked == "server"


def choose_on_server() -> tuple[str, ...]:
    """Look through the allowed places; the names of the files that were asked for, () until they are."""
    locations = {location.name: location for location in allowed_locations()}
    with st.container(horizontal=True):
        name = st.selectbox("Place", list(locations), key="server_place", width=240)
        location = locations[name]
        folder, listing = _pick_folder(location)
    files = {f"{location.name}:{entry.path}": entry for entry in listing.entries if not entry.is_folder}
    if not files:
        st.markdown(f"No table files here: {', '.join(FILE_TYPES)}.")
        return ()
    chosen = st.multiselect(
        "Files",
        list(files),
        format_func=lambda file: _in_words(files[file]),
        placeholder="Choose one or more files",
        key=f"server_files_{name}_{folder}",
    )
    if listing.more:
        st.caption(f"{number(listing.more)} more are not listed: this folder holds too many to choose from.")
    return tuple(chosen) if st.button("Use these files", disabled=not chosen) else ()


def _pick_folder(location: Location) -> tuple[str, Listing]:
    """The folder to look into (where one is, the one above, or one below) and what it holds."""
    key = f"server_folder_{location.name}"
    here: str = st.session_state.get(key, "")
    try:
        listing = location.listing(here, ENDINGS)
    except UnreadableFile:
        st.session_state.pop(key, None)  # it is gone: the next look begins at the top
        raise
    below = [entry.path for entry in listing.entries if entry.is_folder]
    above = [here.rpartition("/")[0]] if here else []
    picked = st.selectbox(
        "Folder",
        [here, *above, *below],
        format_func=lambda folder: f"/{folder}" if folder != here or not folder else f"/{folder} (here)",
        key=f"{key}_{here}",
        width=360,
    )
    if picked != here:
        st.session_state[key] = picked
        st.rerun()
    return here, listing


def _in_words(entry: Entry) -> str:
    """'orders.csv · 412.3 MB · 3 May 2026'"""
    size = f"{entry.size / 1e6:,.1f} MB"
    changed = f" · {day(entry.changed_at)}" if entry.changed_at else ""
    return f"{entry.name} · {size}{changed}"

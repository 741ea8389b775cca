"""Bringing files in: upload, say which column is what, read."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from segmenter.errors import SegmenterError, UnreadableFile
from segmenter.tables.locations import is_on_server
from segmenter.tables.mapping import Mapping, check_mapping
from segmenter.tables.mapping_file import mapping_to_toml, write_mapping
from segmenter.tables.reading import SourceFile, find_source
from segmenter.ui import jobs_panel
from segmenter.ui.about_data import edit_about
from segmenter.ui.components import answer, download
from segmenter.ui.destination import ask_destination
from segmenter.ui.first_answers import first_answers, keep_answers, show_recalled
from segmenter.ui.format import listed, plain
from segmenter.ui.looking import look_at, look_at_one
from segmenter.ui.mapping_editor import edit_table, pick_table, revision, start_afresh
from segmenter.ui.mapping_preview import show_preview
from segmenter.ui.mapping_words import in_words, still_needed
from segmenter.ui.messages import show_error
from segmenter.ui.server_files import choose_on_server, is_from_server
from segmenter.ui.taking import ask_for_uploads, just_taken, read_saved_mapping
from segmenter.ui.templates import show_templates
from segmenter.ui.uploads import (
    MAPPING_FILE,
    BroughtFile,
    Upload,
    current_or_new_upload,
    current_upload,
    discard_upload,
    resume_upload,
    unfinished_uploads,
)


def ask_for_data() -> None:
    """The whole way from nothing to a started reading job."""
    if taken := just_taken():
        _look_and_guess(taken.upload, taken.files, is_mapped=taken.is_mapped)
    upload = current_upload()
    files = _inspect(upload) if upload is not None else ()
    if upload is None or not files:
        _ask_for_first_files()
        return
    mapping = upload.read_mapping()
    answer(in_words(mapping, files))
    _say_what_is_not_used(files, mapping)
    if show_recalled(upload, files):
        start_afresh()
        st.rerun()
    said = edit_about(mapping, files, key=f"about_{upload.folder.name}_{revision()}")
    table = pick_table(upload, mapping, files)
    edited = edit_table(upload, files, said, table)
    if edited != mapping:
        upload.write_mapping(edited)
        st.rerun()
    show_preview(upload, files, mapping, table)
    _read(upload, files, mapping)
    _keep_mapping(upload, mapping)
    with st.expander("Files", expanded={file.name for file in files} < {path.name for path in upload.files}):
        _ask_for_files("Add more files")
        _list_files(upload)


def _ask_for_first_files() -> None:
    """Nothing that can be read is here yet; a mapping that came first says which files it waits for."""
    upload = current_upload()  # asked anew: files that cannot be read were refused in the meantime
    wanted = upload.read_mapping().files() if upload is not None else ()
    if wanted:
        st.info(f"Mapping loaded; now bring {listed([plain(name) for name in wanted])}.")
    else:
        st.markdown(
            "Bring a file of purchases and, if you have them, files of campaign touches and of customers; or "
            "one file with a row per customer and what became of them. After that you say which column is "
            "what; guesses are filled in."
        )
    _ask_for_files("Customer and campaign files")
    if upload is not None:
        _list_files(upload)
    _offer_unfinished()
    show_templates()


def _ask_for_files(label: str) -> None:
    if not is_from_server():
        ask_for_uploads(label)
    elif names := choose_on_server():
        upload = current_or_new_upload()
        _look_and_guess(upload, upload.choose(names))


def _look_and_guess(upload: Upload, added: Sequence[BroughtFile], *, is_mapped: bool = False) -> None:
    """See what is in files that are new, and guess what they are unless a mapping says so."""
    found = look_at(upload, added)
    if not is_mapped:
        upload.write_mapping(first_answers(upload, found))
    start_afresh()
    st.rerun()


def _offer_unfinished() -> None:
    """Files that were brought before and not read yet."""
    for upload in unfinished_uploads()[:3]:
        names = [plain(path.name) for path in upload.files]
        shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"Not read yet: {listed(shown)}", width="stretch")
            with st.container(horizontal=True, width="content"):  # on a phone the two stay together
                going_on = st.button("Continue", key=f"continue_{upload.folder.name}")
                given_up = st.button(
                    "Discard", key=f"discard_{upload.folder.name}", help="Removes the uploaded copies."
                )
        if going_on:
            resume_upload(upload)
            st.rerun()
        if given_up:
            upload.discard()
            st.rerun()


def _inspect(upload: Upload) -> tuple[SourceFile, ...]:
    """What is in each file and sheet; a file that cannot be read is said so and left out.

    Where nothing can be read there is nothing to map, so such files go, and the reader starts with new ones.
    """
    files: list[SourceFile] = []
    unreadable = []
    for file in upload.files:
        try:
            files += look_at_one(upload, file)
        except SegmenterError as error:
            show_error(error)
            if isinstance(error, UnreadableFile):
                unreadable.append(file)
    if not files:
        for file in unreadable:
            upload.refuse(file)
    return tuple(files)


def _say_what_is_not_used(files: Sequence[SourceFile], mapping: Mapping) -> None:
    used = [find_source(files, source) for source in mapping.sources()]
    unused = [plain(file.title) for file in files if file not in used]
    if unused:
        shown = unused if len(unused) <= 6 else [*unused[:5], f"{len(unused) - 5} more"]
        st.caption(f"Not used so far: {listed(shown)}.")


def _list_files(upload: Upload) -> None:
    for file in upload.files:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(file.name), width="stretch")
            if st.button("Remove", key=f"remove_{file.name}"):
                upload.remove(file)
                start_afresh()
                st.rerun()
    if st.button("Remove all and start over" if upload.files else "Forget this mapping", key="start_over"):
        discard_upload()
        st.rerun()


def _read(upload: Upload, files: Sequence[SourceFile], mapping: Mapping) -> None:
    """Where the files go, under which name, and the button that starts the reading."""
    destination = ask_destination(upload.folder.name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sources = mapping.tables.get("transactions", ()) or mapping.tables.get("outcomes", ())
        suggested = Path(sources[0].file if sources else upload.files[0].name).stem
        name = st.text_input(
            "Name of the data",
            suggested if destination.followed is None else destination.followed.name,
            max_chars=80,
            width=320,
            disabled=destination.followed is not None,  # a new version keeps the name
            help="What the data set is called on the pages.",
            # Other files suggest another name; one that was typed for these files comes back with them.
            key=f"data_name_{upload.folder.name}_{suggested}_{'_'.join(destination.words)}",
            persist_state="session",
        )
        missing = still_needed(mapping, files)
        pressed = st.button("Read the files", type="primary", disabled=bool(missing))
    if missing:
        st.info("\n".join(f"- {plain(sentence)}" for sentence in missing), title="Still needed")
    if pressed:
        check_mapping(mapping)
        write_mapping(mapping, upload.folder / MAPPING_FILE)
        words = [str(upload.folder / MAPPING_FILE), "--confined", f"--name={name.strip() or 'My customers'}"]
        jobs_panel.start("ingest", [*words, *destination.words])


def _keep_mapping(upload: Upload, mapping: Mapping) -> None:
    """Download the mapping for next month, or load the one of last month."""
    with st.expander("Save or load this mapping"):
        st.markdown(
            "A mapping says which column is what. Answers are kept here for files with the same columns. "
            "A saved mapping takes them to another place."
        )
        if mapping.tables:
            download(
                "Download the mapping",
                lambda: mapping_to_toml(mapping).encode(),
                file_name="mapping.toml",
                mime="application/toml",
                key="download_mapping",
            )
        turn = st.session_state.get("mappings_taken", 0)
        loaded = st.file_uploader(
            "Load a mapping",
            type=["toml"],
            max_upload_size=1,
            key=f"mapping_file_{turn}",
            help="A file that was saved here before. Its answers take the place of those above.",
        )
        if loaded is not None:
            saved = read_saved_mapping(loaded)
            upload.write_mapping(saved)
            upload.choose([name for name in saved.files() if is_on_server(name)])
            st.session_state["mappings_taken"] = turn + 1
            start_afresh()
            st.rerun()


def reading_ended(mapping_path: str) -> None:
    """The files have become a data set: their uploaded copies are not needed any more."""
    upload = current_upload()
    if upload is not None and Path(mapping_path).parent == upload.folder:
        keep_answers(upload)
        discard_upload()

"""New files -> the mapping as far as it can be filled in: guessed, or as files like them were mapped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import streamlit as st

from segmenter.tables.guessing import guess_mapping
from segmenter.tables.mapping import Mapping
from segmenter.tables.reading import SourceFile
from segmenter.tables.remembered import remember, with_remembered
from segmenter.ui import cached
from segmenter.ui.about_data import with_first_guesses
from segmenter.ui.format import day
from segmenter.ui.looking import look_at
from segmenter.ui.uploads import Upload

RECALLED: Final = "mapping_recalled"


def first_answers(upload: Upload, files: Sequence[SourceFile]) -> Mapping:
    """The mapping of the upload with what can be said of new files behind what is there."""
    answers, on = with_remembered(guess_mapping(files), files, _home())
    st.session_state[f"{RECALLED}_{upload.folder.name}"] = on
    return with_first_guesses(_merged(upload.read_mapping(), answers), files)


def show_recalled(upload: Upload, files: Sequence[SourceFile]) -> bool:
    """Say that answers came from an earlier time, with a way back. True when the reader took that way."""
    on: date | None = st.session_state.get(f"{RECALLED}_{upload.folder.name}")
    if on is None:
        return False
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"You mapped files with these columns on {day(on)}; the same answers are filled in.",
            width="stretch",
        )
        pressed = st.button(
            "Use the guesses instead",
            key=f"guesses_{upload.folder.name}",
            help="Puts the answers of that time away for these files. They are kept for the next ones.",
        )
    if pressed:
        del st.session_state[f"{RECALLED}_{upload.folder.name}"]
        upload.write_mapping(with_first_guesses(guess_mapping(files), files))
    return pressed


def keep_answers(upload: Upload) -> None:
    """Keep what was said of these files' columns for the next files like them."""
    remember(_home(), upload.read_mapping(), look_at(upload, upload.files), on=date.today())


def _merged(mapping: Mapping, answers: Mapping) -> Mapping:
    """The mapping with the answers for new files behind what is there.

    A file that the mapping waited for is not guessed: it would feed its table twice.
    """
    tables = dict(mapping.tables)
    for table, sources in answers.tables.items():
        new = tuple(source for source in sources if source.file not in mapping.files())
        tables[table] = (*tables.get(table, ()), *new)
    return replace(
        mapping,
        tables={table: sources for table, sources in tables.items() if sources},
        currency=mapping.currency or answers.currency,
        time_zone=mapping.time_zone or answers.time_zone,
    )


def _home() -> Path:
    return cached.workspace().root / "mappings"

"""Files that were brought -> what is in them, with the way there shown, and a way to stop.

A large file takes seconds. While it is looked at, the page says how far it is; who presses Stop leaves the
file out and goes on.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from segmenter.errors import SegmenterError
from segmenter.progress import Progress
from segmenter.tables.reading import SourceFile
from segmenter.ui import cached
from segmenter.ui.format import plain
from segmenter.ui.uploads import BroughtFile, Upload

_QUIET_SECONDS = 0.7  # what takes no longer needs no word
_SHOWN_EVERY = 0.3


def look_at(upload: Upload, files: Sequence[BroughtFile]) -> tuple[SourceFile, ...]:
    """What is in these files; those that cannot be read are left out, and said on the next look."""
    found: list[SourceFile] = []
    for file in files:
        with suppress(SegmenterError):
            found += look_at_one(upload, file)
    return tuple(found)


def look_at_one(upload: Upload, file: BroughtFile) -> tuple[SourceFile, ...]:
    """What is in this file, sheet by sheet. Raises UnreadableFile where it is no table, or not there now."""
    with _shown(upload, file) as progress:
        return cached.source_files(file.path(progress), file.name, progress)


@contextmanager
def _shown(upload: Upload, file: BroughtFile) -> Iterator[Progress]:
    """A Progress that writes on the page once the work takes longer than a moment.

    Any press of a button ends the script at its next word to the page, and with it the work: that is how Stop
    stops.
    """
    place = st.empty()
    bars: list[DeltaGenerator] = []  # one, once there is something to say
    next_word_at = time.monotonic() + _QUIET_SECONDS

    def tell(stage: str, share: float, message: str = "") -> None:
        nonlocal next_word_at
        if time.monotonic() < next_word_at:
            return
        next_word_at = time.monotonic() + _SHOWN_EVERY
        if not bars:
            with place.container(border=True):
                bars.append(st.progress(0.0))
                st.button(
                    "Stop and leave this file out",
                    key=f"stop_{file.name}",
                    on_click=upload.remove,
                    args=(file,),
                )
        bars[0].progress(min(max(share, 0.0), 1.0), text=plain(f"Looking at {file.name}. {message}"))

    yield tell
    place.empty()

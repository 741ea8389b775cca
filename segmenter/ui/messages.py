"""Errors -> sentences on the page.

An explained error (segmenter.errors) is shown as it stands. Anything else is a fault of ours: the workspace's
log gets it under a number, the reader gets the number, and no page ever shows a traceback or a cell's value.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from segmenter.errors import Cancelled, InputError, SegmenterError
from segmenter.ui.format import plain, with_table_words
from segmenter.workspace import problems
from segmenter.workspace.folder import workspace_folder


def show_error(error: SegmenterError) -> None:
    """The error's own sentence, in a box. A cancellation is news, not a fault."""
    sentence = plain(with_table_words(str(error)))
    if isinstance(error, Cancelled):
        st.info(sentence, title="Stopped")
    elif isinstance(error, InputError):
        st.error(sentence, title="This needs a change")
    else:
        st.error(sentence, title="This did not work")


@contextmanager
def explained() -> Iterator[None]:
    """Around a page or a fragment (also as a decorator): what goes wrong inside is said in words."""
    try:
        with problems.explained(workspace_folder()):
            yield
    except SegmenterError as error:
        show_error(error)


def show_surprise(error: Exception) -> bool:
    """For the server: what went wrong outside a page, as in a button's callback, said in the same words."""
    try:
        with problems.explained(workspace_folder()):
            raise error
    except SegmenterError as in_words:
        show_error(in_words)
    return True

"""What was just done -> a word about it on the next drawing of the page, because a rerun would swallow it."""

from typing import Final

import streamlit as st

DONE: Final = "just_done"


def note_done(words: str) -> None:
    """Say this when the page is drawn again. `words` are Markdown."""
    st.session_state[DONE] = words


def tell_what_was_done() -> None:
    """Say what was noted, once."""
    words = st.session_state.pop(DONE, None)
    if words:
        st.toast(words, duration="long")

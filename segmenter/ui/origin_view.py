"""Where something comes from: the way back to the files, in words with dates."""

import streamlit as st

from segmenter.lineage import steps
from segmenter.ui import cached
from segmenter.ui.format import plain


def show_origin(artifact_id: str) -> None:
    """The way back as an indented list, folded away."""
    with st.expander("Where this comes from", type="compact"):
        st.markdown(
            "\n".join(
                f"{'  ' * depth}- {plain(sentence)}" for depth, sentence in steps(cached.origin(artifact_id))
            )
        )

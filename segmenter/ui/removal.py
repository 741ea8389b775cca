"""Deleting something: what goes with it is shown first, and only what was shown is deleted."""

import streamlit as st

from segmenter.ui.format import count_of, listed, plain
from segmenter.ui.messages import explained
from segmenter.ui.session import forget_choices
from segmenter.workspace import ArtifactRecord, Workspace

KIND_WORDS = {
    "dataset": ("data set", "data sets"),
    "model": ("model", "models"),
    "evaluation": ("test result", "test results"),
    "scores": ("set of scores", "sets of scores"),
    "audience": ("audience", "audiences"),
}


@st.dialog("Delete for good")
@explained()
def ask_removal(workspace: Workspace, artifact_id: str) -> None:
    """Name the thing and everything made from it; delete them on confirmation."""
    record, dependants = workspace.record(artifact_id), workspace.dependants(artifact_id)
    st.markdown(f"**{plain(record.name)}** will be deleted. This cannot be undone.")
    if dependants:
        st.markdown(f"With it go {consequences(dependants)}, because they were made from it.")
    if st.button("Delete", type="primary", key="confirm_removal"):
        workspace.delete(artifact_id, dependants=[dependant.id for dependant in dependants])
        forget_choices()
        st.rerun()


def consequences(dependants: tuple[ArtifactRecord, ...]) -> str:
    """'1 model, 1 test result and 2 audiences'."""
    counts: dict[str, int] = {}
    for dependant in dependants:
        counts[dependant.kind] = counts.get(dependant.kind, 0) + 1
    return listed([count_of(n, *KIND_WORDS[kind]) for kind, n in counts.items()])

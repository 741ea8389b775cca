"""Deleting something: what goes with it is shown first, and only what was shown is deleted, for 30 days in a
way that can be undone.
"""

import streamlit as st

from segmenter import demo
from segmenter.ui.format import count_of, listed, plain
from segmenter.ui.messages import explained
from segmenter.ui.notices import note_done
from segmenter.ui.session import forget_choices
from segmenter.workspace import ArtifactRecord, Workspace
from segmenter.workspace.trash import KEPT_DAYS

KIND_WORDS = {
    "dataset": ("data set", "data sets"),
    "model": ("model", "models"),
    "evaluation": ("test result", "test results"),
    "scores": ("set of scores", "sets of scores"),
    "audience": ("audience", "audiences"),
    "comparison": ("comparison", "comparisons"),
}
NAMED = ("model", "audience")  # a test result and scores bear their model's name
MOST_NAMED = 6
KEPT_WORDS = f"For {KEPT_DAYS} days this can be undone, at the foot of the Data page."


@st.dialog("Delete")
@explained()
def ask_removal(workspace: Workspace, artifact_id: str) -> None:
    """Name the thing and everything made from it; delete them on confirmation."""
    record, dependants = workspace.record(artifact_id), workspace.dependants(artifact_id)
    st.markdown(f"**{plain(record.name)}** will be deleted. {KEPT_WORDS}")
    if dependants:
        st.markdown(f"With it go {consequences(dependants)}, because they were made from it.")
    if is_confirmed("Delete"):
        workspace.discard(artifact_id, dependants=[dependant.id for dependant in dependants])
        forget_choices()
        note_done(f"{plain(record.name)} was deleted. The Data page can bring it back.")
        st.rerun()


@st.dialog("Remove the demo")
@explained()
def ask_demo_removal(workspace: Workspace) -> None:
    """Name all that was made from the demo's customers, the reader's own models too; then remove it."""
    st.markdown("The demo's invented customers will be removed. This cannot be undone.")
    shops = [record.id for record in workspace.records("dataset") if record.demo]
    dependants = {other.id: other for shop in shops for other in workspace.dependants(shop)}
    if dependants:
        st.markdown(f"With them go {consequences(tuple(dependants.values()))}. Your own data stay.")
    if is_confirmed("Remove the demo"):
        demo.remove_demo(workspace)
        forget_choices()
        st.rerun()


def is_confirmed(label: str) -> bool:
    """The button that does it, and the one that leaves everything as it is. True when it is to be done."""
    with st.container(horizontal=True):
        confirmed = st.button(label, type="primary", key="confirm_removal")
        if st.button("Cancel", key="cancel_removal"):
            st.rerun()
    return confirmed


def consequences(dependants: tuple[ArtifactRecord, ...]) -> str:
    """'1 model (Spring), 1 test result and 2 audiences (Best, Rest)': what a reader named is named."""
    by_kind: dict[str, list[str]] = {}
    for dependant in dependants:
        by_kind.setdefault(dependant.kind, []).append(plain(dependant.name))
    return listed([_counted(kind, names) for kind, names in by_kind.items()])


def _counted(kind: str, names: list[str]) -> str:
    words = count_of(len(names), *KIND_WORDS[kind])
    if kind not in NAMED:
        return words
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return f"{words} ({', '.join([*names[:MOST_NAMED], *more])})"

"""Versions of a data set: how each is called, which one it follows, and the way back to that one."""

from collections.abc import Sequence

import streamlit as st

from segmenter.bringing import HOW, version_before, version_of
from segmenter.ui.format import day, plain
from segmenter.ui.messages import explained
from segmenter.ui.notices import note_done
from segmenter.ui.removal import KEPT_WORDS, consequences, is_confirmed
from segmenter.ui.session import choose_dataset
from segmenter.workspace import ArtifactRecord, Workspace


def called(record: ArtifactRecord, records: Sequence[ArtifactRecord] = ()) -> str:
    """'Shop', or 'Shop, version 2 of 26 Nov 2026' where there is more than one of that name."""
    alike = sum(other.name == record.name for other in records)
    if version_of(record) == 1 and alike < 2:
        return record.name
    return f"{record.name}, version {version_of(record)} of {day(record.created_at)}"


def show_version(workspace: Workspace, record: ArtifactRecord) -> None:
    """What this version follows, and a button that goes back to it; nothing for a data set on its own."""
    before = version_before(workspace, record)
    if before is None:
        return
    did = (
        "New files were added to the version"
        if record.details[HOW] == "append"
        else "New files took the place of the version"
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Version {version_of(record)}.** {did} of {day(before.created_at)}, which is still here with "
            "all that was made from it.",
            width="stretch",
        )
        if st.button(
            "Undo", help=f"Goes back to the version of {day(before.created_at)}.", key="undo_version"
        ):
            ask_undo(workspace, record.id)


@st.dialog("Go back to the older version")
@explained()
def ask_undo(workspace: Workspace, dataset_id: str) -> None:
    """Name the version that goes and what was made from it; go back to the older one on confirmation."""
    record, dependants = workspace.record(dataset_id), workspace.dependants(dataset_id)
    before = version_before(workspace, record)
    if before is None:
        st.markdown("The older version is not here any more.")
        return
    st.markdown(
        f"**{plain(called(record))}** will be deleted, and the pages show the version of "
        f"{day(before.created_at)} again. {KEPT_WORDS}"
    )
    if dependants:
        st.markdown(f"With it go {consequences(dependants)}, because they were made from it.")
    if is_confirmed("Go back"):
        workspace.discard(record.id, dependants=[dependant.id for dependant in dependants])
        choose_dataset(before.id)
        note_done(f"Back to {plain(called(before))} of {day(before.created_at)}.")
        st.rerun()

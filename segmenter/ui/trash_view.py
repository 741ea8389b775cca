"""What was deleted lately: each with a button that brings it back, and the room that all of it takes."""

import streamlit as st

from segmenter.figures import size_in_words
from segmenter.ui.format import count_of, day, plain
from segmenter.ui.messages import explained
from segmenter.ui.notices import note_done
from segmenter.ui.removal import KIND_WORDS, consequences, is_confirmed
from segmenter.workspace import Workspace
from segmenter.workspace.trash import KEPT_DAYS, Deletion

LISTED = 20


def show_deletions(workspace: Workspace) -> None:
    """What can still be brought back; nothing where nothing was deleted."""
    found = workspace.deletions()
    if not found:
        return
    size = size_in_words(workspace.size_of([id for deletion in found for id in deletion.ids]))
    with st.expander(f"Deleted in the last {KEPT_DAYS} days ({len(found)})"):
        st.markdown(f"This takes {size} of disk space. After {KEPT_DAYS} days it goes by itself.")
        for deletion in found[:LISTED]:
            _show_deletion(workspace, deletion)
        if len(found) > LISTED:
            st.caption(f"And {len(found) - LISTED} deleted earlier.")
        if st.button("Delete all of this for good", type="tertiary", key="empty_trash"):
            _ask_to_empty(workspace)


def _show_deletion(workspace: Workspace, deletion: Deletion) -> None:
    record = deletion.record
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.markdown(f"{KIND_WORDS[record.kind][0].capitalize()} **{plain(record.name)}**")
            along = f"with {consequences(deletion.with_it)} · " if deletion.with_it else ""
            st.caption(f"{along}deleted on {day(deletion.deleted_at)}, kept until {day(deletion.gone_at)}")
        if st.button("Bring back", key=f"restore_{record.id}"):
            back = workspace.restore(record.id)
            along = f", with {count_of(len(back) - 1, 'thing')} made from it" if len(back) > 1 else ""
            note_done(f"{plain(record.name)} is back{along}.")
            st.rerun()


@st.dialog("Delete for good")
@explained()
def _ask_to_empty(workspace: Workspace) -> None:
    st.markdown("All that is listed under 'Deleted' will be removed from the disk. This cannot be undone.")
    if is_confirmed("Delete for good"):
        workspace.empty_trash()
        st.rerun()

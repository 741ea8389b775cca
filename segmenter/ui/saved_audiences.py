"""Saving an audience, and the audiences saved so far: what each is, its file, and removing it."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from segmenter import campaign, pipeline
from segmenter.delivery.columns import AUDIENCE_COLUMNS, CONTACT_COLUMNS, available_columns, choose_columns
from segmenter.ui import cached
from segmenter.ui.audience_controls import AudienceChoice
from segmenter.ui.components import download
from segmenter.ui.format import count_of, moment, number, plain, share
from segmenter.ui.needs import Ready
from segmenter.ui.notices import note_done
from segmenter.ui.origin_view import show_origin
from segmenter.ui.removal import KEPT_WORDS
from segmenter.ui.uploads import tamed_name
from segmenter.workspace import ArtifactRecord, Workspace

COLUMN_WORDS: Final = AUDIENCE_COLUMNS | CONTACT_COLUMNS
LISTED: Final = 10
JUST_SAVED: Final = "saved_audience"


def ask_save(ready: Ready, choice: AudienceChoice, in_the_file: int) -> None:
    """Name and columns of the file, and the button that keeps the audience."""
    mapped = cached.dataset(ready.dataset_id).mapped.get("customers", ())
    left, right = st.columns(2, gap="medium")
    with left:
        name = st.text_input(
            "Name of the audience",
            placeholder=default_name(choice),
            key="audience_name",
            max_chars=80,
            help="Stands in the list below and in the file. It is visible to the service you upload to.",
        )
    with right:
        columns = st.multiselect(
            "Columns of the file",
            available_columns(mapped),
            default=choose_columns(None, mapped),
            key="audience_columns",
            format_func=lambda column: column.replace("_", " "),
            help="Only what the next tool needs. customer id is always in. Scores are off by default: "
            "whoever reads "
            "them judges people by them.",
        )
    is_saved = st.session_state.get(JUST_SAVED, (None, None))[1] == choice
    if st.button(
        f"Save audience of {count_of(in_the_file, 'customer')}",
        type="secondary" if is_saved else "primary",  # once saved, downloading is the next step
        disabled=in_the_file == 0,
    ):
        with st.spinner("Writing the file", show_time=True), ready.workspace.scratch() as own:
            audience = pipeline.build_audience(
                ready.workspace,
                scores=ready.scores_id,
                top=choice.top,
                by=choice.by,
                suppress=choice.suppress,
                holdout=choice.holdout,
                columns=tuple(columns),
                out=own / "audience.csv",
                name=name.strip() or default_name(choice),
            )
        st.session_state[JUST_SAVED] = (audience.id, choice)
        st.rerun()


def default_name(choice: AudienceChoice) -> str:
    """What an audience is called when the reader does not name it."""
    return f"Top {share(choice.top)} by {'chance' if choice.by == 'score' else 'value'}"


def show_saved(workspace: Workspace) -> None:
    """The saved audiences, newest first, each with its funnel and its file."""
    records = workspace.records("audience")
    if not records:
        return
    st.header("Saved audiences", anchor=False)
    newest_id, _ = st.session_state.get(JUST_SAVED, (None, None))
    for record in records[:LISTED]:
        _show_audience(workspace, record, is_new=record.id == newest_id)
    if len(records) > LISTED:
        st.caption(f"And {number(len(records) - LISTED)} older.")


def _show_audience(workspace: Workspace, record: ArtifactRecord, *, is_new: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.markdown(f"**{plain(record.name)}**" + (" (just saved)" if is_new else ""))
            origin = "Demo · " if record.demo else ""
            st.caption(f"{origin}{moment(record.created_at)} · {_funnel_words(record)}")
            show_origin(record.id)
        with st.container(horizontal=True, width="content"):
            download(
                f"Download {count_of(int(record.details['exported']), 'row')}",
                _file_of(workspace, record.id),
                file_name=f"{tamed_name(record.name).replace('.', '-')}.csv",
                mime="text/csv",
                key=f"download_{record.id}",
                primary=is_new,
            )
            if st.button("Remove", key=f"remove_{record.id}", type="tertiary"):
                _confirm_removal(workspace, record)


def _funnel_words(record: ArtifactRecord) -> str:
    """The rule and what it left out; steps that took out nobody are not named."""
    details = record.details
    ranking = "chance" if details["by"] == "score" else "value"
    words = [f"top {share(details['top'])} by {ranking}", f"{number(details['selected'])} selected"]
    steps = {"no_consent": "without consent", "suppressed": "on your list", "held_out": "held back"}
    words += [f"{number(details[step])} {what}" for step, what in steps.items() if details[step]]
    return ", ".join(words)


def _file_of(workspace: Workspace, audience_id: str) -> Callable[[], bytes]:
    """The audience's CSV, written when it is asked for and kept nowhere else."""

    def make() -> bytes:
        with workspace.scratch() as own:
            out = own / "audience.csv"
            campaign.write_audience(workspace, audience=audience_id, out=out)
            return out.read_bytes()

    return make


@st.dialog("Remove the audience")
def _confirm_removal(workspace: Workspace, record: ArtifactRecord) -> None:
    st.markdown(
        f"**{plain(record.name)}** with {count_of(int(record.details['exported']), 'customer')} will be "
        f"removed, "
        f"with the record of who was held back. {KEPT_WORDS} Files you have downloaded stay where they are."
    )
    if st.button("Remove the audience", type="primary"):
        workspace.discard(record.id)
        note_done(f"{plain(record.name)} was removed. The Data page can bring it back.")
        st.rerun()

"""Data: bring customer files in, and see what was read, what was set aside and why."""

import streamlit as st

from segmenter.ui import jobs_panel, uploads
from segmenter.ui.adding import ask_for_data, reading_ended
from segmenter.ui.components import page_header
from segmenter.ui.dataset_report import pick_dataset, show_dataset
from segmenter.ui.erasing_view import show_erasing
from segmenter.ui.notices import note_done
from segmenter.ui.origin_view import show_origin
from segmenter.ui.session import choose_dataset, current
from segmenter.ui.trash_view import show_deletions
from segmenter.ui.versions import show_version
from segmenter.workspace.jobs import Job

VIEWS = {"there": "Data that are here", "add": "Add data"}


def reading_done(job: Job) -> None:
    """The files have become a data set: show it, and let go of the uploads."""
    choose_dataset((job.result or {})["dataset"])
    if (job.result or {}).get("follows"):
        note_done("The files were read as a new version. Undo goes back to the one before.")
    reading_ended(job.arguments[0])


def pick_view() -> str:
    """Look at what is there, or bring more in; unfinished uploads come first."""
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default="add" if uploads.current_upload() else "there",
        required=True,
        format_func=VIEWS.__getitem__,
        label_visibility="collapsed",
        key="data_view",
    )
    return view or "there"


page_header("Data", "Which files feed which table, and what was read from them?")
session = current()
job = jobs_panel.newest_job("ingest", where=lambda job: uploads.began_here(job.arguments[0]))
if job is not None:
    jobs_panel.job_panel(
        job,
        doing="Reading the files",
        done="The files were read. What follows says what was used and what was set aside.",
        done_label="Train a model",
        done_page="pages/training.py",
        on_done=reading_done,
    )
if job is None or job.is_over:
    view = pick_view() if session.dataset else "add"
    if view == "there" and session.dataset:
        pick_dataset(session.workspace.records("dataset"), session.dataset.id)
        show_version(session.workspace, session.dataset)
        show_dataset(session.dataset.id, session.workspace.path(session.dataset.id))
        show_origin(session.dataset.id)
    else:
        ask_for_data()
    show_deletions(session.workspace)
    show_erasing(session.workspace)

"""A background job -> where it is, a button to stop it, and the way to its result.

The panel is a fragment that looks at the catalog once a second; the job itself runs in a child process and
does not care whether anyone looks, so leaving the page and coming back changes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from segmenter.ui import cached
from segmenter.ui.format import duration, plain, with_table_words
from segmenter.ui.messages import explained
from segmenter.workspace import jobs
from segmenter.workspace.jobs import Job

WATCHED: Final = "jobs_watched"  # ids of jobs this reader saw running: only those are worth a success message
PUT_AWAY: Final = "jobs_put_away"


def start(verb: str, arguments: list[str], *, told: str = "") -> None:
    """Start a job as the command line would, and draw the page again with its progress.

    told: what the job reads from its input (workspace/jobs.py).
    """
    job = jobs.start_job(cached.workspace(), verb, arguments, told=told)
    _note(WATCHED, job.id)
    st.rerun()


def watch(job: Job) -> None:
    """Remember that this reader knows of a job, so that its end is told."""
    _note(WATCHED, job.id)


def put_away(job: Job) -> None:
    """Say no more of a job that has ended."""
    _note(PUT_AWAY, job.id)


def newest_job(
    verb: str, arguments: Sequence[str] | None = None, *, where: Callable[[Job], bool] = lambda job: True
) -> Job | None:
    """The newest job of this kind (with just these arguments, where they are given), unless it ended out of
    this reader's sight or was put away. where: of others than this reader's own, only those it is true of.
    """
    watched = st.session_state.get(WATCHED, ())
    found = (job for job in jobs.jobs(cached.workspace()) if job.verb == verb)
    of_this_kind = (job for job in found if job.id in watched or where(job))
    newest = next(
        (job for job in of_this_kind if arguments is None or [*job.arguments] == [*arguments]), None
    )
    if newest is None or newest.id in st.session_state.get(PUT_AWAY, ()):
        return None
    if newest.status == "done" and newest.id not in st.session_state.get(WATCHED, ()):
        return None
    return newest


def shown_jobs(verb: str) -> tuple[Job, ...]:
    """All jobs of this kind that run, or that ended in this reader's sight and were not put away."""
    away, watched = (st.session_state.get(key, ()) for key in (PUT_AWAY, WATCHED))
    found = (job for job in jobs.jobs(cached.workspace()) if job.verb == verb)
    return tuple(job for job in found if job.id not in away and (not job.is_over or job.id in watched))


def job_panel(
    job: Job,
    *,
    doing: str,
    done: str,
    done_label: str,
    done_page: str,
    on_done: Callable[[Job], None] | None = None,
    kept: str = "",
) -> None:
    """Where a job is: progress and a stop button, or how it ended.

    doing: the work in words ("Training the model"). done, done_label, done_page: the sentence and the button
    that lead to the result. on_done: called once, when this reader sees the job end well. kept: what a job
    that ended early had finished and left behind.
    """
    if not job.is_over:
        _watch(job.id, doing, on_done)
    elif job.status == "done":
        _ended_well(job, done, done_label, done_page)
    else:
        _ended_otherwise(job, doing, kept)


@st.fragment(run_every=1)
@explained()
def _watch(job_id: str, doing: str, on_done: Callable[[Job], None] | None) -> None:
    _note(WATCHED, job_id)
    job = jobs.job(cached.workspace(), job_id)
    if job.is_over:
        if job.status == "done" and on_done is not None:
            on_done(job)
        st.rerun()  # the whole page: it can show more now
    with st.container(border=True):
        st.markdown(f"**{plain(doing)}**")
        st.progress(min(max(job.share, 0.0), 1.0), text=_where(job))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                "Stop this work", key=f"stop_{job_id}", help="What was there before stays as it is."
            ):
                with st.spinner("Stopping"):
                    jobs.cancel_job(cached.workspace(), job_id)
                st.rerun()
            st.caption("You may leave this page or close the browser; the work goes on.")


def _where(job: Job) -> str:
    if job.status == "waiting":
        return "Waiting for other work to end"
    return f"{job.share:.0%} · {plain(job.message or job.stage or 'Starting')}"


def _ended_well(job: Job, done: str, label: str, page: str) -> None:
    took = ""
    if job.started_at and job.finished_at:
        took = f" It took {duration((job.finished_at - job.started_at).total_seconds())}."
    with st.container(border=True):
        st.markdown(f"{done}{took}")
        with st.container(horizontal=True):
            if st.button(label, type="primary", key=f"result_{job.id}"):
                _note(PUT_AWAY, job.id)
                st.switch_page(page)
            _put_away_button(job)


def _ended_otherwise(job: Job, doing: str, kept: str) -> None:
    left = plain(kept) or "Nothing new was kept."
    if job.status == "cancelled":
        st.info(f"{left} What was there before is as it was.", title=f"Stopped: {plain(doing)}")
    elif job.status == "interrupted":
        st.warning(
            f"The work ended before it was finished, as when the computer is switched off. {left} "
            "What was there before is as it was; start it again when you like.",
            title=f"Interrupted: {plain(doing)}",
        )
    else:
        reason = plain(with_table_words(job.error or "No reason was recorded."))
        st.error(f"{reason} {plain(kept)}".strip(), title=f"Did not work: {plain(doing)}")
    _put_away_button(job)


def _put_away_button(job: Job) -> None:
    st.button("Close this message", key=f"put_away_{job.id}", on_click=_note, args=(PUT_AWAY, job.id))


def _note(key: str, job_id: str) -> None:
    noted: tuple[str, ...] = st.session_state.get(key, ())
    if job_id not in noted:
        st.session_state[key] = (*noted, job_id)

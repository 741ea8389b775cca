"""Work on models in the background: training, testing, scoring. Where it is, and what it leads to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from segmenter import results
from segmenter.errors import DamagedArtifact
from segmenter.ui import cached, jobs_panel
from segmenter.ui.format import plain
from segmenter.ui.needs import Ready
from segmenter.ui.session import choose_model
from segmenter.ui.what_if import choose_other, is_what_if
from segmenter.workspace.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of job in words: while it runs, when it is done, and where its result is shown."""

    doing: str
    done: str
    label: str
    page: str


WORK: Final = {
    "train": Work(
        doing="Training the model",
        done="The model is trained, tested and has scored your customers.",
        label="See how well it ranks",
        page="pages/performance.py",
    ),
    "evaluate": Work(
        doing="Testing the model",
        done="The model was tested on customers it has not seen.",
        label="See how well it ranks",
        page="pages/performance.py",
    ),
    "score": Work(
        doing="Scoring your customers",
        done="Your customers are scored.",
        label="Choose whom to contact",
        page="pages/audience.py",
    ),
}

WHAT_IF: Final = Work(
    doing="Training a model to compare",
    done="The model is trained. Compare it with the one in use.",
    label="Compare the models",
    page="pages/compare.py",
)


def show_work() -> bool:
    """The panels of what runs or has ended; True while something runs."""
    running = False
    for verb, work in WORK.items():
        job = jobs_panel.newest_job(verb)
        if job is not None:
            running |= not job.is_over
            work = _as_it_ended(job, work)
            jobs_panel.job_panel(
                job,
                doing=work.doing,
                done=work.done,
                done_label=work.label,
                done_page=work.page,
                on_done=_what_follows(job),
                kept=_kept_words(job) if verb == "train" else "",
            )
    return running


def offer_missing(ready: Ready) -> None:
    """What the model in use still lacks, as after a training that ended early or a model from a file."""
    reason = results.why_untested(ready.model) if ready.model else None
    if reason and not ready.evaluation_id:
        st.caption(f"Not tested: {plain(reason)}")
    with st.container(horizontal=True):
        can_be_tested = ready.is_at_home and not reason
        retest = bool(ready.evaluation_id) and not _is_test_complete(ready)
        asked = can_be_tested and (retest or not ready.evaluation_id)
        if asked and st.button("Test the model again" if retest else "Test the model"):
            jobs_panel.start("evaluate", ["--model", ready.model_id])
        again = _lacks_reasons(ready)
        can_be_scored = ready.dataset_id and (again or not ready.scores_id)
        if can_be_scored and st.button("Score customers again" if again else "Score customers"):
            jobs_panel.start("score", ["--model", ready.model_id, "--dataset", ready.dataset_id])


def _is_test_complete(ready: Ready) -> bool:
    """Whether the stored test can be read and holds everything that a test made now would."""
    try:
        return cached.evaluation(ready.model_id, ready.evaluation_id).is_complete
    except DamagedArtifact:
        return False


def _lacks_reasons(ready: Ready) -> bool:
    """Whether scoring again would bring the reasons: they were not kept, and the model can be explained."""
    if not ready.scores_id or cached.explanation(ready.scores_id) is not None:
        return False
    return cached.report(ready.model_id).settings.network.n_hidden == 0


def _what_follows(job: Job) -> Callable[[Job], None] | None:
    """A model is put to use when it is trained, unless it only shows what another setting does."""
    if job.verb != "train":
        return None
    return choose_other if is_what_if(job) else _use_model


def _as_it_ended(job: Job, work: Work) -> Work:
    """The words for a training to compare, and for one without a test: the customers were too few for it."""
    if is_what_if(job):
        return WHAT_IF
    reason = (job.result or {}).get("not_evaluated") or ""
    if not reason:
        return work
    return replace(
        WORK["score"],
        doing=work.doing,
        done=f"Trained and scored. Too few customers to test it: {plain(reason[0].lower() + reason[1:])}",
    )


def _kept_words(job: Job) -> str:
    """What a training that ended early has left: the model, where only its test or its scores are missing."""
    if job.status == "done" or not job.started_at or not job.finished_at:
        return ""
    workspace = cached.workspace()
    made = [
        model
        for model in workspace.records("model")
        if job.started_at <= model.created_at <= job.finished_at and set(model.parents) & set(job.arguments)
    ]
    if not made:
        return ""
    model = made[0]
    tested = any(model.id in evaluation.parents for evaluation in workspace.records("evaluation"))
    lacks = (
        "It has not scored your customers"
        if tested
        else "It was not tested and has not scored your customers"
    )
    return f"The model '{model.name}' was trained and kept. {lacks}; it stands in the list of models."


def _use_model(job: Job) -> None:
    choose_model((job.result or {})["model"])

"""Another setting tried: a model like the one in use but for one thing, trained in the background to compare.

Such a model is trained without scoring anybody, so that no page takes it for the model in use.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from segmenter import results
from segmenter.model.report import CorrectionReport
from segmenter.results import ModelReport
from segmenter.ui import cached, jobs_panel
from segmenter.ui.compare_choices import OTHER_CHOICE, other_models
from segmenter.ui.components import how_computed
from segmenter.ui.format import plain, share
from segmenter.ui.needs import Ready
from segmenter.ui.training_choices import TrainingChoice
from segmenter.workspace import jobs
from segmenter.workspace.jobs import Job

COMPLETE: Final = "--complete"  # the word of `train` that has a model tested and its customers scored
KEPT: Final = "correction.fall_back=False"  # the correction is kept, whatever customers kept back say of it
TAUS: Final = (0.3, 0.4, 0.5, 0.6)
COMPUTED = """
- **Share who would have bought anyway**: of the engaged, the part whose labels are doubted (the expected
  organic share). Low and high are the ends of the 95% interval of what alike customers tell, who did not look
  at a campaign.
- **Doubt threshold (tau)**: an engaged label is doubted where the model's own probability is at most tau. It
  plays a part only where nobody could look without buying, so that no alike customers tell.
- The new model has the days and all other settings of the model in use, with `fall_back=false`: its
  correction is kept even where customers kept back speak against it. Neither can be learned from the training
  loss; both need a new training.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One thing to change: what it is called where it is picked, what the model is called, and the change."""

    label: str
    name: str
    changes: dict[str, Any]


def is_what_if(job: Job) -> bool:
    """Whether a training was started to compare, not to use."""
    return job.verb == "train" and KEPT in job.arguments and COMPLETE not in job.arguments


def choices(correction: CorrectionReport) -> tuple[WhatIf, ...]:
    """What can be tried with a model whose labels were corrected (or not) in this way."""
    if correction.estimated_share is not None and correction.estimated_interval is not None:
        low, high = correction.estimated_interval
        shares = {"Low": low, "Estimate": correction.estimated_share, "High": high}
        return tuple(
            WhatIf(
                label=f"{words}: {share(value)}",
                name=f"What if {share(value, digits=1)} would have bought anyway",
                changes={"organic_share": round(value, 4)},
            )
            for words, value in shares.items()
        )
    return tuple(
        WhatIf(label=f"tau {tau:g}", name=f"What if tau is {tau:g}", changes={"tau": tau})
        for tau in TAUS
        if tau != correction.tau
    )


def arguments(dataset_id: str, report: ModelReport, what_if: WhatIf) -> list[str]:
    """The words of `train` for the model in use with one thing changed."""
    correction = replace(report.settings.correction, method="guarded", fall_back=False, **what_if.changes)
    choice = TrainingChoice(
        dataset_id=dataset_id,
        cutoffs=report.cutoffs,
        settings=report.settings.replaced(correction=correction),
        name=what_if.name,
    )
    return [word for word in choice.arguments() if word != COMPLETE]


def show_what_if(ready: Ready) -> None:
    """The section: what training again would try, and where such trainings are."""
    st.header("Try another setting", anchor=False)
    st.markdown(
        "**This trains again**, in the background: as long as the model in use took. Its days and all other "
        "settings stay the same; only what you pick here changes."
    )
    _show_trainings(ready)
    report = cached.report(ready.model_id)
    options = {each.label: each for each in choices(report.training.correction)}
    told = report.training.correction.estimated_share is not None
    picked = st.pills(
        "Of the engaged, how many would have bought anyway?" if told else "How easily is a label doubted?",
        list(options),
        selection_mode="multi",
        key="what_if",
        wrap=True,
        help="The share is estimated from alike customers who did not look; low and high are the ends of its "
        "interval. A model is trained for each one you pick."
        if told
        else "For this model no share was estimated from alike customers. A label is doubted where the model "
        "finds engagement unlikely; a higher threshold doubts more.",
    )
    st.caption(
        "Applied even where customers kept back do not speak for it: for comparison, not for use. The model "
        "in use stays in use."
    )
    n = len(picked)
    label = "Train to compare" if n < 2 else f"Train {n} models to compare"
    if st.button(
        label, disabled=not picked, help="Each becomes a model of its own, named after what was tried."
    ):
        _start([arguments(ready.dataset_id, report, options[each]) for each in picked])
    how_computed(COMPUTED)


def show_instant() -> None:
    """The other kind of choice, which never trains again."""
    st.header("Instant, without training", anchor=False)
    st.markdown(
        "How many customers to contact, whom to leave out and whom to hold back are chosen after training. "
        "They never train again: the pages answer at once from what is stored."
    )
    with st.container(horizontal=True):
        st.page_link("pages/audience.py", label="Choose how many to contact")
        st.page_link("pages/performance.py", label="See what each size reaches")


def _start(trainings: list[list[str]]) -> None:
    """Queue all but the last, then start that one, which draws the page again."""
    for words in trainings[:-1]:
        jobs_panel.watch(jobs.start_job(cached.workspace(), "train", words))
    jobs_panel.start("train", trainings[-1])


def _show_trainings(ready: Ready) -> None:
    for job in jobs_panel.shown_jobs("train"):
        if is_what_if(job) and job.status == "done":
            _offer_to_compare(ready, job)
        elif is_what_if(job):
            jobs_panel.job_panel(
                job,
                doing=f"Training to compare: {_name(job)}",
                done="",
                done_label="",
                done_page="pages/compare.py",
                on_done=choose_other,
            )


def _offer_to_compare(ready: Ready, job: Job) -> None:
    """What was tried is trained: compare it, unless it was deleted, put to use or is of other customers."""
    model = (job.result or {}).get("model")
    if model not in {each.id for each in other_models(ready)}:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(_name(job))}** is trained.", width="stretch")
        if st.button("Compare with it", key=f"compare_{job.id}"):
            choose_other(job)
            jobs_panel.put_away(job)
            if results.comparison_of(ready.workspace, ready.model_id, str(model)) is None:
                jobs_panel.start("compare", ["--model", ready.model_id, "--with", str(model)])
            st.rerun()


def _name(job: Job) -> str:
    return next((word.removeprefix("--name=") for word in job.arguments if word.startswith("--name=")), "It")


def choose_other(job: Job) -> None:
    """The new model is the one to compare with."""
    st.session_state[OTHER_CHOICE] = (job.result or {})["model"]

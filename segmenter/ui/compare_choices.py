"""The Compare page's choices: which other model, how many customers, ranked by what; the work behind it."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from segmenter import results
from segmenter.comparing.comparison import By
from segmenter.ui import jobs_panel
from segmenter.ui.audience_controls import ask_ranking
from segmenter.ui.format import day, plain
from segmenter.ui.needs import Ready
from segmenter.workspace.catalog import ArtifactRecord

OTHER_CHOICE: Final = "compared_with"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareChoice:
    """The size of the lists, a share in [0.05, 0.5], and what customers are ranked by."""

    depth: float
    by: By


def other_models(ready: Ready) -> tuple[ArtifactRecord, ...]:
    """Models of the same data set that the model in use can be compared with, newest first."""
    return tuple(
        model
        for model in ready.workspace.records("model")
        if ready.dataset_id in model.parents and model.id != ready.model_id
    )


def ask_other(ready: Ready, others: tuple[ArtifactRecord, ...]) -> str:
    """Which model is B; A is the model in use. Returns its id."""
    assert ready.model
    ids = [model.id for model in others]
    titles = {model.id: f"{model.name}, made on {day(model.created_at)}" for model in others}
    chosen = st.session_state.get(OTHER_CHOICE)
    current = chosen if chosen in ids else ids[0]
    picked = st.selectbox(
        "Compare the model in use with",
        ids,
        index=ids.index(current),
        format_func=titles.__getitem__,
        help="Models of the same data set. The model in use is A, the one you pick here is B. Another model "
        "is put to use on the Training page.",
    )
    if picked != current:
        st.session_state[OTHER_CHOICE] = picked
        st.rerun()
    st.caption(f"**A** {plain(ready.model.name)} (in use)  \n**B** {plain(titles[picked])}")
    return str(picked)


def comparison_id(ready: Ready, other: str) -> str | None:
    """The stored comparison; without one, the button that makes it, or where that work is."""
    stored = results.comparison_of(ready.workspace, ready.model_id, other)
    arguments = ["--model", ready.model_id, "--with", other]
    job = jobs_panel.newest_job("compare", arguments)
    if job is not None and job.status != "done":
        jobs_panel.job_panel(
            job, doing="Comparing the two models", done="", done_label="", done_page="pages/compare.py"
        )
    is_running = job is not None and not job.is_over
    if stored is None and not is_running:
        with st.container(border=True):
            st.markdown(
                "These two models have not been compared yet. Every customer is scored with both, and both "
                "are tested on the same customers. It takes a minute or so, in the background."
            )
            if st.button("Compare the two models", type="primary"):
                jobs_panel.start("compare", arguments)
    return stored


def ask_size() -> CompareChoice:
    """How long the two lists are, and what they are ranked by; kept in the address of the page."""
    left, right = st.columns([4, 1], gap="medium")
    with left:
        percent = st.slider(
            "Share of customers to contact",
            min_value=5,
            max_value=50,
            value=20,
            step=5,
            format="%d%%",
            key="size",
            bind="query-params",
            persist_state="session",
            help="Each model chooses its best customers, as many as this. Everything below follows at once.",
        )
    with right:
        by = ask_ranking(
            "compare_by",
            "Chance: how much a customer looks prompted and likely to buy. Value: that score times the "
            "expected amount.",
        )
    return CompareChoice(depth=float(percent) / 100, by=by)

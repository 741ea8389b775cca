"""A session -> where its owner stands on the way from files to a list, and what comes next."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from segmenter import results
from segmenter.ui import cached
from segmenter.ui.format import count_of, period, plain, without_auc
from segmenter.ui.session import Session

WAITING: Final = "Needs a trained model"
TRAINING: Final = "pages/training.py"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `done`: it has a result; `open`: what it needs is there.

    action, leads_to: what its button says and opens, where that is not the step's own name and page.
    """

    title: str
    page: str
    status: str
    done: bool
    open: bool
    action: str = ""
    leads_to: str = ""


def steps(session: Session) -> tuple[Step, ...]:
    """The steps in the order of the work, each with its result in words."""
    has_data, has_model = session.dataset is not None, session.model is not None
    has_scores = session.scores_id is not None
    audiences = [
        record for record in session.workspace.records("audience") if session.scores_id in record.parents
    ]
    saved = f"{count_of(len(audiences), 'audience')} saved" if audiences else "Choose whom to contact"
    return (
        Step("Data", "pages/data.py", _data_status(session), done=has_data, open=True),
        Step("Training", TRAINING, _model_status(session), done=has_model, open=has_data),
        _segments(session),
        _performance(session),
        Step("Audience", "pages/audience.py", saved, done=bool(audiences), open=has_scores),
    )


def next_step(way: tuple[Step, ...]) -> Step | None:
    """The first step that can be taken and has no result yet."""
    return next((step for step in way if step.open and not step.done), None)


def show_way(way: tuple[Step, ...]) -> None:
    """One row per step: its page, its result, and on the next one the button."""
    coming = next_step(way)
    for step in way:
        with st.container(border=True):
            name, status, action = st.columns([1.4, 5, 1.6], vertical_alignment="center", gap="small")
            name.page_link(step.page, label=f"**{step.title}**", width="stretch")
            status.markdown(step.status if step.done or step == coming else f":gray[{step.status}]")
            if step == coming and action.button(
                f"Next: {step.action or step.title}", type="primary", width="stretch", key="next_step"
            ):
                st.switch_page(step.leads_to or step.page)


def _segments(session: Session) -> Step:
    """The segments are there once a model has scored the customers."""
    page, has_data = "pages/segments.py", session.dataset is not None
    if session.scores_id:
        status = "Who your customers are, and what sets them apart"
        return Step("Segments", page, status, done=True, open=True)
    if session.model is None:
        return Step("Segments", page, WAITING, done=False, open=False)
    status, action = "The model has not scored your customers yet", "Score customers"
    return Step("Segments", page, status, done=False, open=has_data, action=action, leads_to=TRAINING)


def _performance(session: Session) -> Step:
    """How well the model ranks is known once it is tested, and not every model can be."""
    page, model = "pages/performance.py", session.model
    if session.evaluation_id:
        return Step("Performance", page, _test_status(session), done=True, open=True)
    if model is None:
        return Step("Performance", page, WAITING, done=False, open=False)
    if results.why_untested(model):
        return Step("Performance", page, "Not tested: too few customers", done=False, open=False)
    if session.dataset_id not in model.parents:
        status = "Not tested on your customers: the model came from a file"
        return Step("Performance", page, status, done=False, open=False)
    status, action = "The model is not tested yet", "Test the model"
    return Step("Performance", page, status, done=False, open=True, action=action, leads_to=TRAINING)


def _data_status(session: Session) -> str:
    if session.dataset is None:
        return "No customer files yet"
    dataset = cached.dataset(session.dataset.id)
    moments = [m for c in dataset.coverage.values() for m in (c.first, c.last) if m]
    reach = f", {period(min(moments), max(moments))}" if moments else ""
    counted = [
        count_of(dataset.rows.get(table, 0), noun, plural)
        for table, noun, plural in (
            ("customers", "customer", None),
            ("transactions", "purchase", None),
            ("engagements", "campaign touch", "campaign touches"),
        )
        if dataset.rows.get(table, 0)
    ]
    return f"{plain(session.dataset.name)}: {', '.join(counted)}{reach}"


def _model_status(session: Session) -> str:
    if session.model is None:
        return "No model yet"
    return plain(f"{session.model.name}. {without_auc(session.model.details.get('correction', ''))}")


def _test_status(session: Session) -> str:
    assert session.evaluation_id
    return plain(str(session.workspace.record(session.evaluation_id).details.get("sentence", "Tested")))

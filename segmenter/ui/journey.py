"""A session -> where its owner stands on the way from files to a list, and what comes next."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from segmenter.ui import cached
from segmenter.ui.format import count_of, period, plain
from segmenter.ui.session import Session

WAITING: Final = "Needs a trained model"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `done`: it has a result; `open`: what it needs is there."""

    title: str
    page: str
    status: str
    done: bool
    open: bool


def steps(session: Session) -> tuple[Step, ...]:
    """The steps in the order of the work, each with its result in words."""
    has_data, has_model = session.dataset is not None, session.model is not None
    has_scores, has_test = session.scores_id is not None, session.evaluation_id is not None
    audiences = [
        record for record in session.workspace.records("audience") if session.scores_id in record.parents
    ]
    seen = "Who your customers are, and what sets them apart" if has_scores else WAITING
    tested = _test_status(session) if has_test else WAITING
    saved = f"{count_of(len(audiences), 'audience')} saved" if audiences else "Choose whom to contact"
    return (
        Step("Data", "pages/data.py", _data_status(session), done=has_data, open=True),
        Step("Training", "pages/training.py", _model_status(session), done=has_model, open=has_data),
        Step("Segments", "pages/segments.py", seen, done=has_scores, open=has_scores),
        Step("Performance", "pages/performance.py", tested, done=has_test, open=has_test),
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
                f"Next: {step.title}", type="primary", width="stretch", key="next_step"
            ):
                st.switch_page(step.page)


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
    return plain(f"{session.model.name}. {session.model.details.get('correction', '')}")


def _test_status(session: Session) -> str:
    assert session.evaluation_id
    return plain(str(session.workspace.record(session.evaluation_id).details.get("sentence", "Tested")))

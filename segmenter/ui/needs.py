"""What a page needs -> it, or one sentence and one button that lead there.

Each function returns a Ready whose fields up to the asked one are there, or draws the empty state and stops
the page.
"""

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from segmenter import results
from segmenter.ui import components
from segmenter.ui.format import plain
from segmenter.ui.session import Session, current
from segmenter.workspace import Workspace
from segmenter.workspace.catalog import ArtifactRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A session of which everything asked for is present; ids beyond that are empty text."""

    workspace: Workspace
    dataset: ArtifactRecord | None
    model: ArtifactRecord | None
    evaluation_id: str
    scores_id: str

    @property
    def dataset_id(self) -> str:
        """Id of the current data set, or empty text."""
        return self.dataset.id if self.dataset else ""

    @property
    def model_id(self) -> str:
        """Id of the current model, or empty text."""
        return self.model.id if self.model else ""

    @property
    def is_at_home(self) -> bool:
        """Whether the model was trained on the current data set, and did not come from a file."""
        return self.model is not None and self.dataset_id in self.model.parents


def dataset(why: str) -> Ready:
    """The current data set. `why` ends the sentence 'Bring customer files first, ...'."""
    session = current()
    if session.dataset is None:
        _stop(f"Bring customer files first, {why}.", "Add data", "pages/data.py")
    return _ready(session)


def model(why: str) -> Ready:
    """The current model. `why` ends the sentence 'Train a model first, ...'."""
    session = current()
    if session.dataset is None and session.model is None:
        _stop(f"Bring customer files first, {why}.", "Add data", "pages/data.py")
    if session.model is None:
        _stop(f"Train a model first, {why}.", "Train a model", "pages/training.py")
    return _ready(session)


def evaluation(why: str) -> Ready:
    """The current model with its evaluation."""
    ready = model(why)
    if not ready.evaluation_id:
        _stop_untested(ready, why)
    return ready


def _stop_untested(ready: Ready, why: str) -> NoReturn:
    """Say why there is no test, and lead to one only where one is possible."""
    reason = results.why_untested(ready.model) if ready.model else None
    if reason is None and ready.is_at_home:
        sentence = f"This model has not been tested on your customers yet; test it first, {why}."
        _stop(sentence, "Test the model", "pages/training.py")
    sentence = (
        f"This model could not be tested, because too few customers were kept back for it. {plain(reason)}"
        if reason
        else "This model came from a file and was not tested on your customers. A model that is trained on "
        "them is tested on them, too."
    )
    if ready.scores_id:
        _stop(f"{sentence} It can still be used.", "Choose whom to contact", "pages/audience.py")
    _stop(f"{sentence} It can still score them.", "Score customers", "pages/training.py")


def scores(why: str) -> Ready:
    """The current model with its scores."""
    ready = model(why)
    if not ready.dataset:
        _stop(f"Bring customer files first, {why}.", "Add data", "pages/data.py")
    if not ready.scores_id:
        sentence = f"This model has not scored your customers yet; score them first, {why}."
        _stop(sentence, "Score customers", "pages/training.py")
    return ready


def _ready(session: Session) -> Ready:
    return Ready(
        workspace=session.workspace,
        dataset=session.dataset,
        model=session.model,
        evaluation_id=session.evaluation_id or "",
        scores_id=session.scores_id or "",
    )


def _stop(sentence: str, label: str, page: str) -> NoReturn:
    components.empty_state(sentence, label, page)
    st.stop()

"""What one person is looking at: ids and choices, never data.

Two choices are kept, each under one key: the data set and the model. Everything else follows from the
catalog: no choice means the newest data set and its newest model with scores (a training that was stopped
may leave one without), and a model's evaluation and scores are its newest ones.
"""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from segmenter.ui import cached
from segmenter.workspace import Workspace
from segmenter.workspace.artifacts import Kind
from segmenter.workspace.catalog import ArtifactRecord

DATASET_CHOICE: Final = "chosen_dataset"
MODEL_CHOICE: Final = "chosen_model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The current data set, the current model of it, and what is stored about that model."""

    workspace: Workspace
    dataset: ArtifactRecord | None
    model: ArtifactRecord | None
    evaluation_id: str | None
    scores_id: str | None

    @property
    def dataset_id(self) -> str | None:
        """Id of the current data set."""
        return self.dataset.id if self.dataset else None

    @property
    def model_id(self) -> str | None:
        """Id of the current model."""
        return self.model.id if self.model else None

    @property
    def demo(self) -> bool:
        """True while what is shown comes from the demo and not from the user's own customers."""
        return any(record.demo for record in (self.dataset, self.model) if record)


def current() -> Session:
    """The session as the catalog and the two choices have it now."""
    workspace = cached.workspace()
    datasets, models = workspace.records("dataset"), workspace.records("model")
    chosen_model = _find(models, st.session_state.get(MODEL_CHOICE))
    dataset = _find(datasets, st.session_state.get(DATASET_CHOICE))
    if dataset is None and chosen_model is not None:
        dataset = next((d for d in datasets if d.id in chosen_model.parents), None)
    if dataset is None and datasets:
        dataset = datasets[0]
    scored = {parent for scores in workspace.records("scores") for parent in scores.parents}
    at_home = [m for m in models if dataset and dataset.id in m.parents]
    model = chosen_model or next((m for m in at_home if m.id in scored), next(iter(at_home), None))
    if model is None and dataset is None and models:
        model = models[0]  # a model loaded from a file into an empty workspace
    return Session(
        workspace=workspace,
        dataset=dataset,
        model=model,
        evaluation_id=_newest_child(workspace, "evaluation", model),
        scores_id=_newest_child(workspace, "scores", model),
    )


def choose_dataset(dataset_id: str) -> None:
    """Look at another data set, and so at its newest model."""
    st.session_state[DATASET_CHOICE] = dataset_id
    st.session_state.pop(MODEL_CHOICE, None)


def choose_model(model_id: str) -> None:
    """Look at another model, and so at the data set it was trained on where that is still there."""
    st.session_state[MODEL_CHOICE] = model_id
    workspace = cached.workspace()
    model = _find(workspace.records("model"), model_id)
    home = next((d for d in workspace.records("dataset") if model and d.id in model.parents), None)
    if home is not None:
        st.session_state[DATASET_CHOICE] = home.id


def forget_choices() -> None:
    """Back to the newest of everything; after something was removed."""
    for key in (DATASET_CHOICE, MODEL_CHOICE):
        st.session_state.pop(key, None)


def _find(records: tuple[ArtifactRecord, ...], record_id: str | None) -> ArtifactRecord | None:
    return next((record for record in records if record.id == record_id), None)


def _newest_child(workspace: Workspace, kind: Kind, parent: ArtifactRecord | None) -> str | None:
    if parent is None:
        return None
    return next((record.id for record in workspace.records(kind) if parent.id in record.parents), None)

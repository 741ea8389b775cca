"""Models of the workspace: pick one, download it, load one from a file, delete one."""

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from segmenter import model_files
from segmenter.ui import cached
from segmenter.ui.components import download
from segmenter.ui.format import count_of, day, plain
from segmenter.ui.removal import ask_removal
from segmenter.ui.session import choose_model
from segmenter.ui.uploads import tamed_name
from segmenter.workspace import ArtifactRecord

MODEL_MEGABYTES = 50  # a model is kilobytes; more than this is not one of ours


def show_models(models: tuple[ArtifactRecord, ...], current_id: str) -> None:
    """The models as a table, the current one to change, and what can be done with it."""
    names = {model.id: model.name for model in models}
    picked = st.selectbox(
        "Model in use",
        list(names),
        index=list(names).index(current_id),
        format_func=names.__getitem__,
        help="All pages show this model. Models of every data set in the workspace are listed.",
    )
    if picked != current_id:
        choose_model(picked)
        st.rerun()
    st.table(_overview(models), hide_index=True, border="horizontal")
    with st.container(horizontal=True):
        download(
            "Download the model",
            lambda: _model_file(picked),
            file_name=f"{tamed_name(names[picked])}.segmenter",
            mime="application/octet-stream",
            key="download_model",
        )
        if st.button("Delete the model"):
            ask_removal(cached.workspace(), picked)


def ask_model_file() -> None:
    """Load a model file that Segmenter wrote; it is checked before anything is kept."""
    uploaded = st.file_uploader(
        "Load a model file",
        type=["segmenter"],
        max_upload_size=MODEL_MEGABYTES,
        key="model_file",
        help="A file made by 'Download the model', here or in another workspace. It is checked first.",
    )
    if uploaded is not None and st.button("Load the model"):
        with cached.workspace().scratch() as scratch:
            path = scratch / f"{Path(tamed_name(uploaded.name)).stem}.segmenter"
            path.write_bytes(uploaded.getvalue())
            choose_model(model_files.import_model(cached.workspace(), path))
        st.rerun()


def _model_file(model_id: str) -> bytes:
    workspace = cached.workspace()
    with workspace.scratch() as scratch:
        return model_files.export_model(workspace, model_id, scratch / "model.segmenter").read_bytes()


def _overview(models: tuple[ArtifactRecord, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": [plain(model.name) for model in models],
            "made on": [day(model.created_at) for model in models],
            "learned from": [_learned_from(model) for model in models],
        }
    )


def _learned_from(model: ArtifactRecord) -> str:
    cutoffs, days = model.details.get("cutoffs", []), model.details.get("outcome_days")
    if not cutoffs or not days:
        return "loaded from a file"
    last = day(date.fromisoformat(cutoffs[-1]))
    return f"{count_of(len(cutoffs), 'window')} of {count_of(days, 'day')}, the last from {last}"

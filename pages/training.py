"""Training: which days to learn from, what they hold, and the model that comes of it."""

import streamlit as st

from segmenter.ui import cached, jobs_panel, needs
from segmenter.ui.components import page_header
from segmenter.ui.correction_view import show_correction
from segmenter.ui.messages import explained
from segmenter.ui.model_list import ask_model_file, show_models
from segmenter.ui.model_summary import show_model
from segmenter.ui.needs import Ready
from segmenter.ui.session import choose_dataset
from segmenter.ui.training_advanced import ask_settings
from segmenter.ui.training_form import ask_start, ask_windows, show_segments, show_timeline
from segmenter.ui.training_jobs import offer_missing, show_work


def pick_dataset(ready: Ready) -> None:
    """Which data set to learn from, where there are several."""
    names = {record.id: record.name for record in ready.workspace.records("dataset")}
    if len(names) > 1:
        picked = st.selectbox(
            "Data set",
            list(names),
            index=list(names).index(ready.dataset_id),
            format_func=names.__getitem__,
            help="The data the new model learns from.",
        )
        if picked != ready.dataset_id:
            choose_dataset(picked)
            st.rerun()


def train_anew(ready: Ready) -> None:
    """Choose the windows, look at what they hold, start."""
    dataset = cached.dataset(ready.dataset_id)
    outcome_days, cutoffs = ask_windows(ready.dataset_id, dataset)
    show_timeline(ready.dataset_id, cutoffs, outcome_days)
    above = st.container()
    settings = ask_settings(ready.dataset_id, outcome_days)
    with above:
        show_segments(ready.dataset_id, cutoffs.train[-1], settings.windows)
    choice = ask_start(ready.dataset_id, cutoffs, settings)
    if choice is not None:
        jobs_panel.start("train", choice.arguments())


page_header("Training", "What should the model learn from, and what would it see there?")
ready = needs.dataset("so that there is something to learn from")
if not show_work():
    pick_dataset(ready)
    with explained():
        train_anew(ready)
st.header("Models", anchor=False)
if ready.model is not None:
    with explained():  # whatever is wrong with one model, others can be chosen, and it can be deleted
        show_model(
            cached.report(ready.model_id), tested=bool(ready.evaluation_id), from_file=not ready.model.parents
        )
        show_correction(ready.model_id, cached.report(ready.model_id))
    offer_missing(ready)
    show_models(ready.workspace.records("model"), ready.model_id)
ask_model_file()

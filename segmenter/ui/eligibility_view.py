"""Is this enough to train? The verdict with its numbers, what is missing, and what would help most."""

from typing import Final

import streamlit as st

from segmenter.cutoffs import data_end, data_start
from segmenter.errors import NotEnoughData
from segmenter.evaluation.eligibility import Eligibility
from segmenter.tables.dataset import Dataset
from segmenter.ui import cached
from segmenter.ui.components import Card, metric_row
from segmenter.ui.format import SEGMENT_MEANING, SEGMENT_WORDS, count_of, number, plain, with_table_words
from segmenter.ui.training_choices import usual_outcome_days

_VERDICTS: Final = {
    "enough": "Enough to train a model, and to test it on customers and a time that it has not seen.",
    "just enough": "Enough to train a model, but it is tested on few customers, or on the same time.",
    "not enough": "Not enough to train a model yet.",
}


def show_eligibility(dataset_id: str, dataset: Dataset) -> None:
    """The verdict for the usual outcome window of these data."""
    found = cached.eligibility(dataset_id, _outcome_days(dataset))
    st.subheader("Is this enough to train?", anchor=False)
    words = _VERDICTS[found.verdict]
    if found.verdict == "enough":
        st.success(words, icon=":material/check_circle:")
    else:
        st.warning(words, icon=":material/warning:")
    for sentence in found.missing:
        st.markdown(f"- {plain(with_table_words(sentence))}")
    metric_row(_cards(found))
    if found.segments:
        metric_row(_segment_cards(found))
    if found.would_help:
        st.markdown("**What would help most:** " + "; ".join(found.would_help) + ".")


def _outcome_days(dataset: Dataset) -> int:
    try:
        return usual_outcome_days((data_end(dataset) - data_start(dataset)).days)
    except NotEnoughData:
        return usual_outcome_days(0)


def _cards(found: Eligibility) -> list[Card]:
    cards = []
    if found.months:
        cards.append(
            Card(
                label="Months covered",
                value=f"{found.months:.1f}",
                note=count_of(found.windows, "window"),
                help=f"How long the data reach, and how many outcome windows of "
                f"{count_of(found.outcome_days, 'day')} can be learned from.",
            )
        )
    if found.segments:
        cards.append(
            Card(
                label="Customers",
                value=number(found.customers),
                note=f"{number(found.buyers)} bought",
                help="Known before the last outcome window that can be learned from; who bought in it.",
            )
        )
    cards.append(
        Card(
            label="Holdout",
            value=number(found.control),
            note="left out by lot" if found.control else "none",
            help="Customers left out of campaigns by chance: they show what a campaign changes.",
        )
    )
    return cards


def _segment_cards(found: Eligibility) -> list[Card]:
    return [
        Card(
            label=SEGMENT_WORDS[label],
            value=number(found.segments[label]),
            help=f"{SEGMENT_MEANING[label]}, in the last window that can be learned from.",
        )
        for label in ("engaged", "unengaged", "inactive")
    ]

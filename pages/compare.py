"""Compare: whether two models choose different customers, and one is better; another setting tried."""

import streamlit as st

from segmenter.ui import cached, compare_choices, compare_view, needs, what_if
from segmenter.ui.components import answer, empty_state, page_header
from segmenter.ui.needs import Ready


def show_comparison(comparison_id: str) -> None:
    """The answer at a size of the lists, then who moves and why, then what differs."""
    found = cached.comparison(comparison_id)
    choice = compare_choices.ask_size()
    answer(compare_view.compare_sentence(found, choice))
    compare_view.show_cards(found, choice)
    compare_view.show_curves(found, choice)
    compare_view.show_movers(found, choice)
    compare_view.show_why(found, choice)
    compare_view.show_differences(found, choice)


def compare(ready: Ready) -> None:
    """Pick the other model; its comparison, or the way to it."""
    others = compare_choices.other_models(ready)
    if not others:
        empty_state(
            "There is only one model of these customers. Train another one, or try another setting below: "
            "then the two can be compared.",
            "Train another model",
            "pages/training.py",
        )
        return
    stored = compare_choices.comparison_id(ready, compare_choices.ask_other(ready, others))
    if stored is not None:
        show_comparison(stored)


page_header("Compare", "Do two models choose different customers, and is one better?")
ready = needs.model("so that there is something to compare")
if ready.is_at_home:
    compare(ready)
    st.divider()
    what_if.show_what_if(ready)
    what_if.show_instant()
else:
    empty_state(
        "This model came from a file, so nothing tells which of your customers are new to it. Models trained "
        "on your customers can be compared.",
        "Train a model",
        "pages/training.py",
    )

"""Reasons: what the score looks at, and why one customer has theirs."""

import streamlit as st

from segmenter.reasons.explanation import Explanation
from segmenter.settings import TrainingSettings
from segmenter.ui import cached, needs, reasons_view
from segmenter.ui.components import answer, page_header


def explain_scores(explanation: Explanation, settings: TrainingSettings, scores_id: str) -> None:
    """First all scores together, then one customer's: by id, or the best-ranked one as an example."""
    answer(reasons_view.reasons_sentence(explanation))
    reasons_view.show_groups(explanation)
    reasons_view.show_features(explanation)
    st.header("Why this customer", anchor=False)
    asked = reasons_view.ask_customer()
    found = cached.customer_reasons(scores_id, asked)
    if found is None:
        reasons_view.show_nobody(asked or "", explanation.customers)
    else:
        summary = cached.summary(scores_id)
        active = 1 - summary.expected["inactive"] / summary.customers
        reasons_view.show_customer(
            found, explanation, settings.windows, active=active, asked=asked is not None
        )
    reasons_view.show_computed(explanation, settings.network.members)


page_header("Reasons", "What does the score look at, and why does a customer have theirs?")
ready = needs.scores("so that there are scores to explain")
trained = cached.report(cached.summary(ready.scores_id).model).settings
kept = cached.explanation(ready.scores_id)
if kept is None:
    reasons_view.show_missing(trained)
else:
    explain_scores(kept, trained, ready.scores_id)

"""The evidence ladder as a card: which rung the model stands on, and what the next one needs."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from segmenter.labels.intent import IntentEvidence
from segmenter.ui.format import EVIDENCE_WORDS, plain, share

RUNGS: Final[dict[str, str]] = {
    "randomised": "Randomised holdout",
    "organic_completions": "Bought without having seen the campaign",
    "before_after": "First left out, reached later",
    "given_labels": "Given labels only",
}
STRENGTH: Final[dict[str, str]] = {
    "randomised": "the strongest there is: it measures what contacting changes",
    "organic_completions": "good: it counts customers who certainly did not need the campaign",
    "before_after": "weak: time passes between before and after, so compare it with its placebo",
    "given_labels": "the weakest: who reacted and bought is known, why they bought is not",
}
NEXT: Final[dict[str, str]] = {
    "organic_completions": "Hold some customers back by chance in the next campaign (the holdout on the "
    "Audience "
    "page) and bring the result in as trial groups.",
    "before_after": "Bring in who saw each campaign and who redeemed, so that purchases made without "
    "having seen "
    "it can be counted; better still, hold some customers back by chance.",
    "given_labels": "Bring in campaign touches with their time (sent, seen, redeemed), or hold some "
    "customers "
    "back by chance in the next campaign and bring in the trial groups.",
}


def show_evidence(evidence: Sequence[IntentEvidence]) -> None:
    """The card. Evidence is ordered strongest first; without any, the lowest rung is shown."""
    kinds = [item.kind for item in evidence] or ["given_labels"]
    strongest = kinds[0]
    with st.container(border=True):
        st.subheader(f"Evidence: {RUNGS[strongest].lower()}", anchor=False)
        st.markdown(f"Would the engaged have bought anyway? This evidence is {STRENGTH[strongest]}.")
        st.caption("What follows was counted in the test period.")
        for item in evidence:
            st.markdown(f"**{RUNGS[item.kind]}.** {plain(item.sentence)}{_placebo(item)}")
        st.caption(
            "From strongest to weakest: "
            + "; ".join(
                f"**{words}** (here)" if kind in kinds else f"{words} (not in these data)"
                for kind, words in RUNGS.items()
            )
            + "."
        )
        if strongest in NEXT:
            st.markdown(f"**To stand on firmer ground:** {NEXT[strongest]}")


def evidence_line(evidence: Sequence[IntentEvidence], *, when: str) -> None:
    """The strongest evidence in one quiet line. `when`: the period it was counted in, in words."""
    if evidence:
        strongest = evidence[0]
        st.caption(f"Evidence {when}: **{evidence_words(strongest)}**. {plain(strongest.sentence)}")


def evidence_words(item: IntentEvidence) -> str:
    """The kind of evidence in a few words, and for a holdout whether it found an effect at all."""
    if item.kind != "randomised" or item.organic_share is not None:
        return EVIDENCE_WORDS[item.kind]
    fewer = item.details.get("difference_high", 0.0) < 0
    return "holdout: contact lost buyers" if fewer else "holdout: no clear effect"


def _placebo(item: IntentEvidence) -> str:
    if item.kind != "before_after" or item.placebo_share is None:
        return ""
    return f" **Placebo: {share(item.placebo_share)}**; only what lies above it is evidence."

"""The evidence ladder as a card: which rung the model stands on, and what the next one needs."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from segmenter.cards.ladder import WORDS
from segmenter.labels.intent import IntentEvidence
from segmenter.ui.format import EVIDENCE_WORDS, plain, share

# The rungs that a test period can hold; the whole ladder is on the Model card page.
RUNGS: Final[dict[str, str]] = {kind: WORDS[kind].title for kind in EVIDENCE_WORDS}
STRENGTH: Final[dict[str, str]] = {kind: WORDS[kind].strength for kind in EVIDENCE_WORDS}
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
                f"**{words}** (here)" if kind in (*kinds, "given_labels") else f"{words} (not in these data)"
                for kind, words in RUNGS.items()
            )
            + "."
        )
        if strongest in NEXT:
            st.markdown(f"**To stand on firmer ground:** {NEXT[strongest]}")
        st.caption("The Model card page has the whole ladder, and how many customers the next rung takes.")


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

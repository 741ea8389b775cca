"""The Training page's fold of settings that nobody needs to touch -> the settings of a training."""

from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from segmenter.settings import Correction, EngagementKind, Network, TrainingSettings, Windows
from segmenter.ui.suspicions import ask_leave_out, tell_left_out

CorrectionMethod = Literal["guarded", "none", "printed"]
RankingRule = Literal["product", "paper"]
CORRECTION_WORDS: Final[dict[CorrectionMethod, str]] = {
    "guarded": "Correct with care (recommended)",
    "none": "Do not correct",
    "printed": "Correct as the paper prints it (for comparison; it tends to collapse)",
}
RANKING_WORDS: Final[dict[RankingRule, str]] = {
    "product": "Looks prompted, and active (recommended)",
    "paper": "The paper's: looks prompted, inactive customers removed",
}
KIND_WORDS: Final[dict[EngagementKind, str]] = {"view": "Opened", "click": "Clicked", "redeem": "Redeemed"}
LAYER_WORDS: Final[dict[int, str]] = {
    0: "A single layer (recommended)",
    8: "One hidden layer of 8 units",
    16: "One hidden layer of 16 units",
    32: "One hidden layer of 32 units",
}
LEARNING_RATES: Final = (0.0003, 0.001, 0.003, 0.01)
NOBODY_NEEDS: Final = (
    "Nobody needs to touch these: the usual values are filled in, and with them the model is compared with "
    "other methods on the Performance page. What you change stands in the model's settings."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What counts as a reaction, and from whom the second stage learns."""

    attribution_days: int
    kinds: tuple[EngagementKind, ...]
    exposed_only: bool


def ask_settings(dataset_id: str, outcome_days: int) -> TrainingSettings:
    """The settings few people need, behind an expander; the defaults otherwise."""
    with st.expander("Advanced settings"):
        st.caption(NOBODY_NEEDS)
        counting = _ask_what_counts()
        correction = _ask_doubts()
        network = _ask_network()
        ranking, seed, leave_out = _ask_the_rest(dataset_id)
    tell_left_out(dataset_id, leave_out)
    return TrainingSettings(
        windows=Windows(
            outcome_days=outcome_days,
            attribution_days=counting.attribution_days,
            engagement_kinds=counting.kinds,
        ),
        network=network,
        correction=correction,
        ranking=ranking,
        exposed_only=counting.exposed_only,
        seed=seed,
        leave_out=leave_out,
    )


def _ask_what_counts() -> Counting:
    st.subheader("What counts", anchor=False)
    left, right = st.columns(2, gap="medium")
    days = left.number_input(
        "Days a purchase may follow a reaction",
        min_value=1,
        value=Windows().attribution_days,
        key="attribution_days",
        persist_state="session",
        help="A purchase this soon after an opened, clicked or redeemed campaign counts as following it.",
    )
    kinds = right.multiselect(
        "What counts as a reaction",
        list(KIND_WORDS),
        default=list(Windows().engagement_kinds),
        format_func=KIND_WORDS.__getitem__,
        key="engagement_kinds",
        persist_state="session",
        help="Reactions to a campaign that make a buyer 'engaged'.",
    )
    exposed_only = st.toggle(
        "Learn what a campaign changes only from customers within reach",
        value=TrainingSettings().exposed_only,
        key="exposed_only",
        persist_state="session",
        help="A customer no campaign reached could not react, so they say little about campaigns.",
    )
    return Counting(attribution_days=days, kinds=tuple(kinds), exposed_only=exposed_only)


def _ask_doubts() -> Correction:
    usual = Correction()
    st.subheader("Doubting labels", anchor=False)
    method = st.selectbox(
        "Customers who would have bought anyway",
        list(CORRECTION_WORDS),
        format_func=CORRECTION_WORDS.__getitem__,
        key="correction_method",
        persist_state="session",
        help="Some engaged customers needed no campaign. The correction doubts them, and falls back to "
        "no correction where it does not help.",
    )
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    expected = left.number_input(
        "Expected share of them among the engaged, in % (empty: let the evidence decide)",
        min_value=0,
        max_value=100,
        value=None,
        key="organic_share",
        persist_state="session",
        help="Only if you know it, for example from an earlier holdout test. It bounds the correction, "
        "which is used only where customers kept back speak for it.",
    )
    tau = right.slider(
        "Doubt an engaged customer below this score",
        0.1,
        0.9,
        usual.tau,
        step=0.05,
        key="tau",
        persist_state="session",
        help="Higher doubts more customers. The usual value is 0.5. It plays a part only where the "
        "correction is used and nobody is known to have looked at a campaign without buying.",
    )
    share = None if expected is None else expected / 100
    return Correction(method=method, tau=tau, organic_share=share)


def _ask_network() -> Network:
    usual = Network()
    st.subheader("Network", anchor=False)
    left, right = st.columns(2, gap="medium")
    hidden = left.selectbox(
        "Layers",
        list(LAYER_WORDS),
        format_func=LAYER_WORDS.__getitem__,
        key="n_hidden",
        persist_state="session",
        help="With a single layer every score can be explained feature by feature. A hidden layer can learn "
        "what features mean together; its scores come without reasons.",
    )
    members = right.number_input(
        "Networks that learn side by side",
        min_value=2,
        max_value=10,
        value=usual.members,
        key="members",
        persist_state="session",
        help="The model says their mean, and each is checked on customers it has not learned from. More take "
        "longer and depend less on chance.",
    )
    rate = left.selectbox(
        "Learning rate",
        LEARNING_RATES,
        index=LEARNING_RATES.index(usual.learning_rate),
        format_func=lambda rate: f"{rate:g} (recommended)" if rate == usual.learning_rate else f"{rate:g}",
        key="learning_rate",
        persist_state="session",
        help="How far the network moves at each step. Larger is quicker and coarser.",
    )
    patience = right.number_input(
        "Stop after so many passes without progress",
        min_value=1,
        max_value=50,
        value=usual.patience,
        key="patience",
        persist_state="session",
        help="After each pass over the customers the network is checked on those kept back from it. It ends "
        "when it has not become better on them for this many passes, and goes back to its best one.",
    )
    balanced = left.toggle(
        "Give every segment the same weight",
        value=usual.class_weights == "balanced",
        key="class_weights",
        persist_state="session",
        help="While it learns, the network then cares as much for the few engaged as for the many inactive. "
        "What it says of chances is at the true shares either way.",
    )
    card = right.toggle(
        "Use a graphics card where there is one",
        value=usual.device == "auto",
        key="device",
        persist_state="session",
        help="The list is the same without one. The model is small: on the card that we tried, training "
        "was no sooner done.",
    )
    return Network(
        n_hidden=hidden,
        members=members,
        learning_rate=rate,
        patience=patience,
        class_weights="balanced" if balanced else "none",
        device="auto" if card else "cpu",
    )


def _ask_the_rest(dataset_id: str) -> tuple[RankingRule, int, tuple[str, ...]]:
    """The rule of ranking, the seed and the features to leave out."""
    st.subheader("Ranking, seed and features", anchor=False)
    left, right = st.columns(2, gap="medium")
    ranking = left.selectbox(
        "Rank customers by",
        list(RANKING_WORDS),
        format_func=RANKING_WORDS.__getitem__,
        key="ranking",
        persist_state="session",
        help="How the two stages are put together into one score.",
    )
    seed = right.number_input(
        "Seed",
        min_value=0,
        value=TrainingSettings().seed,
        key="seed",
        persist_state="session",
        help="The same data, settings and seed give the same model.",
    )
    return ranking, seed, ask_leave_out(dataset_id)

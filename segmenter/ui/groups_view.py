"""The part of the Performance page that says among whom the model's order can be followed."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.groups import LAPSED_WINDOWS, GroupResult, groups_sentence
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.ui.format import MISSING, number, share

ORDER_COLUMN: Final = "Pairs in order"
COLUMN_HELP: Final = {
    "Test customers who": "Every customer tested is in one group of each kind: by past purchases, by past "
    "contacts, and by likeness to those the model learned from.",
    "Customers": "How many of the customers tested are in this group.",
    "Engaged": "The share of them who turned out engaged.",
    ORDER_COLUMN: "Of all pairs of an engaged and another customer of this group, the share in which the "
    "model ranks the engaged one first, with the 95% interval. Chance gives 50%.",
    "The model's order": "Whether the whole interval lies on one side of chance.",
}
VERDICT_WORDS: Final = {"too few": "too few to tell"}


def show_groups(evaluation: Evaluation) -> None:
    """The table and its sentence; nothing for an evaluation from before groups were looked at."""
    if not evaluation.groups:
        return
    st.header("Among whom the order holds", anchor=False)
    sentence = groups_sentence([group for group in evaluation.groups if group.customers >= MIN_GROUP])
    st.markdown(sentence)
    st.dataframe(
        groups_table(evaluation.groups),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(name, help=words) for name, words in COLUMN_HELP.items()
        },
        alt=f"How well the model orders customers within groups. {sentence}",
        key="groups",
    )
    st.caption(
        f"A purchase counts as recent for {LAPSED_WINDOWS} outcome windows. A contact is an offer received, "
        "an ad shown, a message opened or clicked before the cutoff. Scores of customers unlike all others "
        "are guesses."
    )


def groups_table(groups: Sequence[GroupResult]) -> pd.DataFrame:
    """One row per group, in words; of fewer than MIN_GROUP customers only that they are few."""
    rows = []
    for group in groups:
        few = 0 < group.customers < MIN_GROUP
        rows.append(
            (
                group.name,
                f"under {MIN_GROUP}" if few else number(group.customers),
                MISSING if few else share(group.engaged_share, digits=1),
                _ordered(group),
                VERDICT_WORDS.get(group.verdict, group.verdict) if group.customers else MISSING,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMN_HELP))


def _ordered(group: GroupResult) -> str:
    if group.ordered is None:
        return MISSING
    return f"{share(group.ordered.value)} ({share(group.ordered.low)} to {share(group.ordered.high)})"

"""Scored test customers -> how well the model orders them within groups that training knew well, or hardly.

A ranking of everybody may owe all it has to telling active customers from those who never bought. Within a
group that no longer helps: there its order is worth following only where it beats chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from segmenter.evaluation.bootstrap import LEVEL, Estimate
from segmenter.evaluation.rfm import has_bought

Aspect = Literal["purchases", "contacts", "range"]
Verdict = Literal["better than chance", "worse than chance", "not distinguishable from chance", "too few"]

LAPSED_WINDOWS = 3  # the last purchase is longer ago than this many outcome windows: lapsed
FEWEST_TO_TELL = 20  # engaged customers, and others, as for the whole comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One group of test customers; the groups of one aspect hold every customer once.

    customers, engaged: how many, and how many of them engaged. ordered: the share of pairs of an engaged and
    another customer of this group in which the model ranks the engaged one first (an AUC; 0.5 is chance),
    with its interval; None with fewer than FEWEST_TO_TELL engaged customers or others.
    """

    aspect: Aspect
    name: str
    customers: int
    engaged: int
    ordered: Estimate | None

    @property
    def engaged_share(self) -> float | None:
        """Of the group's customers, the share who engaged; None for an empty group."""
        return self.engaged / self.customers if self.customers else None

    @property
    def verdict(self) -> Verdict:
        """What the whole interval says of the order within the group."""
        if self.ordered is None or self.ordered.low is None or self.ordered.high is None:
            return "too few"
        if self.ordered.low > 0.5:
            return "better than chance"
        return "worse than chance" if self.ordered.high < 0.5 else "not distinguishable from chance"


def group_results(test: pd.DataFrame, *, outcome_days: int) -> tuple[GroupResult, ...]:
    """Groups by past purchases, and where the frame says so by past contacts and by range.

    test: one row per customer with given_label, score and the three measures of RFM; used
    where present: contacted_before (an offer, ad, view or click is recorded before the cutoff), out_of_range.
    """
    engaged = (test["given_label"] == "engaged").to_numpy(dtype=bool)
    score = test["score"].to_numpy(dtype=np.float64)
    return tuple(
        GroupResult(
            aspect=aspect,
            name=name,
            customers=int(chosen.sum()),
            engaged=int(engaged[chosen].sum()),
            ordered=pairs_in_order(engaged[chosen], score[chosen]),
        )
        for aspect, name, chosen in _groups(test, outcome_days)
    )


def pairs_in_order(positive: np.ndarray, score: np.ndarray) -> Estimate | None:
    """The AUC with its 95 % interval; None with fewer than FEWEST_TO_TELL of either kind.

    positive: (n,) bool; score: (n,). Variance by DeLong, DeLong and Clarke-Pearson (1988), with their
    letters. One more customer of each kind, tied with everybody, is counted in it: no interval is a point.
    """
    m, n = int(positive.sum()), int((~positive).sum())
    if min(m, n) < FEWEST_TO_TELL:
        return None
    ranks = rankdata(score)
    v10 = (ranks[positive] - rankdata(score[positive])) / n  # (m,): share of others below each positive
    v01 = 1 - (ranks[~positive] - rankdata(score[~positive])) / m  # (n,): share of positives above each other
    auc = float(v10.mean())
    variance = np.var(np.append(v10, 0.5), ddof=1) / m + np.var(np.append(v01, 0.5), ddof=1) / n
    half = float(norm.ppf((1 + LEVEL) / 2) * np.sqrt(variance))
    return Estimate(auc, max(0.0, auc - half), min(1.0, auc + half))


def groups_sentence(groups: Sequence[GroupResult]) -> str:
    """Where the model's order can be followed, and where it cannot; for a reader who sees no table."""
    said = []
    for verdict, words in (
        ("not distinguishable from chance", "The model's order is not distinguishable from chance among"),
        ("worse than chance", "The model's order is worse than chance among"),
        ("too few", "Too few engaged, or too few did not, to tell among"),
    ):
        names = [
            f"those who {_within(each)}" for each in groups if each.verdict == verdict and each.customers
        ]
        if names:
            said.append(
                f"{words} {' and '.join(part for part in (', '.join(names[:-1]), names[-1]) if part)}."
            )
    if not said:
        return "Within every one of these groups, the model's order is better than chance."
    if any(group.verdict == "better than chance" for group in groups):
        said.append("Within the other groups the model's order is better than chance.")
    return " ".join(said)


def _within(group: GroupResult) -> str:
    return group.name[0].lower() + group.name[1:]


def _groups(test: pd.DataFrame, outcome_days: int) -> list[tuple[Aspect, str, np.ndarray]]:
    bought = has_bought(test).to_numpy(dtype=bool)
    days = LAPSED_WINDOWS * outcome_days
    ago = test["days_since_last_purchase"].to_numpy(dtype=np.float64, na_value=np.nan)
    groups: list[tuple[Aspect, str, np.ndarray]] = [
        ("purchases", f"Bought in the last {days} days", bought & (ago <= days)),
        ("purchases", f"Bought, but not in the last {days} days", bought & (ago > days)),
        ("purchases", "Never bought before", ~bought),
    ]
    if "contacted_before" in test:
        contacted = test["contacted_before"].to_numpy(dtype=bool)
        groups += [
            ("contacts", "Were contacted before", contacted),
            ("contacts", "Were never contacted before", ~contacted),
        ]
    if "out_of_range" in test:
        far = test["out_of_range"].to_numpy(dtype=bool)
        groups += [
            ("range", "Are like those the model learned from", ~far),
            ("range", "Are unlike all those the model learned from", far),
        ]
    return groups

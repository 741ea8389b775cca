"""What the data can say about intent: would the engaged have bought without the campaign?

Intent is not observed. Each rung below is a way to learn the *organic share* of the engaged, the strongest
first, and says in words how far it can be trusted (METHOD: evidence for intent).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from segmenter.engines import Engine, read_sql
from segmenter.labels.intervals import (
    Interval,
    Share,
    Trial,
    pooled_difference,
    share_ratio,
    trial_weight,
    wilson,
)
from segmenter.labels.tables import PACKAGE, outcome_tables
from segmenter.settings import Windows
from segmenter.tables.dataset import Dataset

EvidenceKind = Literal["randomised", "organic_completions", "before_after", "given_labels"]

# Below this, an interval is wider than what it could decide.
FEWEST_CUSTOMERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentEvidence:
    """One way to learn the organic share of the engaged customers of one outcome window.

    organic_share, interval: that share in [0, 1] with its 95% interval; None where this evidence cannot tell
    it. customers: how many people it rests on. placebo_share: what the before/after rule calls prompted among
    customers whom no campaign reached. details: the counts and rates behind it, by name.
    """

    kind: EvidenceKind
    sentence: str
    organic_share: float | None
    interval: Interval | None
    customers: int
    placebo_share: float | None
    details: dict[str, float]

    @property
    def is_at_least(self) -> bool:
        """Whether the organic share is a lower bound: who saw an offer may have bought anyway, too."""
        return self.kind == "organic_completions"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIntent:
    """What is known of intent before a model is trained.

    organic_share, interval: expected share of organic customers among the engaged, with its 95% interval;
    None where nothing tells it.
    is_measured: chance decided or intents were given; otherwise it is a bound or an argument.
    no_effect_shown: there was a randomised holdout, and it could not tell contact from no contact.
    """

    organic_share: float | None = None
    is_measured: bool = False
    no_effect_shown: bool = False
    interval: Interval | None = None


def intent_evidence(
    engine: Engine, dataset: Dataset, windows: Windows, cutoff: date, *, among: np.ndarray | None = None
) -> tuple[IntentEvidence, ...]:
    """All evidence the outcome window of `cutoff` holds, strongest first; never empty.

    among: ids of the only customers to look at; None for everybody. What bounds a training must not be
    learned from the customers who later judge it.

    The data set's tables must be registered. 'given_labels' stands last, where intents are given or where
    nothing else is there.
    """
    with outcome_tables(engine, windows, cutoff, among) as parameters:

        def counted(name: str) -> pd.DataFrame:
            return engine.frame(read_sql(PACKAGE, name), parameters)

        found = (
            randomised(counted("arm_counts")),
            organic_completions(counted("redemption_counts")),
            before_after(counted("before_after_counts")),
        )
        intents = counted("intent_counts")
    evidence = tuple(each for each in found if each is not None)
    if evidence and intents.empty:
        return evidence
    return (*evidence, given_labels(intents))


def strongest(evidence: Iterable[IntentEvidence]) -> IntentEvidence | None:
    """The strongest evidence that tells the organic share, or None."""
    return next((each for each in evidence if each.organic_share is not None), None)


def what_is_known(evidence: Iterable[IntentEvidence]) -> KnownIntent:
    """What training needs to know of the evidence."""
    found, trial = strongest(evidence), next((each for each in evidence if each.kind == "randomised"), None)
    return KnownIntent(
        organic_share=found.organic_share if found else None,
        is_measured=found is not None and found.kind in ("randomised", "given_labels"),
        no_effect_shown=trial is not None and trial.organic_share is None,
        interval=found.interval if found else None,
    )


def randomised(arms: pd.DataFrame) -> IntentEvidence | None:
    """Purchase rates of customers contacted and left out by chance.

    arms: campaign_id, arm (missing: in both, left out here), customers, buyers, engaged.

    Estimand: the share of the engaged in the treatment arm who would have bought anyway. If the campaign
    moves only people who engage with it, those it moved are `difference` of all treated, and the engaged are
    `engaged_rate` of them: organic share = 1 - difference / engaged_rate. Told only when the difference is
    above zero beyond doubt; otherwise it would be 1 by noise. Both are the same mean over the trials.
    """
    trials, engaged_rates, treated, left_out = [], [], 0, 0
    for _, rows in arms.groupby("campaign_id", sort=True):
        by_arm = {row["arm"]: row for row in rows.to_dict("records")}
        if not {"treatment", "control"} <= set(by_arm):
            continue
        treatment, control = (
            Share(hits=by_arm[arm]["buyers"], n=by_arm[arm]["customers"]) for arm in ("treatment", "control")
        )
        trials.append(Trial(treatment=treatment, control=control))
        engaged_rates.append(by_arm["treatment"]["engaged"] / treatment.n)
        treated += by_arm["treatment"]["customers"]
        left_out += by_arm["control"]["customers"]
    if min(treated, left_out) < FEWEST_CUSTOMERS:
        return None

    difference, (low, high) = pooled_difference(trials)
    weights = [float(trial_weight(trial.treatment.n, trial.control.n)) for trial in trials]
    engaged_rate = float(np.average(engaged_rates, weights=weights))
    share, interval = None, None
    if low > 0 and engaged_rate > 0:
        share = _clipped(1 - difference / engaged_rate)
        interval = (_clipped(1 - high / engaged_rate), _clipped(1 - low / engaged_rate))
    measured = (
        f"By a randomised holdout of {left_out:,} customers, contact changed the share who buy by "
        f"{_points(difference)} (95% interval {_points(low)} to {_points(high)})"
    )
    if share is None:
        sentence = f"{measured}: not distinguishable from no effect, so it tells no organic share."
        if high < 0:
            sentence = f"{measured}: fewer bought among those contacted, so it tells no organic share."
    else:
        sentence = (
            f"{measured}. Of the engaged, about {share:.0%} would have bought anyway, if the campaign moves "
            "only those who engage with it."
        )
    return IntentEvidence(
        kind="randomised",
        sentence=sentence,
        organic_share=share,
        interval=interval,
        customers=treated + left_out,
        placebo_share=None,
        details={
            "difference": difference,
            "difference_low": low,
            "difference_high": high,
            "engaged_rate": engaged_rate,
            "treatment_customers": treated,
            "control_customers": left_out,
            "in_both_arms": float(arms.loc[arms["arm"].isna(), "customers"].sum()),
        },
    )


def organic_completions(counts: pd.DataFrame) -> IntentEvidence | None:
    """Offers redeemed without having been seen: pure organic events.

    counts: one row of redemptions, unseen, customers, squares (sum of each customer's redemptions, squared).
    The interval counts customers, not redemptions, since one customer's redemptions are alike; and where few
    customers redeemed most, it counts fewer: (sum m)^2 / sum m^2, their effective number (Kish 1965).
    """
    redemptions, unseen, customers, squares = (
        int(counts[name].iloc[0]) for name in ("redemptions", "unseen", "customers", "squares")
    )
    effective = redemptions**2 / squares if squares else 0.0
    if effective < FEWEST_CUSTOMERS:
        return None
    share = unseen / redemptions
    interval = wilson(Share(hits=share * effective, n=effective))
    return IntentEvidence(
        kind="organic_completions",
        sentence=(
            f"Of {redemptions:,} redemptions by {customers:,} customers, {share:.0%} (95% interval "
            f"{_range(interval)}) were of offers that the customer had not seen: bought without the "
            "campaign. The same share is assumed for all engaged customers; some who did see an offer would "
            "have bought anyway, so it is rather too low."
        ),
        organic_share=share,
        interval=interval,
        customers=customers,
        placebo_share=None,
        details={"redemptions": redemptions, "unseen": unseen},
    )


def before_after(counts: pd.DataFrame) -> IntentEvidence | None:
    """The paper's section 4.1: first left out, then exposed; who bought only then is called prompted.

    counts: buyer_group ('exposed_later', 'never_exposed'), customers, new_buyers. Shown with its placebo:
    what the same rule calls prompted among buyers whom no campaign reached. If organic buyers look like
    those, the rule's share s is q + (1 - q) * placebo, and the organic share 1 - q = (1 - s) / (1 - placebo).
    Told only when its interval stays below 1; otherwise the rule sees nothing that the placebo does not.
    """
    by_group = {
        row["buyer_group"]: Share(hits=row["new_buyers"], n=row["customers"])
        for row in counts.to_dict("records")
    }
    exposed, never = (by_group.get(group, Share(hits=0, n=0)) for group in ("exposed_later", "never_exposed"))
    if exposed.n < FEWEST_CUSTOMERS:
        return None
    rule = (
        f"Of {exposed.n:,} customers whom no campaign reached at first and who engaged later, "
        f"{exposed.value:.0%} had not bought before; the before/after rule calls them prompted"
    )
    if never.n < FEWEST_CUSTOMERS:
        placebo, share, interval = None, None, None
        sentence = f"{rule}. Too few buyers were never reached to say what that is worth."
    else:
        placebo = never.value
        ratio, (low, high) = share_ratio(_rest(exposed), _rest(never))
        told = high < 1
        share, interval = (_clipped(ratio), (_clipped(low), _clipped(high))) if told else (None, None)
        worth = f"that leaves {1 - ratio:.0%} prompted" if told else "so the rule tells next to nothing"
        sentence = (
            f"{rule}. It says the same of {placebo:.0%} of the {never.n:,} buyers whom no campaign ever "
            f"reached: {worth}."
        )
    return IntentEvidence(
        kind="before_after",
        sentence=sentence,
        organic_share=share,
        interval=interval,
        customers=int(exposed.n + never.n),
        placebo_share=placebo,
        details={
            "rule_share": exposed.value,
            "exposed_later_customers": exposed.n,
            "never_exposed_customers": never.n,
        },
    )


def given_labels(intents: pd.DataFrame) -> IntentEvidence:
    """Intents as given, or nothing but the segments. intents: intent, customers; engaged customers only."""
    counts = intents.set_index("intent")["customers"]
    organic, known = int(counts.get("organic", 0)), int(counts.sum())
    share, interval = None, None
    sentence = (
        "Nothing in the data tells the prompted from the organic among the engaged: only the segments "
        "themselves stand behind these figures."
    )
    if known:
        known_share = Share(hits=organic, n=known)
        share, interval = known_share.value, wilson(known_share)
        sentence = (
            f"The intent of {known:,} engaged customers was given with the data: {share:.0%} organic "
            f"(95% interval {_range(interval)}), if they are like the others."
        )
    return IntentEvidence(
        kind="given_labels",
        sentence=sentence,
        organic_share=share,
        interval=interval,
        customers=known,
        placebo_share=None,
        details={"organic": organic, "known": known},
    )


def _rest(share: Share) -> Share:
    return Share(hits=share.n - share.hits, n=share.n)


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f} percentage points"


def _range(interval: Interval) -> str:
    return f"{interval[0]:.0%} to {interval[1]:.0%}"

"""What the data can say about intent: would the engaged have bought without the campaign?

Intent is not observed. Each rung below is a way to learn the *organic share* of the engaged, the strongest
first, and says in words how far it can be trusted (METHOD: evidence for intent).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segmenter.engines import Engine, read_sql
from segmenter.labels.evidence import FEWEST_CUSTOMERS, EvidenceKind, IntentEvidence, clipped
from segmenter.labels.intervals import Interval, Share, share_ratio, wilson
from segmenter.labels.tables import PACKAGE, outcome_tables
from segmenter.labels.trials import randomised
from segmenter.settings import Windows
from segmenter.tables.dataset import Dataset, is_customer_level

__all__ = ["EvidenceKind", "IntentEvidence", "KnownIntent", "intent_evidence", "what_is_known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIntent:
    """What is known of intent before a model is trained.

    organic_share, interval: expected share of organic customers among the engaged, with its 95% interval;
    None where nothing tells it.
    is_measured: chance decided or intents were given; otherwise it is a bound or an argument.
    no_effect_shown: there was a randomised holdout, and it showed no more buyers among those contacted;
    fewer_bought: it showed fewer.
    """

    organic_share: float | None = None
    is_measured: bool = False
    no_effect_shown: bool = False
    fewer_bought: bool = False
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
    with outcome_tables(engine, dataset, windows, cutoff, among) as parameters:

        def counted(name: str) -> pd.DataFrame:
            return engine.frame(read_sql(PACKAGE, name), parameters)

        found = [randomised(counted("arm_counts"))]
        if not is_customer_level(dataset):  # without dated rows nothing comes before or after anything
            found.append(organic_completions(counted("redemption_counts")))
            found.append(before_after(counted("before_after_counts")))
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
        fewer_bought=trial is not None and trial.details["difference_high"] < 0,
        interval=found.interval if found else None,
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
        share, interval = (clipped(ratio), (clipped(low), clipped(high))) if told else (None, None)
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


def _range(interval: Interval) -> str:
    return f"{interval[0]:.0%} to {interval[1]:.0%}"

"""A name, customers and a seed -> a world: what a method may learn from, and what it is judged by.

Four worlds, built differently on purpose (WORLDS.md says how and why): three from the small mail-order shop
beside this file, one from the product's own demo. In all of them other customers at a later time are judged.
The truth stands in frames of its own, which no method is given.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from benchmarks.quality.shop import PERIOD_DAYS, TRIAL_FROM, Assumptions, History, simulate
from benchmarks.quality.shop_features import SPECS, shop_features
from segmenter.features.catalog import FeatureSpec
from segmenter.labels.evidence import IntentEvidence
from segmenter.labels.trials import randomised_windows
from segmenter.samples import Sample

JUDGED_SEED = 10_000  # added to a seed for the customers that are judged, so that nobody is in both
LEARNED_PERIODS = (TRIAL_FROM, TRIAL_FROM + 1)
JUDGED_PERIOD = TRIAL_FROM + 3
FIRST_CUTOFF = date(2025, 1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sample and the truth about it, both in the same order of customers.

    truth: customer_id; truly_prompted (bool: buys if contacted and not otherwise); chance_prompted: chance to
    buy if contacted minus the chance if not; chance_without; intent_oracle: the chance that a customer of
    these hidden traits, if engaged, is prompted; reachable (bool: takes part in what is judged).
    """

    sample: Sample
    truth: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """learned: what methods learn from, a sample per cutoff; test: other customers at a later time.

    evidence: what the product makes of the holdout and the rest at the last cutoff learned from.
    """

    name: str
    specs: tuple[FeatureSpec, ...]
    learned: tuple[Judged, ...]
    test: Judged
    evidence: tuple[IntentEvidence, ...]

    @property
    def samples(self) -> list[Sample]:
        """What a method is given to learn from."""
        return [judged.sample for judged in self.learned]


CONTAMINATED = Assumptions()
UNLIKE = replace(
    CONTAMINATED, look_sd=0.8, look_by_hazard=1.1, look_by_card=0.5, look_when_lapsed=-1.0, look_logit=-0.8
)
NOBODY = replace(CONTAMINATED, response=0.0)


def shop_world(name: str, assumptions: Assumptions, customers: int, seed: int) -> World:
    """A world of the small shop: `customers` to learn from and as many others to judge by."""
    learned = simulate(customers, max(LEARNED_PERIODS) + 1, assumptions, seed)
    judged = simulate(customers, JUDGED_PERIOD + 1, assumptions, seed + JUDGED_SEED)
    samples = tuple(_judged(learned, period, seed) for period in LEARNED_PERIODS)
    evidence = randomised_windows([each.sample.outcomes for each in samples])
    return World(
        name=name,
        specs=SPECS,
        learned=samples,
        test=_judged(judged, JUDGED_PERIOD, seed + JUDGED_SEED),
        evidence=(evidence,) if evidence else (),
    )


def with_looked(sample: Sample) -> Sample:
    """The sample with the outcome column `looked`, derived from the segments where the product gives none."""
    if "looked" in sample.outcomes:
        return sample
    looked = sample.outcomes["given_label"].isin(["engaged", "browsing"])
    return replace(sample, outcomes=sample.outcomes.assign(looked=looked))


def make_world(name: str, customers: int, seed: int) -> World:
    """The world of that name. Raises KeyError for a name that is not in WORLDS."""
    return WORLDS[name](customers, seed)


def _event_shop(customers: int, seed: int) -> World:
    # Imported here, because it needs the whole product, and the other worlds need three of its modules.
    from benchmarks.quality.event_shop import event_shop

    return event_shop(customers, seed)


WORLDS: dict[str, Callable[[int, int], World]] = {
    "contaminated": lambda customers, seed: shop_world("contaminated", CONTAMINATED, customers, seed),
    "unlike": lambda customers, seed: shop_world("unlike", UNLIKE, customers, seed),
    "nobody": lambda customers, seed: shop_world("nobody", NOBODY, customers, seed),
    "event_shop": _event_shop,
}


def _judged(history: History, period: int, seed: int) -> Judged:
    """Everybody at the start of `period`, what followed, and why."""
    n = len(history.customers.age)
    customer_id = np.array([f"c{seed}-{number:07d}" for number in range(n)], dtype=object)
    cutoff = FIRST_CUTOFF + timedelta(days=PERIOD_DAYS * period)
    return Judged(
        sample=Sample(
            cutoff=cutoff,
            features=shop_features(history, period, customer_id, np.random.default_rng([seed, 1])),
            outcomes=_outcomes(history, period, customer_id, np.random.default_rng([seed, 2, period])),
        ),
        truth=_truth(history, period, customer_id),
    )


def _outcomes(
    history: History, period: int, customer_id: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """What happened in `period`, in the columns of the product's outcomes."""
    contacted, looked = history.contacted[:, period], history.looked[:, period]
    orders = history.orders[:, period]
    bought, redeemed = orders > 0, history.redeemed[:, period]
    # The till applied the offer before the message was looked at: everybody who never looked, and now and
    # then somebody who bought, looked, and bought once more.
    before_looking = (orders > 1) & history.organic[:, period] & (rng.random(len(orders)) < 0.5)
    return pd.DataFrame(
        {
            "customer_id": customer_id,
            "given_label": np.select(
                [looked & bought, looked, bought], ["engaged", "browsing", "unengaged"], "inactive"
            ).astype(object),
            "exposed": contacted,
            "purchases": orders,
            "amount": history.amount[:, period],
            "engagements": looked.astype(np.int64) + redeemed,
            "organic_completion": redeemed & (~looked | (before_looking & history.customers.card)),
            "arm": np.where(contacted, "treatment", "control").astype(object),
            "trial": np.full(len(orders), f"mailing {period}", dtype=object),
            "intent": np.full(len(orders), None, dtype=object),
            "looked": looked,
        }
    )


def _truth(history: History, period: int, customer_id: np.ndarray) -> pd.DataFrame:
    """The columns of Judged.truth."""
    p_organic = history.p_organic[:, period]
    prompted = (1 - p_organic) * history.p_look[:, period] * history.p_moved[:, period]
    organic_looking = p_organic * history.p_look_buying[:, period]
    engaged = prompted + organic_looking
    return pd.DataFrame(
        {
            "customer_id": customer_id,
            "truly_prompted": history.prompted_if_contacted[:, period],
            "chance_prompted": prompted,
            "chance_without": p_organic,
            "intent_oracle": np.divide(prompted, engaged, out=np.zeros(len(engaged)), where=engaged > 0),
            "reachable": True,
        }
    )

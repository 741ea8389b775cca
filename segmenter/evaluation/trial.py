"""Randomised holdouts and a ranking -> what contacting the top of the ranking changes.

Estimand: purchase rate (or mean net amount) if contacted minus if held back, among the customers of the top
share, in the outcome window: the mean of the trials' effects, each trial weighing what it can tell. Chance
decided the arm within a trial, with that trial's own share, so arms are compared within trials only (Mantel
and Haenszel, with the same weights as `labels.intervals.pooled_difference`). Pooling the customers instead
would take differences between the trials' people for an effect. Purchases of the window before the contact
only add noise.
"""

from dataclasses import dataclass

import numpy as np

from segmenter.evaluation.bootstrap import has_events
from segmenter.labels.intervals import trial_weight

MIN_PER_ARM = 20  # nothing is shown about fewer customers of an arm
ARMS = ("treatment", "control")
COUNTED = ("", "_buyers", "_amount")
ARM_COUNTS = tuple(f"{arm}{what}" for arm in ARMS for what in COUNTED)


@dataclass(frozen=True, slots=True)
class Trial:
    """Customers of randomised holdouts and what they did in the outcome window; arrays of (n,).

    treatment, control: bool, both False outside the trials. bought: bool. amount: net, in currency.
    trial: name of the trial that drew the lot; anything outside the trials.
    """

    treatment: np.ndarray
    control: np.ndarray
    bought: np.ndarray
    amount: np.ndarray
    trial: np.ndarray

    def has_enough_customers(self) -> bool:
        """Whether both arms are large enough to be shown at all."""
        everybody = combined(np.array([values.sum() for values in self.counted()], dtype=np.float64))
        return are_arms_shown({name: float(count) for name, count in everybody.items()})

    def counted(self) -> list[np.ndarray]:
        """What is summed over a top share: ARM_COUNTS of each trial that has both arms, (n,) each."""
        treated, held_back = (set(self.trial[arm].tolist()) for arm in (self.treatment, self.control))
        return [
            column
            for name in sorted(treated & held_back)
            for arm in (self.treatment & (self.trial == name), self.control & (self.trial == name))
            for column in (arm, arm & self.bought, np.where(arm, self.amount, 0.0))
        ]


def combined(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of `Trial.counted` (6 * trials, ...) -> ARM_COUNTS, each (...), of one trial that tells the same.

    Rates and mean amounts are the weighted means of the trials' own. Customers are the effective number
    (Kish 1965), W^2 / sum(w^2 / n): that many in one trial would give the mean as firmly. One trial keeps its
    counts; a large arm whose other arm is nearly empty counts for little. All 0 where no trial has both arms.
    """
    parts = sums.reshape(len(sums) // len(ARM_COUNTS), len(ARMS), len(COUNTED), *sums.shape[1:])
    customers = parts[:, :, 0]  # (trials, arms, ...)
    weight = trial_weight(customers[:, 0], customers[:, 1])  # (trials, ...)
    total = weight.sum(axis=0)
    counts: dict[str, np.ndarray] = {}
    for a, arm in enumerate(ARMS):
        per_customer = _ratio(weight, customers[:, a])  # (trials, ...)
        effective = _ratio(total**2, (weight * per_customer).sum(axis=0))
        counts[arm] = effective
        for c, what in enumerate(COUNTED[1:], start=1):
            mean = _ratio((per_customer * parts[:, a, c]).sum(axis=0), total)
            counts[f"{arm}{what}"] = effective * mean
    return counts


def contact_effects(counts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """ARM_COUNTS, each (d, k) -> extra buyers and extra amount per 1,000 contacted, each (d, k).

    NaN where an arm has no customer.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        buyers, amount = (
            counts[f"treatment_{what}"] / counts["treatment"] - counts[f"control_{what}"] / counts["control"]
            for what in ("buyers", "amount")
        )
    return {"extra_buyers_per_1000": 1_000 * buyers, "extra_amount_per_1000": 1_000 * amount}


def are_arms_shown(counts: dict[str, float]) -> bool:
    """Whether both arms inside a top share are large enough for a figure."""
    return round(min(counts["treatment"], counts["control"]), 6) >= MIN_PER_ARM


def have_arms_an_interval(counts: dict[str, float]) -> bool:
    """Whether both arms have enough buyers and enough others for an honest interval."""
    return all(has_events(counts[f"{arm}_buyers"], counts[arm]) for arm in ARMS)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """0 where `below` is 0: an empty arm adds nothing."""
    above = np.asarray(above, dtype=np.float64)
    ratio: np.ndarray = np.divide(above, below, out=np.zeros_like(above), where=np.asarray(below) > 0)
    return ratio

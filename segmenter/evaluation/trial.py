"""A randomised holdout and a ranking -> what contacting the top of the ranking changes.

Estimand: purchase rate (or mean net amount) if contacted minus if held back, among the customers of the top
share, in the outcome window. Chance decided the arm, so the difference of the arms' means inside the top
share is unbiased for it (the Hajek estimator with one propensity for all). Purchases of the window before the
contact only add noise.
"""

from dataclasses import dataclass

import numpy as np

MIN_PER_ARM = 20  # nothing is shown about fewer customers of an arm
MIN_EVENTS = 5  # with fewer buyers, or fewer others, a bootstrap interval is too narrow to be honest
ARM_COUNTS = tuple(f"{arm}{what}" for arm in ("treatment", "control") for what in ("", "_buyers", "_amount"))


@dataclass(frozen=True, slots=True)
class Trial:
    """Customers of a randomised holdout and what they did in the outcome window; arrays of (n,).

    treatment, control: bool, both False outside the trial. bought: bool. amount: net, in currency.
    """

    treatment: np.ndarray
    control: np.ndarray
    bought: np.ndarray
    amount: np.ndarray

    def has_enough_customers(self) -> bool:
        """Whether both arms are large enough to be shown at all."""
        return min(int(self.treatment.sum()), int(self.control.sum())) >= MIN_PER_ARM

    def counted(self) -> list[np.ndarray]:
        """What is summed over a top share, in the order of ARM_COUNTS."""
        return [
            column
            for arm in (self.treatment, self.control)
            for column in (arm, arm & self.bought, np.where(arm, self.amount, 0.0))
        ]


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
    return min(counts["treatment"], counts["control"]) >= MIN_PER_ARM


def have_arms_an_interval(counts: dict[str, float]) -> bool:
    """Whether both arms have enough buyers and enough others for an honest interval."""
    return all(
        MIN_EVENTS <= counts[f"{arm}_buyers"] <= counts[arm] - MIN_EVENTS for arm in ("treatment", "control")
    )

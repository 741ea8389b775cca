"""What evidence says of the prompted score: whether it may be called a probability, and what that needs."""

from dataclasses import dataclass
from math import ceil, log10
from typing import Literal

from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.calibration import CalibrationError
from segmenter.labels.intervals import Z

Basis = Literal["given_intents", "trial", "none"]

TRIAL_BINS = (5, 4, 3)  # as many as the holdout can fill
ENOUGH = 2
ALLOWED_BY_TRIAL = 0.10  # of a miss: a holdout compares two groups of people and tells it less sharply


@dataclass(frozen=True, slots=True)
class PromptedBin:
    """Customers with nearly the same prompted score: its mean, and the share who were prompted."""

    customers: int
    predicted: float
    observed: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptedCalibration:
    """What evidence says of the prompted score.

    is_probability: only where the interval of its miss excludes one larger than `allowed`. customers: on whom
    that rests, engaged ones of known intent or contacted buyers; unengaged: the buyers within reach beside
    those of known intent, who were not prompted. brier, reference_brier: of given intents
    only. holdout_needed: customers to hold back (and as many to contact) for a holdout that could tell, where
    this evidence is too little; None where it is enough, or where nobody buys.
    """

    basis: Basis
    is_probability: bool
    allowed: float
    customers: int = 0
    unengaged: int = 0
    bins: tuple[PromptedBin, ...] = ()
    error: CalibrationError | None = None
    brier: Estimate | None = None
    reference_brier: float | None = None
    holdout_needed: int | None = None

    @property
    def name(self) -> str:
        """What `p_prompted` is to be called on screen."""
        return "chance of being prompted" if self.is_probability else "prompted score"

    @property
    def sentence(self) -> str:
        """The verdict, what it rests on, and what would be needed where it rests on nothing."""
        if self.error is None:
            return (
                "The prompted score is a score, not a probability: it orders customers, and nothing in these "
                f"data tells how many of those with a score of 0.3 were prompted.{self._needed()}"
            )
        rests_on = f"{self.customers:,} contacted buyers beside those held back by chance"
        if self.basis == "given_intents":
            rests_on = f"{self.customers:,} engaged customers whose intent is known"
            rests_on += f" and {self.unengaged:,} unengaged buyers" if self.unengaged else ""
        miss = self.error.miss
        within = (
            f" (95% interval {_points(miss.low)} to {_points(miss.high)})"
            if miss.low is not None and miss.high is not None
            else ""
        )
        told = f"On {rests_on}, the prompted score is off by {_points(miss.value)} points on average{within}"
        allowed = f"{_points(self.allowed)} points"
        if self.is_probability:
            return f"{told}; more than {allowed} is excluded, so it may be read as a probability."
        if miss.low is not None and miss.low > self.allowed:
            return f"{told}, more than the {allowed} allowed: it is a score, not a probability."
        return (
            f"{told}. More than {allowed} cannot be excluded, so it is a score, not a probability."
            f"{self._needed()}"
        )

    def _needed(self) -> str:
        if self.holdout_needed is None:
            return ""
        return (
            f" To call it a probability takes more than to show an effect: about {self.holdout_needed:,} "
            "customers held back by chance, with at least as many contacted, or known intents."
        )


def holdout_needed(buyers: float, prompted: float) -> int | None:
    """Customers to hold back, with as many contacted, to show that an exactly right score may be called a
    probability; rounded up to two digits. None where nobody buys.

    ENOUGH times as many as tell the share of extra buyers to within ALLOWED_BY_TRIAL in each of the fewest
    bins: the verdict is by the high end of a mean of distances, which is biased upwards. In simulations the
    bare number was enough in one trial of ten, twice as many in nine.

    buyers: share who buy if contacted; prompted: share of them who would not have bought. The variance is
    that of 1 - b0 / b1 by the delta method, both arms of one size.
    """
    b1, kept = buyers, 1 - min(max(prompted, 0.0), 0.95)
    if not 0 < b1 < 1:
        return None
    b0 = b1 * kept
    one_customer = kept**2 * ((1 - b0) / b0 + (1 - b1) / b1)
    needed = ENOUGH * TRIAL_BINS[-1] * (Z / ALLOWED_BY_TRIAL) ** 2 * one_customer
    digits: int = 10 ** max(0, int(log10(max(needed, 1.0))) - 1)
    return ceil(needed / digits) * digits


def _points(value: float) -> str:
    return f"{100 * value:.1f}".removesuffix(".0")

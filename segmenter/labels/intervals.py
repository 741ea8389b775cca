"""95% intervals of a share, of a difference between shares, and of a ratio of shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

Interval = tuple[float, float]

Z = 1.959963984540054  # the normal distribution's 97.5% point


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `n` independent customers; neither need be whole (a share of redemptions, say)."""

    hits: float
    n: float

    @property
    def value(self) -> float:
        """In [0, 1]; NaN where there is nobody."""
        return self.hits / self.n if self.n else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was counted in the two arms of one trial."""

    treatment: Share
    control: Share


def wilson(share: Share) -> Interval:
    """Wilson's score interval (1927), which stays inside [0, 1] and is honest near its ends."""
    p, n = share.value, share.n
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def trial_weight(treatment: np.ndarray | float, control: np.ndarray | float) -> np.ndarray:
    """What a trial with so many customers in its arms weighs among others: n1 n0 / (n1 + n0).

    0 where an arm is empty. Mantel and Haenszel's weight of a difference of shares, as in Greenland and
    Robins 1985: the inverse of the variance where all shares are alike, and never led by a share that was
    seen in a few customers.
    """
    product, everybody = np.multiply(treatment, control, dtype=np.float64), np.add(treatment, control)
    return np.divide(product, everybody, out=np.zeros_like(product), where=product > 0)


def pooled_difference(trials: Sequence[Trial]) -> tuple[float, Interval]:
    """Treatment minus control, the mean over trials by `trial_weight`.

    Trials differ in whom they asked and in how many they left out; pooling their customers instead would take
    such differences for an effect. Both arms of each trial must have customers.
    """
    weights = [float(trial_weight(t.treatment.n, t.control.n)) for t in trials]
    total = sum(weights)
    difference = (
        sum(w * (t.treatment.value - t.control.value) for w, t in zip(weights, trials, strict=True)) / total
    )
    variance = (
        sum(
            w**2 * (share_variance(t.treatment) + share_variance(t.control))
            for w, t in zip(weights, trials, strict=True)
        )
        / total**2
    )
    half = Z * sqrt(variance)
    return difference, (difference - half, difference + half)


def share_ratio(above: Share, below: Share) -> tuple[float, Interval]:
    """Ratio of two shares, with Katz's interval (1978) on the log scale.

    Half a customer is added to each count where one is zero, so that the interval stays finite.
    """
    if above.hits == 0 or below.hits == 0:
        above = Share(hits=above.hits + 0.5, n=above.n + 1)
        below = Share(hits=below.hits + 0.5, n=below.n + 1)
    ratio = above.value / below.value
    spread = Z * sqrt(1 / above.hits - 1 / above.n + 1 / below.hits - 1 / below.n)
    return ratio, (exp(log(ratio) - spread), exp(log(ratio) + spread))


def share_variance(share: Share) -> float:
    """Of the share as an estimate, above 0 even where all or none were hits."""
    # One hit and one miss are added (Agresti and Caffo 2000): an arm without buyers would count as certain.
    p = (share.hits + 1) / (share.n + 2)
    return p * (1 - p) / (share.n + 2)

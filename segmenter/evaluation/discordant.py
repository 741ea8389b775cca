"""Two selections of the same customers -> the positives that only one of them holds, and what they prove.

Positives that both hold, or neither, say nothing about which selection is better. The bootstrap takes the few
that are left for all there could be: with four of them, all on one side, it never draws one on the other side
and calls a lead certain that one coin in eight would give. So an interval of a difference is also as wide as
the exact sign test's, and there is none where that test could not decide. It then lies on one side of "no
difference" only where the bootstrap and the sign test both say so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from segmenter.evaluation.bootstrap import LEVEL, Estimate

# All on one side: 2 * 0.5^6 = 3 %, the first below 5 %. With five the sign test cannot decide (6 %).
FEWEST_DISCORDANT = 6
_SAME = 1e-9  # shares of customers differ by rounding


@dataclass(frozen=True, slots=True)
class Discordant:
    """Positives that only one of two selections holds: `ours` and `theirs`.

    Not whole where ties at the edge are shared: then it is the mean over all ways to break them.
    is_same: whether the two select the very same customers, positive or not: then they surely differ by
    nothing.
    """

    ours: float
    theirs: float
    is_same: bool

    @property
    def both(self) -> float:
        """How many there are in all."""
        return self.ours + self.theirs

    def widened(self, estimate: Estimate, figure: Callable[[float], float]) -> Estimate:
        """`estimate` of a comparison with the interval it deserves, or with none.

        figure: the share of the discordant positives that are ours -> the compared figure; it rises.
        """
        if self.is_same:
            return estimate
        if estimate.low is None or estimate.high is None or self.both < FEWEST_DISCORDANT:
            return Estimate(estimate.value)
        low, high = exact_share(np.array(self.ours), self.both)
        return Estimate(
            estimate.value,
            min(estimate.low, figure(float(low))),
            max(estimate.high, figure(float(high))),
        )


def discordant(positive: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> Discordant:
    """positive: (n,) bool; ours, theirs: (n,), the share in [0, 1] with which each selects a customer."""
    moved = ours - theirs
    return Discordant(
        ours=float(np.clip(moved[positive], 0, None).sum()),
        theirs=float(np.clip(-moved[positive], 0, None).sum()),
        is_same=bool(np.abs(moved).max() < _SAME),
    )


def exact_share(found: np.ndarray, of: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the share `found` of `of`, at any shape of `found` (Clopper and Pearson 1934).

    It excludes one half exactly where the two-sided sign test does. Never a single point, at 0 and 1 neither.
    """
    missed = np.maximum(of - found, 0.0)
    tail = (1 - LEVEL) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(found > 0, beta.ppf(tail, found, missed + 1), 0.0)
        high = np.where(missed > 0, beta.ppf(1 - tail, found + 1, missed), 1.0)
    return low, high

"""Buying rates and a number of customers -> how many to hold back by lot, and what a holdout could tell.

Two shares of independent customers are compared by a two-sided test at 5%. "Told" means that four trials out
of five of that size would find the effect, were it there (a power of 80%).
"""

from math import ceil, sqrt

from scipy.optimize import brentq

from segmenter.labels.evidence import FEWEST_CUSTOMERS
from segmenter.labels.intervals import Z

POWER_80 = 0.8416212335729143  # its 80% point


def holdout_needed(customers: int, contacted_rate: float, held_back_rate: float) -> int | None:
    """How many of `customers` to hold back, and contact the rest, to tell these two shares of buyers apart.

    The fewest that do, and never fewer than a holdout must have to be read; None where not even half of
    them would. The standard error of the difference is sqrt(p1 q1 / (N - n) + p0 q0 / n) (Fleiss, Levin and
    Paik 2003, section 4.2, without pooling), and must be at most |p1 - p0| / (z_0.975 + z_0.8). Raises
    ValueError for shares outside [0, 1].
    """
    p1, p0, N = contacted_rate, held_back_rate, customers
    if not (0 <= p0 <= 1 and 0 <= p1 <= 1):
        raise ValueError(f"shares of buyers lie between 0 and 1; got {p1} and {p0}")
    largest = ((p1 - p0) / (Z + POWER_80)) ** 2  # variance that the difference may have
    a, b = p1 * (1 - p1), p0 * (1 - p0)
    # a / (N - n) + b / n = largest, times n (N - n): a quadratic in n whose smaller root is the answer.
    half = (largest * N + b - a) / 2
    inside = half**2 - largest * b * N
    if largest == 0 or inside < 0:
        return None
    needed = max(FEWEST_CUSTOMERS, ceil((half - sqrt(inside)) / largest))
    return needed if 2 * needed <= customers else None


def smallest_effect(contacted: float, held_back: float, contacted_rate: float) -> float | None:
    """By how much contact must raise the share of buyers to be told from nothing, with arms of these sizes.

    contacted_rate: the share of buyers among those contacted; the effect is what the others lack. None where
    even the whole rate would not be told.
    """
    p1 = contacted_rate

    def surplus(effect: float) -> float:
        p0 = p1 - effect
        error = sqrt(p1 * (1 - p1) / contacted + p0 * (1 - p0) / held_back)
        return effect - (Z + POWER_80) * error

    if min(contacted, held_back) <= 0 or p1 <= 0 or surplus(p1) < 0:
        return None
    return float(brentq(surplus, 0.0, p1))

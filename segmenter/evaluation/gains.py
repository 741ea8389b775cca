"""Scores and who turned out positive -> the cumulative gain curve: share of all positives in the top share.

Also called capture curve. Random order is the diagonal, the best possible order min(1, depth / prevalence).
"""

from dataclasses import dataclass

import numpy as np

from segmenter.errors import NotEnoughData
from segmenter.evaluation.bootstrap import MIN_EVENTS, estimates
from segmenter.evaluation.discordant import exact_share
from segmenter.evaluation.ranking import Ranking, TopSums

MAX_POINTS = 1_000
DEFAULT_POINTS = 501  # every 0.2 %, so that whole per cents fall on a point


@dataclass(frozen=True, slots=True)
class GainCurve:
    """Share of all positives captured at each depth, from (0, 0) to (1, 1).

    depth: shares of customers, rising. captured, low, high: shares of positives at these depths; low and high
    are the pointwise 95 % interval, or None for a curve without one.
    """

    name: str
    depth: tuple[float, ...]
    captured: tuple[float, ...]
    low: tuple[float, ...] | None = None
    high: tuple[float, ...] | None = None


def gain_depths(customers: int, points: int = DEFAULT_POINTS) -> np.ndarray:
    """Evenly spaced depths from 0 to 1, no finer than one customer. Raises ValueError above MAX_POINTS."""
    if not 2 <= points <= MAX_POINTS:
        raise ValueError(f"A gain curve has 2 to {MAX_POINTS} points; got {points}.")
    return np.linspace(0.0, 1.0, min(points, customers + 1))


def captured_shares(found: TopSums, weights: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """Share of each kind of positives in the top of each resample: (kinds, d, k), NaN where there are none.

    found: sums of each kind of positives; weights: (n, d); depths: (k,) shares.
    """
    customers = weights.sum(axis=0)[:, None]  # (d, 1)
    found_at = found(weights, customers * np.append(depths, 1.0))  # (kinds, d, k + 1)
    with np.errstate(invalid="ignore"):
        shares: np.ndarray = found_at[:, :, :-1] / found_at[:, :, -1:]
    return shares


def gain_curve(
    positive: np.ndarray, score: np.ndarray, *, name: str, points: int = DEFAULT_POINTS
) -> GainCurve:
    """Cumulative gain of contacting by falling score. positive: (n,) bool; score: (n,). Ties are shared.

    Raises NotEnoughData without a positive customer.
    """
    _check_positives(int(positive.sum()), positive.size)
    depths = gain_depths(positive.size, points)
    captured = captured_shares(TopSums(Ranking(score), [positive]), np.ones((positive.size, 1)), depths)
    return curve(name, depths, captured[0, 0])


def curve(name: str, depths: np.ndarray, captured: np.ndarray) -> GainCurve:
    """A curve without an interval.  depths, captured: (k,)."""
    return GainCurve(name, _rounded(depths), _rounded(captured))


def curve_with_interval(
    name: str, depths: np.ndarray, captured: np.ndarray, draws: np.ndarray, *, positives: int, customers: int
) -> GainCurve:
    """depths, captured: (k,); draws: (d, k) of the resamples.

    Where hardly any positives are captured, or hardly any are left, resamples hardly vary; there the interval
    is as wide as the exact one of a share, but for what no order could reach.
    """
    known = estimates(captured, draws)
    found = captured * positives
    few = (found < MIN_EVENTS) | (found > positives - MIN_EVENTS)
    few &= (depths > 0) & (depths < 1)  # nobody and everybody are certain
    low, high = exact_share(found, positives)
    high = np.minimum(high, np.maximum(captured, depths * customers / positives))
    return GainCurve(
        name,
        _rounded(depths),
        _rounded(captured),
        _rounded(np.where(few, np.fmin(known.low, low), known.low)),
        _rounded(np.where(few, np.fmax(known.high, high), known.high)),
    )


def random_curve(depths: np.ndarray) -> GainCurve:
    """What any order made without looking at the customers captures on average: the diagonal."""
    return curve("random", depths, depths)


def perfect_curve(depths: np.ndarray, *, positives: int, customers: int) -> GainCurve:
    """What knowing the outcome beforehand would capture. Raises NotEnoughData without a positive customer."""
    _check_positives(positives, customers)
    return curve("perfect", depths, np.minimum(1.0, depths * customers / positives))


def captured_at(gains: GainCurve, depth: float) -> float:
    """Share of the positives captured in the top `depth`, a share in [0, 1]. Raises ValueError outside it."""
    if not 0 <= depth <= 1:
        raise ValueError(f"A depth is a share between 0 and 1; got {depth}.")
    return float(np.interp(depth, gains.depth, gains.captured))


def _check_positives(positives: int, customers: int) -> None:
    if positives == 0:
        raise NotEnoughData(
            f"A gain curve needs at least one positive customer; found none among {customers}. "
            "Choose a longer outcome window or another cutoff."
        )


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    """Six decimals: finer than any interval, and a stored curve stays small."""
    return tuple(np.round(values, 6).tolist())

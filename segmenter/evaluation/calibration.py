"""Predicted chances and what happened -> whether "30 %" means 30 of 100, and the Brier score.

Browsing customers count as inactive here, as they did when stage 1 learned.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from segmenter.evaluation.bootstrap import LEVEL, Estimate, estimates
from segmenter.evaluation.population import Chance

MAX_BINS = 10
MIN_PER_BIN = 20


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Customers with nearly the same predicted chance: mean prediction, and the share for whom it came true.

    low, high: 95 % Wilson interval of `observed`.
    """

    customers: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability of one predicted chance.

    brier: mean squared distance of the chance from what happened, in [0, 1], 0 = perfect. reference_brier:
    the same for giving everybody the overall share; a chance that does not beat it tells nothing about single
    customers.
    """

    outcome: str
    customers: int
    brier: Estimate
    reference_brier: float
    bins: tuple[ReliabilityBin, ...]


def reliability_bins(predicted: np.ndarray, happened: np.ndarray) -> tuple[ReliabilityBin, ...]:
    """Up to ten bins of about equally many customers, at least MIN_PER_BIN in each; ties stay together.

    predicted: (n,) in [0, 1]; happened: (n,) bool.
    """
    wanted = max(1, min(MAX_BINS, predicted.size // MIN_PER_BIN))
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, wanted + 1)[1:-1], method="inverted_cdf"))
    place = np.searchsorted(edges, predicted, side="left")  # a chance equal to an edge belongs below it
    bins = []
    for number in range(edges.size + 1):
        inside = place == number
        customers = int(inside.sum())
        if customers < MIN_PER_BIN:
            continue
        hits = int(happened[inside].sum())
        bounds = binomtest(hits, customers).proportion_ci(LEVEL, method="wilson")
        bins.append(
            ReliabilityBin(
                customers,
                float(predicted[inside].mean()),
                hits / customers,
                float(bounds.low),
                float(bounds.high),
            )
        )
    return tuple(bins)


class Calibrations:
    """Computes the Brier score of each chance, for the customers and for their resamples alike."""

    def __init__(self, chances: dict[str, Chance]) -> None:
        """chances: by outcome. Raises ValueError for chances outside [0, 1]."""
        for outcome, chance in chances.items():
            if not ((chance.predicted >= 0) & (chance.predicted <= 1)).all():
                raise ValueError(
                    f"The predicted chance of '{outcome}' must lie in [0, 1] for every customer."
                )
        self._chances = chances

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> Brier score of each outcome, (d,)."""
        figures = {}
        for outcome, chance in self._chances.items():
            squared = (chance.predicted - chance.happened) ** 2
            figures[outcome] = squared @ weights / weights.sum(axis=0)
        return figures

    def tables(self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray]) -> tuple[Calibration, ...]:
        """figures: of the customers, one number each; draws: of the resamples, (d,) each."""
        tables = []
        for outcome, chance in self._chances.items():
            share = float(chance.happened.mean())
            tables.append(
                Calibration(
                    outcome,
                    chance.predicted.size,
                    estimates(figures[outcome], draws[outcome]).at(),
                    share * (1 - share),
                    reliability_bins(chance.predicted, chance.happened),
                )
            )
        return tuple(tables)

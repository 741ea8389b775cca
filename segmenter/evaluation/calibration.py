"""Predicted chances and what happened -> whether "30 %" means 30 of 100: Brier score, calibration error.

Browsing customers count as inactive here, as they did when stage 1 learned.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import binomtest

from segmenter.evaluation.bootstrap import LEVEL, Estimate, estimates
from segmenter.evaluation.population import Chance

MAX_BINS = 10
MIN_PER_BIN = 20
SIMULATIONS = 200  # of customers for whom the chances are exactly right
ALLOWED = 0.05  # of a miss, on average: beyond that a chance misleads whoever plans with it


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
class CalibrationError:
    """By how much a chance is off on average: the expected calibration error, over bins of alike chances.

    miss: mean distance of what was predicted from what came, weighted by customers, in [0, 1]. It is never 0,
    because what comes varies: if_perfect is what chances that are exactly right would show on as many
    customers, if_perfect_at_most the most they usually would (its 97.5 % point). The interval's low end takes
    that out (and is 0 where exactly right chances are not excluded); its high end leaves it in, and is rather
    too high.
    """

    miss: Estimate
    if_perfect: float
    if_perfect_at_most: float

    @property
    def is_off(self) -> bool:
        """Whether the miss is more than chance alone would show."""
        return self.miss.value > self.if_perfect_at_most

    def is_within(self, allowed: float) -> bool:
        """Whether the interval excludes a miss larger than `allowed`."""
        return self.miss.high is not None and self.miss.high <= allowed


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
    error: CalibrationError | None = None


def bin_places(predicted: np.ndarray, most: int) -> np.ndarray:
    """The bin of each customer, from 0 by rising chance: int (n,).

    Up to `most` bins of about equally many customers, MIN_PER_BIN or more; ties stay together.
    """
    wanted = max(1, min(most, predicted.size // MIN_PER_BIN))
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, wanted + 1)[1:-1], method="inverted_cdf"))
    return np.searchsorted(edges, predicted, side="left")  # a chance equal to an edge belongs below it


def reliability_bins(
    predicted: np.ndarray, happened: np.ndarray, most: int = MAX_BINS
) -> tuple[ReliabilityBin, ...]:
    """Bins of alike chances with what came of them; none of fewer than MIN_PER_BIN customers.

    predicted: (n,) in [0, 1]; happened: (n,) bool.
    """
    place = bin_places(predicted, most)
    bins = []
    for number in range(int(place.max()) + 1):
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


def calibration_error(miss: float, draws: np.ndarray, perfect: np.ndarray) -> CalibrationError:
    """miss: of the customers; draws: (d,) of their resamples; perfect: (s,) of simulations in which it is 0.

    Resamples are off twice, by what the sample misses and by what they add; hence the two ends.
    """
    if_perfect, at_most = float(perfect.mean()), float(np.quantile(perfect, (1 + LEVEL) / 2))
    known = draws[np.isfinite(draws)]
    if known.size < 0.99 * draws.size:
        return CalibrationError(Estimate(miss), if_perfect, at_most)
    most = float(np.quantile(known, (1 + LEVEL) / 2))
    low = max(0.0, 2 * miss - most) if miss > at_most else 0.0
    return CalibrationError(Estimate(miss, min(low, miss), max(most, miss)), if_perfect, at_most)


class BinnedMisses:
    """By how much predictions miss what happened, bin by bin, for customers, resamples and simulations."""

    def __init__(self, chance: Chance, most: int = MAX_BINS) -> None:
        self._chance, self._place = chance, bin_places(chance.predicted, most)
        n, bins = chance.predicted.size, int(self._place.max()) + 1
        missed = chance.happened - chance.predicted
        self._sums = csr_array((missed, (self._place, np.arange(n))), (bins, n))

    def figures(self, weights: np.ndarray) -> np.ndarray:
        """Weights (n, d) -> the mean distance, (d,)."""
        distance: np.ndarray = np.abs(self._sums @ weights).sum(axis=0) / weights.sum(axis=0)
        return distance

    def if_perfect(self, rng: np.random.Generator, counts: np.ndarray | None = None) -> np.ndarray:
        """The mean distance in simulations where every chance is exactly right: (SIMULATIONS,).

        counts: (n,) how much each customer counts; 1 by default.
        """
        predicted = self._chance.predicted
        counts = np.ones(predicted.size) if counts is None else counts
        missed = (counts * ((rng.random(predicted.size) < predicted) - predicted) for _ in range(SIMULATIONS))
        misses = np.array([np.abs(np.bincount(self._place, each)).sum() for each in missed])
        distance: np.ndarray = misses / counts.sum()
        return distance


class Calibrations:
    """Computes Brier score and miss of each chance, for the customers and for their resamples alike."""

    def __init__(self, chances: dict[str, Chance]) -> None:
        """chances: by outcome. Raises ValueError for chances outside [0, 1]."""
        for outcome, chance in chances.items():
            if not ((chance.predicted >= 0) & (chance.predicted <= 1)).all():
                raise ValueError(
                    f"The predicted chance of '{outcome}' must lie in [0, 1] for every customer."
                )
        self._chances = chances
        self._misses = {outcome: BinnedMisses(chance) for outcome, chance in chances.items()}

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> Brier score of each outcome, and its 'outcome.miss', (d,) each."""
        figures = {}
        for outcome, chance in self._chances.items():
            squared = (chance.predicted - chance.happened) ** 2
            figures[outcome] = squared @ weights / weights.sum(axis=0)
            figures[f"{outcome}.miss"] = self._misses[outcome].figures(weights)
        return figures

    def tables(
        self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray], rng: np.random.Generator
    ) -> tuple[Calibration, ...]:
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
                    calibration_error(
                        float(figures[f"{outcome}.miss"]),
                        draws[f"{outcome}.miss"],
                        self._misses[outcome].if_perfect(rng),
                    ),
                )
            )
        return tuple(tables)

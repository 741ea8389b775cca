"""The paper's own ranking at every threshold -> how many customers remain and whom their best would reach.

It removes customers whose chance to be inactive is above a threshold, and ranks the rest by the prompted
score. Everything a slider over the threshold shows is worked out here once; nothing is trained.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from segmenter.evaluation.discordant import FEWEST_DISCORDANT, discordant, exact_share
from segmenter.evaluation.population import STEPS, Population
from segmenter.evaluation.ranking import Ranking

THRESHOLDS = tuple(percent / 100 for percent in range(30, 101, 5))
DEPTHS = tuple(percent / 100 for percent in range(2, 101, 2))

Comparison = Literal["more", "fewer", "same"]


@dataclass(frozen=True, slots=True)
class PaperRanking:
    """The paper's ranking with one threshold, on the test customers.

    remaining: customers whose chance to be inactive is at most `threshold`. depth: shares of all test
    customers; where more are asked for than remain, all who remain are contacted. captured: shares of the
    engaged reached there. beside: whether the model's own ranking at that depth holds 'more' or 'fewer' of
    them beyond noise (exact sign test of the engaged whom only one of the two holds), else 'same'.
    """

    threshold: float
    remaining: int
    depth: tuple[float, ...]
    captured: tuple[float, ...]
    beside: tuple[Comparison, ...]

    def at(self, depth: float) -> tuple[float, Comparison]:
        """Share of the engaged reached at the stored depth nearest to `depth`, and the comparison there."""
        place = min(range(len(self.depth)), key=lambda k: abs(self.depth[k] - depth))
        return self.captured[place], self.beside[place]


def paper_rankings(test: pd.DataFrame, population: Population) -> tuple[PaperRanking, ...]:
    """One result per threshold; () where the frame has no chances. test: p_prompted and p_inactive."""
    if not {"p_prompted", "p_inactive"} <= set(test):
        return ()
    prompted, inactive = (test[name].to_numpy(dtype=np.float64) for name in ("p_prompted", "p_inactive"))
    ours = [population.rankings["segmenter"].in_top(depth * population.customers) for depth in DEPTHS]
    return tuple(
        _at_threshold(threshold, prompted, inactive <= threshold, population, ours)
        for threshold in THRESHOLDS
    )


def _at_threshold(
    threshold: float, prompted: np.ndarray, stays: np.ndarray, population: Population, ours: list[np.ndarray]
) -> PaperRanking:
    positive, positives = population.positive, float(population.positive.sum())
    ranking = Ranking(np.where(stays, prompted, -1.0), steps=STEPS)
    captured: list[float] = []
    beside: list[Comparison] = []
    for depth, our_top in zip(DEPTHS, ours, strict=True):
        top = np.where(stays, ranking.in_top(depth * population.customers), 0.0)
        captured.append(round(float(top[positive].sum()) / positives, 6))
        beside.append(_beside(positive, our_top, top))
    return PaperRanking(threshold, int(stays.sum()), DEPTHS, tuple(captured), tuple(beside))


def _beside(positive: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> Comparison:
    against = discordant(positive, ours, theirs)
    if against.is_same or against.both < FEWEST_DISCORDANT:
        return "same"
    low, high = exact_share(np.array(against.ours), against.both)
    return "more" if low > 0.5 else "fewer" if high < 0.5 else "same"

"""Rankings of one population -> gain curves with intervals, and how far the model's is from the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmenter.evaluation.bootstrap import Estimate, estimates, has_events
from segmenter.evaluation.discordant import discordant, exact_share
from segmenter.evaluation.gains import (
    GainCurve,
    captured_shares,
    curve_with_interval,
    gain_depths,
    perfect_curve,
    random_curve,
)
from segmenter.evaluation.population import Population
from segmenter.evaluation.ranking import TopSums

COMPARED_WITH = ("rfm", "random", "response", "uncorrected")


@dataclass(frozen=True, slots=True)
class GainDifference:
    """Share of the positives the model reaches minus what `other` reaches at the same depth, paired.

    No interval where too few positives stand behind a figure: for a difference, those only one ranking holds.
    """

    other: str
    depth: float
    reached: Estimate
    other_reached: Estimate
    difference: Estimate


class Reach:
    """Computes gain curves for the population and for its resamples by the same few lines.

    Kinds of positives: 'engaged', and 'not_organic' where some of them are known to be organic.
    """

    def __init__(self, population: Population) -> None:
        self._population = population
        self._depths = gain_depths(population.customers)
        self._kinds = {"engaged": population.positive}
        if population.not_organic is not None:
            self._kinds["not_organic"] = population.not_organic
        self._found = {
            name: TopSums(ranking, list(self._kinds.values()))
            for name, ranking in population.rankings.items()
        }

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> 'kind.ranking' -> captured shares (d, depths)."""
        figures: dict[str, np.ndarray] = {}
        for name, found in self._found.items():
            captured = captured_shares(found, weights, self._depths)
            figures |= {f"{kind}.{name}": shares for kind, shares in zip(self._kinds, captured, strict=True)}
        return figures

    def curves(
        self, kind: str, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray]
    ) -> dict[str, GainCurve]:
        """Curves of one kind of positives by ranking, with 'random' and 'perfect'.

        figures: of the population, (depths,) each; draws: of the resamples, (d, depths) each.
        """
        positives, customers = int(self._kinds[kind].sum()), self._population.customers
        curves = {
            name: curve_with_interval(
                name,
                self._depths,
                figures[f"{kind}.{name}"],
                draws[f"{kind}.{name}"],
                positives=positives,
                customers=customers,
            )
            for name in self._population.rankings
        }
        curves["random"] = random_curve(self._depths)
        curves["perfect"] = perfect_curve(self._depths, positives=positives, customers=customers)
        return curves

    def differences(
        self,
        depth: float,
        figures: dict[str, np.ndarray],
        draws: dict[str, np.ndarray],
        *,
        others: Sequence[str] = COMPARED_WITH,
    ) -> tuple[GainDifference, ...]:
        """The model against each of `others` that there is, at one depth; the rest as in `curves`."""

        def reached(name: str) -> tuple[np.ndarray, np.ndarray]:
            whole = self._at(depth, figures[f"engaged.{name}"][None])[0]
            return whole, self._at(depth, draws[f"engaged.{name}"])

        positives = int(self._population.positive.sum())

        def share(value: np.ndarray, drawn: np.ndarray) -> Estimate:
            return estimates(value, drawn).at(has_interval=has_events(float(value) * positives, positives))

        model, model_draws = reached("segmenter")
        differences = []
        for other in others:
            if other in self._population.rankings:
                value, drawn = reached(other)
                difference = estimates(model - value, model_draws - drawn).at()
                differences.append(
                    GainDifference(
                        other,
                        depth,
                        share(model, model_draws),
                        share(value, drawn),
                        self._widened(other, depth, difference, float(model) * positives),
                    )
                )
        return tuple(differences)

    def _widened(self, other: str, depth: float, difference: Estimate, found: float) -> Estimate:
        """The difference with no more certainty than its positives give. found: by the model."""
        population = self._population
        positives = int(population.positive.sum())
        ours, theirs = (
            population.rankings[name].in_top(depth * population.customers) for name in ("segmenter", other)
        )
        against = discordant(population.positive, ours, theirs)
        if other == "random" and not against.is_same:
            # The mean of all random orders is known without looking: only what the model finds is uncertain.
            low, high = (float(end) for end in exact_share(np.array(found), positives))
            low, high = low - depth, high - depth
            return Estimate(
                difference.value,
                low if difference.low is None else min(difference.low, low),
                high if difference.high is None else max(difference.high, high),
            )
        return against.widened(difference, lambda p: against.both * (2 * p - 1) / positives)

    def _at(self, depth: float, captured: np.ndarray) -> np.ndarray:
        """(d, depths) -> (d,): each curve read at one depth."""
        right = int(np.clip(np.searchsorted(self._depths, depth), 1, self._depths.size - 1))
        before, after = self._depths[right - 1 : right + 1]
        part = (depth - before) / (after - before)
        shares: np.ndarray = (1 - part) * captured[:, right - 1] + part * captured[:, right]
        return shares

"""Rankings of one population -> what each method reaches at a few depths beside the model: people and money.

The engaged it finds, and what those spent: a list of few but dear customers may be the better one.
"""

from dataclasses import dataclass

import numpy as np

from segmenter.evaluation.bootstrap import Estimate, estimates, has_events
from segmenter.evaluation.gains import captured_shares
from segmenter.evaluation.population import Population
from segmenter.evaluation.ranking import TopSums
from segmenter.evaluation.reach import Reach

DEPTHS = (0.1, 0.2, 0.4)
OURS = "segmenter"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLine:
    """What the best `depth` (share) of customers by one method hold.

    captured: share of the engaged. ahead: the model's captured minus this method's, paired; None for the
    model itself. spend: share of what all engaged customers spent (net of returns, not below 0 for anybody);
    None where they spent nothing. spend_ahead: the same difference in spend. No interval where too few
    customers stand behind a figure: for a difference, the engaged whom only one of the two holds.
    """

    method: str
    depth: float
    captured: Estimate
    ahead: Estimate | None = None
    spend: Estimate | None = None
    spend_ahead: Estimate | None = None


class Beside:
    """Computes every method's shares for the population and for its resamples by the same few lines."""

    def __init__(self, population: Population, amount: np.ndarray) -> None:
        """amount: (n,) net, in currency."""
        self._population = population
        spent = np.where(population.positive, np.maximum(amount, 0.0), 0.0)
        self._has_spend = bool(spent.sum() > 0)
        values = [spent] if self._has_spend else []
        self._spent = {name: TopSums(ranking, values) for name, ranking in population.rankings.items()}

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> by ranking, shares of the spend (d, DEPTHS); nothing where there is no spend."""
        if not self._has_spend:
            return {}
        return {
            name: captured_shares(sums, weights, np.array(DEPTHS))[0] for name, sums in self._spent.items()
        }

    def lines(
        self,
        reach: Reach,
        reached: tuple[dict[str, np.ndarray], dict[str, np.ndarray]],
        spent: tuple[dict[str, np.ndarray], dict[str, np.ndarray]],
    ) -> tuple[MethodLine, ...]:
        """A line per depth and ranking, the model's first.

        reach, reached: the gain curves, and their figures of the population and of the resamples; spent: the
        same of `figures`.
        """
        names = [OURS, *(name for name in self._population.rankings if name != OURS)]
        lines = []
        for k, depth in enumerate(DEPTHS):
            found = {gain.other: gain for gain in reach.differences(depth, *reached, others=names[1:])}
            for name in names:
                gain = found.get(name)
                captured = gain.other_reached if gain else next(iter(found.values())).reached
                spend = spend_ahead = None
                if self._has_spend:
                    whole, drawn = ({n: shares[..., k] for n, shares in each.items()} for each in spent)
                    enough = self._enough(name, depth)
                    spend = estimates(whole[name], drawn[name]).at(has_interval=enough)
                    if gain is not None:
                        differing = gain.difference.low is not None
                        spend_ahead = estimates(whole[OURS] - whole[name], drawn[OURS] - drawn[name]).at(
                            has_interval=differing and self._enough(OURS, depth)
                        )
                lines.append(
                    MethodLine(
                        method=name,
                        depth=depth,
                        captured=captured,
                        ahead=gain.difference if gain else None,
                        spend=spend,
                        spend_ahead=spend_ahead,
                    )
                )
        return tuple(lines)

    def _enough(self, name: str, depth: float) -> bool:
        """Whether enough of the engaged are inside and outside of this top for an interval."""
        population = self._population
        top = population.rankings[name].in_top(depth * population.customers)
        return has_events(float(top[population.positive].sum()), float(population.positive.sum()))

"""Rankings -> what contacting the top 1 %, 2 %, ... 100 % would reach: the numbers behind the Audience page.

With a randomised holdout among the customers it also says what contacting changes: extra buyers per 1,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from segmenter.evaluation.bootstrap import Estimate, Estimates, estimates
from segmenter.evaluation.ranking import Ranking, TopSums
from segmenter.evaluation.trial import (
    ARM_COUNTS,
    MIN_EVENTS,
    Trial,
    are_arms_shown,
    combined,
    contact_effects,
    have_arms_an_interval,
)

DEPTHS = tuple(percent / 100 for percent in range(1, 101))
MIN_CUSTOMERS = 20  # nothing is shown about fewer customers

Figures = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthLine:
    """The best `depth` (share) of customers by one ranking.

    precision: share of the selected who are positive. captured: share of all positives who are selected.
    lift_over_random, lift_over_rfm: precision as a multiple of what random order, or RFM, has at this depth;
    lift_over_rfm is None for RFM itself and where RFM reaches nobody.
    extra_buyers_per_1000, extra_amount_per_1000 (currency): contacted minus held-back customers inside the
    selection, trial by trial, per 1,000 contacted; None without a randomised holdout, or with too few of it
    in the selection.
    extra_buyers_over_rfm: extra_buyers_per_1000 minus RFM's at this depth, paired.
    """

    depth: float
    customers: int
    precision: Estimate
    captured: float
    lift_over_random: Estimate
    lift_over_rfm: Estimate | None = None
    extra_buyers_per_1000: Estimate | None = None
    extra_amount_per_1000: Estimate | None = None
    extra_buyers_over_rfm: Estimate | None = None


@dataclass(frozen=True, slots=True)
class DepthTable:
    """Lines by rising depth for each ranking: 'score', 'expected_value' and 'rfm'."""

    lines: dict[str, tuple[DepthLine, ...]]

    def at(self, by: str, depth: float) -> DepthLine:
        """The line nearest to `depth`, a share."""
        return min(self.lines[by], key=lambda line: abs(line.depth - depth))


class Depths:
    """Computes the depth table's figures for the population and for its resamples by the same few lines."""

    def __init__(self, positive: np.ndarray, rankings: Mapping[str, Ranking], trial: Trial | None) -> None:
        """positive: (n,) bool; rankings: 'rfm' and others; trial: the randomised holdout, if there is one."""
        self._customers = positive.size
        counted = trial.counted() if trial else []
        self._has_trial = bool(counted)
        self._sums = {by: TopSums(ranking, [positive, *counted]) for by, ranking in rankings.items()}
        self._depths = np.array([depth for depth in DEPTHS if depth * positive.size >= MIN_CUSTOMERS])

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> 'ranking.figure' -> (d, depths)."""
        figures: dict[str, np.ndarray] = {}
        customers = weights.sum(axis=0)[:, None]  # (d, 1)
        selected = customers * self._depths  # (d, depths)
        with np.errstate(invalid="ignore", divide="ignore"):
            for by, sums in self._sums.items():
                found, *in_arms = sums(weights, selected)  # (d, depths) each
                positives = found[:, -1:]  # the last depth is everybody
                counts = combined(np.stack(in_arms)) if in_arms else {}
                effects = contact_effects(counts) if in_arms else {}
                shares = {
                    "found": found,
                    "precision": found / selected,
                    "captured": found / positives,
                    "lift_over_random": found / selected * customers / positives,
                }
                figures |= {f"{by}.{name}": values for name, values in (shares | counts | effects).items()}
            for by in self._sums:
                figures[f"{by}.lift_over_rfm"] = figures[f"{by}.found"] / figures["rfm.found"]
                if self._has_trial:
                    figures[f"{by}.extra_buyers_over_rfm"] = (
                        figures[f"{by}.extra_buyers_per_1000"] - figures["rfm.extra_buyers_per_1000"]
                    )
        return figures

    def table(self, figures: Figures, draws: Figures) -> DepthTable:
        """figures: of the population, (depths,) each; draws: of the resamples, (d, depths) each."""
        known = {name: estimates(values, draws[name]) for name, values in figures.items()}
        return DepthTable(
            {by: tuple(self._line(by, k, known) for k in range(self._depths.size)) for by in self._sums}
        )

    def _line(self, by: str, k: int, known: Mapping[str, Estimates]) -> DepthLine:
        """The line of one ranking at the k-th depth; an interval only where enough was seen for one."""
        selected = float(self._depths[k]) * self._customers
        found, rfm_found = (float(known[f"{ranking}.found"].value[k]) for ranking in (by, "rfm"))
        enough, rfm_enough = _has_events(found, selected), _has_events(rfm_found, selected)
        line = DepthLine(
            depth=float(self._depths[k]),
            customers=round(selected),
            precision=known[f"{by}.precision"].at(k, has_interval=enough),
            captured=float(known[f"{by}.captured"].value[k]),
            lift_over_random=known[f"{by}.lift_over_random"].at(k, has_interval=enough),
        )
        if by != "rfm" and rfm_found > 0:
            lift = known[f"{by}.lift_over_rfm"].at(k, has_interval=enough and rfm_enough)
            line = replace(line, lift_over_rfm=lift)
        return self._with_contact_effects(line, by, k, known) if self._has_trial else line

    def _with_contact_effects(
        self, line: DepthLine, by: str, k: int, known: Mapping[str, Estimates]
    ) -> DepthLine:
        arms, rfm_arms = (
            {name: float(known[f"{ranking}.{name}"].value[k]) for name in ARM_COUNTS}
            for ranking in (by, "rfm")
        )
        if not are_arms_shown(arms):
            return line
        enough = have_arms_an_interval(arms)
        line = replace(
            line,
            extra_buyers_per_1000=known[f"{by}.extra_buyers_per_1000"].at(k, has_interval=enough),
            extra_amount_per_1000=known[f"{by}.extra_amount_per_1000"].at(k, has_interval=enough),
        )
        if by == "rfm" or not are_arms_shown(rfm_arms):
            return line
        both = enough and have_arms_an_interval(rfm_arms)
        over_rfm = known[f"{by}.extra_buyers_over_rfm"].at(k, has_interval=both)
        return replace(line, extra_buyers_over_rfm=over_rfm)


def _has_events(found: float, selected: float) -> bool:
    return MIN_EVENTS <= found <= selected - MIN_EVENTS

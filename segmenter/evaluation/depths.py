"""Rankings -> what contacting the top 1 %, 2 %, ... 100 % would reach: the numbers behind the Audience page.

With a randomised holdout among the customers it also says what contacting changes: extra buyers per 1,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from segmenter.evaluation.bootstrap import MIN_EVENTS, Estimate, Estimates, estimates, has_events
from segmenter.evaluation.discordant import discordant
from segmenter.evaluation.ranking import Ranking, TopSums
from segmenter.evaluation.trial import (
    ARM_COUNTS,
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
    No interval where too few customers stand behind a figure: for a comparison, those whom only one ranking
    selects.
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
        self._positive, self._customers = positive, positive.size
        self._rankings = rankings
        self._buyers = [arm & trial.bought for arm in (trial.treatment, trial.control)] if trial else []
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
        lines: dict[str, list[DepthLine]] = {by: [] for by in self._sums}
        for k, depth in enumerate(self._depths):
            tops = {by: ranking.in_top(depth * self._customers) for by, ranking in self._rankings.items()}
            for by, its_lines in lines.items():
                its_lines.append(self._line(by, k, known, tops))
        return DepthTable({by: tuple(its_lines) for by, its_lines in lines.items()})

    def _line(
        self, by: str, k: int, known: Mapping[str, Estimates], tops: Mapping[str, np.ndarray]
    ) -> DepthLine:
        """The line of one ranking at the k-th depth; an interval only where enough was seen for one.

        tops: the share with which each ranking selects each customer at this depth, (n,).
        """
        selected = float(self._depths[k]) * self._customers
        found, rfm_found = (float(known[f"{ranking}.found"].value[k]) for ranking in (by, "rfm"))
        enough, rfm_enough = has_events(found, selected), has_events(rfm_found, selected)
        is_everybody = self._depths[k] == 1
        line = DepthLine(
            depth=float(self._depths[k]),
            customers=round(selected),
            precision=known[f"{by}.precision"].at(k, has_interval=enough),
            captured=float(known[f"{by}.captured"].value[k]),
            lift_over_random=known[f"{by}.lift_over_random"].at(
                k, has_interval=enough and (is_everybody or has_events(found, float(self._positive.sum())))
            ),
        )
        if by != "rfm" and rfm_found > 0:
            against = discordant(self._positive, tops[by], tops["rfm"])
            shared = found - against.ours
            lift = against.widened(
                known[f"{by}.lift_over_rfm"].at(k, has_interval=enough and rfm_enough),
                lambda p: (shared + against.both * p) / (shared + against.both * (1 - p)),
            )
            line = replace(line, lift_over_rfm=lift)
        return self._with_contact_effects(line, by, k, known, tops) if self._has_trial else line

    def _with_contact_effects(
        self, line: DepthLine, by: str, k: int, known: Mapping[str, Estimates], tops: Mapping[str, np.ndarray]
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
        # Customers whom both rankings select cancel out: those whom only one selects must hold enough buyers.
        moved = np.abs(tops[by] - tops["rfm"])
        differing = min(float(moved[buyers].sum()) for buyers in self._buyers) >= MIN_EVENTS
        both = enough and have_arms_an_interval(rfm_arms) and differing
        over_rfm = known[f"{by}.extra_buyers_over_rfm"].at(k, has_interval=both)
        return replace(line, extra_buyers_over_rfm=over_rfm)

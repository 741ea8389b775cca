"""Test customers scored by two models -> gain curves of both, and whether one reaches more of the engaged.

Both are read on the same customers and on the same resamples of them, so the difference has the interval of a
difference. A lead must also pass the exact sign test of the engaged whom only one list holds, and has no
interval where they are fewer than six (evaluation/discordant.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segmenter.comparing.comparison import BYS, DEPTHS, By, ExtraBuyers, PairTest, ReachLine
from segmenter.evaluation import wording
from segmenter.evaluation.bootstrap import (
    MIN_EVENTS,
    Estimate,
    draws_for,
    estimates,
    has_events,
    paired_bootstrap,
)
from segmenter.evaluation.discordant import discordant
from segmenter.evaluation.gains import GainCurve, captured_shares, curve_with_interval, gain_depths
from segmenter.evaluation.population import Population, read_population
from segmenter.evaluation.ranking import TopSums
from segmenter.evaluation.trial import (
    ARM_COUNTS,
    are_arms_shown,
    combined,
    contact_effects,
    have_arms_an_interval,
)
from segmenter.progress import Progress, silent

CURVE_POINTS = 201  # every half per cent
RANKING: dict[By, str] = {"score": "segmenter", "expected_value": "value"}
EXTRA = "extra_buyers_per_1000"


def paired_test(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    *,
    cutoff: date,
    outcome_days: int,
    unseen_period: bool,
    rng: np.random.Generator,
    draws: int = 500,
    progress: Progress = silent,
) -> PairTest:
    """ours, theirs: frames as `evaluation.comparison.evaluate` takes them, of the same customers in the same
    order, whom neither model has learned from. Raises NotEnoughData, and ValueError for other customers.
    """
    if list(ours["customer_id"]) != list(theirs["customer_id"]):
        raise ValueError("A paired test needs the same customers in the same order.")
    pair = _Pair(read_population(ours, None), read_population(theirs, None))
    n_draws = draws_for(pair.customers, draws)
    drawn = paired_bootstrap(
        pair.figures,
        pair.customers,
        draws=n_draws,
        rng=rng,
        progress=lambda share: progress("test", share, "Drawing customers anew to see what chance does"),
    )
    whole = {name: values[0] for name, values in pair.figures(np.ones((pair.customers, 1))).items()}
    return PairTest(
        cutoff=cutoff,
        outcome_days=outcome_days,
        customers=pair.customers,
        positives=pair.positives,
        draws=n_draws,
        scope_sentence=wording.scope_sentence(
            pair.customers, pair.positives, unseen_customers=True, unseen_period=unseen_period
        ).replace("The model has", "The models have"),
        curves={by: pair.curves(by, whole, drawn) for by in BYS},
        lines={by: pair.lines(by, whole, drawn) for by in BYS},
    )


@dataclass(slots=True)
class _Pair:
    """Computes all figures for the population and for its resamples by the same few lines."""

    ours: Population
    theirs: Population

    @property
    def customers(self) -> int:
        return self.ours.customers

    @property
    def positives(self) -> int:
        return int(self.ours.positive.sum())

    @property
    def curve_depths(self) -> np.ndarray:
        return gain_depths(self.customers, CURVE_POINTS)

    @property
    def _sides(self) -> tuple[tuple[str, Population], ...]:
        return ("ours", self.ours), ("theirs", self.theirs)

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> 'by.side.figure' -> (d, depths)."""
        figures: dict[str, np.ndarray] = {}
        depths = np.array(DEPTHS)
        for by in BYS:
            for side, population in self._sides:
                ranking, key = population.rankings[RANKING[by]], f"{by}.{side}"
                found = TopSums(ranking, [self.ours.positive])
                every = captured_shares(found, weights, np.concatenate([self.curve_depths, depths]))[0]
                figures[f"{key}.curve"] = every[:, : -len(depths)]
                figures[f"{key}.captured"] = every[:, -len(depths) :]
                if self.ours.trial is not None:
                    arms = TopSums(ranking, self.ours.trial.counted())
                    counts = combined(arms(weights, weights.sum(axis=0)[:, None] * depths))
                    figures |= {f"{key}.{name}": values for name, values in counts.items()}
                    figures[f"{key}.{EXTRA}"] = contact_effects(counts)[EXTRA]
        return figures

    def curves(
        self, by: By, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]
    ) -> tuple[GainCurve, GainCurve]:
        """Our curve and theirs, each with its interval."""
        ours, theirs = (
            curve_with_interval(
                side,
                self.curve_depths,
                whole[f"{by}.{side}.curve"],
                drawn[f"{by}.{side}.curve"],
                positives=self.positives,
                customers=self.customers,
            )
            for side, _ in self._sides
        )
        return ours, theirs

    def lines(
        self, by: By, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]
    ) -> tuple[ReachLine, ...]:
        """What both reach at each depth, and the paired difference."""
        return tuple(self._line(by, k, whole, drawn) for k in range(len(DEPTHS)))

    def _line(self, by: By, k: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]) -> ReachLine:
        def share(side: str) -> Estimate:
            key = f"{by}.{side}.captured"
            value = whole[key][k]
            enough = has_events(float(value) * self.positives, self.positives)
            return estimates(value, drawn[key][:, k]).at(has_interval=enough)

        tops = self._tops(by, k)
        against = discordant(self.ours.positive, *tops)
        difference = against.widened(
            _difference(f"{by}.ours.captured", f"{by}.theirs.captured", k, whole, drawn),
            lambda p: against.both * (2 * p - 1) / self.positives,
        )
        return ReachLine(
            depth=DEPTHS[k],
            customers=round(DEPTHS[k] * self.customers),
            ours=share("ours"),
            theirs=share("theirs"),
            difference=difference,
            ours_only=against.ours,
            theirs_only=against.theirs,
            extra=self._extra(by, k, whole, drawn, tops) if self.ours.trial is not None else None,
        )

    def _extra(
        self,
        by: By,
        k: int,
        whole: dict[str, np.ndarray],
        drawn: dict[str, np.ndarray],
        tops: tuple[np.ndarray, np.ndarray],
    ) -> ExtraBuyers | None:
        trial = self.ours.trial
        assert trial is not None
        arms = {
            side: {name: float(whole[f"{by}.{side}.{name}"][k]) for name in ARM_COUNTS}
            for side, _ in self._sides
        }
        if not all(are_arms_shown(counts) for counts in arms.values()):
            return None
        enough = {side: have_arms_an_interval(counts) for side, counts in arms.items()}
        # Customers in both lists cancel out: those whom only one list holds must have enough buyers.
        moved = np.abs(tops[0] - tops[1])
        buyers = [arm & trial.bought for arm in (trial.treatment, trial.control)]
        differing = min(float(moved[each].sum()) for each in buyers) >= MIN_EVENTS
        ours, theirs = (
            estimates(whole[f"{by}.{side}.{EXTRA}"][k], drawn[f"{by}.{side}.{EXTRA}"][:, k]).at(
                has_interval=enough[side]
            )
            for side in ("ours", "theirs")
        )
        difference = _difference(f"{by}.ours.{EXTRA}", f"{by}.theirs.{EXTRA}", k, whole, drawn)
        if not (all(enough.values()) and differing):
            difference = Estimate(difference.value)
        return ExtraBuyers(ours=ours, theirs=theirs, difference=difference)

    def _tops(self, by: By, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The share in [0, 1] with which each list holds each customer: (n,) twice."""
        ours, theirs = (
            population.rankings[RANKING[by]].in_top(DEPTHS[k] * self.customers)
            for _, population in self._sides
        )
        return ours, theirs


def _difference(
    first: str, second: str, k: int, whole: dict[str, np.ndarray], drawn: dict[str, np.ndarray]
) -> Estimate:
    return estimates(whole[first][k] - whole[second][k], drawn[first][:, k] - drawn[second][:, k]).at()

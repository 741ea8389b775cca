"""Rankings and RFM segments -> Table 1 of the paper: four metrics a row, one test population, equal depth.

An RFM segment has the size it has; every other ranking is cut at exactly that size, in the population and in
each resample, so that no row wins by contacting more or fewer customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from segmenter.evaluation.bootstrap import Estimate, estimates, has_events
from segmenter.evaluation.discordant import discordant
from segmenter.evaluation.metrics import METRICS, metrics_from_counts
from segmenter.evaluation.ranking import Ranking, TopSums
from segmenter.evaluation.rfm import TOP_THREE

MIN_GROUP = 20  # an RFM segment with fewer customers gives figures about nobody in particular
RFM_GROUPS: dict[str, tuple[str, ...]] = {
    "Champions": ("Champions",),
    "Champions, Loyal and Potential Loyalist": TOP_THREE,
}
RANKING_NAMES = {
    "segmenter": "Segmenter",
    "uncorrected": "Segmenter without correction",
    "response": "Response model",
    "random": "Random order",
}


@dataclass(frozen=True, slots=True)
class Table1Row:
    """One selection: `group` names the RFM segments that set the size; `ranking` is 'rfm' for these segments
    themselves, else a key of RANKING_NAMES.

    depth: share of the test population selected. The metrics are shares in [0, 1]; intervals: metric ->
    (low, high), 95 %, without the metrics that rest on too few customers for one.
    """

    name: str
    group: str
    ranking: str
    depth: float
    customers: int
    precision: float
    recall: float
    balanced_accuracy: float
    weighted_f1: float
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Table1Difference:
    """The model minus RFM in one metric, both selecting as many as the RFM `group` has; paired.

    No interval where too few positives are in one of the two selections only.
    """

    group: str
    metric: str
    difference: Estimate


class Table1:
    """Computes the table's figures for the population and for its resamples by the same few lines."""

    def __init__(
        self, positive: np.ndarray, rankings: Mapping[str, Ranking], rfm_segment: np.ndarray
    ) -> None:
        """positive: (n,) bool; rankings: rows beside the RFM segments; rfm_segment: (n,) names."""
        members = {group: np.isin(rfm_segment, names) for group, names in RFM_GROUPS.items()}
        self.groups = tuple(group for group, member in members.items() if member.sum() >= MIN_GROUP)
        self.notes = tuple(
            f"Table 1 leaves out '{group}': only {int(member.sum())} test customers are in it, and figures "
            f"need {MIN_GROUP}."
            for group, member in members.items()
            if group not in self.groups
        )
        self._customers, self._positives = positive.size, int(positive.sum())
        self._sizes = tuple(int(members[group].sum()) for group in self.groups)
        # Sparse, because products of flags with many resamples are slow.
        flags = np.array([members[group] for group in self.groups], dtype=np.float64)
        flags = flags.reshape(-1, positive.size)  # (groups, n), also for no group
        self._members = csr_array(flags)
        self._positive_members = csr_array(flags * positive)
        self._found = {
            name: TopSums(rankings[name], [positive]) for name in RANKING_NAMES if name in rankings
        }
        self._against_rfm = [
            discordant(positive, rankings["segmenter"].in_top(size), members[group].astype(np.float64))
            for group, size in zip(self.groups, self._sizes, strict=True)
        ]

    def figures(self, weights: np.ndarray) -> np.ndarray:
        """Weights (n, d) -> METRICS of every row: (d, groups, 1 + rankings, 4), RFM's own selection first."""
        customers = weights.sum(axis=0)[:, None]  # (d, 1)
        selected = (self._members @ weights).T  # (d, groups)
        tops = np.hstack([selected, customers])  # (d, groups + 1): the last top is everybody
        in_tops = [found(weights, tops)[0] for found in self._found.values()]
        found = [(self._positive_members @ weights).T, *(in_top[:, :-1] for in_top in in_tops)]
        return metrics_from_counts(
            np.stack(found, axis=2),  # (d, groups, 1 + rankings)
            selected[:, :, None],
            in_tops[0][:, -1:, None],
            customers[:, :, None],
        )

    def rows(self, figures: np.ndarray, draws: np.ndarray) -> tuple[Table1Row, ...]:
        """figures: of the population, (groups, rows, 4); draws: of the resamples, (d, groups, rows, 4)."""
        known = estimates(figures, draws)
        rows = []
        for g, group in enumerate(self.groups):
            for r, ranking in enumerate(("rfm", *self._found)):
                enough = self._have_intervals(g, float(figures[g, r, 0]) * self._sizes[g])
                row = {metric: known.at(g, r, m, has_interval=enough[m]) for m, metric in enumerate(METRICS)}
                name = group if ranking == "rfm" else f"{RANKING_NAMES[ranking]} at the depth of {group}"
                rows.append(
                    Table1Row(
                        name=name,
                        group=group,
                        ranking=ranking,
                        depth=self._sizes[g] / self._customers,
                        customers=self._sizes[g],
                        **{metric: figure.value for metric, figure in row.items()},
                        intervals={
                            metric: (figure.low, figure.high)
                            for metric, figure in row.items()
                            if figure.low is not None and figure.high is not None
                        },
                    )
                )
        return tuple(rows)

    def differences(self, figures: np.ndarray, draws: np.ndarray) -> tuple[Table1Difference, ...]:
        """The model minus RFM, for each group and metric; arguments as in `rows`."""
        model = 1 + list(self._found).index("segmenter")
        known = estimates(figures[:, model] - figures[:, 0], draws[:, :, model] - draws[:, :, 0])
        return tuple(
            Table1Difference(
                group,
                metric,
                self._against_rfm[g].widened(
                    known.at(g, m),
                    partial(self._difference_if, g, m, float(figures[g, 0, 0]) * self._sizes[g]),
                ),
            )
            for g, group in enumerate(self.groups)
            for m, metric in enumerate(METRICS)
        )

    def _have_intervals(self, g: int, found: float) -> tuple[bool, bool, bool, bool]:
        """For each of METRICS, whether a row of group g rests on enough customers of each kind it counts."""
        precision = has_events(found, self._sizes[g])
        recall = has_events(found, self._positives)
        others = has_events(self._sizes[g] - found, self._customers - self._positives)
        return precision, recall, precision and recall and others, precision and recall and others

    def _difference_if(self, g: int, m: int, rfm_found: float, p: float) -> float:
        """Metric m of the model minus RFM's, if `p` of the discordant positives were the model's."""
        against = self._against_rfm[g]
        shared = rfm_found - against.theirs
        found = np.array([shared + against.both * p, shared + against.both * (1 - p)])
        counts = (np.array(float(n)) for n in (self._sizes[g], self._positives, self._customers))
        model, rfm = metrics_from_counts(found, *counts)[:, m]
        return float(model - rfm)

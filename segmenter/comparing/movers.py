"""Customers scored by two models, and their features -> who is in one list only, and what sets them apart.

Every group is a mean over at least 20 customers, or nothing is told of it.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from segmenter.comparing.comparison import BYS, DEPTHS, By, Group, Movers, Telling, Why
from segmenter.comparing.group_sums import GroupSums
from segmenter.comparing.overlap import Membership, Side, list_size
from segmenter.evaluation.profiles import LARGEST_DIFFERENCE, MIN_GROUP, MOST_LINES, SMALLEST_DIFFERENCE
from segmenter.features.catalog import FeatureSpec

MEANS = ("p_prompted", "active", "score", "expected_value")
Column = tuple[FeatureSpec, str | None]
"""A feature, and of a category the level that is counted."""


class FeatureMeans:
    """Means and spreads of every feature in every group; a category counts as one share per level."""

    def __init__(
        self, specs: Sequence[FeatureSpec], levels: Mapping[str, Sequence[str]], members: Membership
    ) -> None:
        """specs: columns to look at; levels: of the categories among them."""
        self._numeric = [spec for spec in specs if spec.kind == "numeric"]
        self._category = [spec for spec in specs if spec.kind == "category"]
        self._levels, self._members = levels, members
        self.columns: list[Column] = [(spec, None) for spec in self._numeric]
        self.columns += [(spec, level) for spec in self._category for level in levels.get(spec.name, ())]
        self.sums = GroupSums()

    def read(self, frames: Iterable[pd.DataFrame]) -> "FeatureMeans":
        """Take in all customers, in batches with customer_id and a column per spec."""
        for frame in frames:
            self.sums.add(self._members.of_rows(frame["customer_id"]), self._values(frame))
        return self

    def known_mean(self, feature: str, group: int) -> float | None:
        """A number's mean in a group; None where it is known of fewer than 20 of them, and for categories."""
        for place, (spec, level) in enumerate(self.columns):
            if spec.name == feature and level is None:
                return float(self.sums.mean[group, place]) if self.sums.n[group, place] >= MIN_GROUP else None
        return None

    def telling(self, ours: int, theirs: int, both: int) -> tuple[Telling, ...]:
        """What sets two groups apart, by falling size of the difference; the numbers are places of groups."""
        lines = []
        n, mean, variance = self.sums.n, self.sums.mean, self.sums.variance
        for place, (spec, level) in enumerate(self.columns):
            if min(n[ours, place], n[theirs, place]) < MIN_GROUP:
                continue
            cells = [mean[group, place] * n[group, place] for group in (ours, theirs)]
            if level is not None and any(0 < round(cell) < MIN_GROUP for cell in cells):
                continue
            gap = float(mean[ours, place] - mean[theirs, place])
            spread = float(np.sqrt((variance[ours, place] + variance[theirs, place]) / 2))
            largest = np.copysign(LARGEST_DIFFERENCE, gap)
            difference = gap / spread if spread * LARGEST_DIFFERENCE > abs(gap) else float(largest)
            if abs(gap) <= 1e-12 * abs(float(mean[ours, place])) or abs(difference) < SMALLEST_DIFFERENCE:
                continue
            lines.append(
                Telling(
                    feature=spec.name,
                    label=spec.label,
                    level=level,
                    unit=spec.unit if level is None else "share",
                    ours=float(mean[ours, place]),
                    theirs=float(mean[theirs, place]),
                    both=self._shown(both, place, level),
                    difference=difference,
                )
            )
        lines.sort(key=lambda line: (-abs(line.difference), line.feature, line.level or ""))
        return tuple(lines[:MOST_LINES])

    def _shown(self, group: int, place: int, level: str | None) -> float | None:
        """A mean that may be told, or None."""
        n, mean = self.sums.n[group, place], float(self.sums.mean[group, place])
        if n < MIN_GROUP or (level is not None and 0 < round(n * mean) < MIN_GROUP):
            return None
        return mean

    def _values(self, frame: pd.DataFrame) -> np.ndarray:
        numbers = frame[[spec.name for spec in self._numeric]].to_numpy(dtype=np.float64, na_value=np.nan)
        shares = [
            (frame[spec.name].astype(object) == level).to_numpy(dtype=np.float64)
            for spec, level in self.columns[len(self._numeric) :]
            if level is not None
        ]
        return np.column_stack([numbers, *shares]) if shares else numbers


def movers(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    members: Membership,
    features: FeatureMeans,
    whys: Mapping[int, Why],
) -> dict[By, tuple[Movers, ...]]:
    """ours, theirs: scores of the same customers in the same order. whys: by place of a group."""
    means = [_means(scores, members) for scores in (ours, theirs)]
    segment = ours["segment"].to_numpy(dtype=object)
    segments = sorted(set(segment.tolist()))
    counts = np.stack([members.masks[segment == name].sum(axis=0) for name in segments])  # (segments, groups)

    def group(place: int) -> Group:
        size = int(members.sizes[place])
        if size < MIN_GROUP:
            return Group(customers=None if size else 0)
        pairs = {name: (float(means[0][place, k]), float(means[1][place, k])) for k, name in enumerate(MEANS)}
        shown = shown_counts(dict(zip(segments, counts[:, place].tolist(), strict=True)))
        return Group(customers=size, segments=shown, why=whys.get(place), **pairs)

    def moved(by: By, depth: float) -> Movers:
        places: list[int] = [members.place(by, depth, side) for side in _SIDES]
        first, second, both = (group(place) for place in places)
        return Movers(
            depth=depth,
            customers=list_size(depth, len(ours)),
            ours=first,
            theirs=second,
            both=both,
            telling=features.telling(*places) if first.customers else (),
        )

    return {by: tuple(moved(by, depth) for depth in DEPTHS) for by in BYS}


_SIDES: tuple[Side, Side, Side] = ("ours", "theirs", "both")


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts of 1 to 19 are hidden; a single hidden one takes the next smallest along, or the sum of the
    others would tell it.
    """
    hidden = [name for name, count in counts.items() if 0 < count < MIN_GROUP]
    if len(hidden) == 1:
        others = sorted((count, name) for name, count in counts.items() if count >= MIN_GROUP)
        hidden += [name for _, name in others[:1]]
    return {name: None if name in hidden else count for name, count in counts.items()}


def _means(scores: pd.DataFrame, members: Membership) -> np.ndarray:
    """(groups, MEANS) means of one model's scores."""
    columns = scores.assign(active=1 - scores["p_inactive"])[list(MEANS)].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        means: np.ndarray = (members.masks.T @ columns) / members.sizes[:, None]
    return means

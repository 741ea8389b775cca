"""Scored customers -> what the Segments page shows: profiles, the heat map against RFM, the spread of scores.

Features arrive in batches and only their counts, means and spreads are kept, so any number of customers fits.
Nothing is shown about groups of fewer than MIN_GROUP customers.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from segmenter.evaluation.rfm import NO_PURCHASES, SEGMENTS
from segmenter.features.catalog import FeatureSpec

MIN_GROUP = 20
MOST_LINES = 12
SMALLEST_DIFFERENCE = 0.1  # standardised; below it a segment is not set apart
LARGEST_DIFFERENCE = 10.0  # also where neither group varies: a ratio to no spread has no size
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLine:
    """One thing that sets a segment apart.

    A numeric feature: `segment_mean` and `rest_mean` in its unit, over customers for whom it is known. A
    category: `level` is the value, and the means are the shares of customers who have it. difference:
    standardised, (segment - rest) / pooled standard deviation, within +-LARGEST_DIFFERENCE.
    """

    feature: str
    label: str
    level: str | None
    unit: str
    segment_mean: float
    rest_mean: float
    difference: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentProfile:
    """A segment beside everybody else; `share` of all customers. Lines by falling size of the difference, at
    most MOST_LINES, none where the segment or the rest has fewer than MIN_GROUP customers (`is_hidden`)."""

    segment: str
    customers: int
    share: float
    is_hidden: bool
    features: tuple[ProfileLine, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Customers by segment (rows) and RFM segment (columns); None where a cell has 1 to 19 customers.

    shares: of the row's customers, in [0, 1], None where the count is.
    """

    segments: tuple[str, ...]
    rfm_segments: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    shares: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ScoreHistogram:
    """Customers per bin of the score. edges: bins + 1 values from 0 to 1; the last bin includes 1."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(slots=True)
class _Moments:
    """Running count, mean and sum of squared deviations of several columns; arrays of (columns,)."""

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Self:
        """values: (rows, columns), NaN = unknown."""
        n = np.isfinite(values).sum(axis=0).astype(np.float64)
        mean = np.divide(np.nansum(values, axis=0), n, out=np.zeros_like(n), where=n > 0)
        return cls(n, mean, np.nansum((values - mean) ** 2, axis=0))

    def merged(self, other: Self) -> Self:
        """Both groups as one (Chan, Golub and LeVeque 1979: no loss of digits for large means)."""
        n = self.n + other.n
        delta = other.mean - self.mean
        part = np.divide(other.n, n, out=np.zeros_like(n), where=n > 0)
        squares = self.squares + other.squares + delta**2 * self.n * part
        return type(self)(n, self.mean + delta * part, squares)


@dataclass(slots=True)
class _Group:
    """What is kept of one group of customers."""

    customers: int
    numeric: _Moments
    levels: dict[str, Counter[str]] = field(default_factory=dict)

    def merged(self, other: "_Group") -> "_Group":
        levels = {name: counts + other.levels[name] for name, counts in self.levels.items()}
        return _Group(self.customers + other.customers, self.numeric.merged(other.numeric), levels)


def segment_profiles(
    batches: Iterable[tuple[pd.DataFrame, np.ndarray]], specs: Sequence[FeatureSpec]
) -> tuple[SegmentProfile, ...]:
    """Profiles of all segments, largest first.

    batches: (features, segment) pairs: a frame with a column per spec, and the segment of each of its rows.
    """
    numeric = [spec for spec in specs if spec.kind == "numeric"]
    category = [spec for spec in specs if spec.kind == "category"]
    groups: dict[str, _Group] = {}
    for features, segment in batches:
        values = features[[spec.name for spec in numeric]].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in np.unique(segment.astype(str)).tolist():
            inside = segment == name
            levels = {spec.name: _levels(features.loc[inside, spec.name]) for spec in category}
            group = _Group(int(inside.sum()), _Moments.of(values[inside]), levels)
            groups[name] = groups[name].merged(group) if name in groups else group
    total = sum(group.customers for group in groups.values())
    profiles = [_profile(name, groups, total, numeric, category) for name in groups]
    return tuple(sorted(profiles, key=lambda profile: (-profile.customers, profile.segment)))


def heat_map(segment: np.ndarray, rfm_segment: np.ndarray) -> HeatMap:
    """segment, rfm_segment: (n,) names. Rows: the segments that occur; columns: the eleven and NO_PURCHASES.

    Raises ValueError for an RFM segment that does not exist.
    """
    columns = (*SEGMENTS, NO_PURCHASES)
    strange = set(np.unique(rfm_segment.astype(str)).tolist()) - set(columns)
    if strange:
        raise ValueError(f"These are no RFM segments: {sorted(strange)}.")
    rows = tuple(np.unique(segment.astype(str)).tolist())
    counts, shares = [], []
    for row in rows:
        inside = rfm_segment[segment == row]
        cells = [int((inside == column).sum()) for column in columns]
        shown = tuple(None if 0 < cell < MIN_GROUP else cell for cell in cells)
        counts.append(shown)
        shares.append(tuple(None if cell is None else cell / inside.size for cell in shown))
    return HeatMap(rows, columns, tuple(counts), tuple(shares))


def score_histogram(score: np.ndarray, bins: int = 50) -> ScoreHistogram:
    """score: (n,) in [0, 1]. Bins are fixed, so two histograms can be laid over each other.

    Raises ValueError for scores outside [0, 1].
    """
    if not ((score >= 0) & (score <= 1)).all():
        raise ValueError("Scores must lie in [0, 1].")
    counts, edges = np.histogram(score, bins=bins, range=(0.0, 1.0))
    return ScoreHistogram(tuple(np.round(edges, 6).tolist()), tuple(counts.tolist()))


def _levels(values: pd.Series) -> Counter[str]:
    counts = values.astype(object).where(values.notna(), UNKNOWN).astype(str).value_counts()
    return Counter(dict(zip(counts.index.tolist(), counts.tolist(), strict=True)))


def _profile(
    name: str,
    groups: dict[str, _Group],
    total: int,
    numeric: Sequence[FeatureSpec],
    category: Sequence[FeatureSpec],
) -> SegmentProfile:
    group = groups[name]
    is_hidden = min(group.customers, total - group.customers) < MIN_GROUP
    lines: list[ProfileLine] = []
    if not is_hidden:
        others = [other for other_name, other in groups.items() if other_name != name]
        rest = others[0]
        for other in others[1:]:
            rest = rest.merged(other)
        lines = _numeric_lines(group, rest, numeric) + _category_lines(group, rest, category)
        lines = [line for line in lines if abs(line.difference) >= SMALLEST_DIFFERENCE]
        lines.sort(key=lambda line: (-abs(line.difference), line.feature, line.level or ""))
    return SegmentProfile(
        segment=name,
        customers=group.customers,
        share=group.customers / total,
        is_hidden=is_hidden,
        features=tuple(lines[:MOST_LINES]),
    )


def _numeric_lines(group: _Group, rest: _Group, specs: Sequence[FeatureSpec]) -> list[ProfileLine]:
    lines = []
    for k, spec in enumerate(specs):
        counts = group.numeric.n[k], rest.numeric.n[k]
        if min(counts) < MIN_GROUP:
            continue
        variance = (group.numeric.squares[k] / counts[0] + rest.numeric.squares[k] / counts[1]) / 2
        means = float(group.numeric.mean[k]), float(rest.numeric.mean[k])
        lines.append(_line(spec, None, means, float(variance)))
    return lines


def _category_lines(group: _Group, rest: _Group, specs: Sequence[FeatureSpec]) -> list[ProfileLine]:
    lines = []
    for spec in specs:
        inside, outside = group.levels[spec.name], rest.levels[spec.name]
        for level in sorted(inside.keys() | outside.keys()):
            if any(0 < count[level] < MIN_GROUP for count in (inside, outside)):
                continue
            shares = inside[level] / group.customers, outside[level] / rest.customers
            variance = sum(share * (1 - share) for share in shares) / 2
            lines.append(_line(spec, level, shares, variance))
    return lines


def _line(spec: FeatureSpec, level: str | None, means: tuple[float, float], variance: float) -> ProfileLine:
    difference = _standardised(means, variance)
    unit = spec.unit if level is None else "share"
    what = spec.label if level is None else f"{spec.label} is '{level}'"
    return ProfileLine(
        feature=spec.name,
        label=spec.label,
        level=level,
        unit=unit,
        segment_mean=means[0],
        rest_mean=means[1],
        difference=difference,
        words=(
            f"{what}: {_degree(difference)} than elsewhere, "
            f"{_figure(means[0], unit)} against {_figure(means[1], unit)}"
        ),
    )


def _standardised(means: tuple[float, float], variance: float) -> float:
    gap, largest = means[0] - means[1], LARGEST_DIFFERENCE
    if math.isclose(means[0], means[1], rel_tol=1e-12):
        return 0.0  # rounding in a sum is no difference, however small the spread
    if abs(gap) >= largest * math.sqrt(variance):
        return math.copysign(largest, gap)
    return gap / math.sqrt(variance)


def _degree(difference: float) -> str:
    """Cohen's steps of a standardised difference (0.2, 0.5, 0.8), in words."""
    steps = ((0.8, "much"), (0.5, "clearly"), (0.2, "somewhat"), (0.0, "slightly"))
    degree = next(word for least, word in steps if abs(difference) >= least)
    return f"{degree} {'higher' if difference > 0 else 'lower'}"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.0%}"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} days" if unit == "days" else text

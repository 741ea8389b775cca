"""Feature columns -> what a network reads: quantile edges of each number, levels of each category.

The encoder learns from the training customers only and is JSON both ways, so that a model file says exactly
how it reads a customer. The piecewise-linear expansion itself stands beside the weights, in model/network.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
import pandas as pd

from segmenter.errors import ModelFileError
from segmenter.features.catalog import FeatureSpec

# Categories: place 0 is 'unknown' (NULL), then the levels, and the last place is any other value.
MOST_LEVELS = 30

# The outer edges leave out this share of the customers on either side: one customer who bought a hundred
# times as much as everybody else must not stretch the last bin. Beyond the outer edges nothing changes.
OUTSIDE_SHARE = 0.005

# Quantiles of more customers than this differ by less than the width of a bin says anything about.
MOST_SORTED = 200_000


@dataclass(frozen=True, slots=True)
class NumericEncoding:
    """Rising bin edges of one numeric feature; fewer than two where it never varied or was never known.

    low, high: the extremes of the training customers; had_unknown: whether it was unknown for some of them.
    """

    name: str
    edges: tuple[float, ...]
    low: float
    high: float
    had_unknown: bool

    def __post_init__(self) -> None:
        if not all(isfinite(value) for value in (*self.edges, self.low, self.high)):
            raise ValueError(f"bin edges and extremes of '{self.name}' must be finite")
        if any(b <= a for a, b in pairwise(self.edges)):
            raise ValueError(f"bin edges of '{self.name}' must rise")


@dataclass(frozen=True, slots=True)
class CategoryEncoding:
    """Known values of one category, most frequent first."""

    name: str
    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.levels) > MOST_LEVELS or len(set(self.levels)) != len(self.levels):
            raise ValueError(f"levels of '{self.name}' must be at most {MOST_LEVELS} different values")

    @property
    def n_places(self) -> int:
        """Places of the one-hot code: unknown, the levels, other."""
        return len(self.levels) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """How the columns of a customer's features become numbers; the order is the network's order of inputs."""

    numeric_features: tuple[NumericEncoding, ...]
    category_features: tuple[CategoryEncoding, ...]

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) != len(names):
            raise ValueError("every feature of an encoder needs a name of its own")

    @classmethod
    def fit(cls, frame: pd.DataFrame, specs: Sequence[FeatureSpec], n_bins: int) -> "Encoder":
        """Learn edges and levels from the training customers.

        frame: one row per customer, a column per spec; n_bins: the most bins a numeric feature gets.
        """
        return cls(
            numeric_features=tuple(
                _numeric_encoding(spec.name, _numbers(frame, spec.name), n_bins)
                for spec in specs
                if spec.kind == "numeric"
            ),
            category_features=tuple(
                CategoryEncoding(spec.name, _levels(_column(frame, spec.name)))
                for spec in specs
                if spec.kind == "category"
            ),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All features read, numeric ones first."""
        numeric = [feature.name for feature in self.numeric_features]
        return (*numeric, *(feature.name for feature in self.category_features))

    def numeric(self, frame: pd.DataFrame) -> np.ndarray:
        """Numeric columns side by side: float32 (n, n_numeric), NaN where unknown."""
        values = np.empty((len(frame), len(self.numeric_features)), dtype=np.float32)
        # A value too large for float32 becomes infinite here and reads as the last edge: that is meant.
        with np.errstate(over="ignore"):
            for place, feature in enumerate(self.numeric_features):
                values[:, place] = _numbers(frame, feature.name)
        return values

    def categories(self, frame: pd.DataFrame) -> np.ndarray:
        """Place of each category value: int64 (n, n_category); 0 unknown, 1.. the levels, last any other."""
        places = np.empty((len(frame), len(self.category_features)), dtype=np.int64)
        for position, feature in enumerate(self.category_features):
            column = _column(frame, feature.name)
            found = pd.Index(feature.levels, dtype=object).get_indexer(pd.Index(column, dtype=object))
            places[:, position] = np.where(found >= 0, found + 1, feature.n_places - 1)
            places[column.isna().to_numpy(), position] = 0
        return places

    def outside(self, frame: pd.DataFrame) -> np.ndarray:
        """Where a customer is unlike every training customer: bool (n, n_features), in the order of `names`.

        A number beyond the trained extremes, an unknown where none was unknown, or a value never seen.
        Features that never varied in training play no part in the scores, and count as inside.
        """
        numbers, places = self.numeric(frame), self.categories(frame)
        unlike = np.zeros((len(frame), len(self.names)), dtype=bool)
        for position, feature in enumerate(self.numeric_features):
            if len(feature.edges) > 1:
                value = numbers[:, position]
                unlike[:, position] = (value < np.float32(feature.low)) | (value > np.float32(feature.high))
                if not feature.had_unknown:
                    unlike[:, position] |= np.isnan(value)
        for position, category in enumerate(self.category_features, len(self.numeric_features)):
            if 0 < len(category.levels) < MOST_LEVELS:  # with all places taken, training knew other values
                place = places[:, position - len(self.numeric_features)]
                unlike[:, position] = place == category.n_places - 1
        return unlike


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise ModelFileError(
            f"The model reads the feature '{name}', which this data set does not have. Score the data set it "
            "was trained on, map the missing column, or train a new model."
        )
    return frame[name]


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """One column as float64 (n,), NaN where unknown."""
    return _column(frame, name).to_numpy(dtype=np.float64, na_value=np.nan)


def _numeric_encoding(name: str, values: np.ndarray, n_bins: int) -> NumericEncoding:
    limit = float(np.finfo(np.float32).max)
    known = np.clip(np.sort(values[np.isfinite(values)]), -limit, limit)
    return NumericEncoding(
        name=name,
        edges=_edges(known, n_bins),
        low=float(known[0]) if known.size else 0.0,
        high=float(known[-1]) if known.size else 0.0,
        had_unknown=known.size < values.size,
    )


def _edges(known: np.ndarray, n_bins: int) -> tuple[float, ...]:
    """Edges of at most `n_bins` bins holding about equally many customers each; known: finite and sorted.

    A value that alone fills a bin (often 0) becomes an edge itself, and the bins it would have wasted go to
    the other customers. Edges are float32 values, because that is the precision they are compared in.
    """
    if known.size == 0:
        return ()
    known = known[:: -(-known.size // MOST_SORTED)]
    distinct, counts = np.unique(known, return_counts=True)
    if distinct.size == 1:
        return (float(np.float32(distinct[0])),)
    heavy = distinct[counts > known.size / n_bins]
    rest = known[~np.isin(known, heavy)]
    edges = heavy
    if rest.size:
        # Observed values, not points between them: a count has no customer at 0.37.
        at = np.linspace(OUTSIDE_SHARE, 1 - OUTSIDE_SHARE, max(n_bins - heavy.size, 1) + 1)
        edges = np.union1d(heavy, np.quantile(rest, at, method="inverted_cdf"))
    if edges.size < 2:
        edges = distinct[[0, -1]]
    return tuple(float(edge) for edge in np.unique(edges.astype(np.float32)))


def _levels(column: pd.Series) -> tuple[str, ...]:
    """The most frequent values; equally frequent ones in alphabetical order, so that row order is nothing."""
    counts = Counter(column.dropna().astype(str))
    ranked = sorted(counts, key=lambda level: (-counts[level], level))
    return tuple(ranked[:MOST_LEVELS])

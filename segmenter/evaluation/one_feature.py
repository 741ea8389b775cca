"""One feature -> how well it alone tells some customers from others.

A customer's value is read as a place among quantiles (unknown is a place of its own), the share of positives
in each place is learned from other customers, and the pairs in the right order are counted (the AUC).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmenter.features.catalog import FeatureSpec

# Some hundred looks (features, two questions, each cutoff and all together): a chance this small in each.
STANDARD_ERRORS = 3.0

N_BINS = 20
MOST_LEVELS = 30
FOLDS = 5
PRIOR_CUSTOMERS = 2.0  # a place with hardly any customers leans to the share of everybody


@dataclass(frozen=True, slots=True)
class Told:
    """Share of pairs in the right order, and its standard error with each customer counted once."""

    share: float
    error: float

    @property
    def surely(self) -> float:
        """What the feature tells at least."""
        return self.share - STANDARD_ERRORS * self.error


def feature_places(values: pd.Series, spec: FeatureSpec) -> np.ndarray:
    """Place of each value: int64 (n,), 0 unknown.

    Numbers: each quantile is a place, and each gap between two; so a value that many customers share (0, a
    code) stands alone. Categories: the most frequent levels, then any other.
    """
    if spec.kind == "category":
        counts = values.value_counts(sort=False).sort_index()  # equally frequent: by name, not by row order
        levels = counts.sort_values(ascending=False, kind="stable").index[:MOST_LEVELS]
        found = pd.Index(levels, dtype=object).get_indexer(pd.Index(values, dtype=object))
        return np.where(values.isna(), 0, np.where(found >= 0, found + 1, len(levels) + 1)).astype(np.int64)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros(len(numbers), dtype=np.int64)
    at = np.linspace(0, 1, N_BINS + 1)
    edges = np.unique(np.quantile(numbers[known], at, method="inverted_cdf"))  # observed values
    places = 1 + np.searchsorted(edges, numbers, "left") + np.searchsorted(edges, numbers, "right")
    return np.where(known, places, 0)


def feature_tells(
    places: np.ndarray, positive: np.ndarray, fold: np.ndarray, customers: tuple[int, int]
) -> Told:
    """Arrays of (n,). Places are ranked by their share of positives in the other folds.

    customers: how many different ones the positives and the others are; rows of one customer are not as good
    as rows of several.
    """
    n_places, share = int(places.max()) + 1, float(positive.mean())
    shape = (FOLDS, n_places)
    cell = fold * n_places + places
    everybody = np.bincount(cell, minlength=FOLDS * n_places).reshape(shape)
    found = np.bincount(cell[positive], minlength=FOLDS * n_places).reshape(shape)
    right = pairs = 0.0
    for k in range(FOLDS):
        learned, of = found.sum(0) - found[k], everybody.sum(0) - everybody[k]
        expected = (learned + share * PRIOR_CUSTOMERS) / (of + PRIOR_CUSTOMERS)
        block = np.unique(expected, return_inverse=True)[1]
        positives = np.bincount(block, found[k])
        others = np.bincount(block, everybody[k] - found[k])
        right += float((positives * (np.cumsum(others) - others / 2)).sum())  # a tie is half right
        pairs += float(positives.sum() * others.sum())
    told = right / pairs if pairs else 0.5
    return Told(told, _standard_error(told, *customers))


def _standard_error(auc: float, positives: int, others: int) -> float:
    """Of an AUC, by Hanley and McNeil (1982), with their letters."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (others - 1) * (q2 - auc**2)
    return float(np.sqrt(max(variance, 0.0) / (positives * others)))

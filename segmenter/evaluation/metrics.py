"""A selection of customers, and who of them turned out positive -> precision, recall and their kin.

A selection may be fractional (a customer counts one half), which is how ties at the edge are shared.
Precision, recall and balanced accuracy are then the mean over all ways to break the ties; weighted F1 is
taken at the mean counts.
"""

import numpy as np

from segmenter.errors import NotEnoughData
from segmenter.evaluation.ranking import Ranking, TopSums

METRICS = ("precision", "recall", "balanced_accuracy", "weighted_f1")


def metrics_from_counts(
    found: np.ndarray, selected: np.ndarray, positives: np.ndarray, customers: np.ndarray
) -> np.ndarray:
    """The four METRICS, in that order, along a new last axis.

    found: positives among the selected; selected, positives, customers: totals. All are (weighted) counts,
    and broadcast. A metric is NaN where its own denominator is 0: precision with nobody selected, recall
    without positives, balanced accuracy without positives or without others.
    """
    negatives = customers - positives
    false_alarms = selected - found
    missed = positives - found
    left_out = negatives - false_alarms
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = found / selected
        recall = found / positives
        balanced_accuracy = (recall + left_out / negatives) / 2
        # F1 of each class, weighted by how many customers truly are in it (scikit-learn: average="weighted").
        f1_positive = 2 * found / (2 * found + false_alarms + missed)
        f1_negative = 2 * left_out / (2 * left_out + false_alarms + missed)
        weighted_f1 = (positives * f1_positive + negatives * f1_negative) / customers
    return np.stack(np.broadcast_arrays(precision, recall, balanced_accuracy, weighted_f1), axis=-1)


def metrics_at_selection(positive: np.ndarray, selected: np.ndarray) -> dict[str, float]:
    """The four METRICS of one selection. positive: (n,) bool; selected: (n,) bool or shares in [0, 1].

    Raises NotEnoughData where one is undefined: nobody selected, no positives, or nothing but positives.
    """
    shares = np.asarray(selected, dtype=np.float64)
    return _metrics(positive, found=float(shares @ positive), selected=float(shares.sum()))


def metrics_at_depth(positive: np.ndarray, score: np.ndarray, depth: float) -> dict[str, float]:
    """The four METRICS of the top `depth` (a share in (0, 1]) by `score`, ties shared.

    Raises NotEnoughData as `metrics_at_selection` does.
    """
    selected = depth * positive.size
    found = TopSums(Ranking(score), [positive])(np.ones((positive.size, 1)), np.array([[selected]]))
    return _metrics(positive, found=float(found[0, 0, 0]), selected=selected)


def _metrics(positive: np.ndarray, *, found: float, selected: float) -> dict[str, float]:
    positives = int(positive.sum())
    if selected <= 0 or positives in (0, positive.size):
        raise NotEnoughData(
            "Precision and recall need somebody selected, and both positive and other customers; found "
            f"{selected:g} selected and {positives} positives among {positive.size} customers. "
            "Choose a larger share, or a longer outcome window."
        )
    counts = (np.asarray(count, dtype=float) for count in (found, selected, positives, positive.size))
    return dict(zip(METRICS, metrics_from_counts(*counts).tolist(), strict=True))

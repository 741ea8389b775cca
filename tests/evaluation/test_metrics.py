"""Metrics of a selection: by hand, and in agreement with scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score, recall_score

from segmenter.errors import NotEnoughData
from segmenter.evaluation.metrics import METRICS, metrics_at_depth, metrics_at_selection, metrics_from_counts


def test_a_table_worked_by_hand() -> None:
    # 10 customers, 4 positive; 5 selected, 3 of them positive: TP 3, FP 2, FN 1, TN 4.
    positive = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0], dtype=bool)
    selected = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
    metrics = metrics_at_selection(positive, selected)
    assert metrics["precision"] == pytest.approx(3 / 5)
    assert metrics["recall"] == pytest.approx(3 / 4)
    assert metrics["balanced_accuracy"] == pytest.approx((3 / 4 + 4 / 6) / 2)
    # F1 of positives 6/9, of the others 8/11, weighted 4 to 6.
    assert metrics["weighted_f1"] == pytest.approx(0.4 * 6 / 9 + 0.6 * 8 / 11)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_metrics_agree_with_scikit_learn(rows: list[tuple[bool, bool]]) -> None:
    positive, selected = (np.array(column) for column in zip(*rows, strict=True))
    if positive.all() or not positive.any() or not selected.any():
        with pytest.raises(NotEnoughData):
            metrics_at_selection(positive, selected)
        return
    assert metrics_at_selection(positive, selected) == pytest.approx(
        {
            "precision": precision_score(positive, selected),
            "recall": recall_score(positive, selected),
            "balanced_accuracy": balanced_accuracy_score(positive, selected),
            "weighted_f1": f1_score(positive, selected, average="weighted"),
        }
    )


def test_the_top_by_score_is_the_selection_of_that_size(rng: np.random.Generator) -> None:
    score, positive = rng.normal(size=200), rng.random(200) < 0.3
    selected = score >= np.sort(score)[-50]
    assert metrics_at_depth(positive, score, 0.25) == pytest.approx(metrics_at_selection(positive, selected))


def test_a_tie_at_the_edge_counts_each_of_the_tied_in_part() -> None:
    positive = np.array([True, False, True, False, False])
    score = np.array([9.0, 5.0, 5.0, 5.0, 1.0])  # top 2 of 5: the first, and one of three tied
    shares = np.array([1, 1 / 3, 1 / 3, 1 / 3, 0])
    metrics = metrics_at_depth(positive, score, 2 / 5)
    assert metrics == pytest.approx(metrics_at_selection(positive, shares))
    assert metrics["precision"] == pytest.approx((1 + 1 / 3) / 2)


def test_an_undefined_metric_is_nan_in_resamples_and_an_error_for_the_sample() -> None:
    counts = (np.array([0.0, 0.0]), np.array([0.0, 5.0]), np.array([3.0, 0.0]), np.array([10.0, 10.0]))
    nobody, no_positives = metrics_from_counts(*counts)
    assert np.isnan(nobody[METRICS.index("precision")])
    assert nobody[METRICS.index("recall")] == 0
    assert np.isnan(no_positives[[METRICS.index("recall"), METRICS.index("balanced_accuracy")]]).all()
    with pytest.raises(NotEnoughData, match="0 selected and 1 positives among 2"):
        metrics_at_selection(np.array([True, False]), np.array([False, False]))

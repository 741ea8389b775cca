"""Paired AUC: agreement with scikit-learn, and an error that knows noise from difference."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from segmenter.model.judging import Paired, paired_auc, paired_gain


def compared(positive: np.ndarray, first: np.ndarray, second: np.ndarray) -> Paired:
    """Every row is another customer."""
    return paired_auc(positive, first, second, np.arange(positive.size))


def test_auc_agrees_with_scikit_learn_ties_included(rng: np.random.Generator) -> None:
    positive = rng.random(300) < 0.3
    first, second = rng.normal(size=300) + positive, rng.integers(0, 4, 300).astype(float)
    found = compared(positive, first, second)
    assert found.first == pytest.approx(roc_auc_score(positive, first))
    assert found.second == pytest.approx(roc_auc_score(positive, second))


def test_a_score_is_not_better_than_itself_or_than_a_monotone_copy(rng: np.random.Generator) -> None:
    positive = rng.random(200) < 0.5
    score = rng.normal(size=200) + positive
    found = compared(positive, score, np.exp(score))
    assert found.standard_error == pytest.approx(0.0, abs=1e-12)
    assert not found.is_first_better()


def test_as_good_means_that_a_loss_beyond_the_margin_is_ruled_out() -> None:
    sure = Paired(first=0.20, second=0.20, standard_error=0.001)
    assert sure.is_first_as_good()
    assert not Paired(first=0.20, second=0.20, standard_error=0.02).is_first_as_good(), "too noisy to tell"
    assert not Paired(first=0.17, second=0.20, standard_error=0.001).is_first_as_good(), "a real loss"
    assert Paired(first=0.195, second=0.20, standard_error=0.001).is_first_as_good(), "within the margin"


def test_an_early_gain_is_half_the_total_at_best_and_nothing_in_random_order(
    rng: np.random.Generator,
) -> None:
    part = np.repeat([1.0, 0.0], [50, 4950])
    best, names = -np.arange(5000.0), np.arange(5000)
    found = paired_gain(part, best, rng.random(5000), names)
    assert found.first == pytest.approx(0.495)
    assert found.second == pytest.approx(0.0, abs=4 * found.standard_error)
    assert found.is_first_better()


def test_the_standard_error_agrees_with_the_bootstrap(rng: np.random.Generator) -> None:
    positive = np.arange(400) < 150
    signal = rng.normal(size=400) + positive
    first, second = signal + rng.normal(size=400), signal + rng.normal(size=400)
    differences = []
    for _ in range(400):
        drawn = np.r_[rng.choice(150, 150), 150 + rng.choice(250, 250)]
        again = compared(positive[drawn], first[drawn], second[drawn])
        differences.append(again.first - again.second)
    assert compared(positive, first, second).standard_error == pytest.approx(np.std(differences), rel=0.15)


def test_noise_is_called_better_about_once_in_twenty_times(rng: np.random.Generator) -> None:
    positive = np.arange(200) < 100
    wins = 0
    for _ in range(400):
        signal = rng.normal(size=200) + positive
        wins += compared(
            positive, signal + rng.normal(size=200), signal + rng.normal(size=200)
        ).is_first_better()
    assert 0.02 < wins / 400 < 0.09


def two_scores(rng: np.random.Generator, customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    positive = np.arange(customers) < customers // 3
    signal = rng.normal(size=customers) + positive
    return positive, signal + rng.normal(size=customers), signal + rng.normal(size=customers)


def test_one_row_per_customer_is_the_paired_test_of_delong(rng: np.random.Generator) -> None:
    positive, first, second = two_scores(rng, 90)
    # Placements by their definition: which negatives are below each positive.
    below = [(score[positive][:, None] > score[~positive]).astype(float) for score in (first, second)]
    moved = below[0] - below[1]  # (30, 60)
    variance = np.var(moved.mean(1), ddof=1) / 30 + np.var(moved.mean(0), ddof=1) / 60
    assert compared(positive, first, second).standard_error == pytest.approx(np.sqrt(variance))


def test_the_same_customers_stacked_three_times_tell_no_more_than_once(rng: np.random.Generator) -> None:
    once = two_scores(rng, 90)
    stacked = [np.tile(values, 3) for values in once]
    names = np.tile(np.array([f"c{k}" for k in range(90)], dtype=object), 3)
    found, expected = paired_auc(*stacked, names), compared(*once)
    assert (found.first, found.second) == pytest.approx((expected.first, expected.second))
    assert found.standard_error == pytest.approx(expected.standard_error)
    assert compared(*stacked).standard_error < 0.6 * expected.standard_error


@pytest.mark.parametrize("changes_kind", [False, True])
def test_noise_on_stacked_cutoffs_is_called_better_about_once_in_twenty_times(
    rng: np.random.Generator, changes_kind: bool
) -> None:
    """Three cutoffs at which customers are much the same; where kinds change, one may be of either."""
    customer, wins = np.tile(np.arange(200), 3), 0
    for _ in range(400):
        kind = rng.random(600 if changes_kind else 200) < 0.5
        positive = np.resize(kind, 600)
        signal, first, second = (
            np.tile(own, 3) + 0.3 * rng.normal(size=600) for own in rng.normal(size=(3, 200))
        )
        signal += positive
        wins += paired_auc(positive, signal + first, signal + second, customer).is_first_better()
    assert 0.02 < wins / 400 < 0.09

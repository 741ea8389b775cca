"""Paired AUC: agreement with scikit-learn, and an error that knows noise from difference."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from segmenter.model.judging import paired_auc


def test_auc_agrees_with_scikit_learn_ties_included(rng: np.random.Generator) -> None:
    positive = rng.random(300) < 0.3
    first, second = rng.normal(size=300) + positive, rng.integers(0, 4, 300).astype(float)
    found = paired_auc(positive, first, second)
    assert found.first == pytest.approx(roc_auc_score(positive, first))
    assert found.second == pytest.approx(roc_auc_score(positive, second))


def test_a_score_is_not_better_than_itself_or_than_a_monotone_copy(rng: np.random.Generator) -> None:
    positive = rng.random(200) < 0.5
    score = rng.normal(size=200) + positive
    found = paired_auc(positive, score, np.exp(score))
    assert found.standard_error == pytest.approx(0.0, abs=1e-12)
    assert not found.is_first_better()


def test_the_standard_error_agrees_with_the_bootstrap(rng: np.random.Generator) -> None:
    positive = np.arange(400) < 150
    signal = rng.normal(size=400) + positive
    first, second = signal + rng.normal(size=400), signal + rng.normal(size=400)
    differences = []
    for _ in range(400):
        drawn = np.r_[rng.choice(150, 150), 150 + rng.choice(250, 250)]
        again = paired_auc(positive[drawn], first[drawn], second[drawn])
        differences.append(again.first - again.second)
    assert paired_auc(positive, first, second).standard_error == pytest.approx(np.std(differences), rel=0.15)


def test_noise_is_called_better_about_once_in_twenty_times(rng: np.random.Generator) -> None:
    positive = np.arange(200) < 100
    wins = 0
    for _ in range(400):
        signal = rng.normal(size=200) + positive
        wins += paired_auc(
            positive, signal + rng.normal(size=200), signal + rng.normal(size=200)
        ).is_first_better()
    assert 0.02 < wins / 400 < 0.09

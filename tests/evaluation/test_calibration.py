"""Calibration: whether 30 % means 30 of 100."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from segmenter.evaluation.bootstrap import paired_bootstrap
from segmenter.evaluation.calibration import MIN_PER_BIN, Calibration, Calibrations, reliability_bins
from segmenter.evaluation.population import Chance


def calibrated(chance: Chance) -> Calibration:
    parts = Calibrations({"engaged": chance})
    n = chance.predicted.size
    drawn = paired_bootstrap(parts.figures, n, draws=200, rng=np.random.default_rng(5))
    return parts.tables({"engaged": parts.figures(np.ones((n, 1)))["engaged"][0]}, drawn)[0]


@pytest.fixture
def honest(rng: np.random.Generator) -> Chance:
    predicted = rng.beta(2, 5, size=8_000)
    return Chance(predicted, rng.random(8_000) < predicted)


def test_honest_chances_come_true_as_often_as_they_say(honest: Chance) -> None:
    bins = reliability_bins(honest.predicted, honest.happened)
    assert len(bins) == 10
    assert sum(line.customers for line in bins) == 8_000
    for line in bins:
        assert line.observed == pytest.approx(line.predicted, abs=0.06)
        assert line.low < line.observed < line.high
    assert [line.predicted for line in bins] == sorted(line.predicted for line in bins)


def test_exaggerated_chances_are_seen(honest: Chance) -> None:
    top = reliability_bins(np.sqrt(honest.predicted), honest.happened)[-1]
    assert top.predicted > top.high


def test_the_brier_score_agrees_with_scikit_learn_and_lies_in_its_interval(honest: Chance) -> None:
    result = calibrated(honest)
    assert result.brier.value == pytest.approx(brier_score_loss(honest.happened, honest.predicted))
    assert result.brier.low is not None
    assert result.brier.high is not None
    assert result.brier.low < result.brier.value < result.brier.high
    assert result.brier.high < result.reference_brier  # it knows more than the overall share


def test_giving_everybody_the_overall_share_is_the_reference(honest: Chance) -> None:
    share = honest.happened.mean()
    constant = Chance(np.full(8_000, share), honest.happened)
    result = calibrated(constant)
    assert result.brier.value == pytest.approx(result.reference_brier)
    assert len(result.bins) == 1  # ties stay together


def test_no_bin_is_about_a_handful_of_customers(rng: np.random.Generator) -> None:
    predicted = rng.random(70)
    bins = reliability_bins(predicted, rng.random(70) < predicted)
    assert bins
    assert all(line.customers >= MIN_PER_BIN for line in bins)


def test_a_tie_that_leaves_a_handful_beside_it_hides_the_handful() -> None:
    bins = reliability_bins(np.repeat([0.2, 0.9], [60, 5]), np.arange(65) % 2 == 0)
    assert [(line.customers, line.predicted) for line in bins] == [(60, pytest.approx(0.2))]


def test_chances_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="'engaged' must lie in"):
        Calibrations({"engaged": Chance(np.array([0.2, 1.2]), np.ones(2, dtype=bool))})

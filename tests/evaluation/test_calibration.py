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
    whole = {name: values[0] for name, values in parts.figures(np.ones((n, 1))).items()}
    return parts.tables(whole, drawn, np.random.default_rng(6))[0]


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


def test_the_calibration_error_worked_by_hand() -> None:
    # 20 told 0.2, of whom 6 came (0.3); 20 told 0.6, of whom 9 came (0.45): (0.1 + 0.15) / 2.
    happened = np.concatenate([np.arange(20) < 6, np.arange(20) < 9])
    result = calibrated(Chance(np.repeat([0.2, 0.6], 20), happened))
    assert result.error is not None
    assert result.error.miss.value == pytest.approx(0.125)
    assert result.error.miss.low == 0, "40 customers cannot exclude chances that are exactly right"
    assert not result.error.is_off


def test_honest_chances_are_not_called_off_though_their_error_is_never_zero(
    honest: Chance, rng: np.random.Generator
) -> None:
    error = calibrated(honest).error
    assert error is not None
    assert error.miss.value > 0
    assert error.if_perfect == pytest.approx(error.miss.value, rel=0.6)
    assert error.miss.low == 0
    alarms = 0
    for _ in range(60):
        predicted = rng.beta(2, 5, size=300)
        found = calibrated(Chance(predicted, rng.random(300) < predicted)).error
        alarms += found is not None and found.is_off
    assert alarms <= 7  # 2.5 % are expected; eight of 60 come once in ten thousand


def test_exaggerated_chances_are_called_off_and_the_interval_holds_the_truth(honest: Chance) -> None:
    error = calibrated(Chance(np.sqrt(honest.predicted), honest.happened)).error
    truth = float((np.sqrt(honest.predicted) - honest.predicted).mean())
    assert error is not None
    assert error.is_off
    assert error.miss.low is not None and error.miss.high is not None
    assert 0 < error.miss.low < truth < error.miss.high

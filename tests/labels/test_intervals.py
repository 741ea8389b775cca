"""Intervals: known values, their limits, and whether they cover what they should."""

import numpy as np
import pytest
from scipy.stats import binomtest

from segmenter.labels.intervals import Share, Trial, pooled_difference, share_ratio, wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (7, 10), (10, 10), (335, 1000), (0, 1)])
def test_wilsons_interval_agrees_with_scipy(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(Share(hits=hits, n=n)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_more_customers_make_a_narrower_interval() -> None:
    widths = [high - low for low, high in (wilson(Share(hits=0.3 * n, n=n)) for n in (10, 100, 1_000))]
    assert widths == sorted(widths, reverse=True)


def test_one_trial_is_the_plain_difference() -> None:
    difference, (low, high) = pooled_difference(
        [Trial(treatment=Share(hits=30, n=100), control=Share(hits=20, n=100))]
    )
    assert difference == pytest.approx(0.10)
    assert low < 0.10 < high


def test_trials_of_different_people_are_compared_within_and_not_across() -> None:
    """Loyal customers, mostly treated, buy at 60% whatever happens; new ones, mostly left out, at 10%.

    Pooling the people would show 0.9 * 60% + 0.1 * 10% - (0.1 * 60% + 0.9 * 10%) = 40 points from nothing.
    """
    loyal = Trial(treatment=Share(hits=540, n=900), control=Share(hits=60, n=100))
    new = Trial(treatment=Share(hits=10, n=100), control=Share(hits=90, n=900))
    difference, (low, high) = pooled_difference([loyal, new])
    assert difference == pytest.approx(0)
    assert low < 0 < high


def test_an_arm_without_buyers_is_not_certain() -> None:
    _, (low, high) = pooled_difference([Trial(treatment=Share(hits=0, n=40), control=Share(hits=0, n=40))])
    assert high - low > 0.05


def test_a_ratio_of_equal_shares_is_one_and_in_its_interval() -> None:
    ratio, (low, high) = share_ratio(Share(hits=30, n=100), Share(hits=60, n=200))
    assert ratio == pytest.approx(1)
    assert low < 1 < high
    assert low * high == pytest.approx(1)  # symmetric on the log scale


@pytest.mark.parametrize(("above", "below"), [(0, 5), (5, 0), (0, 0)])
def test_a_ratio_with_nobody_in_it_stays_finite(above: int, below: int) -> None:
    ratio, (low, high) = share_ratio(Share(hits=above, n=50), Share(hits=below, n=50))
    assert np.isfinite([ratio, low, high]).all()
    assert 0 < low < ratio < high


def test_the_intervals_cover_the_truth_about_as_often_as_they_say(rng: np.random.Generator) -> None:
    draws = 400
    one = one_ratio = 0
    for _ in range(draws):
        treated, control = rng.binomial(300, 0.30), rng.binomial(200, 0.20)
        _, (low, high) = pooled_difference(
            [Trial(treatment=Share(hits=treated, n=300), control=Share(hits=control, n=200))]
        )
        one += low <= 0.10 <= high
        _, (low, high) = share_ratio(Share(hits=treated, n=300), Share(hits=control, n=200))
        one_ratio += low <= 1.5 <= high
    # 95% of 400 is 380 with a standard deviation of 4.4; 365 is more than three of them away.
    assert min(one, one_ratio) >= 365

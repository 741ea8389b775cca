"""How many to hold back: worked by hand, against power computed by scipy, and by drawing trials."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm

from segmenter.labels.evidence import FEWEST_CUSTOMERS
from segmenter.labels.intervals import Z
from segmenter.labels.sample_size import POWER_80, holdout_needed, smallest_effect


def power(contacted: float, held_back: float, p1: float, p0: float) -> float:
    """The chance that a two-sided 5% test finds the difference (its other tail, below 0.1%, left out)."""
    error = sqrt(p1 * (1 - p1) / contacted + p0 * (1 - p0) / held_back)
    return float(norm.cdf(abs(p1 - p0) / error - norm.ppf(0.975)))


def test_the_two_points_of_the_normal_distribution_are_scipy_s() -> None:
    assert pytest.approx(norm.ppf(0.975)) == Z
    assert pytest.approx(norm.ppf(0.8)) == POWER_80


def test_a_holdout_worked_by_hand() -> None:
    # 12% against 10% among 10,000. The variance may be 0.02^2 / (1.96 + 0.8416)^2 = 5.0962e-5.
    # 0.1056 / (10000 - n) + 0.09 / n = 5.0962e-5, so 5.0962e-5 n^2 - 0.49402 n + 900 = 0,
    # n = (0.49402 - sqrt(0.24406 - 0.18346)) / 1.01924e-4 = 2431.7.
    assert holdout_needed(10_000, 0.12, 0.10) == 2432


def test_too_few_customers_worked_by_hand() -> None:
    # Equal arms need 7.849 * (0.1056 + 0.09) / 0.0004 = 3838.1 in each; no other split needs much less.
    assert holdout_needed(2 * 3839, 0.12, 0.10) is not None
    assert holdout_needed(2 * 3800, 0.12, 0.10) is None


def test_where_hardly_anybody_is_left_out_the_holdout_alone_decides() -> None:
    # With very many contacted, only p0 q0 / n counts: 7.8489 * 0.09 / 0.0004 = 1766.0, so 1,767 at the least.
    assert holdout_needed(1_000_000_000, 0.12, 0.10) in (1766, 1767)


@given(
    customers=st.integers(200, 200_000),
    contacted_rate=st.floats(0.02, 0.6),
    effect=st.floats(0.005, 0.2),
)
def test_the_holdout_is_just_large_enough(customers: int, contacted_rate: float, effect: float) -> None:
    assume(effect < contacted_rate)
    p1, p0 = contacted_rate, contacted_rate - effect
    needed = holdout_needed(customers, p1, p0)
    if needed is None:
        assert power(customers / 2, customers / 2, p1, p0) < 0.8 or needed_is_over_half(customers, p1, p0)
        return
    assert 2 * needed <= customers
    assert power(customers - needed, needed, p1, p0) >= 0.8 - 1e-9
    assert needed >= FEWEST_CUSTOMERS, "fewer would not be read at all"
    if needed > FEWEST_CUSTOMERS:
        assert power(customers - needed + 1, needed - 1, p1, p0) < 0.8 + 1e-9


def needed_is_over_half(customers: int, p1: float, p0: float) -> bool:
    """Where equal arms are just enough, rounding up may ask for one more than half."""
    return power(customers / 2, customers / 2, p1, p0) < 0.8 + 5 / customers


def test_a_smaller_effect_never_needs_a_smaller_holdout() -> None:
    needed = [holdout_needed(50_000, 0.12, 0.12 - effect) for effect in (0.04, 0.03, 0.02, 0.015)]
    assert needed == sorted(needed)  # type: ignore[type-var]


def test_no_effect_is_told_by_no_number_of_customers() -> None:
    assert holdout_needed(1_000_000, 0.1, 0.1) is None


def test_shares_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holdout_needed(1_000, 1.2, 0.1)


def test_what_a_holdout_can_tell_is_the_effect_it_was_sized_for() -> None:
    needed = holdout_needed(20_000, 0.12, 0.10)
    assert needed is not None
    assert smallest_effect(20_000 - needed, needed, 0.12) == pytest.approx(0.02, rel=1e-3)
    assert smallest_effect(10, 10, 0.12) is None


def test_drawn_trials_of_that_size_find_the_effect_four_times_out_of_five(rng: np.random.Generator) -> None:
    customers, p1, p0 = 20_000, 0.12, 0.10
    n = holdout_needed(customers, p1, p0)
    assert n is not None
    treated = rng.binomial(customers - n, p1, 20_000) / (customers - n)
    control = rng.binomial(n, p0, 20_000) / n
    error = np.sqrt(treated * (1 - treated) / (customers - n) + control * (1 - control) / n)
    found = np.abs(treated - control) > Z * error
    assert found.mean() == pytest.approx(0.8, abs=0.02)

"""Two selections are told apart by the positives that only one of them holds, where these are enough."""

import numpy as np
import pytest
from scipy.stats import binomtest

from segmenter.evaluation.bootstrap import Estimate, estimates, paired_bootstrap
from segmenter.evaluation.discordant import FEWEST_DISCORDANT, Discordant, discordant, exact_share

CERTAIN = Estimate(0.2, 0.19, 0.21)


def points_of(found: Discordant, positives: int = 100):
    return lambda p: found.both * (2 * p - 1) / positives


@pytest.mark.parametrize(
    ("ours", "theirs"), [(6, 0), (7, 1), (8, 1), (9, 2), (20, 9), (21, 8), (60, 40), (61, 39), (0, 6), (1, 8)]
)
def test_a_lead_is_beyond_noise_exactly_where_the_sign_test_says_so(ours: int, theirs: int) -> None:
    """The resamples here are sure of a lead; the exact test of McNemar decides."""
    found = Discordant(ours, theirs, is_same=False)
    value = (ours - theirs) / 100
    wide = found.widened(Estimate(value, value - 1e-6, value + 1e-6), points_of(found))
    decided = binomtest(ours, ours + theirs).pvalue < 0.05
    assert (wide.is_above_zero or wide.is_below_zero) == decided


def test_where_resamples_doubt_a_lead_the_sign_test_does_not_make_one() -> None:
    found = Discordant(30, 5, is_same=False)
    wide = found.widened(Estimate(0.25, -0.01, 0.5), points_of(found))
    assert (wide.low, wide.high) == (-0.01, 0.5)


@pytest.mark.parametrize("ours", range(FEWEST_DISCORDANT))
def test_with_fewer_than_six_the_sign_test_cannot_decide_and_there_is_no_interval(ours: int) -> None:
    assert binomtest(ours, 5).pvalue > 0.05
    found = Discordant(ours, 5 - ours, is_same=False)
    assert found.widened(CERTAIN, points_of(found)) == Estimate(CERTAIN.value)


def test_the_same_selection_differs_by_nothing_for_sure() -> None:
    top = np.array([1.0, 0.5, 0.5, 0.0])
    found = discordant(np.array([True, True, False, False]), top, top.copy())
    assert found.is_same
    assert found.widened(Estimate(0.0, 0.0, 0.0), points_of(found)) == Estimate(0.0, 0.0, 0.0)


def test_other_customers_with_the_same_positives_are_not_the_same_selection() -> None:
    positive = np.array([True, False, False])
    found = discordant(positive, np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0]))
    assert (found.both, found.is_same) == (0, False)
    assert found.widened(Estimate(0.0, 0.0, 0.0), points_of(found)) == Estimate(0.0)


def test_shared_ties_count_by_what_one_selection_has_more_of() -> None:
    positive = np.array([True, True, True, False])
    found = discordant(positive, np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.25, 1.0, 0.5, 0.0]))
    assert (found.ours, found.theirs) == (0.75, 0.5)


@pytest.mark.parametrize(("found", "of"), [(0, 10), (3, 10), (10, 10), (400, 1_000)])
def test_the_exact_interval_agrees_with_scipy(found: int, of: int) -> None:
    expected = binomtest(found, of).proportion_ci(method="exact")
    low, high = exact_share(np.array(float(found)), of)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high))


def test_of_two_selections_that_are_alike_one_is_seldom_called_better() -> None:
    """Forty positives, a fifth of them in one of the two tops only, by lot."""
    rng = np.random.default_rng(2)
    alone = widened = 0
    for _ in range(400):
        draw = rng.random(40)
        ours, theirs = ((draw < 0.1) | (draw > 0.2)).astype(float), (draw > 0.1).astype(float)
        drawn = paired_bootstrap(lambda w, m=ours - theirs: {"d": m @ w / w.sum(0)}, 40, draws=200, rng=rng)[
            "d"
        ]
        estimate = estimates(np.asarray((ours - theirs).mean()), drawn).at()
        found = discordant(np.ones(40, dtype=bool), ours, theirs)
        wide = found.widened(estimate, points_of(found, 40))
        alone += estimate.is_above_zero or estimate.is_below_zero
        widened += wide.is_above_zero or wide.is_below_zero
    assert widened < alone
    assert widened / 400 < 0.05

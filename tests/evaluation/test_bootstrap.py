"""The paired bootstrap: its draws are customers, its pairs are pairs, its intervals cover."""

import time

import numpy as np
import pytest

from segmenter.evaluation.bootstrap import Estimate, draws_for, estimates, paired_bootstrap
from segmenter.evaluation.gains import captured_shares
from segmenter.evaluation.ranking import Ranking, TopSums


def test_every_resample_has_as_many_customers_as_the_sample(rng: np.random.Generator) -> None:
    drawn = paired_bootstrap(lambda weights: {"n": weights.sum(axis=0)}, 50, draws=30, rng=rng)
    assert drawn["n"].tolist() == [50.0] * 30


def test_the_same_seed_draws_the_same_customers() -> None:
    def first_customer(seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        return paired_bootstrap(lambda weights: {"w": weights[0]}, 40, draws=25, rng=rng)["w"].tolist()

    assert first_customer(1) == first_customer(1)
    assert first_customer(1) != first_customer(2)


def test_figures_of_one_draw_come_from_the_same_customers(rng: np.random.Generator) -> None:
    values = rng.normal(size=200)

    def both(weights: np.ndarray) -> dict[str, np.ndarray]:
        mean = values @ weights / 200
        return {"mean": mean, "shifted": mean + 3}

    drawn = paired_bootstrap(both, 200, draws=100, rng=rng)
    difference = estimates(np.asarray(3.0), drawn["shifted"] - drawn["mean"]).at()
    assert (difference.low, difference.high) == pytest.approx((3, 3))
    assert drawn["mean"].std() > 0.01


def test_the_spread_of_a_mean_is_its_standard_error(rng: np.random.Generator) -> None:
    values = rng.normal(size=400)
    drawn = paired_bootstrap(lambda weights: {"mean": values @ weights / 400}, 400, draws=2_000, rng=rng)
    assert drawn["mean"].std() == pytest.approx(values.std() / 20, rel=0.1)


def test_many_customers_are_drawn_in_parts_that_report_progress(rng: np.random.Generator) -> None:
    shares: list[float] = []
    drawn = paired_bootstrap(
        lambda weights: {"n": weights.sum(axis=0)}, 300_000, draws=10, rng=rng, progress=shares.append
    )
    assert drawn["n"].shape == (10,)
    assert len(shares) > 1
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_an_interval_needs_nearly_all_draws_to_be_defined() -> None:
    draws = np.tile(np.arange(1_000.0)[:, None], 2)
    draws[:5, 0] = np.nan
    draws[:50, 1] = np.nan
    known = estimates(np.array([500.0, 500.0]), draws)
    assert known.at(0).low == pytest.approx(5 + 0.025 * 994)
    assert known.at(1) == Estimate(500.0, None, None)


def test_an_undefined_figure_is_refused_not_shown() -> None:
    with pytest.raises(ValueError, match="finite"):
        estimates(np.array([np.nan]), np.zeros((10, 1))).at(0)


@pytest.mark.parametrize(
    ("estimate", "above", "below"),
    [
        (Estimate(1, 0.5, 2), True, False),
        (Estimate(-1, -2, -0.5), False, True),
        (Estimate(1, -1, 2), False, False),
        (Estimate(1), False, False),
    ],
)
def test_only_a_whole_interval_on_one_side_of_zero_decides(
    estimate: Estimate, above: bool, below: bool
) -> None:
    assert (estimate.is_above_zero, estimate.is_below_zero) == (above, below)


def test_very_many_customers_get_fewer_draws_but_never_under_200() -> None:
    assert [draws_for(n, 500) for n in (1_000, 100_000, 250_000, 10_000_000)] == [500, 500, 200, 200]
    assert draws_for(10_000_000, 50) == 50


def test_five_hundred_draws_of_twenty_thousand_customers_take_seconds(rng: np.random.Generator) -> None:
    found = TopSums(Ranking(rng.normal(size=20_000)), [rng.random(20_000) < 0.2])
    depths = np.linspace(0, 1, 501)
    start = time.process_time()
    paired_bootstrap(
        lambda weights: {"c": captured_shares(found, weights, depths)[0]}, 20_000, draws=500, rng=rng
    )
    assert time.process_time() - start < 10


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """95 % intervals of the captured share and of a paired difference, over 400 worlds of 500 customers."""
    rng = np.random.default_rng(11)

    def world(customers: int) -> tuple[np.ndarray, list[np.ndarray]]:
        drive, noise = rng.normal(size=(2, customers))
        positive = rng.random(customers) < 1 / (1 + np.exp(1.5 - drive))
        return positive, [drive, drive + noise]

    def captured(positive: np.ndarray, scores: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
        shares = [
            captured_shares(TopSums(Ranking(s), [positive]), weights, np.array([0.2]))[0, :, 0]
            for s in scores
        ]
        return np.stack([shares[0], shares[0] - shares[1]], axis=1)  # (d, 2)

    positive, scores = world(500_000)
    truth = captured(positive, scores, np.ones((500_000, 1)))[0]
    hits = np.zeros(2)
    for _ in range(400):
        positive, scores = world(500)
        drawn = paired_bootstrap(
            lambda weights, p=positive, s=scores: {"c": captured(p, s, weights)}, 500, draws=200, rng=rng
        )["c"]
        known = estimates(captured(positive, scores, np.ones((500, 1)))[0], drawn)
        hits += (known.low <= truth) & (truth <= known.high)
    # Standard error of a coverage of 0.95 over 400 worlds is 0.011; percentile intervals run slightly short.
    assert (hits / 400 >= 0.91).all(), hits / 400
    assert (hits / 400 <= 0.98).all(), hits / 400

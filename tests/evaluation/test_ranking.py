"""Rankings: what the top holds is the mean over all ways to break ties."""

from itertools import permutations

import numpy as np
import pytest

from segmenter.evaluation.ranking import Ranking, TopSums


def in_top(score: list[float], value: list[float], tops: list[float]) -> list[float]:
    sums = TopSums(Ranking(np.array(score)), [np.array(value)])
    return sums(np.ones((len(score), 1)), np.array([tops]))[0, 0].tolist()


def test_the_top_is_taken_from_the_highest_score_down() -> None:
    assert in_top([0.1, 0.9, 0.5], [1, 10, 100], [0, 1, 2, 3]) == pytest.approx([0, 10, 110, 111])


def test_a_tie_is_shared_like_the_mean_over_all_orders() -> None:
    value = [5.0, 0.0, 1.0]  # all three tied: the first two places hold 2/3 of the sum on average
    mean = np.mean([sum(order[:2]) for order in permutations(value)])
    assert in_top([7, 7, 7], value, [2]) == pytest.approx([mean])


def test_a_customer_drawn_twice_counts_twice_and_one_not_drawn_not_at_all() -> None:
    sums = TopSums(Ranking(np.array([3.0, 2.0, 1.0])), [np.array([1.0, 10.0, 100.0])])
    weights = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 2.0]])  # (customers, resamples)
    found = sums(weights, np.array([[1, 2, 3], [1, 2, 3]]))
    assert found[0].tolist() == [[1, 2, 102], [10, 110, 210]]


def test_values_are_summed_side_by_side() -> None:
    sums = TopSums(Ranking(np.array([2.0, 1.0])), [np.array([True, False]), np.array([0.0, 4.0])])
    assert sums(np.ones((2, 1)), np.array([[1.0, 2.0]]))[:, 0].tolist() == [[1, 1], [0, 4]]


def test_steps_change_nothing_up_to_so_many_customers(rng: np.random.Generator) -> None:
    score = rng.integers(0, 60, 100).astype(float)
    assert np.array_equal(Ranking(score, steps=100).block, Ranking(score).block)


def test_steps_move_no_sum_by_more_than_a_step_of_customers_can(rng: np.random.Generator) -> None:
    score, flag = rng.normal(size=10_000), rng.random(10_000) < 0.3
    score[:3_000] = 0.5  # a large tie among steps
    weights, tops = np.ones((10_000, 1)), np.linspace(0, 10_000, 777)[None]
    exact = TopSums(Ranking(score), [flag])(weights, tops)
    coarse = TopSums(Ranking(score, steps=500), [flag])(weights, tops)
    assert Ranking(score, steps=500).blocks <= 500
    assert np.abs(exact - coarse).max() <= 10_000 / 500


def test_steps_do_not_depend_on_the_order_of_rows(rng: np.random.Generator) -> None:
    score, order = rng.integers(0, 700, 5_000), rng.permutation(5_000)
    assert np.array_equal(Ranking(score, steps=100).block[order], Ranking(score[order], steps=100).block)


@pytest.mark.parametrize("score", [[0.1, np.nan], [0.1, np.inf], []])
def test_a_missing_score_is_refused(score: list[float]) -> None:
    with pytest.raises(ValueError, match="finite score"):
        Ranking(np.array(score))

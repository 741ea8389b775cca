"""Cumulative gain: the laws every curve obeys."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import NotEnoughData
from segmenter.evaluation.gains import (
    MAX_POINTS,
    GainCurve,
    captured_at,
    gain_curve,
    gain_depths,
    perfect_curve,
    random_curve,
)

customers = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=80).filter(
    lambda rows: any(positive for positive, _ in rows)
)
laws = settings(max_examples=50, derandomize=True, deadline=None)


def curve_of(rows: list[tuple[bool, int]]) -> GainCurve:
    positive, score = (np.array(column) for column in zip(*rows, strict=True))
    return gain_curve(positive, score, name="test")


@laws
@given(customers)
def test_a_gain_curve_rises_from_nothing_to_everything(rows: list) -> None:
    curve = curve_of(rows)
    assert (curve.depth[0], curve.captured[0]) == (0, 0)
    assert (curve.depth[-1], curve.captured[-1]) == (1, 1)
    assert (np.diff(curve.captured) >= 0).all()


@laws
@given(customers)
def test_no_order_beats_the_perfect_one(rows: list) -> None:
    positives = sum(positive for positive, _ in rows)
    perfect = perfect_curve(gain_depths(len(rows)), positives=positives, customers=len(rows))
    assert (np.array(perfect.captured) >= np.array(curve_of(rows).captured) - 1e-6).all()


@laws
@given(customers, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list, random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert curve_of(shuffled) == curve_of(rows)


@laws
@given(customers)
def test_only_the_order_of_scores_matters(rows: list) -> None:
    stretched = [(positive, np.exp(score) - 50) for positive, score in rows]
    assert curve_of(stretched) == curve_of(rows)


@laws
@given(customers)
def test_a_constant_score_is_random_order(rows: list) -> None:
    curve = curve_of([(positive, 7) for positive, _ in rows])
    assert curve.captured == pytest.approx(random_curve(gain_depths(len(rows))).captured, abs=1e-6)


def test_the_score_that_is_the_outcome_is_perfect(rng: np.random.Generator) -> None:
    positive = rng.random(700) < 0.2
    perfect = perfect_curve(gain_depths(700), positives=int(positive.sum()), customers=700)
    assert gain_curve(positive, positive, name="").captured == pytest.approx(perfect.captured, abs=1e-6)


def test_a_curve_worked_by_hand() -> None:
    # By falling score: yes, no, (no, yes tied), no. Of two positives the first place holds one.
    positive, score = np.array([0, 1, 1, 0, 0], dtype=bool), np.array([5, 9, 5, 7, 1])
    curve = gain_curve(positive, score, name="hand")
    assert curve.depth == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
    assert curve.captured == pytest.approx((0, 0.5, 0.5, 0.75, 1, 1))
    assert captured_at(curve, 0.3) == pytest.approx(0.5)
    assert captured_at(curve, 0.5) == pytest.approx(0.625)


def test_random_scores_lie_near_the_diagonal(rng: np.random.Generator) -> None:
    curve = gain_curve(rng.random(50_000) < 0.2, rng.random(50_000), name="")
    assert np.abs(np.array(curve.captured) - np.array(curve.depth)).max() < 0.02


def test_a_curve_has_at_most_a_thousand_points(rng: np.random.Generator) -> None:
    positive, score = rng.random(20_000) < 0.1, rng.random(20_000)
    assert len(gain_curve(positive, score, name="", points=MAX_POINTS).depth) == MAX_POINTS == 1_000
    with pytest.raises(ValueError, match="1000 points"):
        gain_curve(positive, score, name="", points=1_001)


def test_whole_per_cents_are_points_of_a_large_curve() -> None:
    depths = gain_depths(100_000)
    assert np.abs(depths[:, None] - np.arange(0, 1.01, 0.01)).min(axis=0).max() < 1e-12


def test_a_curve_without_positives_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="found none among 3"):
        gain_curve(np.zeros(3, dtype=bool), np.arange(3), name="")


def test_a_depth_outside_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1; got 1.2"):
        captured_at(random_curve(gain_depths(10)), 1.2)

"""The depth table: what the Audience page's slider reads."""

import numpy as np
import pytest

from segmenter.evaluation.bootstrap import paired_bootstrap
from segmenter.evaluation.depths import DEPTHS, MIN_CUSTOMERS, Depths, DepthTable
from segmenter.evaluation.ranking import Ranking
from segmenter.evaluation.trial import Trial
from segmenter.labels.intervals import Share, pooled_difference
from segmenter.labels.intervals import Trial as CountedTrial


def table_of(
    positive: np.ndarray, score: np.ndarray, rfm: np.ndarray, trial: Trial | None = None, draws: int = 100
) -> DepthTable:
    depths = Depths(positive, {"score": Ranking(score), "rfm": Ranking(rfm)}, trial)
    drawn = paired_bootstrap(depths.figures, positive.size, draws=draws, rng=np.random.default_rng(3))
    whole = depths.figures(np.ones((positive.size, 1)))
    return depths.table({name: values[0] for name, values in whole.items()}, drawn)


def one_trial(customers: int) -> np.ndarray:
    return np.full(customers, "k", dtype=object)


@pytest.fixture
def positive(rng: np.random.Generator) -> np.ndarray:
    return rng.random(2_000) < 0.2


def test_there_is_a_line_for_each_per_cent(positive: np.ndarray, rng: np.random.Generator) -> None:
    lines = table_of(positive, rng.random(2_000), rng.random(2_000)).lines["score"]
    assert tuple(line.depth for line in lines) == DEPTHS
    assert [line.customers for line in lines] == [20 * k for k in range(1, 101)]


def test_lines_about_fewer_than_twenty_customers_are_left_out(rng: np.random.Generator) -> None:
    positive = np.arange(200) < 60
    lines = table_of(positive, rng.random(200), rng.random(200)).lines["rfm"]
    assert lines[0].customers == MIN_CUSTOMERS == 20
    assert len(lines) == 91


def test_figures_of_a_line_worked_by_hand() -> None:
    # 100 customers, 20 positive. The score puts 15 of them into the top 20, RFM 6.
    positive = np.arange(100) < 20
    score, rfm = np.arange(100.0, 0, -1), np.arange(100.0, 0, -1)
    score[15:20], score[20:25] = score[20:25].copy(), score[15:20].copy()
    rfm[6:20], rfm[20:34] = rfm[20:34].copy(), rfm[6:20].copy()
    line = table_of(positive, score, rfm).at("score", 0.2)
    assert line.precision.value == pytest.approx(15 / 20)
    assert line.captured == pytest.approx(15 / 20)
    assert line.lift_over_random.value == pytest.approx(0.75 / 0.2)
    assert line.lift_over_rfm is not None
    assert line.lift_over_rfm.value == pytest.approx(15 / 6)
    assert line.extra_buyers_per_1000 is None


def test_contacting_everybody_is_no_better_than_random(
    positive: np.ndarray, rng: np.random.Generator
) -> None:
    line = table_of(positive, rng.random(2_000), rng.random(2_000)).at("score", 1.0)
    assert line.lift_over_random.value == pytest.approx(1)
    assert (line.lift_over_random.low, line.lift_over_random.high) == pytest.approx((1, 1))
    assert line.captured == pytest.approx(1)
    assert line.precision.value == pytest.approx(positive.mean())


def test_intervals_hold_their_figures_and_rare_events_have_none(rng: np.random.Generator) -> None:
    positive = np.arange(1_000) < 30
    table = table_of(positive, -np.arange(1_000.0), rng.random(1_000))
    top = table.at("score", 0.03)
    assert top.precision.value == 1
    assert top.precision.low is None  # everybody in it is positive: a bootstrap would claim certainty
    wide = table.at("score", 0.5).precision
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low <= wide.value <= wide.high


def test_rfm_is_not_compared_with_itself(positive: np.ndarray, rng: np.random.Generator) -> None:
    assert table_of(positive, rng.random(2_000), rng.random(2_000)).at("rfm", 0.3).lift_over_rfm is None


def test_extra_buyers_recover_a_planted_effect(rng: np.random.Generator) -> None:
    # Half are moved by contact: 40 % instead of 10 % buy, so 300 extra per 1,000. The others buy at 25 %
    # anyway.
    customers = 20_000
    moved = rng.random(customers) < 0.5
    treatment = rng.random(customers) < 0.5
    chance = np.where(moved, np.where(treatment, 0.4, 0.1), 0.25)
    bought = rng.random(customers) < chance
    trial = Trial(
        treatment=treatment,
        control=~treatment,
        bought=bought,
        amount=10.0 * bought,
        trial=one_trial(customers),
    )
    table = table_of(bought, moved + rng.random(customers) / 9, rng.random(customers), trial)
    line, everybody = table.at("score", 0.4), table.at("score", 1.0).extra_buyers_per_1000
    top, amount, over_rfm = line.extra_buyers_per_1000, line.extra_amount_per_1000, line.extra_buyers_over_rfm
    assert top and amount and over_rfm and everybody and top.low and top.high
    assert top.value == pytest.approx(300, abs=30)
    assert top.low < 300 < top.high
    assert everybody.value == pytest.approx(150, abs=25)
    assert amount.value == pytest.approx(10 * top.value)
    assert over_rfm.is_above_zero  # RFM is random here: about 150
    assert over_rfm.value == pytest.approx(150, abs=45)


def test_a_holdout_too_small_in_the_top_share_gives_no_figure_there(rng: np.random.Generator) -> None:
    customers = 2_000
    control = np.arange(customers) % 50 == 0  # 40 held back, spread evenly over the ranking
    trial = Trial(
        treatment=~control,
        control=control,
        bought=rng.random(customers) < 0.5,
        amount=np.ones(customers),
        trial=one_trial(customers),
    )
    table = table_of(rng.random(customers) < 0.5, -np.arange(2_000.0), rng.random(customers), trial)
    assert table.at("score", 0.4).extra_buyers_per_1000 is None
    assert table.at("score", 0.6).extra_buyers_per_1000 is not None


def test_rfm_s_own_top_must_hold_enough_of_the_holdout_to_be_compared_with() -> None:
    # 1,000 customers, 100 held back: the score has 50 of them in its top half, RFM only 10.
    customers = np.arange(1_000)
    control = (customers < 50) | (customers >= 950)
    trial = Trial(
        treatment=~control,
        control=control,
        bought=customers % 2 == 0,
        amount=np.ones(1_000),
        trial=one_trial(1_000),
    )
    rfm = np.where(customers < 40, -1.0, 1_000.0 - customers)
    line = table_of(customers % 3 == 0, -customers.astype(float), rfm, trial).at("score", 0.5)
    assert line.extra_buyers_per_1000 is not None
    assert line.extra_buyers_over_rfm is None


def test_too_few_buyers_in_rfm_s_top_leave_the_comparison_without_an_interval() -> None:
    # RFM's top half has 50 of the held-back customers as well, but only three of these bought.
    customers = np.arange(1_000)
    control = customers % 10 == 0
    bought = (
        (customers < 500) & (customers % 4 == 0)
        | np.isin(customers, [600, 700, 800])
        | (customers % 3 == 0) & ~control
    )
    trial = Trial(
        treatment=~control, control=control, bought=bought, amount=np.ones(1_000), trial=one_trial(1_000)
    )
    table = table_of(customers % 3 == 0, -customers.astype(float), customers.astype(float), trial)
    over_rfm = table.at("score", 0.5).extra_buyers_over_rfm
    assert over_rfm is not None
    assert over_rfm.low is None
    assert table.at("score", 0.5).extra_buyers_per_1000.low is not None  # type: ignore[union-attr]


@pytest.mark.parametrize(("differing", "is_told"), [(0, False), (8, False), (400, True)])
def test_a_comparison_of_effects_rests_on_the_buyers_whom_only_one_ranking_selects(
    differing: int, is_told: bool
) -> None:
    # RFM's top half is the score's, but for the last `differing` of it, and as many that come after.
    place = np.arange(2_000)
    control, bought = place % 2 == 0, place % 3 == 0
    trial = Trial(
        treatment=~control, control=control, bought=bought, amount=np.ones(2_000), trial=one_trial(2_000)
    )
    swapped = np.where((place >= 1_000 - differing) & (place < 1_000 + differing), 2 * 999.5 - place, place)
    over_rfm = table_of(bought, -place * 1.0, -swapped, trial).at("score", 0.5).extra_buyers_over_rfm
    assert over_rfm is not None
    assert (over_rfm.low is not None) == is_told


def two_trials(
    rng: np.random.Generator, *, customers: int = 16_000, effect: float
) -> tuple[np.ndarray, Trial]:
    """Loyal customers, of whom 10% are held back, buy at 40%; lapsed ones, 50% held back, at 15%.

    Half of either, whom `score` finds, buy more often by `effect` if contacted. Returns score and trial.
    """
    loyal, moved = rng.random(customers) < 0.5, rng.random(customers) < 0.5
    control = rng.random(customers) < np.where(loyal, 0.1, 0.5)
    chance = np.where(loyal, 0.4, 0.15) + effect * (moved & ~control)
    bought = rng.random(customers) < chance
    trial = Trial(
        treatment=~control,
        control=control,
        bought=bought,
        amount=10.0 * bought,
        trial=np.where(loyal, "A", "B").astype(object),
    )
    return moved + rng.random(customers) / 9, trial


def test_trials_of_different_people_do_not_make_an_effect_of_nothing(rng: np.random.Generator) -> None:
    # Pooled, (0.9 * 40 % + 0.5 * 15 %) / 1.4 would stand against (0.1 * 40 % + 0.5 * 15 %) / 0.6: 119 extra.
    covering = 0
    for _ in range(10):
        score, trial = two_trials(rng, customers=4_000, effect=0.0)
        extra = table_of(trial.bought, score, score, trial).at("score", 0.5).extra_buyers_per_1000
        assert extra and extra.low is not None and extra.high is not None
        covering += extra.low < 0 < extra.high
    assert covering >= 8


def test_an_effect_planted_in_trials_of_different_people_is_recovered(rng: np.random.Generator) -> None:
    score, trial = two_trials(rng, effect=0.2)
    line = table_of(trial.bought, score, rng.random(score.size), trial).at("score", 0.4)
    extra, amount = line.extra_buyers_per_1000, line.extra_amount_per_1000
    assert extra and amount and extra.low is not None and extra.high is not None
    assert extra.low < 200 < extra.high
    assert extra.high - extra.low < 120
    assert amount.value == pytest.approx(10 * extra.value)


def test_the_depth_table_and_the_evidence_weigh_trials_by_one_rule(rng: np.random.Generator) -> None:
    _, trial = two_trials(rng, effect=0.1)
    shares = [
        [Share(hits=int(np.sum(trial.bought & arm)), n=int(arm.sum())) for arm in arms]
        for arms in (
            (trial.treatment & of, trial.control & of) for of in (trial.trial == "A", trial.trial == "B")
        )
    ]
    expected, _ = pooled_difference([CountedTrial(treatment=t, control=c) for t, c in shares])
    everybody = table_of(trial.bought, np.zeros(16_000), np.zeros(16_000), trial, draws=5).at("score", 1.0)
    assert everybody.extra_buyers_per_1000
    assert everybody.extra_buyers_per_1000.value == pytest.approx(1_000 * expected)


@pytest.mark.slow
def test_intervals_of_extra_buyers_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(200):
        score, trial = two_trials(rng, customers=1_000, effect=0.2)
        extra = table_of(trial.bought, score, score, trial).at("score", 0.4).extra_buyers_per_1000
        assert extra and extra.low is not None and extra.high is not None
        hits += extra.low < 200 < extra.high
    # Standard error of a coverage of 0.95 over 200 worlds: 0.015; percentile intervals run slightly short.
    assert 0.90 <= hits / 200 <= 0.99, hits / 200

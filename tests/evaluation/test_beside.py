"""Other methods and the paper's ranking beside the model: bounds, pairs, and a tiny table by hand."""

from datetime import date

import msgspec
import numpy as np
import pandas as pd
import pytest

from segmenter.evaluation.beside import DEPTHS, OURS, MethodLine
from segmenter.evaluation.challengers import CHALLENGERS
from segmenter.evaluation.comparison import Evaluation, evaluate
from segmenter.evaluation.gains import captured_at
from segmenter.evaluation.paper_ranking import THRESHOLDS, paper_rankings
from segmenter.evaluation.population import read_population


def evaluated(frame: pd.DataFrame) -> Evaluation:
    return evaluate(
        frame,
        model="m",
        dataset="d",
        cutoff=date(2026, 3, 1),
        outcome_days=30,
        unseen_customers=True,
        unseen_period=True,
        evidence=(),
        rng=np.random.default_rng(7),
        draws=100,
    )


def line(result: Evaluation, method: str, depth: float) -> MethodLine:
    return next(each for each in result.beside if (each.method, each.depth) == (method, depth))


@pytest.fixture
def tested(make_customers, rng: np.random.Generator) -> Evaluation:
    frame = make_customers(1_000, knowledge=0.5)
    engaged = (frame["given_label"] == "engaged").to_numpy()
    frame = frame.assign(
        boosted=engaged + 0.5 * rng.normal(size=1_000),  # knows more than the model
        past_spend=frame["monetary_value"],
        p_prompted=rng.random(1_000),
        p_inactive=rng.random(1_000),
    )
    return evaluated(frame)


def test_every_method_given_has_a_curve_and_a_line_at_every_depth(tested: Evaluation) -> None:
    methods = {"segmenter", "value", "rfm", "uncorrected", "response", "boosted", "past_spend", "random"}
    assert set(tested.gains) == methods | {"perfect"}
    assert {(each.method, each.depth) for each in tested.beside} == {(m, d) for m in methods for d in DEPTHS}
    assert set(CHALLENGERS) & methods == {"boosted", "past_spend"}


def test_a_line_says_what_the_curve_says_and_stays_within_what_can_be(tested: Evaluation) -> None:
    for each in tested.beside:
        assert each.captured.value == pytest.approx(
            captured_at(tested.gains[each.method], each.depth), abs=2e-6
        )
        assert each.captured.value <= captured_at(tested.gains["perfect"], each.depth) + 1e-9
        assert each.spend is not None
        assert 0 <= each.spend.value <= 1
        if each.method == OURS:
            assert each.ahead is None
        else:
            ours = line(tested, OURS, each.depth).captured.value
            assert each.ahead is not None
            assert each.ahead.value == pytest.approx(ours - each.captured.value)


def test_a_method_that_knows_more_is_ahead_beyond_noise(tested: Evaluation) -> None:
    found = line(tested, "boosted", 0.2)
    assert found.ahead is not None and found.ahead.is_below_zero
    assert found.spend_ahead is not None and found.spend_ahead.is_below_zero


def test_the_spend_reached_worked_by_hand(make_customers) -> None:
    # 100 customers, the first 20 engaged; the best 10 of the model hold 10 of them, who spent 1 each of 30.
    frame = make_customers(100).assign(
        given_label=np.where(np.arange(100) < 20, "engaged", "inactive"),
        score=-np.arange(100.0),
        expected_value=np.where(np.arange(100) < 10, 0.0, -np.arange(100.0)),
        amount=np.select([np.arange(100) < 10, np.arange(100) < 20], [1.0, 2.0], 50.0),
    )
    result = evaluated(frame)
    ours, by_value = line(result, OURS, 0.1), line(result, "value", 0.2)
    assert ours.captured.value == pytest.approx(0.5)
    assert ours.spend is not None and ours.spend.value == pytest.approx(10 / 30)
    assert by_value.spend is not None and by_value.spend.value == pytest.approx(1.0)


def test_nothing_spent_leaves_the_spend_out(make_customers) -> None:
    result = evaluated(make_customers(300).assign(amount=0.0))
    assert all(each.spend is None and each.spend_ahead is None for each in result.beside)
    assert all(each.captured.value >= 0 for each in result.beside)


def test_the_paper_ranking_removes_more_the_lower_its_threshold(tested: Evaluation) -> None:
    remaining = [each.remaining for each in tested.paper]
    assert [each.threshold for each in tested.paper] == list(THRESHOLDS)
    assert remaining == sorted(remaining)
    assert remaining[-1] == tested.customers
    for each in tested.paper:
        assert len(each.depth) == len(each.captured) == len(each.beside) <= 50
        assert list(each.captured) == sorted(each.captured)
        reachable = np.minimum(np.array(each.depth), each.remaining / tested.customers)
        most = np.minimum(1.0, reachable * tested.customers / tested.positives)
        assert (np.array(each.captured) <= most + 1e-6).all()
    assert tested.paper[-1].captured[-1] == pytest.approx(1.0)


def test_the_paper_ranking_worked_by_hand(make_customers) -> None:
    # 100 customers; half are 80 % inactive, the engaged among them; they go at a threshold of 0.5.
    place = np.arange(100)
    frame = make_customers(100).assign(
        given_label=np.where(place % 4 < 1, "engaged", "inactive"),  # 25: every fourth
        score=np.where(place % 4 < 1, 1.0, 0.0) + place / 1_000,
        p_inactive=np.where(place < 40, 0.8, 0.2),  # of the first 40, 10 are engaged
        p_prompted=np.where(place % 4 < 1, 0.9, 0.1),
    )
    found = {each.threshold: each for each in paper_rankings(frame, read_population(frame, None))}
    assert (found[0.5].remaining, found[1.0].remaining) == (60, 100)
    assert found[0.5].at(0.3)[0] == pytest.approx(15 / 25)
    assert found[1.0].at(0.3)[0] == pytest.approx(1.0)
    assert found[0.5].at(1.0)[0] == pytest.approx(15 / 25)  # all who remain, and nobody else
    assert found[0.5].at(0.3)[1] == "more"  # the model's top 30 hold all 25: ten more, none fewer
    assert found[1.0].at(0.3)[1] == "same"


def test_without_chances_there_is_no_paper_ranking(make_customers) -> None:
    assert evaluated(make_customers(200)).paper == ()


def test_an_evaluation_stored_before_says_that_it_lacks_parts(tested: Evaluation) -> None:
    assert tested.is_complete
    stored = msgspec.json.decode(tested.to_json())
    for name in ("beside", "prompted", "money", "paper", "version"):
        del stored[name]
    for calibration in stored["calibrations"]:
        del calibration["error"]
    before = Evaluation.from_json(msgspec.json.encode(stored))
    assert not before.is_complete
    assert (before.beside, before.prompted, before.money, before.paper) == ((), None, (), ())
    assert Evaluation.from_json(tested.to_json()) == tested

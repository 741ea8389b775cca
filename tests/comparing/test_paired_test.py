"""The paired test: claims a lead only where both the resamples and the sign test do, and is fair to both."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segmenter.comparing.comparison import DEPTHS, PairTest, ReachLine
from segmenter.comparing.paired_test import paired_test
from segmenter.errors import NotEnoughData
from tests.evaluation.conftest import make_customers  # noqa: F401

ASKED = {"cutoff": date(2026, 3, 1), "outcome_days": 30, "unseen_period": True}


def measured(ours: pd.DataFrame, theirs: pd.DataFrame, draws: int = 100) -> PairTest:
    return paired_test(ours, theirs, rng=np.random.default_rng(7), draws=draws, **ASKED)


def at(found: PairTest, depth: float) -> ReachLine:
    return found.lines["score"][DEPTHS.index(depth)]


@pytest.fixture
def frame(make_customers) -> pd.DataFrame:  # noqa: F811
    return make_customers(900, holdout=0.3)


def test_a_model_is_as_good_as_itself_and_surely_so(frame) -> None:
    found = measured(frame, frame)
    for line in (*found.lines["score"], *found.lines["expected_value"]):
        assert (line.difference.value, line.ours_only, line.theirs_only) == (0, 0, 0)
        assert not line.difference.is_above_zero
        assert not line.difference.is_below_zero
    ours, theirs = found.curves["score"]
    assert (ours.captured, ours.low) == (theirs.captured, theirs.low)


def test_the_captured_share_is_counted_by_hand(frame) -> None:
    shuffled = frame.assign(score=np.random.default_rng(3).permutation(frame["score"]))
    line = at(measured(frame, shuffled), 0.2)
    engaged = (frame["given_label"] == "engaged").to_numpy()
    tops = [(each["score"].rank(ascending=False) <= 180).to_numpy() for each in (frame, shuffled)]
    assert line.ours.value == pytest.approx(engaged[tops[0]].sum() / engaged.sum())
    assert line.theirs.value == pytest.approx(engaged[tops[1]].sum() / engaged.sum())
    assert line.ours_only == pytest.approx((engaged & tops[0] & ~tops[1]).sum())
    assert line.difference.value == pytest.approx(line.ours.value - line.theirs.value)


def test_a_model_that_knows_leads_one_that_guesses_and_swapped_it_is_the_other_way(frame) -> None:
    guess = frame.assign(score=np.random.default_rng(3).permutation(frame["score"]))
    assert at(measured(frame, guess), 0.2).difference.is_above_zero
    back = at(measured(guess, frame), 0.2)
    assert back.difference.is_below_zero
    assert back.difference.value == -at(measured(frame, guess), 0.2).difference.value


def test_fewer_than_six_that_only_one_list_holds_prove_nothing(frame) -> None:
    # Two customers change places across the edge of the top 20 %: at most two engaged differ.
    score = frame["score"].to_numpy(copy=True)
    order = np.argsort(-score)
    score[order[[178, 179, 180, 181]]] = score[order[[180, 181, 178, 179]]]
    line = at(measured(frame, frame.assign(score=score)), 0.2)
    assert line.ours_only + line.theirs_only < 6
    assert line.difference.low is None


def test_a_trial_tells_the_extra_buyers_of_both_lists_and_without_one_there_are_none(frame) -> None:
    found = at(measured(frame, frame.assign(score=frame["response"])), 0.4)
    assert found.extra is not None
    assert found.extra.difference.value == pytest.approx(found.extra.ours.value - found.extra.theirs.value)
    alone = frame.assign(arm=None, trial=None)
    assert at(measured(alone, alone), 0.4).extra is None


def test_other_customers_or_too_few_engaged_are_refused(frame) -> None:
    with pytest.raises(ValueError, match="same customers"):
        measured(frame, frame.iloc[::-1])
    few = frame.assign(given_label="inactive")
    with pytest.raises(NotEnoughData):
        measured(few, few)

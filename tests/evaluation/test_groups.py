"""Groups of test customers: everybody is in one of each kind, and nothing is claimed that chance could do."""

import json

import numpy as np
import pandas as pd
import pytest

from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.groups import (
    FEWEST_TO_TELL,
    LAPSED_WINDOWS,
    GroupResult,
    group_results,
    groups_sentence,
    pairs_in_order,
)
from tests.evaluation.test_comparison import evaluated


@pytest.fixture
def frame(make_customers, rng: np.random.Generator) -> pd.DataFrame:
    frame = make_customers(3_000)
    return frame.assign(
        contacted_before=rng.random(len(frame)) < 0.7, out_of_range=rng.random(len(frame)) < 0.05
    )


def by_name(groups: tuple[GroupResult, ...], word: str) -> GroupResult:
    (found,) = (group for group in groups if word in group.name)
    return found


def test_every_customer_is_in_one_group_of_each_kind(frame: pd.DataFrame) -> None:
    groups = group_results(frame, outcome_days=10)
    for aspect in ("purchases", "contacts", "range"):
        members = [group for group in groups if group.aspect == aspect]
        assert sum(group.customers for group in members) == len(frame)
        assert sum(group.engaged for group in members) == (frame["given_label"] == "engaged").sum()


def test_who_bought_last_longer_ago_than_three_windows_is_lapsed() -> None:
    days = LAPSED_WINDOWS * 10
    frame = pd.DataFrame(
        {
            "given_label": ["engaged", "inactive", "inactive", "inactive", "engaged"],
            "score": [0.9, 0.1, 0.2, 0.3, 0.5],
            "purchase_count": [1, 2, 1, 0, np.nan],
            "days_since_last_purchase": [days, days + 0.1, 0.5, np.nan, np.nan],
            "monetary_value": [5.0, 5.0, 5.0, 0.0, 0.0],
        }
    )
    groups = group_results(frame, outcome_days=10)
    assert {group.name: (group.customers, group.engaged) for group in groups} == {
        "Bought in the last 30 days": (2, 1),
        "Bought, but not in the last 30 days": (1, 0),
        "Never bought before": (2, 1),
    }
    assert {group.verdict for group in groups} == {"too few"}


def test_the_order_within_a_group_is_the_share_of_its_pairs_in_order(rng: np.random.Generator) -> None:
    positive, score = rng.random(200) < 0.4, rng.integers(0, 6, 200).astype(float)
    above = score[positive][:, None] - score[~positive]
    found = pairs_in_order(positive, score)
    assert found is not None
    assert found.value == pytest.approx((above > 0).mean() + (above == 0).mean() / 2)


@pytest.mark.parametrize("change", [np.exp, lambda x: 3 * x - 1, np.arctan])
def test_only_the_order_of_the_scores_counts(frame: pd.DataFrame, change) -> None:
    changed = frame.assign(score=change(frame["score"]))
    assert group_results(changed, outcome_days=10) == group_results(frame, outcome_days=10)


def test_turning_the_order_round_mirrors_the_figure(rng: np.random.Generator) -> None:
    positive, score = rng.random(300) < 0.3, rng.normal(size=300)
    ahead, behind = pairs_in_order(positive, score), pairs_in_order(positive, -score)
    assert ahead is not None and behind is not None
    assert behind.value == pytest.approx(1 - ahead.value)
    assert (behind.low, behind.high) == pytest.approx((1 - ahead.high, 1 - ahead.low))


def test_a_perfect_order_of_few_is_not_certain_and_the_interval_holds_the_figure() -> None:
    positive = np.arange(2 * FEWEST_TO_TELL) < FEWEST_TO_TELL
    found = pairs_in_order(positive, positive.astype(float))
    assert found is not None
    assert found.value == found.high == 1 and 0.5 < found.low < 1
    assert pairs_in_order(positive[1:], positive[1:].astype(float)) is None


def test_the_interval_holds_chance_about_nineteen_times_in_twenty(rng: np.random.Generator) -> None:
    inside = 0
    for _ in range(400):
        found = pairs_in_order(rng.random(150) < 0.3, rng.normal(size=150))
        inside += found is not None and found.low <= 0.5 <= found.high
    assert 0.92 <= inside / 400 <= 0.99


def test_where_the_score_knows_nothing_it_is_said_so(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    never = (frame["purchase_count"] == 0).to_numpy()
    blind = frame.assign(score=np.where(never, 0.0, frame["score"]))
    groups = group_results(blind, outcome_days=10)
    found = by_name(groups, "Never bought")
    assert found.ordered is not None and found.ordered.value == 0.5
    assert found.verdict == "not distinguishable from chance"
    assert by_name(groups, "Were contacted").verdict == "better than chance"
    sentence = groups_sentence(groups)
    assert "who never bought before" in sentence and "not distinguishable from chance" in sentence


def test_the_sentence_names_groups_too_small_to_tell_and_no_empty_ones(frame: pd.DataFrame) -> None:
    few = group_results(frame.assign(out_of_range=np.arange(len(frame)) < 3), outcome_days=10)
    assert "to tell among those who are unlike all those the model learned from." in groups_sentence(few)
    none = group_results(frame.assign(out_of_range=False), outcome_days=10)
    assert "unlike" not in groups_sentence(none)
    assert by_name(none, "unlike").engaged_share is None


def test_the_evaluation_holds_the_groups_and_older_ones_still_open(frame: pd.DataFrame) -> None:
    result = evaluated(frame, outcome_days=10)
    assert result.groups == group_results(frame, outcome_days=10)
    assert Evaluation.from_json(result.to_json()) == result
    old = json.loads(result.to_json())
    del old["groups"]
    assert Evaluation.from_json(json.dumps(old).encode()).groups == ()

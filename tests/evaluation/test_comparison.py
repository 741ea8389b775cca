"""The evaluation as a whole: its laws, its honesty, its JSON."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segmenter.errors import Cancelled, DamagedArtifact
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.comparison import Evaluation, evaluate
from segmenter.evaluation.gains import captured_at
from segmenter.evaluation.rfm import RfmSettings
from segmenter.labels.intent import IntentEvidence

EVIDENCE = (
    IntentEvidence(
        kind="before_after",
        sentence="Half of them would have bought anyway.",
        organic_share=0.5,
        interval=(0.4, 0.6),
        customers=120,
        placebo_share=0.45,
        details={"left out first": 60.0},
    ),
)


def evaluated(frame: pd.DataFrame, **changes) -> Evaluation:
    settings = {
        "model": "model-1",
        "dataset": "dataset-1",
        "cutoff": date(2026, 3, 1),
        "outcome_days": 30,
        "unseen_customers": True,
        "unseen_period": True,
        "evidence": EVIDENCE,
        "rng": np.random.default_rng(7),
        "draws": 100,
    }
    return evaluate(frame, **(settings | changes))


def test_it_says_who_was_compared_and_what_counts_as_positive(make_customers) -> None:
    frame = make_customers(1_000)
    result = evaluated(frame)
    engaged = int((frame["given_label"] == "engaged").sum())
    assert (result.customers, result.positives) == (1_000, engaged)
    assert result.segments == frame["given_label"].value_counts().to_dict()
    for word in ("Engaged", "browsing", "unengaged", "inactive", "does not prove"):
        assert word in result.positives_are
    assert f"1,000 customers, {engaged} of them engaged" in result.scope_sentence


def test_all_rankings_stand_side_by_side(make_customers) -> None:
    result = evaluated(make_customers(1_000))
    assert set(result.gains) == {"segmenter", "value", "uncorrected", "rfm", "response", "random", "perfect"}
    assert {row.ranking for row in result.table1} == {"rfm", "segmenter", "uncorrected", "response", "random"}
    assert [difference.other for difference in result.gain_differences] == [
        "rfm",
        "random",
        "response",
        "uncorrected",
    ]
    assert set(result.depths.lines) == {"score", "expected_value", "rfm"}
    for curve in result.gains.values():
        if curve.low is not None and curve.high is not None:
            assert (np.array(curve.low) <= np.array(curve.high)).all()


@pytest.mark.parametrize(
    ("by", "curve"), [("score", "segmenter"), ("expected_value", "value"), ("rfm", "rfm")]
)
def test_the_depth_table_and_the_gain_curve_tell_the_same_story(make_customers, by: str, curve: str) -> None:
    result = evaluated(make_customers(1_000))
    for line in result.depths.lines[by]:
        assert line.captured == pytest.approx(captured_at(result.gains[curve], line.depth), abs=2e-6)


def test_json_brings_back_the_same_evaluation(make_customers) -> None:
    frame = make_customers(600, holdout=0.3)
    frame["organic_completion"] = np.arange(600) % 9 == 0
    for label in ("engaged", "unengaged", "inactive"):
        frame[f"p_{label}"] = 1 / 3
    result = evaluated(frame)
    assert result.not_organic is not None
    assert len(result.calibrations) == 3
    assert Evaluation.from_json(result.to_json()) == result


@pytest.mark.parametrize("text", [b"", b"{}", b'{"model": 1}', b"[]", b"\xff"])
def test_what_is_not_an_evaluation_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(DamagedArtifact, match="Evaluate the model again"):
        Evaluation.from_json(text)


def test_the_order_of_rows_changes_no_figure(make_customers, rng: np.random.Generator) -> None:
    frame = make_customers(800, holdout=0.3)
    shuffled = evaluated(frame.iloc[rng.permutation(800)].reset_index(drop=True))
    result = evaluated(frame)
    assert [row.precision for row in shuffled.table1] == pytest.approx(
        [row.precision for row in result.table1]
    )
    for name, curve in result.gains.items():
        assert shuffled.gains[name].captured == pytest.approx(curve.captured, abs=2e-6)
    extra, other = (e.depths.at("score", 0.4).extra_buyers_per_1000 for e in (result, shuffled))
    assert extra and other
    assert other.value == pytest.approx(extra.value)


def test_only_the_order_of_scores_changes_figures(make_customers) -> None:
    frame = make_customers(800)
    stretched = evaluated(frame.assign(score=np.log(frame["score"]) * 3))
    assert stretched.table1 == evaluated(frame).table1
    assert stretched.gains["segmenter"] == evaluated(frame).gains["segmenter"]


def test_a_score_that_knows_beats_rfm_and_the_sentence_says_so(make_customers) -> None:
    result = evaluated(make_customers(3_000, knowledge=2.0))
    against_rfm = result.gain_differences[0]
    assert against_rfm.difference.is_above_zero
    assert "more than that of RFM" in result.sentence
    assert f"reaches {captured_at(result.gains['segmenter'], 0.4):.0%}" in result.sentence
    precision = next(d for d in result.table1_differences if d.metric == "precision")
    assert precision.difference.is_above_zero


def test_a_score_that_knows_nothing_is_not_distinguishable_from_random_order(make_customers) -> None:
    result = evaluated(make_customers(3_000, knowledge=0.0), draws=200)
    against_random = next(d for d in result.gain_differences if d.other == "random")
    assert not against_random.difference.is_above_zero
    assert "not distinguishable from that of random order" in " ".join(result.other_sentences)


def test_the_same_ranking_twice_differs_by_exactly_nothing(make_customers) -> None:
    frame = make_customers(500)
    same = evaluated(frame.assign(response=frame["score"]))
    difference = next(d for d in same.gain_differences if d.other == "response").difference
    assert (difference.value, difference.low, difference.high) == pytest.approx((0, 0, 0))


def test_the_headline_depth_may_lie_between_two_points_of_the_curve(make_customers) -> None:
    result = evaluated(make_customers(700), headline_depth=1 / 3 + 1e-3)
    difference = result.gain_differences[0]
    assert difference.reached.value == pytest.approx(
        captured_at(result.gains["segmenter"], 1 / 3 + 1e-3), abs=2e-6
    )
    assert difference.other_reached.value == pytest.approx(
        captured_at(result.gains["rfm"], 1 / 3 + 1e-3), abs=2e-6
    )


def test_a_period_the_model_has_seen_is_not_passed_off_as_new(make_customers) -> None:
    frame = make_customers(500)
    assert "it has seen this period" in evaluated(frame, unseen_period=False).scope_sentence
    assert "flatters" in evaluated(frame, unseen_customers=False).scope_sentence


def test_without_a_holdout_nothing_is_said_about_what_contacting_changes(make_customers) -> None:
    result = evaluated(make_customers(500))
    assert result.trial_sentence is None
    assert all(line.extra_buyers_per_1000 is None for line in result.depths.lines["score"])


def test_with_a_holdout_the_effect_of_contacting_is_told(make_customers) -> None:
    result = evaluated(make_customers(4_000, knowledge=2.0, holdout=0.5), draws=200)
    assert result.trial_sentence is not None
    assert "extra buyers per 1,000" in result.trial_sentence


def test_given_cut_points_are_used_and_kept(make_customers) -> None:
    settings = RfmSettings(
        days_since_last_purchase=(10, 30, 60, 90),
        purchase_count=(1, 2, 3, 4),
        monetary_value=(10, 20, 40, 80),
    )
    frame = make_customers(800)
    assert evaluated(frame, rfm_settings=settings).rfm == settings
    assert evaluated(frame).rfm == RfmSettings.from_quintiles(frame)


def test_customers_who_never_bought_leave_rfm_without_segments_and_a_note(make_customers) -> None:
    frame = make_customers(500).assign(purchase_count=0, days_since_last_purchase=np.nan, monetary_value=0.0)
    result = evaluated(frame)
    assert result.table1 == ()
    assert len(result.notes) == 3
    assert "RFM has nothing to rank by" in result.notes[0]
    assert result.gains["rfm"].captured == pytest.approx(result.gains["random"].captured, abs=2e-6)


def test_cancelling_stops_the_work(make_customers) -> None:
    def stop(stage: str, share: float, message: str = "") -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        evaluated(make_customers(300), progress=stop)


def test_four_customers_are_not_enough_to_hold_more_than_rfm(make_customers) -> None:
    """Of 20 engaged the model's top 40% holds all, RFM's 16. Four coins fall alike one time in eight."""
    place = np.arange(1_000)
    engaged = place < 20
    frame = make_customers(1_000).assign(
        given_label=np.where(engaged, "engaged", "inactive"),
        score=-place.astype(float),
        # RFM by recency alone: four of the engaged come last.
        days_since_last_purchase=np.where(place < 4, 2_000, place).astype(float),
        purchase_count=1,
        monetary_value=10.0,
    )
    result = evaluated(frame)
    against_rfm = result.gain_differences[0]
    assert against_rfm.difference == Estimate(pytest.approx(0.2, abs=0.02))
    assert against_rfm.reached == Estimate(pytest.approx(1.0))  # 20 of 20: resamples would be certain
    assert "not distinguishable from that of RFM" in result.sentence
    line = result.depths.at("score", 0.4)
    assert line.lift_over_rfm is not None
    assert line.lift_over_rfm.low is None
    assert line.lift_over_random.low is None
    reached = result.gains["segmenter"]
    assert reached.low is not None and reached.high is not None
    middle = reached.depth.index(0.4)
    assert (reached.low[middle], reached.high[middle]) == (pytest.approx(0.832, abs=1e-3), 1.0)
    # Against random order, 20 of 20 where 8 were to be expected are beyond noise.
    assert result.gain_differences[1].difference.is_above_zero


def test_an_interval_of_a_curve_is_a_point_only_for_nobody_and_everybody(make_customers) -> None:
    for curve in evaluated(make_customers(600)).gains.values():
        if curve.low is not None and curve.high is not None:
            width = np.array(curve.high) - np.array(curve.low)
            assert (width[1:-1] > 0).all()
            assert (width[0], width[-1]) == (0, 0)

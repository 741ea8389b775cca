"""What an audience is said to bring: by a randomised holdout where it can tell, never surer than that."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from segmenter.audience.preview import preview
from segmenter.audience.selection import AudienceRule, Funnel
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.depths import DepthLine, DepthTable
from segmenter.labels.intent import IntentEvidence
from segmenter.summary import DepthCurve

RULE = AudienceRule(top=0.5)
FUNNEL = Funnel(selected=50, no_consent=0, suppressed=0, held_out=0, exported=50)
HALVED = Funnel(selected=50, no_consent=10, suppressed=5, held_out=10, exported=25)
LINE = DepthLine(
    depth=0.5,
    customers=50,
    precision=Estimate(0.4, 0.3, 0.5),
    captured=0.8,
    lift_over_random=Estimate(1.6, 1.4, 1.8),
    lift_over_rfm=Estimate(1.2, 1.0, 1.4),
)
SHARE = IntentEvidence(
    kind="organic_completions",
    sentence="",
    organic_share=0.25,
    interval=(0.2, 0.3),
    customers=100,
    placebo_share=None,
    details={},
)
TRIAL = replace(SHARE, kind="randomised", organic_share=None, interval=None)


def shown(line: DepthLine | None, *evidence: IntentEvidence, funnel: Funnel = FUNNEL) -> Any:
    curve = DepthCurve(
        depth=(0.5, 1.0),
        customers=(50, 100),
        cut=(0.6, 0.1),
        expected_value=(500.0, 600.0),
        no_consent=(0, 0),
        segments={},
    )
    summary: Any = SimpleNamespace(curves={"score": curve}, customers=100, consent_mapped=False)
    evaluation: Any = line and SimpleNamespace(depths=DepthTable({"score": (line,)}), evidence=evidence)
    return preview(RULE, summary, evaluation, funnel)


def test_a_holdout_that_can_tell_gives_extra_buyers() -> None:
    # 100 extra buyers per 1,000, interval 40 to 160: for 50 customers 5, between 2 and 8.
    found = shown(replace(LINE, extra_buyers_per_1000=Estimate(100.0, 40.0, 160.0)), SHARE)
    assert (found.expectation, found.expected_prompted, found.low, found.high) == ("extra_buyers", 5, 2, 8)


def test_a_holdout_that_cannot_tell_is_not_hidden_behind_a_nicer_number() -> None:
    # 40 % of 50 are engaged: 20, less a quarter: 15. The holdout's -100 to 160 per 1,000 are -5 to 8 here.
    found = shown(replace(LINE, extra_buyers_per_1000=Estimate(30.0, -100.0, 160.0)), SHARE)
    assert (found.expectation, found.expected_prompted) == ("prompted_at_most", pytest.approx(15))
    assert "fewer are prompted" in found.basis
    assert "does not confirm" in found.basis and "−5 to 8" in found.basis


def test_contact_that_lowers_purchases_is_never_called_prompting() -> None:
    # 100 fewer buyers per 1,000, interval -160 to -40: for 50 customers 5 fewer, between 8 and 2.
    found = shown(replace(LINE, extra_buyers_per_1000=Estimate(-100.0, -160.0, -40.0)), SHARE)
    assert (found.expectation, found.expected_prompted, found.low, found.high) == ("extra_buyers", -5, -8, -2)
    assert found.lowers_purchases
    assert "Contact lowered purchases in the trial" in found.basis
    assert "not ruled out" not in found.basis


@pytest.mark.parametrize("extra", [None, Estimate(30.0)])
def test_a_holdout_too_small_at_this_depth_is_not_called_missing(extra: Estimate | None) -> None:
    found = shown(replace(LINE, extra_buyers_per_1000=extra), TRIAL, SHARE)
    assert "too small at this depth" in found.basis
    assert "Without a randomised holdout" not in found.basis


def test_a_missing_holdout_is_called_missing() -> None:
    assert "Without a randomised holdout" in shown(LINE, SHARE).basis


@pytest.mark.parametrize(
    "line", [LINE, replace(LINE, extra_buyers_per_1000=Estimate(100.0, 40.0, 160.0))], ids=["labels", "trial"]
)
@pytest.mark.parametrize("evidence", [(), (SHARE,)], ids=["engaged", "prompted"])
def test_only_those_in_the_file_are_expected_to_answer(
    line: DepthLine, evidence: tuple[IntentEvidence, ...]
) -> None:
    whole, half = shown(line, *evidence), shown(line, *evidence, funnel=HALVED)
    for name in ("expected_prompted", "low", "high"):
        assert getattr(half, name) == pytest.approx(getattr(whole, name) / 2)


def test_the_interval_holds_what_is_not_known_of_the_organic_share() -> None:
    # 30 % to 50 % of 50 are engaged, 20 % to 30 % of them organic: 15 * 0.7 = 10.5 to 25 * 0.8 = 20.
    found = shown(LINE, SHARE)
    assert (found.low, found.high) == (pytest.approx(10.5), pytest.approx(20))


def test_a_share_that_is_no_bound_gives_an_estimate() -> None:
    found = shown(LINE, replace(SHARE, kind="given_labels"))
    assert (found.expectation, found.expected_prompted) == ("prompted", pytest.approx(15))
    assert "fewer are prompted" not in found.basis


def test_without_evidence_only_engaged_customers_are_promised() -> None:
    found = shown(LINE)
    assert (found.expectation, found.expected_prompted) == ("engaged", pytest.approx(20))
    assert "not known" in found.basis


def test_a_model_that_was_not_evaluated_promises_nothing() -> None:
    found = shown(None)
    assert found.expected_prompted is None and found.lift_random is None
    assert "not been evaluated" in found.basis


def test_cut_and_value_are_those_of_the_last_selected_customer() -> None:
    found = shown(LINE)
    assert (found.cut, found.expected_value) == (0.6, 500.0)

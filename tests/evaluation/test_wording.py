"""Sentences: nothing is claimed that the interval does not carry."""

import pytest

from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.depths import DepthLine
from segmenter.evaluation.reach import GainDifference
from segmenter.evaluation.wording import difference_sentence, reach_sentence, scope_sentence, trial_sentence


def gain(difference: Estimate, other: str = "rfm") -> GainDifference:
    return GainDifference(other, 0.4, Estimate(0.712, 0.68, 0.74), Estimate(0.55), difference)


def line(extra: Estimate | None, over_rfm: Estimate | None = None) -> DepthLine:
    return DepthLine(
        depth=0.2,
        customers=100,
        precision=Estimate(0.3),
        captured=0.5,
        lift_over_random=Estimate(2),
        extra_buyers_per_1000=extra,
        extra_buyers_over_rfm=over_rfm,
    )


def test_a_clear_lead_reads_as_one() -> None:
    assert reach_sentence(gain(Estimate(0.16, 0.12, 0.2))) == (
        "Contacting the top 40% reaches 71% of the engaged customers (95% interval 68 to 74%); RFM reaches "
        "55%. The model's top 40% holds 16 percentage points more than that of RFM (95% interval 12 to 20 "
        "points)."
    )


@pytest.mark.parametrize(
    "difference", [Estimate(0.03, -0.01, 0.07), Estimate(-0.03, -0.07, 0.0), Estimate(0.5)]
)
def test_an_interval_with_zero_in_it_or_none_at_all_is_not_distinguishable(difference: Estimate) -> None:
    sentence = difference_sentence(gain(difference))
    assert "not distinguishable from that of RFM" in sentence
    assert "more" not in sentence
    assert "fewer" not in sentence


def test_a_clear_loss_is_said_as_plainly_as_a_lead() -> None:
    same = difference_sentence(gain(Estimate(0.0, 0.0, 0.0), "uncorrected"))
    assert same == "The model's top 40% is that of the model without label correction."
    assert difference_sentence(gain(Estimate(-0.05, -0.08, -0.02), "random")) == (
        "The model's top 40% holds 5.0 percentage points fewer than that of random order "
        "(95% interval 2.0 to 8.0 points)."
    )


def test_the_scope_names_what_the_model_has_seen() -> None:
    assert scope_sentence(4250, 900, unseen_customers=True, unseen_period=True) == (
        "Measured on 4,250 customers, 900 of them engaged. "
        "The model has seen neither these customers nor this period."
    )


def test_an_effect_of_contacting_reads_with_its_interval_and_beside_rfm() -> None:
    assert trial_sentence(line(Estimate(31.2, 5.1, 57.4), Estimate(12.0, -8.0, 33.0))) == (
        "By the randomised holdout, contacting the top 20% brings 31 extra buyers per 1,000 "
        "(95% interval 5 to 57). That is not distinguishable from what RFM's top 20% brings "
        "(95% interval of the difference −8 to 33)."
    )


def test_an_effect_that_may_be_nothing_is_not_distinguishable_from_leaving_them_alone() -> None:
    sentence = trial_sentence(line(Estimate(10.0, -5.0, 25.0)))
    assert "not distinguishable from leaving them alone" in sentence
    assert "brings" not in sentence


def test_a_harmful_contact_is_called_a_cost() -> None:
    assert "costs 20 buyers per 1,000" in trial_sentence(line(Estimate(-20.0, -35.0, -5.0)))


@pytest.mark.parametrize("extra", [None, Estimate(40.0)])
def test_too_small_a_holdout_gives_no_figure(extra: Estimate | None) -> None:
    assert trial_sentence(line(extra)) == (
        "The randomised holdout is too small in the top 20% to say what contacting them changes."
    )

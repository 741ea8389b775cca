"""Stored curves + the evaluation -> what an audience of a given size would be, fast enough for a slider."""

from dataclasses import dataclass
from typing import Literal

from segmenter.audience.selection import AudienceRule, Funnel, count_selected
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.depths import DepthLine
from segmenter.labels.intent import strongest
from segmenter.summary import ScoresSummary

# Buyers beyond those who buy anyway, by a randomised holdout; engaged customers less the share known to be
# organic, or less the least that share can be; engaged customers, organic ones included.
Expectation = Literal["extra_buyers", "prompted", "prompted_at_most", "engaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePreview:
    """An audience before it is saved.

    cut: score (or expected value) of the last selected customer. expected_value: sum over the selected, in
    the data's currency. expected_prompted: how many of the selected a campaign would move, with its 95 %
    interval; `expectation` says what exactly is counted and `basis` from what. lift_*: engaged customers
    reached, as a multiple of random order and of RFM at the same size. What is None could not be worked out,
    and `basis` says why.
    """

    funnel: Funnel
    cut: float
    expected_value: float
    expected_prompted: float | None
    low: float | None
    high: float | None
    expectation: Expectation | None
    basis: str
    lift_random: float | None
    lift_rfm: float | None


def funnel_without_lists(rule: AudienceRule, summary: ScoresSummary) -> Funnel:
    """The funnel where neither a suppression list nor a holdout is asked for, from the stored curve alone."""
    selected = count_selected(rule, summary.customers)
    curve = summary.curves[rule.by]
    refused = curve.no_consent[curve.at(selected)] if selected and summary.consent_mapped else 0
    return Funnel(
        selected=selected, no_consent=refused, suppressed=0, held_out=0, exported=selected - refused
    )


def preview(
    rule: AudienceRule, summary: ScoresSummary, evaluation: Evaluation | None, funnel: Funnel
) -> AudiencePreview:
    """What the rule would give. The expectation is read off customers the model was not trained on."""
    curve = summary.curves[rule.by]
    point = curve.at(funnel.selected)
    line = (
        evaluation.depths.at(rule.by, rule.top) if evaluation and evaluation.depths.lines[rule.by] else None
    )
    prompted, expectation, basis = _expected_prompted(funnel.selected, line, evaluation)
    return AudiencePreview(
        funnel=funnel,
        cut=curve.cut[point],
        expected_value=curve.expected_value[point] if funnel.selected else 0.0,
        expected_prompted=prompted.value if prompted else None,
        low=prompted.low if prompted else None,
        high=prompted.high if prompted else None,
        expectation=expectation,
        basis=basis,
        lift_random=line.lift_over_random.value if line else None,
        lift_rfm=line.lift_over_rfm.value if line and line.lift_over_rfm else None,
    )


def _expected_prompted(
    selected: int, line: DepthLine | None, evaluation: Evaluation | None
) -> tuple[Estimate | None, Expectation | None, str]:
    """A randomised holdout where it can tell; else what labels suggest, and that it is unproven."""
    if line is None or evaluation is None:
        return (
            None,
            None,
            "This model has not been evaluated on unseen customers, so no number is given.",
        )
    extra = line.extra_buyers_per_1000
    if extra is not None and extra.is_above_zero:
        return (
            _scaled(extra, selected / 1000),
            "extra_buyers",
            "Buyers beyond those who buy anyway, measured against the randomised holdout in the test period.",
        )
    unproven = _unproven(extra, selected)
    found = strongest(evaluation.evidence)
    if found is not None and found.organic_share is not None:
        share = found.organic_share
        expected = _scaled(line.precision, selected * (1 - share))
        less = f"Engaged customers expected at this depth, less the {share:.0%} the evidence calls organic. "
        if not found.is_at_least:
            return expected, "prompted", less + unproven
        return (
            expected,
            "prompted_at_most",
            f"{less}It knows those only who had not seen the offer; others would have bought anyway too, so "
            f"fewer are prompted than this. {unproven}",
        )
    return (
        _scaled(line.precision, selected),
        "engaged",
        "Engaged customers expected at this depth. How many of them would have bought anyway is not known. "
        + unproven,
    )


def _unproven(extra: Estimate | None, selected: int) -> str:
    """What the randomised holdout, or the lack of one, says about a number that rests on labels."""
    if extra is None:
        return "Without a randomised holdout among them this is an estimate, not a measurement."
    measured = _scaled(extra, selected / 1000)
    if measured.low is None or measured.high is None:
        return "The randomised holdout among them is too small to confirm or deny it."
    return (
        "The randomised holdout among them does not confirm it: no effect is not ruled out (extra buyers, "
        f"95 % interval {measured.low:,.0f} to {measured.high:,.0f})."
    )


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    low = None if estimate.low is None else estimate.low * factor
    high = None if estimate.high is None else estimate.high * factor
    return Estimate(estimate.value * factor, low, high)

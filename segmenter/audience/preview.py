"""Stored curves + the evaluation -> what an audience of a given size would be, fast enough for a slider."""

from dataclasses import dataclass
from typing import Literal

from segmenter.audience.selection import AudienceRule, Funnel, count_selected
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.depths import DepthLine
from segmenter.labels.intent import IntentEvidence, strongest
from segmenter.summary import ScoresSummary

# Buyers beyond those who buy anyway, by a randomised holdout (fewer than none where contact cost buyers);
# engaged customers less the share known to be organic, or less the least that share can be; engaged
# customers, organic ones included.
Expectation = Literal["extra_buyers", "prompted", "prompted_at_most", "engaged"]

LOWERED = "Contact lowered purchases in the trial: of those contacted fewer bought than of those held back."


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePreview:
    """An audience before it is saved.

    cut: score (or expected value) of the last selected customer. expected_value: sum over the selected, those
    who will not be contacted included, in the data's currency. expected_prompted: how many of those in the
    file a campaign would move, with its 95 % interval (below zero where contact was measured to lower
    purchases); `expectation` says what exactly is counted and `basis` from what. lift_*: engaged customers
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

    @property
    def lowers_purchases(self) -> bool:
        """Whether contacting them was measured to cost buyers, beyond doubt."""
        return self.expectation == "extra_buyers" and self.high is not None and self.high < 0


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
    """What the rule would give. The expectation is read off customers the model was not trained on.

    It is scaled to the customers in the file, who are taken to be like all the selected ones: where many are
    left out for a reason, they may differ.
    """
    curve = summary.curves[rule.by]
    point = curve.at(funnel.selected)
    line = (
        evaluation.depths.at(rule.by, rule.top) if evaluation and evaluation.depths.lines[rule.by] else None
    )
    prompted, expectation, basis = _expected_prompted(funnel.exported, line, evaluation)
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
    contacted: int, line: DepthLine | None, evaluation: Evaluation | None
) -> tuple[Estimate | None, Expectation | None, str]:
    """A randomised holdout where it can tell, whatever it tells; else what labels suggest, said unproven.

    The interval of what labels suggest is the widest that its parts allow: few engaged with much of them
    organic, to many engaged with little of them organic.
    """
    if line is None or evaluation is None:
        return (
            None,
            None,
            "This model has not been evaluated on unseen customers, so no number is given.",
        )
    extra = line.extra_buyers_per_1000
    if extra is not None and (extra.is_above_zero or extra.is_below_zero):
        measured = (
            "Buyers beyond those who buy anyway, measured against the randomised holdout in the test period."
        )
        basis = f"{LOWERED} {measured}" if extra.is_below_zero else measured
        return _scaled(extra, contacted / 1000), "extra_buyers", basis
    unproven = _unproven(extra, contacted, _has_trial(evaluation))
    found = strongest(evaluation.evidence)
    if found is not None and found.organic_share is not None:
        expected = _scaled(_not_organic(line.precision, found), contacted)
        less = (
            "Engaged customers expected at this depth, less the "
            f"{found.organic_share:.0%} the evidence calls organic. "
        )
        if not found.is_at_least:
            return expected, "prompted", less + unproven
        return (
            expected,
            "prompted_at_most",
            f"{less}It knows those only who had not seen the offer; others would have bought anyway too, so "
            f"fewer are prompted than this. {unproven}",
        )
    return (
        _scaled(line.precision, contacted),
        "engaged",
        "Engaged customers expected at this depth. How many of them would have bought anyway is not known. "
        + unproven,
    )


def _not_organic(engaged: Estimate, found: IntentEvidence) -> Estimate:
    """The share who are engaged and not organic; each end of the interval joins the extremes of both."""
    share = found.organic_share or 0.0
    share_low, share_high = found.interval or (share, share)
    return Estimate(
        engaged.value * (1 - share),
        None if engaged.low is None else engaged.low * (1 - share_high),
        None if engaged.high is None else engaged.high * (1 - share_low),
    )


def _has_trial(evaluation: Evaluation) -> bool:
    """Whether the test period holds a randomised holdout, of whatever size."""
    measured = any(
        line.extra_buyers_per_1000 is not None for lines in evaluation.depths.lines.values() for line in lines
    )
    return measured or any(each.kind == "randomised" for each in evaluation.evidence)


def _unproven(extra: Estimate | None, contacted: int, has_trial: bool) -> str:
    """What the randomised holdout, or the lack of one, says about a number that rests on labels."""
    if extra is None and not has_trial:
        return "Without a randomised holdout this is an estimate, not a measurement."
    if extra is None or extra.low is None or extra.high is None:
        return "There was a randomised holdout, but it is too small at this depth to confirm or deny it."
    low, high = (round(end * contacted / 1000) for end in (extra.low, extra.high))
    return (
        "The randomised holdout among them does not confirm it: no effect is not ruled out (extra buyers, "
        f"95% interval {low:,} to {high:,}).".replace("-", "−")
    )


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    low = None if estimate.low is None else estimate.low * factor
    high = None if estimate.high is None else estimate.high * factor
    return Estimate(estimate.value * factor, low, high)

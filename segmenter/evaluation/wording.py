"""Figures of an evaluation -> sentences a marketing manager can repeat without saying something untrue.

"More" and "fewer" are said only where the whole interval says so; otherwise it is "not distinguishable".
"""

from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.depths import DepthLine
from segmenter.evaluation.reach import GainDifference
from segmenter.figures import brief, whole

OTHER_NAMES = {
    "rfm": "RFM",
    "random": "random order",
    "response": "the response model (who buys)",
    "uncorrected": "the model without label correction",
}


def reach_sentence(gain: GainDifference) -> str:
    """What contacting the top share reaches, and whether that differs from another ranking."""
    return (
        f"Contacting the top {_percent(gain.depth)} reaches {_percent(gain.reached.value)} of the engaged "
        f"customers{_in_percent(gain.reached)}; {OTHER_NAMES[gain.other]} reaches "
        f"{_percent(gain.other_reached.value)}. {difference_sentence(gain)}"
    )


def difference_sentence(gain: GainDifference) -> str:
    """Whether the model's reach differs from another ranking's at the same depth."""
    difference, other, top = gain.difference, OTHER_NAMES[gain.other], _percent(gain.depth)
    if difference.value == difference.low == difference.high == 0:  # one and the same list, however drawn
        return f"The model's top {top} is that of {other}."
    points = f"{brief(100 * abs(difference.value))} percentage points"
    if difference.is_above_zero:
        return f"The model's top {top} holds {points} more than that of {other}{_in_points(difference)}."
    if difference.is_below_zero:
        return f"The model's top {top} holds {points} fewer than that of {other}{_in_points(difference)}."
    return f"The model's top {top} is not distinguishable from that of {other}{_in_points(difference)}."


def scope_sentence(customers: int, positives: int, *, unseen_customers: bool, unseen_period: bool) -> str:
    """On whom this was measured, and what that does to the figures."""
    counted = f"Measured on {customers:,} customers, {positives:,} of them engaged"
    if not unseen_customers:
        return f"{counted}. The model has learned from these customers, which flatters it."
    if not unseen_period:
        return (
            f"{counted}. The model has not seen these customers, but it has seen this period: expect "
            "somewhat less in a later one."
        )
    return f"{counted}. The model has seen neither these customers nor this period."


def trial_sentence(line: DepthLine) -> str:
    """What contacting the top share changed, by the randomised holdout, and whether RFM's top differs."""
    extra, over_rfm = line.extra_buyers_per_1000, line.extra_buyers_over_rfm
    top = f"top {_percent(line.depth)}"
    if extra is None or extra.low is None or extra.high is None:
        return f"The randomised holdout is too small in the {top} to say what contacting them changes."
    within = f"(95% interval {whole(extra.low)} to {whole(extra.high)})"
    if extra.is_above_zero:
        first = (
            f"By the randomised holdout, contacting the {top} brings {whole(extra.value)} extra buyers "
            "per 1,000"
        )
    elif extra.is_below_zero:
        first = (
            f"By the randomised holdout, contacting the {top} costs {whole(-extra.value)} buyers per 1,000"
        )
    else:
        first = (
            f"By the randomised holdout, contacting the {top} is not distinguishable from leaving them alone"
        )
        within = f"(95% interval {whole(extra.low)} to {whole(extra.high)} extra buyers per 1,000)"
    if over_rfm is None or over_rfm.low is None or over_rfm.high is None:
        return f"{first} {within}."
    against = f"(95% interval of the difference {whole(over_rfm.low)} to {whole(over_rfm.high)})"
    if over_rfm.is_above_zero:
        second = f"That is {whole(over_rfm.value)} more than RFM's {top} brings"
    elif over_rfm.is_below_zero:
        second = f"That is {whole(-over_rfm.value)} fewer than RFM's {top} brings"
    else:
        second = f"That is not distinguishable from what RFM's {top} brings"
    return f"{first} {within}. {second} {against}."


def _in_percent(share: Estimate) -> str:
    if share.low is None or share.high is None:
        return ""
    return f" (95% interval {brief(100 * share.low)} to {_percent(share.high)})"


def _in_points(difference: Estimate) -> str:
    if difference.low is None or difference.high is None:
        return ": there is too little data for an interval"
    low, high = 100 * difference.low, 100 * difference.high
    if difference.is_below_zero:
        low, high = -high, -low
    return f" (95% interval {brief(low)} to {brief(high)} points)"


def _percent(share: float) -> str:
    """0.714 -> '71%', 0.042 -> '4.2%'."""
    return f"{brief(100 * share)}%"

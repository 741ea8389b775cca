"""What contacting the best customers reaches, in sentences and cards: shared by Performance and Audience."""

from collections.abc import Callable

from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.depths import DepthLine
from segmenter.evaluation.gains import captured_at
from segmenter.ui.components import Card
from segmenter.ui.format import number, share, times

GAIN_KEYS = {"score": "segmenter", "expected_value": "value"}


def depth_line(evaluation: Evaluation, by: str, depth: float) -> DepthLine | None:
    """The tested figures nearest to a depth, or None where this ranking was not tested."""
    return evaluation.depths.at(by, depth) if evaluation.depths.lines.get(by) else None


def reach_sentence(evaluation: Evaluation, by: str, depth: float) -> str:
    """What the top share reaches and what RFM reaches, with 'not distinguishable' wherever that is so."""
    if depth == 1:
        return "Contacting everybody reaches all engaged customers, however they are ranked."
    reached = captured_at(evaluation.gains[GAIN_KEYS[by]], depth)
    first = f"Contacting the top {share(depth)} reaches {share(reached)} of the engaged customers"
    if "rfm" not in evaluation.gains:
        return f"{first}; random order reaches {share(depth)}."
    rfm = share(captured_at(evaluation.gains["rfm"], depth))
    line = depth_line(evaluation, by, depth)
    verdict = rfm_verdict(line.lift_over_rfm if line else None)
    if verdict == "unclear":
        return f"{first}; RFM reaches {rfm}, which is not distinguishable."
    return f"{first}; RFM reaches {rfm}."


def rfm_verdict(lift: Estimate | None) -> str:
    """'more', 'fewer' or 'unclear': whether the whole interval of the lift over RFM lies on one side of 1."""
    if lift is None or lift.low is None or lift.high is None:
        return "unclear"
    return "more" if lift.low > 1 else "fewer" if lift.high < 1 else "unclear"


def reach_cards(evaluation: Evaluation, by: str, depth: float) -> list[Card]:
    """The tested figures at a depth, each with its interval."""
    line = depth_line(evaluation, by, depth)
    if line is None:
        return []
    everybody = evaluation.positives / evaluation.customers
    cards = [
        Card(
            label="Hit rate",
            value=share(line.precision.value),
            note=_within(line.precision, share) or f"{share(everybody)} of everybody",
            help=f"Of the customers contacted, the share who were engaged. Of all customers tested, "
            f"{share(everybody)} were. (Also called precision.)",
        ),
        Card(
            label="Lift over random",
            value=times(line.lift_over_random.value),
            note=_within(line.lift_over_random, times),
            help="How many times more engaged customers are reached than by contacting as many at random. "
            "2× is twice as many, or 100% more.",
        ),
    ]
    if line.lift_over_rfm is not None:
        cards.append(lift_over_rfm_card(line.lift_over_rfm))
    if line.extra_buyers_per_1000 is not None:
        extra = line.extra_buyers_per_1000
        cards.append(
            Card(
                label="Extra per 1,000",
                value=number(round(extra.value)),
                note=_within(extra, lambda value: number(round(value))),
                help="Buyers beyond those who buy anyway, per 1,000 customers contacted: contacted customers "
                "minus customers held back by chance.",
            )
        )
    return cards


def lift_over_rfm_card(lift: Estimate) -> Card:
    """How the model compares with RFM, with the verdict where there is none."""
    unclear = rfm_verdict(lift) == "unclear"
    reason = "The interval includes 1×: this could be chance." if unclear else "The interval excludes 1×."
    if lift.low is None:
        reason = "Too few customers are in only one of the two lists to tell them apart."
    return Card(
        label="Lift over RFM",
        value=times(lift.value),
        note="not distinguishable" if unclear else _within(lift, times),
        help="How many times more engaged customers are reached than by contacting as many of RFM's best. "
        + reason,
    )


def _within(estimate: Estimate, words: Callable[[float], str]) -> str:
    """The 95 % interval, or empty text where too little was seen for one."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{words(estimate.low)} to {words(estimate.high)}"

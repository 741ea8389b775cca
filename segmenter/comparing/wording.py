"""A comparison of two models -> the sentence that answers: do their lists differ, and is one better?

"More" is said only where the whole interval says so; otherwise it is "not distinguishable". What is tested is
reaching the engaged, which is not the same as reaching those whom a campaign moves.
"""

from segmenter.comparing.comparison import ExtraBuyers, OverlapPoint, ReachLine
from segmenter.evaluation.bootstrap import Estimate
from segmenter.figures import brief, whole


def lists_sentence(point: OverlapPoint) -> str:
    """How far the two lists agree, as the beginning of a sentence."""
    if point.both == point.customers:
        return f"Both models choose the same customers for the top {_percent(point.depth)}"
    return f"The two top {_percent(point.depth)} lists share {_whole_percent(point.share)} of their customers"


def pair_sentence(point: OverlapPoint, line: ReachLine | None) -> str:
    """The answer for one list size; line: the test at it, None where there is none."""
    first = lists_sentence(point)
    if line is None:
        return f"{first}; which one is better could not be tested."
    if line.difference.is_above_zero or line.difference.is_below_zero:
        better = "A" if line.difference.is_above_zero else "B"
        points = brief(100 * abs(line.difference.value))
        return (
            f"{first}; {better}'s reaches more of the engaged, by {points} percentage points"
            f"{within_points(line.difference)}."
        )
    if point.both == point.customers and line.difference.value == 0:
        return f"{first}, so neither is better."
    within = within_points(line.difference)
    return f"{first}; which one reaches more of the engaged is not distinguishable{within}."


def within_points(difference: Estimate) -> str:
    """The interval of A minus B in brackets; where there is none, why."""
    if difference.low is None or difference.high is None:
        return ": too few engaged customers are in only one of them"
    if difference.is_below_zero:
        low, high = (brief(-100 * end) for end in (difference.high, difference.low))
        return f" (95% interval of the difference {low} to {high} points)"
    low, high = (brief(100 * end) for end in (difference.low, difference.high))
    return f" (95% interval of the difference {low} to {high} points)"


def extra_sentence(depth: float, extra: ExtraBuyers | None) -> str | None:
    """What the randomised holdout says of the two lists; None without one."""
    if extra is None:
        return None
    top, difference = f"top {_percent(depth)}", extra.difference
    if difference.low is None or difference.high is None:
        return f"The randomised holdout is too small to tell the two lists of the {top} apart."
    within = f"(95% interval of the difference {whole(difference.low)} to {whole(difference.high)})"
    brings = (
        f"contacting A's {top} brings {whole(extra.ours.value)} extra buyers per 1,000, contacting B's "
        f"{whole(extra.theirs.value)}"
    )
    if difference.is_above_zero or difference.is_below_zero:
        more = "A" if difference.is_above_zero else "B"
        return f"By the randomised holdout, {brings}: {more}'s brings more {within}."
    return f"By the randomised holdout, {brings}: not distinguishable {within}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _whole_percent(share: float) -> str:
    """Never 100 % where somebody differs, nor 0 % where somebody agrees."""
    text = f"{100 * share:.0f}%"
    if share < 1 and text == "100%":
        return "over 99%"
    return "under 1%" if share > 0 and text == "0%" else text

"""The parts of the Performance page that ask whether figures can be taken at their word: chances, money."""

from typing import Final

import streamlit as st

from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.calibration import ALLOWED, Calibration
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.money import MoneyCalibration
from segmenter.evaluation.prompted_verdict import ALLOWED_BY_TRIAL, PromptedCalibration
from segmenter.plots.palette import Meaning
from segmenter.plots.reliability import Told, reliability_alt, reliability_chart, reliability_table
from segmenter.ui.components import chart, charts_side_by_side, dark, how_computed
from segmenter.ui.format import SEGMENT_WORDS, listed, number, plain, share

MEANINGS: Final[dict[str, Meaning]] = {
    "engaged": "engaged",
    "unengaged": "unengaged",
    "inactive": "inactive",
}
COMPUTED: Final = """
- **Off on average** is the expected calibration error: customers are sorted into ten groups of alike chances;
  in each, the mean chance is set beside the share for whom it came true, and the distances are averaged by
  customers. It is never 0, because what comes varies, and it is biased upwards in small samples. So it stands
  beside what chances that are exactly right would show on as many customers (200 simulations), and it is
  called off only above their 97.5% point. Its interval is a bootstrap of customers: the low end is corrected
  for that bias, the high end is not and is rather too high.
- **Brier score**: mean squared distance of the chance from what happened, beside that of giving everybody the
  same chance.{brier}
- **Prompted score**: it is about buyers within reach of a campaign. With known intents (30 or more of each
  kind), the same among them: engaged customers whose intent is known count for all engaged ones, and buyers
  who did not engage were not prompted. With a randomised holdout, the share of contacted buyers who were
  extra, (b1 − b0) / b1 with the arms' shares of buyers, trial by trial, beside the mean prompted score of
  these buyers. It may be called a probability only if the interval of the miss excludes one above {allowed}
  points (known intents) or {allowed_by_trial} points (holdout).
- Browsing customers count as inactive, as they did when the model learned.
"""
MONEY_COMPUTED: Final = """
- **By customer**: expected value (score times expected amount) in ten groups of alike expectation, beside
  what the customers of the group spent after engaging, per customer; who did not engage counts with nothing.
- **By engaged buyer**: the expected amount of a customer who engages and buys, beside what those who did
  spent, all purchases of the window, net of returns.
- Intervals: 95%, bootstrap of customers. Groups have 20 customers or more.
"""


def show_calibration(evaluation: Evaluation) -> None:
    """Chances beside what came, and the verdict on the prompted score; nothing for an earlier test."""
    known = {each.outcome: each for each in evaluation.calibrations if each.error is not None and each.bins}
    if not known and evaluation.prompted is None:
        return
    st.header("When the model says 30%, is it 30 of 100?", anchor=False)
    left, right = charts_side_by_side()
    with left:
        if known:
            _show_chance(known)
    with right:
        if evaluation.prompted is not None:
            _show_prompted(evaluation.prompted)
    how_computed(
        COMPUTED.format(
            brier=_brier_words(evaluation),
            allowed=f"{100 * ALLOWED:.0f}",
            allowed_by_trial=f"{100 * ALLOWED_BY_TRIAL:.0f}",
        )
    )


def chance_verdict(found: Calibration) -> str:
    """Whether a chance can be taken at its word, in one or two sentences."""
    error = found.error
    assert error is not None
    miss, most_if_right = _apart(error.miss.value, error.if_perfect_at_most)
    told = f"The chance to be {found.outcome} is off by {miss} points on average"
    if not error.is_off:
        return (
            f"**Yes, as far as {number(found.customers)} customers can tell.** {told}{_within(error.miss)}; "
            f"chances that are exactly right would show up to {most_if_right}."
        )
    worst = max(found.bins, key=lambda each: abs(each.observed - each.predicted))
    most = f"Most where it says {share(worst.predicted)}: it was {share(worst.observed)}."
    more = f"exactly right chances would show up to {most_if_right}"
    if error.is_within(ALLOWED):
        return f"**Nearly.** {told}{_within(error.miss)}; {more}. {most}"
    return f"**No.** {told}{_within(error.miss)}, where {more}. {most}"


def show_money(evaluation: Evaluation) -> None:
    """Expected money beside what came; nothing for an evaluation without it."""
    if not evaluation.money:
        return
    st.header("Does the expected money come?", anchor=False)
    titles = {"value": "By customer: expected value", "amount": "By engaged buyer: expected amount"}
    for column, found in zip(charts_side_by_side(), evaluation.money, strict=False):
        with column:
            st.subheader(titles[found.kind], anchor=False)
            st.markdown(f"{plain(found.sentence)} {money_ratio(found)}".strip())
            bins = [Told(b.customers, b.expected, b.came.value, b.came.low, b.came.high) for b in found.bins]
            if bins:
                whom = "customer" if found.kind == "value" else "engaged buyer"
                told, came = f"expected per {whom}", f"came per {whom}"
                chart(
                    reliability_chart(bins, unit="money", meaning="value", dark=dark(), told=told, came=came),
                    key=f"money_{found.kind}",
                    alt=reliability_alt(bins, unit="money", told=told, came=came),
                    table=reliability_table(bins, unit="money"),
                )
    how_computed(MONEY_COMPUTED)


def money_ratio(found: MoneyCalibration) -> str:
    """What came as a multiple of what was expected, with its interval; empty where there is none."""
    ratio = found.ratio
    if ratio.low is None or ratio.high is None or found.verdict != "right":
        return ""
    within = f"{_hundred(ratio.low)} to {_hundred(ratio.high)}"
    return f"For every 100 expected, {_hundred(ratio.value)} came ({within})."


def _show_chance(known: dict[str, Calibration]) -> None:
    outcome = st.segmented_control(
        "The chance to be",
        list(known),
        default=next(iter(known)),
        required=True,
        format_func=SEGMENT_WORDS.__getitem__,
        key="calibrated",
        bind="query-params",
        persist_state="session",
        help="The model gives every customer three chances, which add up to 100%.",
    )
    found = known[outcome]
    st.markdown(chance_verdict(found))
    bins = [Told(b.customers, b.predicted, b.observed, b.low, b.high) for b in found.bins]
    told, came = f"chance to be {outcome}, as told", f"share who turned out {outcome}"
    chart(
        reliability_chart(bins, unit="share", meaning=MEANINGS[outcome], dark=dark(), told=told, came=came),
        key="reliability",
        alt=reliability_alt(bins, unit="share", told=told, came=came),
        table=reliability_table(bins, unit="share"),
    )


def _show_prompted(found: PromptedCalibration) -> None:
    st.subheader(f"The {found.name}", anchor=False)
    st.markdown(plain(found.sentence))
    bins = [
        Told(b.customers, b.predicted, b.observed.value, b.observed.low, b.observed.high) for b in found.bins
    ]
    if bins:
        told, came = found.name, _came(found)
        chart(
            reliability_chart(bins, unit="share", meaning="prompted", dark=dark(), told=told, came=came),
            key="reliability_prompted",
            alt=reliability_alt(bins, unit="share", told=told, came=came),
            table=reliability_table(bins, unit="share"),
        )
        if any((each.low or 0.0) < 0 for each in bins):
            st.caption("Below 0%, contacted customers bought less often than those held back.")


def _came(found: PromptedCalibration) -> str:
    return (
        "share known to be prompted" if found.basis == "given_intents" else "share of buyers who were extra"
    )


def _brier_words(evaluation: Evaluation) -> str:
    said = [
        f"{each.outcome} {each.brier.value:.3f}{_brier_interval(each.brier)}, "
        f"everybody alike {each.reference_brier:.3f}"
        for each in evaluation.calibrations
    ]
    prompted = evaluation.prompted
    if prompted is not None and prompted.brier is not None and prompted.reference_brier is not None:
        said.append(
            f"{prompted.name} {prompted.brier.value:.3f}{_brier_interval(prompted.brier)}, everybody alike "
            f"{prompted.reference_brier:.3f}"
        )
    return f" Here: {listed(said)}." if said else ""


def _brier_interval(brier: Estimate) -> str:
    return f" ({brier.low:.3f} to {brier.high:.3f})" if brier.low is not None else ""


def _within(miss: Estimate) -> str:
    if miss.low is None or miss.high is None:
        return ""
    return f" (95% interval {_points(miss.low)} to {_points(miss.high)})"


def _points(value: float) -> str:
    return f"{100 * value:.1f}".removesuffix(".0")


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two differences in points, with a digit more where they would read alike and are not."""
    alike = _points(one) == _points(other) and one != other
    return (f"{100 * one:.2f}", f"{100 * other:.2f}") if alike else (_points(one), _points(other))


def _hundred(value: float) -> str:
    return f"{100 * value:.0f}"

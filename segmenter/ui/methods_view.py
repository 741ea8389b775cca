"""The parts of the Performance page that set the model beside other methods and the paper's ranking."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from segmenter.evaluation.beside import DEPTHS, OURS, MethodLine
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.comparison import HEADLINE_DEPTH, Evaluation
from segmenter.evaluation.gains import GainCurve, captured_at
from segmenter.evaluation.paper_ranking import THRESHOLDS, PaperRanking
from segmenter.plots.gains import LINES, gain_alt, gain_chart, gain_table
from segmenter.ui.components import Card, chart, dark, metric_row
from segmenter.ui.format import MISSING, listed, number, points, share

NOT_RIVALS: Final = (OURS, "value", "random")
COLUMN_HELP: Final = {
    "Chosen by": "Who orders the customers. All learned from the same customers and are tested on the same "
    "others.",
    "Engaged reached": "Share of all engaged customers among those contacted, with the 95% interval.",
    "Beside Segmenter": "How many percentage points more or fewer of the engaged than Segmenter by chance; "
    "'not distinguishable' where the interval of the difference includes none.",
    "Their spend reached": "Share of what all engaged customers spent in the outcome window, with the 95% "
    "interval.",
    "Spend beside Segmenter": "The same comparison by what the engaged spent.",
}
METHOD_HELP: Final = """
- **Boosted trees**: the chance to engage and buy, by gradient-boosted trees (80 of depth 4).
- **Two-stage trees**: engaged against unengaged among buyers within reach, both weighing the same, times the
  chance not to be inactive; both by boosted trees.
- **Logistic regression**: the chance to engage and buy, on the same piecewise-linear expansion as the model.
- **As the paper prints it**: this model with the correction exactly as the paper prints it.
- **Past spend**: who has spent most so far. **RFM**, **Response model**, **Uncorrected**: as above.
- Their settings were fixed beforehand. Spend counts net of returns, and not below 0 for anybody.
- Several methods are compared at once, so that one in forty may look ahead by chance alone.
"""
IN_A_SENTENCE: Final = {
    "printed": "the model corrected as the paper prints it",
    "response": "the response model",
    "uncorrected": "the uncorrected model",
    "boosted": "boosted trees",
    "boosted_two_stages": "two-stage trees",
    "logistic": "logistic regression",
    "past_spend": "past spend",
}
VERDICT: Final = {
    "more": "more, beyond chance",
    "fewer": "fewer, beyond chance",
    "same": "not distinguishable",
}
SAME: Final = 1e-9  # shares differ by rounding


def show_methods(evaluation: Evaluation) -> None:
    """Every method at a depth in a table, best first; nothing for an evaluation without it."""
    if not evaluation.beside:
        return
    st.header("Beside other methods", anchor=False)
    depth = st.segmented_control(
        "Share contacted",
        DEPTHS,
        default=DEPTHS[1],
        required=True,
        format_func=share,
        key="beside_depth",
        bind="query-params",
        persist_state="session",
        help="The same number of customers, chosen by each method.",
    )
    lines = sorted(
        (line for line in evaluation.beside if line.depth == depth), key=lambda line: -line.captured.value
    )
    sentence = methods_sentence(lines)
    st.markdown(sentence)
    st.dataframe(
        methods_table(lines),
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.TextColumn(name, help=words) for name, words in COLUMN_HELP.items()
        },
        alt=f"What each method reaches at {share(depth)}. {sentence}",
        key="methods",
    )
    st.caption(
        "Engaged customers count here whether the campaign prompted them or not. A model that ranks organic "
        "buyers lower reaches fewer of them by intention; only a randomised holdout shows what that is worth."
    )
    with st.expander("How this is computed"):
        st.markdown(METHOD_HELP)


def methods_sentence(lines: Sequence[MethodLine]) -> str:
    """Who is ahead of the model beyond noise, by customers and by money; or that nobody is."""
    top = share(lines[0].depth)
    rivals = [line for line in lines if line.method not in NOT_RIVALS]
    said = []
    for words, differences in (
        ("more of the engaged", [line.ahead for line in rivals]),
        ("more of what the engaged spent", [line.spend_ahead for line in rivals]),
    ):
        better = [
            f"{_in_a_sentence(line)} ({_points(found)} points)"
            for line, found in zip(rivals, differences, strict=True)
            if found is not None and found.is_below_zero
        ]
        if better:
            said.append(f"**Ahead of Segmenter at {top}, with {words}: {listed(better)}.**")
    behind = [_in_a_sentence(line) for line in rivals if line.ahead and line.ahead.is_above_zero]
    if not said:
        said.append(f"No other method is ahead of Segmenter beyond chance at {top}.")
    if behind:
        said.append(f"Segmenter reaches more of the engaged than {listed(behind)}.")
    return " ".join(said)


def _in_a_sentence(line: MethodLine) -> str:
    return IN_A_SENTENCE.get(line.method, LINES[line.method].name)


def methods_table(lines: Sequence[MethodLine]) -> pd.DataFrame:
    """A row per method in the order given, all in words."""
    rows = [
        (
            "Segmenter, by value" if line.method == "value" else LINES[line.method].name,
            _with_interval(line.captured),
            MISSING if line.method == OURS else _beside(line.ahead),
            _with_interval(line.spend),
            MISSING if line.method == OURS else _beside(line.spend_ahead),
        )
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(COLUMN_HELP))


def show_paper_ranking(evaluation: Evaluation, depth: float) -> None:
    """The paper's ranking at any threshold, at once; nothing for an evaluation without it."""
    if not evaluation.paper:
        return
    with st.expander("The paper's own ranking"):
        st.markdown(
            "The paper takes out customers who are probably inactive, and ranks the rest by the prompted "
            "score alone. Move the threshold to see what that reaches. **Nothing is trained again**; your "
            "lists stay as they are. Of many thresholds and sizes tried, one in twenty differs by chance."
        )
        percent = st.slider(
            "Take out customers whose chance to be inactive is above",
            min_value=round(100 * THRESHOLDS[0]),
            max_value=round(100 * THRESHOLDS[-1]),
            value=_enough_remain(evaluation),
            step=5,
            format="%d%%",
            key="inactive_threshold",
            bind="query-params",
            persist_state="session",
            help="At 100% nobody is taken out. Low thresholds leave few customers to contact.",
        )
        found = min(evaluation.paper, key=lambda each: abs(100 * each.threshold - percent))
        captured, beside = found.at(depth)
        ours = captured_at(evaluation.gains["segmenter"], depth)
        st.markdown(paper_sentence(found, depth, evaluation))
        metric_row(
            [
                Card(
                    label="Customers who remain",
                    value=number(found.remaining),
                    note=f"{share(found.remaining / evaluation.customers)} of those tested",
                    help="Test customers whose chance to be inactive is not above the threshold.",
                ),
                Card(
                    label="Engaged reached, paper's",
                    value=share(captured),
                    note=f"at {share(depth)} contacted",
                    help="Share of all engaged customers among those contacted by the paper's ranking.",
                ),
                Card(
                    label="Engaged reached, Segmenter",
                    value=share(ours),
                    note=VERDICT[beside],
                    help="The same share of customers, by this model's own ranking. Told apart by an exact "
                    "sign test of the engaged whom only one of the two lists holds.",
                ),
            ]
        )
        gains = evaluation.gains | {"paper": GainCurve("paper", (0.0, *found.depth), (0.0, *found.captured))}
        lines = ["segmenter", "paper", "random"]
        chart(
            gain_chart(gains, show=lines, dark=dark(), depth=depth),
            key="paper_curve",
            alt=gain_alt(gains, show=lines, depth=depth),
            table=gain_table(gains, show=lines, depth=depth),
            caption="Share of engaged customers reached, by share of all test customers contacted.",
        )


def _enough_remain(evaluation: Evaluation) -> int:
    """The lowest threshold, in per cent, that leaves customers for the depth the paper reports."""
    wanted = HEADLINE_DEPTH * evaluation.customers
    enough = [each.threshold for each in evaluation.paper if each.remaining >= wanted]
    return round(100 * min(enough, default=THRESHOLDS[-1]))


def paper_sentence(found: PaperRanking, depth: float, evaluation: Evaluation) -> str:
    """How many remain, whom their best reach, and whether that differs from the model's own ranking."""
    captured, beside = found.at(depth)
    remain = found.remaining / evaluation.customers
    first = f"{number(found.remaining)} of {number(evaluation.customers)} customers remain ({share(remain)})."
    if remain < depth:
        second = f"That is fewer than {share(depth)}: all of them hold {share(captured)} of the engaged"
    else:
        second = f"The top {share(depth)} of the paper's ranking hold {share(captured)} of the engaged"
    ours = share(captured_at(evaluation.gains["segmenter"], depth))
    return f"{first} {second}; Segmenter's own top {share(depth)} hold {ours}, which is {VERDICT[beside]}."


def _with_interval(estimate: Estimate | None) -> str:
    if estimate is None:
        return MISSING
    if estimate.low is None or estimate.high is None or estimate.high - estimate.low < SAME:
        return share(estimate.value)
    return f"{share(estimate.value)} ({100 * estimate.low:.0f} to {100 * estimate.high:.0f})"


def _beside(ahead: Estimate | None) -> str:
    """The method's difference to the model in words; `ahead` is the model minus the method."""
    if ahead is None:
        return MISSING
    if ahead.low is None or ahead.high is None:
        return "too little data to tell"
    if max(abs(ahead.low), abs(ahead.high)) < SAME:
        return "the same"
    if ahead.is_above_zero or ahead.is_below_zero:
        word = "fewer" if ahead.is_above_zero else "more"
        return f"{_points(ahead)} points {word}"
    low, high = (points(-end, signed=True) for end in (ahead.high, ahead.low))
    return f"not distinguishable ({low} to {high} points)"


def _points(ahead: Estimate) -> str:
    """Size of a difference with its interval, both without a sign: the words say which way."""
    assert ahead.low is not None and ahead.high is not None
    low, high = sorted((abs(ahead.low), abs(ahead.high)))
    return f"{points(abs(ahead.value))} ({points(low)} to {points(high)})"

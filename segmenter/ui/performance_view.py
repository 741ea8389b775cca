"""The parts of the Performance page: the gain curve at a depth, Table 1, and what to keep in mind."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from segmenter.evaluation.challengers import CHALLENGERS
from segmenter.evaluation.comparison import HEADLINE_DEPTH, Evaluation
from segmenter.evaluation.gains import captured_at
from segmenter.plots.gains import LINES, gain_alt, gain_chart, gain_table
from segmenter.plots.table1 import METRIC_WORDS, table1_alt, table1_chart, table1_table
from segmenter.results import ModelReport
from segmenter.ui.components import Card, chart, charts_side_by_side, dark, how_computed, metric_row
from segmenter.ui.evidence_card import show_evidence
from segmenter.ui.format import MARGIN_NOTE, day, number, plain, points, share, without_auc
from segmenter.ui.needs import Ready
from segmenter.ui.reach import depth_line, reach_cards, rfm_verdict

COMPARABLE = ("rfm", "random", "perfect", "response", "uncorrected", "value", *CHALLENGERS)
SHOWN_FIRST = ["rfm", "random", "perfect", "response"]
LINE_HELP = (
    "RFM: recency, frequency and monetary value, the usual rule of thumb. Random: no model at all. "
    "Perfect: knowing "
    "the outcome beforehand. Response model: who buys, with or without a campaign. Uncorrected: this model "
    "without "
    "the correction of doubtful labels. By value: this model times the expected amount, or the margin where "
    "the data give it. Trees and logistic regression: the chance to engage, learned from the same customers. "
    "Past spend: who spent most so far. As the paper prints it: this model with the paper's own correction."
)
METRIC_HELP = {
    "precision": "Of the customers selected, the share who turned out engaged.",
    "recall": "Of all engaged customers, the share that was selected.",
    "balanced_accuracy": "The average of two shares: engaged customers selected, and others left out. "
    "Random gives 50%.",
    "weighted_f1": "Precision and recall in one figure, for the engaged and for the others, weighted by "
    "their number.",
}
COMPUTED = """
- **Tested on** {customers} customers at the cutoff {cutoff}: everything the model knew about them lies
  before that day; what they did in the {days} days after it decides who counts. {positives_are}
- **Gain curve**: customers are ordered by score; the curve gives the share of all engaged customers among
  the first q. Ties are shared, not broken. Perfect order is min(1, q / prevalence).
- **Intervals**: 95%, paired bootstrap of customers ({draws} draws); all lines are compared on the same draws.
  A difference is also given the width of the exact sign test of the engaged whom only one list holds, and
  is told only where six or more of them are there.
- **Trials**: contacted and held-back customers are compared within each trial, by its own lot. A customer
  counts once, in the first trial of the window.
- **RFM**: quintiles of recency, frequency and monetary value with the eleven usual segments.
- **Lift** is relative: a lift of 1.5× is 50% more engaged customers, which is not the same as percentage
  points.
"""


def tell_margin(report: ModelReport) -> None:
    """That money is margin here, where the model learned margins."""
    if report.training.value_of == "margin":
        st.caption(MARGIN_NOTE)


def offer_retest(evaluation: Evaluation, ready: Ready) -> None:
    """That a model tested earlier can be tested again, and what that would bring; nothing for a new test."""
    if evaluation.is_complete:
        return
    lacks = "other methods beside it, whether its chances and amounts come true, and the paper's own ranking"
    with st.container(border=True):
        if not ready.is_at_home:
            st.markdown(f"This test was made earlier and does not say: {lacks}.")
            return
        st.markdown(f"This test was made earlier. Test the model again to see {lacks}.")
        if st.button("Test the model again", key="retest"):
            st.switch_page("pages/training.py")


def ask_depth() -> float:
    """The share of customers to contact, in [0.01, 1]; kept in the address of the page."""
    percent = st.slider(
        "Share of customers to contact",
        min_value=1,
        max_value=100,
        value=40,
        format="%d%%",
        key="depth",
        bind="query-params",
        persist_state="session",
        help="Slide to see how many of the engaged customers a campaign to the best share would reach.",
    )
    return float(percent) / 100


def show_cards(evaluation: Evaluation, depth: float) -> None:
    """The figures at the chosen depth."""
    reached = evaluation.gains["segmenter"]
    value = captured_at(reached, depth)
    first = Card(
        label="Engaged reached",
        value=share(value),
        note=f"{(value - depth) * 100:+.0f} points".replace("-", "−"),
        help="Share of all engaged customers who are in the top of the list (also called recall); below "
        "it, the "
        "percentage points by which that exceeds random order.",
    )
    metric_row([first, *reach_cards(evaluation, "score", depth)])


def show_gains(evaluation: Evaluation, depth: float) -> None:
    """The cumulative gain chart beside the evidence card."""
    left, right = charts_side_by_side()
    with left:
        st.subheader("Who you reach", anchor=False)
        others = [key for key in COMPARABLE if key in evaluation.gains]
        picked = st.pills(
            "Compare Segmenter with",
            others,
            selection_mode="multi",
            default=[key for key in SHOWN_FIRST if key in others],
            format_func=lambda key: LINES[key].name,
            key="compare",
            bind="query-params",
            persist_state="session",
            wrap=True,
            help=LINE_HELP,
        )
        lines = ["segmenter", *(key for key in others if key in picked)]
        chart(
            gain_chart(evaluation.gains, show=lines, dark=dark(), depth=depth),
            key="gain_curve",
            alt=gain_alt(evaluation.gains, show=lines, depth=depth),
            table=gain_table(evaluation.gains, show=lines, depth=depth),
            caption=f"Share of engaged customers reached. {evaluation.scope_sentence}",
        )
    with right:
        show_evidence(evaluation.evidence)


def closer() -> Sequence[DeltaGenerator]:
    """Four tabs for a closer look: other methods, as many as RFM picks, what comes true, among whom."""
    names = ("Other methods", "As many as RFM picks", "Chances and money", "Among whom")
    return st.tabs(names, key="closer")


def show_table1(evaluation: Evaluation) -> None:
    """Table 1 of the paper: as many customers as an RFM segment has, chosen by each ranking."""
    st.header("The same number of customers, chosen differently", anchor=False)
    groups = list(dict.fromkeys(row.group for row in evaluation.table1))
    if not groups:
        st.markdown("No RFM segment of the best is large enough on the test customers to compare with.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        group = st.segmented_control(
            "As many customers as in the RFM segment",
            groups,
            default=groups[0],
            required=True,
            key="group",
            bind="query-params",
            persist_state="session",
            wrap=True,
        )
        metric = st.segmented_control(
            "Measure",
            list(METRIC_WORDS),
            default="precision",
            required=True,
            format_func=METRIC_WORDS.__getitem__,
            key="measure",
            bind="query-params",
            persist_state="session",
            wrap=True,
            help=" ".join(f"{METRIC_WORDS[name]}: {words}" for name, words in METRIC_HELP.items()),
        )
    rows = [row for row in evaluation.table1 if row.group == group]
    st.markdown(
        f"{number(rows[0].customers)} customers each, {share(rows[0].depth)} of those tested. "
        f"{_difference_words(evaluation, group, metric)}"
    )
    st.dataframe(
        table1_table(rows),
        hide_index=True,
        column_config={
            words: st.column_config.TextColumn(words, help=METRIC_HELP[name])
            for name, words in METRIC_WORDS.items()
        },
        alt=table1_alt(rows, metric=metric),
        key="table1",
    )
    left, right = charts_side_by_side()
    with left:
        chart(
            table1_chart(rows, metric=metric, dark=dark()),
            key="table1_chart",
            alt=table1_alt(rows, metric=metric),
            table=table1_table(rows)[["Chosen by", METRIC_WORDS[metric]]],
            title=METRIC_WORDS[metric],
            caption="With the 95% interval of each",
        )
    with right:
        st.subheader("How to read the measures", anchor=False)
        st.markdown("\n".join(f"- **{METRIC_WORDS[name]}**: {words}" for name, words in METRIC_HELP.items()))


def _difference_words(evaluation: Evaluation, group: str, metric: str) -> str:
    """The model minus RFM in one measure, in percentage points, and whether that is beyond chance."""
    found = [d for d in evaluation.table1_differences if d.group == group and d.metric == metric]
    if not found:
        return ""
    difference, words = found[0].difference, METRIC_WORDS[metric].lower()
    if difference.low is None or difference.high is None:
        return f"There is too little data to say whether {words} differs from RFM's."
    within = f"(95% interval {points(difference.low)} to {points(difference.high)})"
    if difference.is_above_zero or difference.is_below_zero:
        side = "above" if difference.is_above_zero else "below"
        return f"Segmenter's {words} is {points(abs(difference.value))} points {side} RFM's {within}."
    return f"Segmenter's {words} is not distinguishable from RFM's {within}."


def _behind_rfm(evaluation: Evaluation, report: ModelReport) -> list[str]:
    """What it means that RFM reaches more of the engaged, where it does."""
    line = depth_line(evaluation, "score", HEADLINE_DEPTH)
    if line is None or rfm_verdict(line.lift_over_rfm) != "fewer":
        return []
    said = f"RFM reaches more of the engaged at {share(HEADLINE_DEPTH)}."
    if not report.training.correction.applied:
        return [f"{said} On these customers RFM is the better list."]
    return [
        f"{said} Part of that is meant: this model ranks customers who would have bought anyway lower, and "
        f"they count "
        "as engaged here. Whether it finds the customers a campaign moves, only a randomised holdout can "
        "show."
    ]


def show_limits(evaluation: Evaluation, report: ModelReport) -> None:
    """Correction, comparisons at the headline depth, caveats, and how all this was computed."""
    st.header("What to keep in mind", anchor=False)
    lines = [plain(without_auc(report.training.correction.sentence))]
    lines += _behind_rfm(evaluation, report)
    lines += [plain(sentence) for sentence in evaluation.other_sentences]
    lines += [plain(sentence) for sentence in (evaluation.trial_sentence,) if sentence]
    if not any(item.kind == "randomised" for item in evaluation.evidence):
        lines.append(
            "These figures compare **who gets selected**. They do not measure what contacting changes: "
            "for that, some customers must be held back by chance."
        )
    lines += [plain(note) for note in evaluation.notes]
    st.markdown("\n".join(f"- {line}" for line in lines))
    how_computed(
        COMPUTED.format(
            customers=number(evaluation.customers),
            cutoff=day(evaluation.cutoff),
            days=evaluation.outcome_days,
            positives_are=evaluation.positives_are,
            draws=number(evaluation.draws),
        )
    )

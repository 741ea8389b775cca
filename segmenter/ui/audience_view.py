"""The parts of the Audience page: what the chosen audience would be, at once and from small stored curves."""

from typing import Final

import streamlit as st

from segmenter.audience.preview import AudiencePreview, funnel_without_lists, preview
from segmenter.audience.selection import AudienceRule, Funnel, count_selected
from segmenter.evaluation.comparison import Evaluation
from segmenter.plots.gains import gain_alt, gain_chart, gain_table
from segmenter.plots.value import value_alt, value_at, value_chart, value_table
from segmenter.summary import ScoresSummary
from segmenter.ui import cached
from segmenter.ui.audience_controls import AudienceChoice
from segmenter.ui.components import Card, chart, charts_side_by_side, dark, how_computed, metric_row
from segmenter.ui.format import VALUE_WORDS, count_of, money, number, plain, share, times
from segmenter.ui.reach import GAIN_KEYS, depth_line, reach_sentence, rfm_verdict

EXPECTED: Final = {
    "extra_buyers": "Extra buyers",
    "prompted": "Prompted",
    "prompted_at_most": "Prompted, at most",
    "engaged": "Engaged",
    None: "Prompted",
}
COMPUTED = """
- **Ranked by chance**: the score, `p_prompted * (1 - p_inactive)`: how much a customer looks prompted and
  likely to buy. It is for ranking, and not the probability that a campaign moves this customer.
  **By value**: the score times {expected}, in the currency of your data.
- **Size**: the nearest whole number to the chosen share of the {customers} customers scored.
- **Expected customers**: read off customers the model was not trained on, at the same depth, and scaled to
  the customers in the file. The interval is the test's 95% interval, widened by that of the organic share.
- **Expected value**: score times {expected}, also of those who will not be contacted.
- **Order of the funnel**: selected, then without consent (e-mail), then on your list, then held back by
  chance; what is left is in the file. Missing consent counts as none where a consent column was given.
- **On your list**: by id or e-mail address, whatever the capitals; with them whoever has the same address.
- **Held back**: drawn by a hash of the customer's id, so that the same customers are held back next time;
  customers with the same e-mail address together.
- Ties in the score are broken by the probability of being engaged, then by a hash of the id.
"""


def preview_of(
    scores_id: str, choice: AudienceChoice, summary: ScoresSummary, evaluation: Evaluation | None
) -> AudiencePreview:
    """What the whole choice would give; only a list or a holdout has to look at the customers."""
    if choice.suppress is None and choice.holdout == 0:
        rule = AudienceRule(top=choice.top, by=choice.by)
        return preview(rule, summary, evaluation, funnel_without_lists(rule, summary))
    suppress = str(choice.suppress) if choice.suppress else None
    return cached.audience_preview(scores_id, choice.top, choice.by, suppress, choice.holdout)


def audience_sentence(choice: AudienceChoice, summary: ScoresSummary, evaluation: Evaluation | None) -> str:
    """The page's answer: what the chosen share reaches; where that was not tested, how many it is."""
    if evaluation is None:
        selected = count_selected(AudienceRule(top=choice.top, by=choice.by), summary.customers)
        return f"The top {share(choice.top)} are {count_of(selected, 'customer')}."
    return reach_sentence(evaluation, choice.by, choice.top)


def show_cards(
    choice: AudienceChoice, shown: AudiencePreview, summary: ScoresSummary, evaluation: Evaluation | None
) -> None:
    """Size, expectation, lift, the score at the cut and the expected value."""
    curve = summary.curves[choice.by]
    by_chance = choice.by == "score"
    metric_row(
        [
            Card(
                label="Selected",
                value=number(shown.funnel.selected),
                note=f"of {number(summary.customers)}",
                help="The best-ranked customers, before consent, your list and the holdout.",
            ),
            _expected_card(shown),
            _lift_card(choice, shown, evaluation),
            Card(
                label="Score at the cut" if by_chance else "Value at the cut",
                value=f"{shown.cut:.2f}" if by_chance else money(shown.cut),
                note="lowest selected",
                help="The score (or expected value) of the last customer selected. Nobody below it is "
                "contacted.",
            ),
            Card(
                label="Expected value",
                value=money(shown.expected_value),
                note=f"{share(_part(shown.expected_value, value_at(curve, 1.0)))} of everybody's",
                help=f"Sum of score times {VALUE_WORDS[summary.value_of]} over all selected, before consent, "
                "your list and the holdout, in the currency of your data. For comparing audiences; it is not "
                "a forecast.",
            ),
        ]
    )
    if shown.lowers_purchases:
        st.warning(plain(shown.basis))
    else:
        st.caption(plain(shown.basis))


def _expected_card(shown: AudiencePreview) -> Card:
    within, meaning = "", "The range is the 95% interval."
    if shown.low is not None and shown.high is not None:
        within = f"{number(round(shown.low))} to {number(round(shown.high))}"
    expected = shown.expected_prompted
    if shown.expectation == "prompted_at_most" and shown.high is not None:
        expected, within, meaning = shown.high, "likely fewer", "The upper end of the 95% interval."
    return Card(
        label=EXPECTED[shown.expectation],
        value=number(None if expected is None else round(expected)),
        note=within or "no interval",
        help=f"Of the {count_of(shown.funnel.exported, 'customer')} in the file. {shown.basis} {meaning}",
    )


def _lift_card(choice: AudienceChoice, shown: AudiencePreview, evaluation: Evaluation | None) -> Card:
    line = depth_line(evaluation, choice.by, choice.top) if evaluation else None
    note = "not tested"
    if shown.lift_rfm is not None:
        unclear = rfm_verdict(line.lift_over_rfm if line else None) == "unclear"
        note = "like RFM" if unclear else f"{times(shown.lift_rfm)} RFM"
    return Card(
        label="Lift over random",
        value=times(shown.lift_random),
        note=note,
        help="How many times more engaged customers than in a random list of the same size; below it, than "
        "in RFM's "
        "best of the same size. 'Like RFM' means that the difference is not distinguishable.",
    )


def show_charts(choice: AudienceChoice, summary: ScoresSummary, evaluation: Evaluation | None) -> None:
    """Whom the audience reaches, and what contacting deeper brings."""
    left, right = charts_side_by_side()
    with left:
        if evaluation is None:
            st.subheader("Who you reach", anchor=False)
            st.markdown("This model has not been tested yet, so nobody can say whom it reaches.")
        else:
            lines = [GAIN_KEYS[choice.by], "rfm", "random"]
            chart(
                gain_chart(evaluation.gains, show=lines, dark=dark(), depth=choice.top),
                key="audience_gain",
                alt=gain_alt(evaluation.gains, show=lines, depth=choice.top),
                table=gain_table(evaluation.gains, show=lines, depth=choice.top),
                title="Who you reach",
                caption=f"Share of engaged customers reached, on {number(evaluation.customers)} customers "
                f"the "
                "model has not seen",
            )
    with right:
        chart(
            value_chart(summary.curves, by=choice.by, depth=choice.top, dark=dark()),
            key="audience_value",
            alt=value_alt(summary.curves, by=choice.by, depth=choice.top),
            table=value_table(summary.curves, by=choice.by, depth=choice.top),
            title="What it brings",
            caption="Expected value by depth, in the currency of your data: score times "
            f"{VALUE_WORDS[summary.value_of]}",
        )


def show_funnel(funnel: Funnel, *, consent_mapped: bool) -> None:
    """From selected to the file: who is taken out, and why."""
    steps = (
        ("Selected", funnel.selected, "The best-ranked share of all customers."),
        (
            "No consent",
            -funnel.no_consent,
            "Did not consent to e-mail." if consent_mapped else "Your files hold no consent column.",
        ),
        (
            "On your list",
            -funnel.suppressed,
            "In the file of customers to leave out, or with the e-mail address of one who is.",
        ),
        ("Held back", -funnel.held_out, "Not contacted by chance, to measure what the campaign changes."),
        ("In the file", funnel.exported, "The rows of the file, one per customer."),
    )
    grid = st.grid(len(steps), min_column_width=130, gap="small")
    for label, count, help_words in steps:
        with grid:
            st.metric(label, number(count), help=help_words)
    if funnel.list_meets_nobody:
        st.warning(funnel.list_sentence())
    elif funnel.list_entries is not None:
        st.caption(funnel.list_sentence())


def show_how(summary: ScoresSummary) -> None:
    """How the figures on this page are computed."""
    expected = VALUE_WORDS[summary.value_of]
    how_computed(COMPUTED.format(customers=number(summary.customers), expected=expected))


def _part(value: float, total: float) -> float:
    return value / total if total else 0.0

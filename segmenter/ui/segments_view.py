"""The parts of the Segments page: how many customers are in each segment, and what sets each apart."""

import streamlit as st

from segmenter.evaluation.profiles import MIN_GROUP, SegmentProfile
from segmenter.evaluation.rfm import measure_words
from segmenter.plots.heat_map import heat_map_alt, heat_map_chart, heat_map_table, where_segments_live
from segmenter.plots.profiles import MOST_ROWS, profile_alt, profile_chart, profile_table, told_apart
from segmenter.plots.scores import score_alt, score_chart, score_table
from segmenter.plots.segments import segment_alt, segment_bars, segment_table
from segmenter.summary import ScoresSummary
from segmenter.ui.components import Card, chart, charts_side_by_side, dark, how_computed, metric_row
from segmenter.ui.format import SEGMENT_MEANING, SEGMENT_WORDS, count_of, day, listed, number, plain, share

COMPUTED = """
- **Predicted**: the model gives every customer a probability of being engaged, unengaged or inactive in the
  next outcome window; the figures are the sums of these. Browsing (reacted, did not buy) is a hole in the
  published method: here it is counted and shown, and predicted together with the inactive.
- **In past windows**: what the data show for the training windows ({windows}), by the same definitions. A
  customer counts once in each window.
- **What sets a segment apart**: every customer leans to one segment, the one that is likelier for them than
  for customers on average. Those who lean to it are compared with everybody else on what was known on the
  scoring day: standardised differences (difference of means divided by the pooled standard deviation). How
  many lean to a segment is no forecast of how many will be in it; the sums above are.
- **Groups of fewer than {least} customers** are never shown.
"""


def predicted_counts(summary: ScoresSummary) -> dict[str, int]:
    """Customers expected in each segment: the sums of their probabilities, as whole customers."""
    return {segment: round(expected) for segment, expected in summary.expected.items()}


def segment_sentence(summary: ScoresSummary, outcome_days: int) -> str:
    """The page's answer: how many customers are expected to be engaged in the next outcome window."""
    engaged = predicted_counts(summary).get("engaged", 0)
    everybody = number(summary.customers)
    if engaged < MIN_GROUP:
        return f"Hardly any of your {everybody} customers will be engaged in the next {outcome_days} days."
    part = share(engaged / summary.customers)
    return (
        f"About {number(engaged)} of your {everybody} customers ({part}) will be engaged in the next "
        f"{outcome_days} days, if campaigns go on as they did."
    )


def show_counts(summary: ScoresSummary) -> None:
    """A card per segment: predicted where the model predicts it, otherwise as found in past windows."""
    predicted = predicted_counts(summary)
    cards = []
    for segment in SEGMENT_WORDS:
        if segment in predicted:
            cards.append(_predicted_card(segment, predicted[segment], summary.customers))
        elif segment in summary.given:
            cards.append(_given_card(segment, summary.given[segment], sum(summary.given.values())))
    metric_row(cards)


def _predicted_card(segment: str, count: int, customers: int) -> Card:
    included = " with browsing" if segment == "inactive" else ""
    return Card(
        label=SEGMENT_WORDS[segment],
        value=_count(count),
        note="" if count < MIN_GROUP else f"{share(count / customers)} of customers{included}",
        help=f"Expected in the next outcome window. {_predicted_meaning(segment)}.",
    )


def _given_card(segment: str, count: int, found: int) -> Card:
    return Card(
        label=SEGMENT_WORDS[segment],
        value=_count(count) if count < MIN_GROUP else share(count / found),
        note="in past windows",
        help="Share of customers in the windows the model learned from; predicted among the inactive. "
        f"{SEGMENT_MEANING[segment]}.",
    )


def _predicted_meaning(segment: str) -> str:
    """Browsing customers are predicted among the inactive."""
    return (
        "Neither bought nor reacted, or reacted and did not buy after it"
        if segment == "inactive"
        else SEGMENT_MEANING[segment]
    )


def _count(customers: int) -> str:
    return f"under {MIN_GROUP}" if customers < MIN_GROUP else number(customers)


def show_distributions(summary: ScoresSummary) -> None:
    """Segments predicted beside given, and how customers spread over the score."""
    predicted = predicted_counts(summary)
    left, right = charts_side_by_side()
    with left:
        chart(
            segment_bars(predicted, summary.given, least=MIN_GROUP, dark=dark()),
            key="segment_bars",
            alt=segment_alt(predicted, summary.given, least=MIN_GROUP),
            table=segment_table(predicted, summary.given, least=MIN_GROUP),
            title="How large the segments are",
            caption=f"Predicted as of {day(summary.as_of)}, beside what past windows showed. Browsing "
            "customers do not buy after reacting; they are predicted among the inactive.",
        )
    with right:
        chart(
            score_chart(summary.histogram, least=MIN_GROUP, dark=dark()),
            key="score_histogram",
            alt=score_alt(summary.histogram),
            table=score_table(summary.histogram, least=MIN_GROUP),
            title="How the score spreads",
            caption="Customers by how strongly a campaign is expected to move them",
        )


def show_profiles(profiles: tuple[SegmentProfile, ...]) -> None:
    """One segment at a time: what sets it apart from everybody else, in words and as a chart."""
    st.header("What sets a segment apart", anchor=False)
    shown = {profile.segment: profile for profile in told_apart(profiles)}
    if not shown:
        st.markdown(
            f"No segment of at least {MIN_GROUP} customers differs clearly from everybody else in what is "
            f"known."
        )
        return
    names = [name for name in SEGMENT_WORDS if name in shown] + [n for n in shown if n not in SEGMENT_WORDS]
    chosen = st.segmented_control(
        "Segment",
        names,
        default=names[0],
        required=True,
        format_func=lambda name: SEGMENT_WORDS.get(name, name),
        key="segment",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    profile = shown[chosen or names[0]]
    left, right = charts_side_by_side()
    with left:
        st.markdown(
            f"**The {count_of(profile.customers, 'customer')} who lean to this segment**, compared with "
            "everybody else:",
            help="For them it is likelier than for customers on average. They are more, or fewer, than will "
            "be in the segment: the forecast is above.",
        )
        st.markdown("\n".join(f"- {plain(line.words)}" for line in profile.features[:5]))
    with right:
        chart(
            profile_chart(profile, dark=dark()),
            key="profile",
            alt=profile_alt(profile),
            table=profile_table(profile),
            caption=f"The {min(MOST_ROWS, len(profile.features))} largest differences: this segment vs "
            f"everybody else",
        )


def show_rfm(summary: ScoresSummary) -> None:
    """Where each segment lives in the familiar RFM picture."""
    st.header("Beside RFM", anchor=False)
    left, right = charts_side_by_side()
    with left:
        chart(
            heat_map_chart(summary.heat_map, least=MIN_GROUP, dark=dark()),
            key="rfm_heat_map",
            alt=heat_map_alt(summary.heat_map),
            table=heat_map_table(summary.heat_map, least=MIN_GROUP),
            caption="Each column is one segment and adds up to 100%: how its customers spread over RFM",
        )
    with right:
        st.markdown("\n".join(f"- {plain(words)}" for words in where_segments_live(summary.heat_map)))
        st.caption(
            "RFM sorts customers by how recently, how often and for how much they bought; it does not look "
            f"at campaigns. A dot marks groups of fewer than {MIN_GROUP} customers."
        )
        if summary.rfm_without:
            unknown = listed([measure_words(name) for name in summary.rfm_without])
            st.caption(
                f"Your file does not say {unknown}, so RFM is made without it and tells less than usual."
            )


def show_limits(summary: ScoresSummary) -> None:
    """Who is scored on thin ground, and how all this was computed."""
    notes = []
    if summary.never_bought:
        notes.append(f"{_count(summary.never_bought)} customers who never bought anything")
    if summary.out_of_range:
        notes.append(
            f"{_count(summary.out_of_range)} customers unlike those the model learned from, so read their "
            "scores with care"
        )
    if notes:
        st.caption(f"Among those scored: {listed(notes)}.")
    windows = listed([f"from {day(cutoff)}" for cutoff in summary.given_on]) or "none"
    how_computed(COMPUTED.format(windows=windows, least=MIN_GROUP))

"""The parts of the Compare page: cards, both gain curves, the overlap, who moves, why, and what differs."""

import pandas as pd
import streamlit as st

from segmenter.comparing.comparison import Group, ModelComparison, ReachLine
from segmenter.comparing.wording import extra_sentence, pair_sentence
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.plots.moves import moves_alt, moves_chart, moves_table
from segmenter.plots.pairs import (
    overlap_alt,
    overlap_chart,
    overlap_table,
    pair_gain_alt,
    pair_gain_chart,
    pair_gain_table,
)
from segmenter.reasons.words import value_words
from segmenter.ui.compare_choices import CompareChoice
from segmenter.ui.components import Card, chart, charts_side_by_side, dark, how_computed, metric_row
from segmenter.ui.format import MISSING, SEGMENT_WORDS, day, money, number, plain, points, share

SIDES = ("Only in A", "Only in B", "In both")
FEW = f"under {MIN_GROUP}"
COMPUTED = """
- **Lists**: all {customers} customers are scored with both models as of {as_of}; a list is the best-ranked
  share. **Share of a list** is how many of one list are in the other too; **of all in either** is the Jaccard
  index.
- **Test**: both models rank the same customers, whom neither has learned from{tested}. Differences are
  paired: 95% intervals from a bootstrap of customers, as wide as the exact sign test of the engaged whom only
  one list holds, and none where those are fewer than six. Looking at many sizes makes a chance finding
  likelier.
- **Why**: the prompted score is stage 2 of the model. Without hidden units its log-odds are a base plus one
  curve per feature, in both models, so the mean difference of each curve over a group of customers is exact.
  Adding 0.1 multiplies the odds by about 1.1. It explains the prompted score; the score that ranks is that
  times the chance to be active, whose change is told beside it, and by value times the expected amount.
- **Groups** under {few} customers are never described.
"""


def compare_sentence(found: ModelComparison, choice: CompareChoice) -> str:
    """The page's answer at the chosen size."""
    line = found.reach_at(choice.by, choice.depth)
    return pair_sentence(found.overlap_at(choice.by, choice.depth), line)


def show_cards(found: ModelComparison, choice: CompareChoice) -> None:
    """How far the lists agree, and what each reaches."""
    point, line = found.overlap_at(choice.by, choice.depth), found.reach_at(choice.by, choice.depth)
    moved = found.movers_at(choice.by, choice.depth).ours.customers
    cards = [
        Card(
            label="In both lists",
            value=share(point.share),
            note=f"{number(point.both)} of {number(point.customers)}",
            help="Of one model's list, the share that is in the other's list of the same size too.",
        ),
        Card(
            label="Only in one",
            value=FEW if moved is None else number(moved),
            note="in each list",
            help="Customers whom one model chooses and the other does not. The lists are of one size, so "
            "each has as many of its own.",
        ),
    ]
    metric_row([*cards, *_reach_cards(line)])


def _reach_cards(line: ReachLine | None) -> list[Card]:
    if line is None:
        return []
    sides = [
        Card(
            label=f"{name} reaches",
            value=share(estimate.value),
            note=_within(estimate),
            help="Of all engaged customers tested, the share in this model's list, with the 95% interval.",
        )
        for name, estimate in (("A", line.ours), ("B", line.theirs))
    ]
    difference = line.difference
    clear = difference.is_above_zero or difference.is_below_zero
    sides.append(
        Card(
            label="A minus B, points",
            value=points(difference.value, signed=True),
            note=_within_points(difference) if clear else "not distinguishable",
            help="A minus B in percentage points of the engaged, on the same customers. "
            + (
                "The 95% interval excludes 0."
                if clear
                else "It could be chance: the 95% interval includes 0, or too few customers differ."
            ),
        )
    )
    return sides


def show_curves(found: ModelComparison, choice: CompareChoice) -> None:
    """Both gain curves beside the overlap at every size."""
    left, right = charts_side_by_side()
    with left:
        if found.tested:
            curves = found.tested.curves[choice.by]
            chart(
                pair_gain_chart(curves, depth=choice.depth, dark=dark()),
                key="pair_gains",
                alt=pair_gain_alt(curves, depth=choice.depth),
                table=pair_gain_table(curves, depth=choice.depth),
                title="Who each model reaches",
                caption="Share of engaged customers reached",
            )
        else:
            st.subheader("Who each model reaches", anchor=False)
            st.markdown(plain(found.why_untested or ""))
    with right:
        sizes = found.overlap[choice.by]
        chart(
            overlap_chart(sizes, depth=choice.depth, dark=dark()),
            key="overlap",
            alt=overlap_alt(sizes, depth=choice.depth),
            table=overlap_table(sizes, depth=choice.depth),
            title="How far the lists agree",
            caption="Share of one list that the other holds too",
        )


def show_movers(found: ModelComparison, choice: CompareChoice) -> None:
    """Who is in one list only: what they are, and what sets the two sides apart."""
    st.header("Who moves", anchor=False)
    moved = found.movers_at(choice.by, choice.depth)
    if not moved.ours.customers:
        st.markdown(
            "Nobody: both lists hold the same customers."
            if moved.ours.customers == 0
            else f"Fewer than {MIN_GROUP} customers are in one list only. So few are not described."
        )
        return
    groups = (moved.ours, moved.theirs, moved.both)
    st.dataframe(
        groups_table(groups),
        hide_index=True,
        height="content",
        alt="Customers only in A's list, only in B's and in both: number, segments and mean scores.",
        key="mover_groups",
    )
    st.caption("Segments as A sees them. Scores and values are means of the group, by A and by B.")
    st.subheader("What sets them apart", anchor=False)
    if not moved.telling:
        st.markdown("In nothing that is known do the two sides differ by more than a little.")
        return
    rows = [
        (
            each.label if each.level is None else f"{each.label}: {each.level}",
            *(_figure(value, each.unit) for value in (each.ours, each.theirs, each.both)),
        )
        for each in moved.telling
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["On average", *SIDES]),
        hide_index=True,
        height="content",
        alt="Where customers only in A's list differ most from those only in B's: means of each group.",
        key="mover_features",
    )
    st.caption("The largest differences first, measured by how much customers vary.")


def groups_table(groups: tuple[Group, Group, Group]) -> pd.DataFrame:
    """A row per figure, a column per group; what is not told of a small group is a dash."""
    known = {name for group in groups for name in (group.segments or ())}
    segments = [*(name for name in SEGMENT_WORDS if name in known), *sorted(known - set(SEGMENT_WORDS))]
    rows: list[tuple[str, ...]] = [
        ("Customers", *(FEW if group.customers is None else number(group.customers) for group in groups))
    ]
    rows += [
        (SEGMENT_WORDS.get(segment, segment), *(_segment(group, segment) for group in groups))
        for segment in segments
    ]
    for words, name in (
        ("Score, by A / by B", "score"),
        ("Prompted score, by A / by B", "p_prompted"),
        ("Chance to be active, by A / by B", "active"),
        ("Expected value, by A / by B", "expected_value"),
    ):
        rows.append((words, *(_both_models(getattr(group, name), name) for group in groups)))
    return pd.DataFrame(rows, columns=["", *SIDES])


def _segment(group: Group, segment: str) -> str:
    if group.segments is None:
        return MISSING
    count = group.segments.get(segment, 0)
    return "few" if count is None else number(count)


def _both_models(pair: tuple[float, float] | None, name: str) -> str:
    if pair is None:
        return MISSING
    words = [money(value) if name == "expected_value" else f"{value:.2f}" for value in pair]
    return " / ".join(words)


def show_why(found: ModelComparison, choice: CompareChoice) -> None:
    """Which features lift each side, as far as the prompted score goes, and the other factor on a line."""
    moved = found.movers_at(choice.by, choice.depth)
    if not moved.ours.customers:
        return
    st.header("Why they move", anchor=False)
    if found.unexplained:
        st.markdown(plain(found.unexplained))
        return
    for side, group, column in zip("AB", (moved.ours, moved.theirs), charts_side_by_side(), strict=True):
        if group.why is None or group.active is None:
            continue
        with column:
            chart(
                moves_chart(group.why, side, dark=dark()),
                key=f"moves_{side}",
                alt=moves_alt(group.why, side),
                table=moves_table(group.why, side),
                title=f"What brings them into {side}'s list",
                caption=f"How far {side} lifts the prompted score of those only in its list more "
                "than the other model does; features that matter to everybody alike cancel out.",
            )
    st.markdown(_other_factor(moved.ours, moved.theirs))


def _other_factor(ours: Group, theirs: Group) -> str:
    """The chance to be active, which the bars do not explain."""
    assert ours.active
    assert theirs.active
    gap = max(abs(pair[0] - pair[1]) for pair in (ours.active, theirs.active))
    if gap < 0.005:
        return (
            "The other factor of the score, the chance to be active, is the same in both models for these "
            "customers: they move because of the prompted score."
        )
    return (
        "The other factor of the score is the chance to be active, which the bars do not explain. For those "
        f"only in A's list it is {share(ours.active[0])} by A and {share(ours.active[1])} by B; for those "
        f"only in B's, {share(theirs.active[0])} by A and {share(theirs.active[1])} by B."
    )


def show_differences(found: ModelComparison, choice: CompareChoice) -> None:
    """What differs between the two models, what to keep in mind, and how all this was computed."""
    st.header("What differs between the models", anchor=False)
    if found.differences:
        rows = [(plain(each.words), plain(each.ours), plain(each.theirs)) for each in found.differences]
        st.table(pd.DataFrame(rows, columns=["", "A", "B"]), hide_index=True, border="horizontal")
    else:
        st.markdown("Nothing in their settings: the two models are the same.")
    line = found.reach_at(choice.by, choice.depth)
    lines = [
        found.tested.scope_sentence if found.tested else None,
        extra_sentence(line.depth, line.extra) if line else None,
    ]
    lines.append(
        "Reaching more of the engaged is not the same as moving more customers: whoever would have bought "
        "anyway counts as engaged too, and a model that doubts more labels ranks them lower on purpose."
    )
    st.markdown("\n".join(f"- {each}" for each in lines if each))
    tested = found.tested
    how_computed(
        COMPUTED.format(
            customers=number(found.customers),
            as_of=day(found.as_of),
            tested=f" ({number(tested.customers)} at the cutoff {day(tested.cutoff)})" if tested else "",
            few=MIN_GROUP,
        )
    )


def _figure(value: float | None, unit: str) -> str:
    return MISSING if value is None else value_words(value, unit)


def _within(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{share(estimate.low)} to {share(estimate.high)}"


def _within_points(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{points(estimate.low)} to {points(estimate.high)}"

"""The parts of the Reasons page: what the score looks at, how one feature moves it, and why this customer."""

import math

import streamlit as st

from segmenter.features.catalog import ATTRIBUTES, PRESSURE
from segmenter.plots.importance import MOST_ROWS, importance_alt, importance_chart, importance_table
from segmenter.plots.reasons import reasons_alt, reasons_chart, reasons_table
from segmenter.plots.shape import is_drawable, shape_alt, shape_chart, shape_in_words, shape_table
from segmenter.reasons.explanation import CustomerReasons, Explanation, FeatureShape, Reason
from segmenter.reasons.words import reason_words
from segmenter.settings import TrainingSettings, Windows
from segmenter.ui.components import (
    Card,
    chart,
    charts_side_by_side,
    dark,
    empty_state,
    how_computed,
    metric_row,
)
from segmenter.ui.format import listed, number, plain, share

GROUPS_SHOWN = 4
GROUP_WORDS = {ATTRIBUTES: "Your own columns", PRESSURE: "Open offers"}  # where a card has no room
COMPUTED = """
- **Score**: the prompted score (of buyers like this one, the part that the model counts as prompted) times
  the chance to be active at all. The reasons are those of the prompted score.
- **Points** are its log-odds: adding 0.1 multiplies the odds by about 1.1, adding 0.7 doubles them. The
  average customer scored stands at {base} (a prompted score of {chance}).
- **Exact, not estimated**: the network is additive. Each feature contributes one curve made of straight
  pieces, and a customer's points are these curves read off at their values; they add up to what the model
  says.
- **Importance**: the mean absolute points of a feature over the {customers} customers scored, as a share of
  the sum over all features.
- **Band**: the model is {members} networks that learned from different customers. The line is their mean, the
  band reaches from the lowest to the highest of them, each against its own average customer.
- **What this is not**: a cause. Features that go together share their effect among them, so that one of them
  may look small beside its twin; and changing a value, such as sending more offers, need not change what a
  customer does.
- **How many customers**: the outermost bars hold everybody beyond them too, and groups of fewer than 20 are
  left out. Ids are looked up in this session only and
  never stand in the address of the page.
"""


def show_missing(settings: TrainingSettings) -> None:
    """Why there are no reasons, and what brings them."""
    if settings.network.n_hidden:
        empty_state(
            "This model has hidden units, so its scores cannot be traced to single features. A model without "
            "them (the usual setting) says for every customer what moved the score.",
            "Train a model",
            "pages/training.py",
        )
    else:
        empty_state(
            "These scores were made before reasons were kept with them. Scoring your customers again brings "
            "the reasons; the scores stay the same.",
            "Score customers again",
            "pages/training.py",
        )


def reasons_sentence(explanation: Explanation) -> str:
    """The page's answer: the three features that move the score most."""
    first = explanation.features[:3]
    if not first:
        return "Nothing that is known tells customers apart: everybody has the same score."
    together = sum(explanation.share(shape) for shape in first)
    names = listed([_inside(shape) for shape in first])
    return plain(f"The score looks most at {names}: {share(together)} of what moves it.")


def show_groups(explanation: Explanation) -> None:
    """A card per group of features: how much of what moves the score is of this kind."""
    groups: dict[str, list[FeatureShape]] = {}
    for shape in explanation.features:
        groups.setdefault(shape.group, []).append(shape)
    parts = {group: sum(map(explanation.share, shapes)) for group, shapes in groups.items()}
    largest = sorted(groups, key=lambda group: -parts[group])[:GROUPS_SHOWN]
    metric_row(
        [
            Card(
                label=GROUP_WORDS.get(group, group),
                value=share(parts[group]),
                note=f"{len(groups[group])} features" if len(groups[group]) > 1 else "1 feature",
                help=f"Share of all that moves the score. Most of it: {plain(groups[group][0].label)}.",
            )
            for group in largest
        ]
    )


def show_features(explanation: Explanation) -> None:
    """What the score looks at, beside the shape of one feature."""
    left, right = charts_side_by_side()
    with left:
        chart(
            importance_chart(explanation, dark=dark()),
            key="importance",
            alt=importance_alt(explanation),
            table=importance_table(explanation),
            title="What the score looks at",
            caption=f"The {min(MOST_ROWS, len(explanation.features))} features that move the score most, "
            "by their share of all that moves it",
        )
    with right:
        st.subheader("How one feature moves it", anchor=False)
        shape = _ask_feature(explanation)
        if shape is None:
            st.markdown("No feature has values of at least 20 customers each to show.")
            return
        chart(
            shape_chart(shape, dark=dark()),
            key="shape",
            alt=shape_alt(shape),
            table=shape_table(shape),
            caption=_shape_caption(shape),
        )


def _ask_feature(explanation: Explanation) -> FeatureShape | None:
    shapes = {shape.feature: shape for shape in explanation.features if is_drawable(shape)}
    if not shapes:
        return None
    picked = st.selectbox(
        "Feature",
        list(shapes),
        format_func=lambda name: f"{shapes[name].label} ({share(explanation.share(shapes[name]))})",
        key="feature",
        persist_state="session",
        help="In brackets, its share of all that moves the score. The most important stands first.",
    )
    return shapes[picked]


def _shape_caption(shape: FeatureShape) -> str:
    words = shape_in_words(shape)
    ground = (
        "Points against the average customer, and how many customers. The thin line shows how far the model "
        "is unsure"
        if shape.kind == "category"
        else "Above: points against the average customer, with a band for how far the model is unsure. "
        "Below: how many customers"
    )
    return f"{plain(words[0].upper() + words[1:])}, all else alike. {ground}."


def ask_customer() -> str | None:
    """The id typed in, None while there is none. It never stands in the address, which people send around."""
    typed = st.text_input(
        "Customer id",
        key="customer",
        placeholder="As in your customer files",
        max_chars=200,
        persist_state="session",
        help="Whose score to explain. Without an id, the customer who ranks first is shown.",
    )
    return (typed or "").strip() or None


def show_nobody(customer_id: str, customers: int) -> None:
    """Nobody scored has this id."""
    st.warning(
        f"No customer “{plain(customer_id)}” is among the {number(customers)} scored. Ids are compared "
        "letter for letter, leading zeros included."
    )


def show_customer(
    found: CustomerReasons, explanation: Explanation, windows: Windows, *, active: float, asked: bool
) -> None:
    """One customer's score, the reasons in words, and how much each adds.

    active: the average customer's chance of being active, in [0, 1]; asked: whether an id was typed in.
    """
    who = f"Customer {plain(found.customer_id)}"
    st.markdown(
        f"**{who} ranks {number(found.rank)} of {number(explanation.customers)}"
        f"{'' if asked else ', so is shown as an example'}.**"
    )
    metric_row(
        [
            Card(
                label="Score",
                value=f"{found.score:.2f}",
                note=f"rank {number(found.rank)}",
                help="From 0, leave alone, to 1, contact first: the two figures beside it, multiplied.",
            ),
            Card(
                label="Prompted score",
                value=f"{found.p_prompted:.2f}",
                note=f"{explanation.p_prompted:.2f} on average",
                help="Of buyers like this one, the part whom the model counts as prompted: everybody who "
                "engaged, less those whom the correction of labels doubts, where it is used. A score, not a "
                "proven chance. The reasons below are those of this figure.",
            ),
            Card(
                label="Active",
                value=share(1 - found.p_inactive),
                note=f"{share(active)} on average",
                help="The chance of buying in the next outcome window, with or without a campaign.",
            ),
        ]
    )
    st.caption(
        "The score is the prompted score times the chance to be active. The reasons are those of the first."
    )
    found = found.told()
    words = {reason: _words(reason, explanation, windows) for reason in found.reasons}
    left, right = charts_side_by_side()
    with left:
        _list_reasons("Raises the score", [words[r] for r in found.reasons if r.adds > 0])
        _list_reasons("Lowers the score", [words[r] for r in found.reasons if r.adds < 0])
        if found.out_of_range:
            st.caption("This customer is unlike those the model learned from: read the score with care.")
    with right:
        labels = {reason.feature: _label(reason, explanation) for reason in found.reasons}
        chart(
            reasons_chart(found, labels, dark=dark()),
            key="customer_reasons",
            alt=reasons_alt(found, words),
            table=reasons_table(found, words),
            caption="How much each reason adds, in points; 0 is the average customer",
        )


def _list_reasons(title: str, words: list[str]) -> None:
    if words:
        st.markdown(f"**{title}**\n\n" + "\n".join(f"- {plain(each)}" for each in words))


def show_computed(explanation: Explanation, members: int) -> None:
    """The place for technical terms."""
    how_computed(
        COMPUTED.format(
            base=f"{explanation.base:+.2f}".replace("-", "−"),
            chance=f"{_chance(explanation.base):.2f}",
            customers=number(explanation.customers),
            members=members,
        )
    )


def _words(reason: Reason, explanation: Explanation, windows: Windows) -> str:
    shape = explanation.find(reason.feature)
    if shape is None:
        return reason.feature
    return reason_words(
        shape.spec, reason.value, average=shape.average, level=shape.level(reason.value), windows=windows
    )


def _label(reason: Reason, explanation: Explanation) -> str:
    shape = explanation.find(reason.feature)
    return shape.label if shape else reason.feature


def _inside(shape: FeatureShape) -> str:
    """A feature's name inside a sentence; the names of the user's columns stay as they are."""
    return f"“{shape.label}”" if shape.group == ATTRIBUTES else shape.label[0].lower() + shape.label[1:]


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))

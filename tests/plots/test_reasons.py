"""Reasons as charts: what is drawn is what was computed, and small groups and hostile names stay out."""

from dataclasses import replace

import pytest

from segmenter.plots.importance import MOST_ROWS, importance_alt, importance_chart, importance_table
from segmenter.plots.palette import mark
from segmenter.plots.reasons import OTHERS, reasons_alt, reasons_chart, reasons_table
from segmenter.plots.shape import (
    is_drawable,
    points,
    shape_alt,
    shape_chart,
    shape_in_words,
    shape_table,
)
from segmenter.reasons.explanation import CustomerReasons, Explanation, FeatureShape, Reason


def number_shape(*effect: float, label: str = "Purchases", band: float = 0.05) -> FeatureShape:
    """A numeric feature with the points 0, 1, 2 ..."""
    at = tuple(float(place) for place in range(len(effect)))
    return FeatureShape(
        feature="f",
        label=label,
        group="Frequency",
        kind="numeric",
        unit="count",
        importance=0.2,
        average=1.0,
        at=at,
        levels=(),
        effect=effect,
        low=tuple(each - band for each in effect),
        high=tuple(each + band for each in effect),
        unknown=(-0.3, -0.4, -0.2),
        n_unknown=120,
        bins=at,
        counts=tuple(100 for _ in at[1:]),
    )


CATEGORY = replace(
    number_shape(0.4, -0.2, 0.1),
    kind="category",
    unit="",
    at=(),
    bins=(),
    levels=("app", "shop", "any other"),
    counts=(300, 200, None),
)
FOUND = CustomerReasons(
    customer_id="C1",
    score=0.4,
    rank=12,
    p_prompted=0.6,
    p_inactive=0.3,
    out_of_range=False,
    adds=0.5,
    reasons=(Reason(feature="f", adds=0.7, value=3.0), Reason(feature="g", adds=-0.3, value=None)),
)


def explanation(n: int) -> Explanation:
    shapes = [
        replace(number_shape(-0.1, 0.1, label=f"Feature {k}"), feature=f"f{k}", importance=1.0 / (k + 1))
        for k in range(n)
    ]
    return Explanation(customers=1_000, base=0.1, p_prompted=0.5, features=tuple(shapes))


@pytest.mark.parametrize("dark", [False, True])
def test_importance_bars_are_the_shares_of_the_most_important(dark: bool) -> None:
    told = explanation(14)
    bars = importance_chart(told, dark=dark).data[0]
    assert list(bars.x) == [told.share(shape) for shape in told.features[:MOST_ROWS]]
    assert set(bars.marker.color) == {mark("segmenter", dark)}
    assert len(importance_table(told)) == 14
    assert "Feature 0" in importance_alt(told)


@pytest.mark.parametrize("dark", [False, True])
def test_a_curve_is_drawn_with_its_band_its_unknown_and_the_customers_under_it(dark: bool) -> None:
    shape = number_shape(-0.2, 0.0, 0.4)
    traces = {trace.name: trace for trace in shape_chart(shape, dark=dark).data if trace.xaxis != "x2"}
    assert list(traces["adds"].x) == [0, 1, 2]
    assert list(traces["adds"].y) == [-0.2, 0.0, 0.4]
    assert max(traces["range of the ensemble"].y) == pytest.approx(0.45)
    assert list(traces["customers"].y) == [100, 100]
    beside = [trace for trace in shape_chart(shape, dark=dark).data if trace.xaxis == "x2"]
    assert [trace.y[0] for trace in beside] == [-0.3, 120]


@pytest.mark.parametrize("n_unknown", [0, None])
def test_an_unknown_of_nobody_or_of_a_handful_is_not_drawn(n_unknown: int | None) -> None:
    shape = replace(number_shape(-0.2, 0.4), n_unknown=n_unknown)
    assert not any(trace.xaxis == "x2" for trace in shape_chart(shape, dark=False).data)
    assert "not known" not in shape_alt(shape)
    assert "not known" not in set(shape_table(shape)["Value"])


def test_a_category_shows_its_values_the_highest_first_and_no_handful() -> None:
    table = shape_table(CATEGORY)
    assert list(table["Value"]) == ["app", "shop", "not known"]
    assert list(shape_chart(CATEGORY, dark=False).data[0].x) == [0.4, -0.2, -0.3]
    assert is_drawable(CATEGORY)
    assert not is_drawable(replace(CATEGORY, counts=(None, 0, None), n_unknown=0))


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ((-0.3, 0.0, 0.3), "the higher it is, the higher the score"),
        ((0.3, 0.0, -0.3), "the higher it is, the lower the score"),
        ((0.3, -0.3, 0.2), "highest at about 0, lowest at about 1"),
        ((0.01, -0.01, 0.02), "no clear direction: the ensemble disagrees"),
    ],
)
def test_a_direction_is_said_only_where_there_is_one(effect: tuple[float, ...], words: str) -> None:
    assert shape_in_words(number_shape(*effect)) == words


def test_a_category_names_its_ends() -> None:
    assert shape_in_words(replace(CATEGORY, n_unknown=0)) == "highest for app, lowest for shop"


@pytest.mark.parametrize("dark", [False, True])
def test_reasons_and_the_rest_add_up_to_the_whole(dark: bool) -> None:
    bars = reasons_chart(FOUND, {"f": "Purchases", "g": "Views"}, dark=dark).data[0]
    assert list(bars.x) == pytest.approx([0.7, -0.3, 0.1])
    assert sum(bars.x) == pytest.approx(FOUND.adds)
    assert list(bars.marker.color)[:2] == [mark("prompted", dark), mark("organic", dark)]


def test_reasons_are_told_in_words_and_figures() -> None:
    words = {FOUND.reasons[0]: "Has bought more often than average (3)", FOUND.reasons[1]: "Views: not known"}
    table = reasons_table(FOUND, words)
    assert list(table["Adds"]) == ["+0.70", "−0.30", "+0.10", "+0.50"]
    assert OTHERS in set(table["Reason"])
    assert "Has bought more often than average (3) +0.70" in reasons_alt(FOUND, words)


def test_every_chart_has_a_sentence_worth_reading() -> None:
    words = dict.fromkeys(FOUND.reasons, "words")
    said = [importance_alt(explanation(2)), shape_alt(CATEGORY), reasons_alt(FOUND, words)]
    assert all(len(sentence) > 40 for sentence in said)


def test_hostile_names_are_shown_letter_for_letter() -> None:
    name = "<img src=x> %{y} $a$"
    hostile = [
        shape_chart(number_shape(0.1, 0.2, label=name), dark=False),
        shape_chart(replace(CATEGORY, levels=(name, "b", "c")), dark=False),
        importance_chart(replace(explanation(1), features=(number_shape(0.1, label=name),)), dark=False),
        reasons_chart(FOUND, {"f": name, "g": name}, dark=False),
    ]
    for figure in hostile:
        text = figure.to_json()
        assert "<img" not in text and "\\u003cimg" not in text
        assert "%{y} $" not in text


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert [points(value) for value in (0.421, -0.3, 0.001, -0.004)] == ["+0.42", "−0.30", "0.00", "0.00"]

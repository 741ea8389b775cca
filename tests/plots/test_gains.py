"""The gain chart draws the curves it is given, names them, and says the same in words and in a table."""

import numpy as np
import pytest

from segmenter.evaluation.gains import GainCurve
from segmenter.plots.gains import LINES, gain_alt, gain_chart, gain_table
from segmenter.plots.palette import mark

SHOW = ("segmenter", "rfm", "random", "perfect", "response")


@pytest.mark.parametrize("dark", [False, True])
def test_each_line_holds_the_curve_it_was_given(gains: dict[str, GainCurve], dark: bool) -> None:
    figure = gain_chart(gains, show=SHOW, dark=dark, depth=0.4)
    drawn = {trace.name: trace for trace in figure.data}
    for key in SHOW:
        style = LINES[key]
        trace = drawn[style.name]
        np.testing.assert_allclose(trace.x, gains[key].depth, atol=1e-6)
        np.testing.assert_allclose(trace.y, gains[key].captured, atol=1e-6)
        assert trace.line.dash == style.dash
        assert trace.line.color == mark(style.meaning, dark)


def test_every_shown_line_is_named_and_no_other(gains: dict[str, GainCurve]) -> None:
    figure = gain_chart(gains, show=("segmenter", "rfm", "random"), dark=False, depth=0.4)
    assert {note.text for note in figure.layout.annotations} == {"Segmenter", "RFM", "Random"}
    assert not figure.layout.showlegend


def test_the_band_lies_between_low_and_high(gains: dict[str, GainCurve]) -> None:
    band = next(t for t in gain_chart(gains, show=SHOW, dark=False).data if t.name == "95% interval")
    curve = gains["segmenter"]
    assert curve.high is not None
    assert curve.low is not None
    np.testing.assert_allclose(band.y, [*curve.high, *reversed(curve.low)], atol=1e-6)


def test_the_dot_stands_on_the_leading_line_at_the_current_depth(gains: dict[str, GainCurve]) -> None:
    dot = next(
        t for t in gain_chart(gains, show=SHOW, dark=False, depth=0.4).data if t.name == "current depth"
    )
    assert dot.x[0] == 0.4
    assert dot.y[0] == pytest.approx(1 - 0.6**3)


def test_the_leading_line_is_drawn_over_the_others(gains: dict[str, GainCurve]) -> None:
    names = [t.name for t in gain_chart(gains, show=SHOW, dark=False).data]
    assert names[-1] == "Segmenter"


def test_a_line_that_was_not_computed_is_not_drawn(gains: dict[str, GainCurve]) -> None:
    del gains["response"]
    assert "Response model" not in {t.name for t in gain_chart(gains, show=SHOW, dark=False).data}


def test_the_sentence_gives_every_figure_at_the_depth(gains: dict[str, GainCurve]) -> None:
    sentence = gain_alt(gains, show=SHOW, depth=0.4)
    # 1 - 0.6**3 = 0.784; 1 - 0.6**1.5 = 0.535; 1 - 0.6**2.2 = 0.675
    for words in (
        "Segmenter 78%",
        "RFM 54%",
        "Response model 67%",
        "random order 40%",
        "best possible order 100%",
    ):
        assert words in sentence


def test_the_table_has_the_current_depth_and_the_interval(gains: dict[str, GainCurve]) -> None:
    table = gain_table(gains, show=SHOW, depth=0.24)
    row = table[table["Contacted"] == "24%"].iloc[0]
    assert row["Random"] == "24.0%"
    assert row["Segmenter"] == "56.1%"  # 1 - 0.76**3
    assert row["95% interval"] == "52.5% to 59.8%"  # 0.2 * 0.24 * 0.76 = 0.0365 on both sides

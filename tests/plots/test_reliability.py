"""What was told beside what came: the dots and intervals given, in words and in a table too."""

import pytest

from segmenter.plots.palette import mark
from segmenter.plots.reliability import Told, reliability_alt, reliability_chart, reliability_table

BINS = (Told(40, 0.1, 0.12, 0.05, 0.26), Told(60, 0.5, 0.4, 0.3, 0.52), Told(20, 0.9, 0.7))
WORDS = {"told": "chance, as told", "came": "share who engaged"}


@pytest.mark.parametrize("dark", [False, True])
def test_dots_and_intervals_are_the_ones_given(dark: bool) -> None:
    (dots,) = reliability_chart(BINS, unit="share", meaning="engaged", dark=dark, **WORDS).data
    assert list(dots.x) == [0.1, 0.5, 0.9]
    assert list(dots.y) == [0.12, 0.4, 0.7]
    assert list(dots.error_y.array) == pytest.approx([0.14, 0.12, 0.0])
    assert list(dots.error_y.arrayminus) == pytest.approx([0.07, 0.1, 0.0])
    assert dots.marker.color == mark("engaged", dark)


def test_everything_drawn_lies_inside_the_axes() -> None:
    below = (Told(30, 0.2, -0.3, -0.9, 0.3), *BINS)
    layout = reliability_chart(below, unit="share", meaning="prompted", dark=False, **WORDS).layout
    assert layout.yaxis.range[0] < -0.9
    assert layout.yaxis.range[1] > 0.7
    assert layout.xaxis.range[0] < 0.2
    assert layout.xaxis.range[1] > 0.9


def test_the_line_is_where_what_came_is_what_was_told() -> None:
    (line,) = reliability_chart(BINS, unit="money", meaning="value", dark=False, **WORDS).layout.shapes
    assert (line.x0, line.x1) == (line.y0, line.y1)


def test_the_sentence_and_the_table_hold_the_figures() -> None:
    said = reliability_alt(BINS, unit="share", **WORDS)
    assert "told 10.0%, came 12.0% (5.0% to 26.0%)" in said
    assert "told 90.0%, came 70.0%." in said
    table = reliability_table(BINS, unit="share")
    assert table["95% interval"].tolist() == ["5.0% to 26.0%", "30.0% to 52.0%", "–"]
    assert reliability_table((Told(1_200, 12.0, 1_300.5),), unit="money").loc[0].tolist() == [
        "1,200",
        "12.00",
        "1,300.50",
        "–",
    ]


def test_a_single_group_is_drawn_too() -> None:
    assert reliability_chart(BINS[:1], unit="share", meaning="engaged", dark=False, **WORDS).data
    assert reliability_alt(BINS[:1], unit="share", **WORDS).count("told 10.0%") == 1

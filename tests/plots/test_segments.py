"""Segment bars: predicted beside given, as shares, small groups unsaid."""

import pytest

from segmenter.plots.palette import mark
from segmenter.plots.segments import LONGEST, segment_alt, segment_bars, segment_table

PREDICTED = {"inactive": 500, "engaged": 300, "unengaged": 200}
GIVEN = {"engaged": 40, "unengaged": 80, "inactive": 280, "browsing": 10}


@pytest.mark.parametrize("dark", [False, True])
def test_bars_are_as_long_as_the_shares_and_in_the_colours_of_the_segments(dark: bool) -> None:
    figure = segment_bars(PREDICTED, GIVEN, least=20, dark=dark)
    bars = {trace.name: trace for trace in figure.data}
    # Shares now: 0.5, 0.3, 0.2; before, of 410 with the 10 browsing among the inactive: 290, the longest.
    assert bars["inactive before"].x[0] == pytest.approx(LONGEST)
    assert bars["engaged now"].x[0] == pytest.approx(0.3 / (290 / 410) * LONGEST)
    assert bars["unengaged before"].x[0] == pytest.approx(80 / 290 * LONGEST)
    assert bars["engaged now"].marker.color == mark("engaged", dark)
    assert bars["engaged before"].marker.line.color == mark("engaged", dark)


def test_every_bar_says_its_share_in_words() -> None:
    words = {note.text for note in segment_bars(PREDICTED, GIVEN, least=20, dark=False).layout.annotations}
    assert {"30% predicted (300)", "20% in past windows", "<b>Engaged</b>"} <= words
    assert "<b>Inactive, browsing included</b>" in words


def test_a_small_group_has_no_bar_and_no_figure() -> None:
    figure = segment_bars(PREDICTED, GIVEN, least=20, dark=False)
    assert next(t for t in figure.data if t.name == "browsing before").x[0] == 0
    assert not any("2%" in note.text for note in figure.layout.annotations)  # 10 of 410
    table = segment_table(PREDICTED, GIVEN, least=20).set_index("Segment")
    assert table.loc["Browsing alone", "In past windows"] == "under 20"
    assert table.loc["Browsing alone", "Share in past windows"] == "–"
    assert table.loc["Browsing alone", "Predicted"] == "–"  # the model does not predict browsing


def test_segments_stand_in_the_same_order_everywhere() -> None:
    table = segment_table(PREDICTED, GIVEN, least=20)
    assert table["Segment"].tolist() == [
        "Engaged",
        "Unengaged",
        "Inactive, browsing included",
        "Browsing alone",
    ]


def test_the_sentence_names_every_segment() -> None:
    sentence = segment_alt(PREDICTED, GIVEN, least=20)
    assert "engaged 30% predicted (300), 10% in past windows" in sentence
    assert "browsing alone under 20 customers in past windows" in sentence


def test_both_bars_of_the_inactive_count_those_who_browse() -> None:
    many = GIVEN | {"browsing": 100}
    table = segment_table(PREDICTED, many, least=20).set_index("Segment")
    assert table.loc["Inactive, browsing included", "In past windows"] == "380"
    assert table.loc["Inactive, browsing included", "Share in past windows"] == "76.0%"  # of 500
    assert table.loc["Browsing alone", "Share in past windows"] == "20.0%"
    without = segment_table(PREDICTED, {"engaged": 40, "inactive": 60}, least=20).set_index("Segment")
    assert without.loc["Inactive", "Share in past windows"] == "60.0%"

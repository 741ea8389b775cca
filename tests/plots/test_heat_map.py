"""Heat map: shares by segment, small cells hidden."""

import pytest

from segmenter.evaluation.profiles import HeatMap
from segmenter.plots.heat_map import HIDDEN, heat_map_alt, heat_map_chart, heat_map_table

CELLS = HeatMap(
    segments=("inactive", "engaged"),
    rfm_segments=("Champions", "Lost"),
    counts=((25, 75), (60, None)),
    shares=((0.25, 0.75), (0.8, None)),
)


@pytest.mark.parametrize("dark", [False, True])
def test_cells_are_the_shares_with_known_segments_in_their_order(dark: bool) -> None:
    trace = heat_map_chart(CELLS, least=20, dark=dark).data[0]
    assert list(trace.x) == ["Engaged", "Inactive"]
    assert [list(row) for row in trace.z] == [[0.8, 0.25], [0.0, 0.75]]


def test_a_hidden_cell_shows_neither_share_nor_count() -> None:
    trace = heat_map_chart(CELLS, least=20, dark=False).data[0]
    assert trace.text[1][0] == HIDDEN
    assert "1 to 19 customers" in trace.customdata[1][0]
    assert heat_map_table(CELLS, least=20).loc[1, "Engaged"] == "under 20"


def test_the_sentence_says_where_each_segment_lives() -> None:
    sentence = heat_map_alt(CELLS)
    assert "80% of engaged customers are 'Champions' in RFM" in sentence
    assert "75% of inactive customers are 'Lost' in RFM" in sentence

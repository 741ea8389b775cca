"""Table 1 as dots: the figures and intervals given, the model first."""

import pytest

from segmenter.evaluation.table1 import Table1Row
from segmenter.plots.palette import mark
from segmenter.plots.table1 import METRIC_WORDS, table1_alt, table1_chart, table1_table


def row(ranking: str, precision: float, interval: tuple[float, float] | None) -> Table1Row:
    intervals = {"precision": interval} if interval else {}
    return Table1Row(ranking, "Champions", ranking, 0.2, 1240, precision, 0.5, 0.6, 0.7, intervals)


ROWS = (row("rfm", 0.35, (0.32, 0.38)), row("random", 0.2, None), row("segmenter", 0.44, (0.41, 0.48)))


@pytest.mark.parametrize("dark", [False, True])
def test_dots_and_intervals_are_the_ones_given_the_model_on_top(dark: bool) -> None:
    figure = table1_chart(ROWS, metric="precision", dark=dark)
    assert [t.name for t in figure.data] == ["Segmenter", "RFM", "Random order"]
    first = figure.data[0]
    assert first.x[0] == 0.44
    assert first.error_x.array[0] == pytest.approx(0.04)
    assert first.error_x.arrayminus[0] == pytest.approx(0.03)
    assert first.marker.color == mark("segmenter", dark)
    assert first.y[0] > figure.data[1].y[0] > figure.data[2].y[0]


def test_rows_are_named_and_valued_above_their_dots() -> None:
    texts = [note.text for note in table1_chart(ROWS, metric="precision", dark=False).layout.annotations]
    assert {"Segmenter", "44%", "RFM", "35%", "Random order", "20%"} <= set(texts)


def test_a_row_without_an_interval_has_none_of_length() -> None:
    figure = table1_chart(ROWS, metric="precision", dark=False)
    assert figure.data[2].error_x.array[0] == figure.data[2].error_x.arrayminus[0] == 0


def test_the_table_and_the_sentence_hold_all_metrics_and_intervals() -> None:
    table = table1_table(ROWS)
    assert list(table.columns) == ["Chosen by", *METRIC_WORDS.values()]
    assert table.loc[0, "Precision"] == "35% (32 to 38)"
    assert "Segmenter 44% (41 to 48)" in table1_alt(ROWS, metric="precision")
    assert "1,240 customers" in table1_alt(ROWS, metric="precision")

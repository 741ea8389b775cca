"""Charts of two models: what they draw and say is what the comparison holds."""

import pytest

from segmenter.comparing.comparison import Addition, OverlapPoint, Why
from segmenter.plots.moves import OTHERS, moves_alt, moves_chart, moves_table
from segmenter.plots.pairs import (
    overlap_alt,
    overlap_chart,
    overlap_table,
    pair_gain_alt,
    pair_gain_chart,
    pair_gain_table,
)
from tests.plots.conftest import bowed

CURVES = bowed("ours", 3.0, band=0.2), bowed("theirs", 2.0, band=0.1)
POINTS = tuple(
    OverlapPoint(depth=k / 100, customers=10 * k, both=8 * k, share=0.8, jaccard=8 / 12)
    for k in range(1, 101)
)
WHY = Why(
    total=0.9,
    level=0.2,
    reasons=tuple(
        Addition(feature=f"f{k}", label=f"Feature <{k}>", words=f"Words {k}", adds=adds)
        for k, adds in enumerate((0.5, -0.4, 0.3, 0.2, 0.1, 0.05, 0.03))
    ),
    others=-0.08,
)


@pytest.mark.parametrize("dark", [False, True])
def test_both_models_and_random_order_are_named_at_their_lines(dark: bool) -> None:
    figure = pair_gain_chart(CURVES, depth=0.4, dark=dark)
    assert {note.text for note in figure.layout.annotations} == {"A", "B", "Random"}
    lines = {trace.name: trace for trace in figure.data if trace.mode == "lines" and not trace.fill}
    assert len({(line.line.color, line.line.dash) for line in lines.values()}) == 3
    dot = figure.data[-1]
    assert (dot.x[0], dot.y[0]) == pytest.approx((0.4, 1 - 0.6**3))


def test_the_gain_figures_are_read_off_both_curves() -> None:
    assert "A 78%, B 64%, random order 40%" in pair_gain_alt(CURVES, depth=0.4)
    row = pair_gain_table(CURVES, depth=0.4).set_index("Contacted").loc["40%"]
    assert (row["A"], row["B"]) == ("78.4%", "64.0%")
    assert row["B, 95% interval"] == "61.6% to 66.4%"


def test_the_overlap_is_told_beside_that_of_unrelated_lists() -> None:
    figure = overlap_chart(POINTS, depth=0.2, dark=False)
    assert {note.text for note in figure.layout.annotations} == {"In both lists", "Unrelated lists"}
    assert "At the top 20% it is 80%; two unrelated lists would share 20%" in overlap_alt(POINTS, depth=0.2)
    table = overlap_table(POINTS, depth=0.2).set_index("Contacted")
    assert list(table.loc["20%"]) == ["200", "160", "80.0%", "66.7%"]


def test_what_helps_into_b_is_the_other_way_round_and_both_add_up() -> None:
    for side, sign in (("A", 1), ("B", -1)):
        bars = moves_chart(WHY, side, dark=False).data[0]
        assert list(bars.x)[:6] == pytest.approx([sign * each.adds for each in WHY.reasons[:6]])
        assert sum(bars.x) == pytest.approx(sign * (WHY.total - WHY.level))
        assert f"Feature <0> {'+' if sign > 0 else '−'}0.50" in moves_alt(WHY, side)
    table = moves_table(WHY, "B")
    assert list(table.iloc[:, 2])[-1] == "−0.90"
    assert list(table["Feature"])[len(WHY.reasons)] == OTHERS
    assert table.iloc[0, 1] == "Words 0"


def test_names_of_features_are_shown_letter_for_letter() -> None:
    notes = [note.text for note in moves_chart(WHY, "A", dark=False).layout.annotations]
    assert "Feature &lt;0&gt;" in notes

"""Value by depth: the stored curve as it is, beside contacting at random."""

import numpy as np
import pytest

from segmenter.plots.palette import mark
from segmenter.plots.value import value_alt, value_at, value_chart, value_table
from segmenter.summary import DepthCurve


def curve(values: list[float]) -> DepthCurve:
    """Four customers; cumulative expected value after each."""
    return DepthCurve(
        depth=(0.25, 0.5, 0.75, 1.0),
        customers=(1, 2, 3, 4),
        cut=(0.9, 0.5, 0.2, 0.1),
        expected_value=tuple(values),
        no_consent=(0, 0, 1, 1),
        segments={},
    )


CURVES = {"score": curve([30.0, 70.0, 95.0, 100.0]), "expected_value": curve([40.0, 80.0, 98.0, 100.0])}


def test_value_starts_at_nothing_and_is_read_between_the_stored_points() -> None:
    assert value_at(CURVES["score"], 0) == 0
    assert value_at(CURVES["score"], 0.5) == 70
    assert value_at(CURVES["score"], 0.375) == pytest.approx(50)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("by", "meaning"), [("score", "segmenter"), ("expected_value", "value")])
def test_the_chosen_ranking_is_drawn_strongest_with_its_dot(by: str, meaning: str, dark: bool) -> None:
    figure = value_chart(CURVES, by=by, depth=0.5, dark=dark)
    dot = figure.data[-1]
    lead = figure.data[-2]
    assert lead.line.color == mark(meaning, dark)
    assert lead.line.width == max(trace.line.width or 0 for trace in figure.data[:-1])
    assert (dot.x[0], dot.y[0]) == (0.5, value_at(CURVES[by], 0.5))
    np.testing.assert_allclose(lead.y, [value_at(CURVES[by], x) for x in np.linspace(0, 1, len(lead.x))])


def test_random_is_a_dotted_straight_line_to_everybodys_value() -> None:
    random = next(
        t for t in value_chart(CURVES, by="score", depth=0.5, dark=False).data if t.name == "Random"
    )
    np.testing.assert_allclose(random.y, 100 * np.linspace(0, 1, len(random.x)))
    assert random.line.dash == "dot"


def test_worthless_customers_still_give_a_chart() -> None:
    nothing = {"score": curve([0.0, 0.0, 0.0, 0.0])}
    assert value_chart(nothing, by="score", depth=0.5, dark=False).layout.yaxis.range[1] > 0


def test_the_sentence_and_the_table_agree_with_the_chart() -> None:
    assert "At the top 50%, ranked by chance: 70 of 100 for everybody" in value_alt(
        CURVES, by="score", depth=0.5
    )
    row = value_table(CURVES, by="score", depth=0.5).set_index("Contacted").loc["50%"]
    assert row.to_dict() == {"By chance": "70", "By value": "80", "Random": "50"}

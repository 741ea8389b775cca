"""Names at lines: never on a line, on another name, or off the chart, at any width of the chart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.plots.labelling import (
    LETTER_WIDTH,
    LINE_HEIGHT,
    NARROW_WIDTH,
    PLOT_HEIGHT,
    LabelPlace,
    place_labels,
)

GRID = np.linspace(0, 1, 101)
FINE = np.linspace(0, 1, 2001)
NAMES = {"a": "Segmenter", "b": "RFM", "c": "Random", "d": "Response model", "e": "Perfect"}


def box(place: LabelPlace, name: str, width: float) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 in pixels of a name on a plot of this width."""
    w, h = len(name) * LETTER_WIDTH, LINE_HEIGHT
    x = place.x * width - {"left": 0, "center": w / 2, "right": w}[place.xanchor]
    y = place.y * PLOT_HEIGHT - {"bottom": 0, "middle": h / 2, "top": h}[place.yanchor]
    return x, y, x + w, y + h


def is_inside(box: tuple[float, float, float, float], xs: np.ndarray, ys: np.ndarray) -> bool:
    x0, y0, x1, y1 = box
    return bool(((xs > x0) & (xs < x1) & (ys > y0) & (ys < y1)).any())


curves = st.lists(st.floats(0.6, 6.0), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(bows=curves, depth=st.floats(0, 1), wider=st.sampled_from([1.0, 1.4, 3.0]))
def test_a_name_touches_no_line_no_other_name_and_no_edge(
    bows: list[float], depth: float, wider: float
) -> None:
    lines = {key: (GRID, 1 - (1 - GRID) ** bow) for key, bow in zip(NAMES, bows, strict=False)}
    top = 1 - (1 - depth) ** bows[0]
    width = NARROW_WIDTH * wider
    places = place_labels(lines, NAMES, stem=(depth, top))
    boxes = {key: box(place, NAMES[key], width) for key, place in places.items()}
    for key, own in boxes.items():
        assert own[0] >= 0
        assert own[1] >= 0
        assert own[2] <= width
        assert own[3] <= PLOT_HEIGHT
        for xs, ys in lines.values():
            assert not is_inside(own, FINE * width, np.interp(FINE, xs, ys) * PLOT_HEIGHT)
        assert not is_inside(own, np.full(2001, depth * width), FINE * top * PLOT_HEIGHT)
        for other_key, other in boxes.items():
            apart = own[0] >= other[2] or own[2] <= other[0] or own[1] >= other[3] or own[3] <= other[1]
            assert key == other_key or apart


def test_well_separated_lines_are_all_named_without_leaders() -> None:
    lines = {key: (GRID, 1 - (1 - GRID) ** bow) for key, bow in zip("abc", (3.0, 1.6, 1.0), strict=True)}
    places = place_labels(lines, NAMES, stem=(0.4, 0.78))
    assert set(places) == {"a", "b", "c"}
    assert all(place.leader is None for place in places.values())


def test_a_leader_ends_on_the_line_it_names() -> None:
    close = {
        key: (GRID, 1 - (1 - GRID) ** bow) for key, bow in zip("abcd", (3.0, 2.9, 1.0, 2.8), strict=True)
    }
    places = place_labels(close, NAMES)
    leaders = {key: place.leader for key, place in places.items() if place.leader}
    assert leaders, "lines this close cannot all be named at the line"
    for key, (x, y) in leaders.items():
        assert y == pytest.approx(np.interp(x, *close[key]), abs=0.01)


def test_places_do_not_depend_on_anything_but_the_lines() -> None:
    lines = {"a": (GRID, GRID**0.5), "b": (GRID, GRID)}
    assert place_labels(lines, NAMES) == place_labels(lines, NAMES)


def test_a_name_too_long_for_the_chart_is_left_out() -> None:
    assert place_labels({"a": (GRID, GRID)}, {"a": "x" * 60}) == {}

"""Depth curves -> what contacting deeper brings: expected value by depth, its sentence and its table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.canvas import axis_title, figure_of, share_axis, stem_and_dot, words_at
from segmenter.plots.labelling import place_labels
from segmenter.plots.palette import Meaning, ink, mark
from segmenter.summary import DepthCurve

HEIGHT = 340
DRAWN = 201  # points drawn of a curve of up to 1,000: one per half per cent
TABLE_DEPTHS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
NAMES = {"score": "By chance", "expected_value": "By value", "random": "Random"}
MEANINGS: dict[str, Meaning] = {"score": "segmenter", "expected_value": "value", "random": "random"}
DASHES = {"score": "solid", "expected_value": "solid", "random": "dot"}


def value_at(curve: DepthCurve, depth: float) -> float:
    """Expected value of contacting the top `depth`, a share in [0, 1], in the data's currency."""
    return float(_values_at(curve, np.array([depth]))[0])


def _values_at(curve: DepthCurve, depths: np.ndarray) -> np.ndarray:
    """(n,) expected values at (n,) depths."""
    values: np.ndarray = np.interp(depths, (0.0, *curve.depth), (0.0, *curve.expected_value))
    return values


def value_chart(curves: Mapping[str, DepthCurve], *, by: str, depth: float, dark: bool) -> go.Figure:
    """Expected value (y) of contacting the top share (x) for both rankings, beside contacting at random.

    `by`: key of the ranking in use, 'score' or 'expected_value'; it is drawn strongest and carries the dot.
    """
    grid = np.linspace(0, 1, DRAWN)
    total = value_at(curves[by], 1.0)
    keys = [by, *(key for key in curves if key != by)]
    drawn = {key: _values_at(curves[key], grid) for key in keys}
    drawn["random"] = grid * total
    top = max(float(values.max()) for values in drawn.values()) or 1.0
    stem = (depth, value_at(curves[by], depth))
    shape, dot = stem_and_dot(*stem, mark(MEANINGS[by], dark), dark=dark)
    places = place_labels(
        {key: (grid.tolist(), (values / top).tolist()) for key, values in drawn.items()},
        NAMES,
        stem=(depth, stem[1] / top),
    )
    annotations, shapes = [], [shape]
    for key, place in places.items():
        colour = ink(MEANINGS[key], dark)
        annotations.append(
            words_at(place.x, place.y * top, NAMES[key], colour, xanchor=place.xanchor, yanchor=place.yanchor)
        )
        if place.leader:
            x, y = place.leader
            shapes.append(
                {
                    "type": "line",
                    "x0": place.x,
                    "y0": place.y * top,
                    "x1": x,
                    "y1": y * top,
                    "line": {"color": colour, "width": 1},
                    "name": NAMES[key],
                }
            )
    return figure_of(
        [_line(key, grid, values, lead=key == by, dark=dark) for key, values in reversed(drawn.items())]
        + [dot],
        dark=dark,
        height=HEIGHT,
        xaxis=share_axis()
        | {"title": axis_title("share of customers contacted", dark=dark), "hoverformat": ".0%"},
        yaxis={"range": [-0.012 * top, 1.03 * top], "tickformat": "~s", "nticks": 6},
        shapes=shapes,
        annotations=annotations,
        hovermode="x unified",
    )


def value_alt(curves: Mapping[str, DepthCurve], *, by: str, depth: float) -> str:
    """The chart in a sentence, for who cannot see it."""
    lead, total = value_at(curves[by], depth), value_at(curves[by], 1.0)
    return (
        f"Line chart of expected value by share of customers contacted. At the top {depth:.0%}, ranked "
        f"{NAMES[by].lower()}: {lead:,.0f} of {total:,.0f} for everybody; the same number of customers "
        f"taken at random: {depth * total:,.0f}."
    )


def value_table(curves: Mapping[str, DepthCurve], *, by: str, depth: float) -> pd.DataFrame:
    """The chart's figures as text: a row per depth (the current one among them), a column per line."""
    depths = sorted({*TABLE_DEPTHS, round(depth, 4)})
    total = value_at(curves[by], 1.0)
    columns = {"Contacted": [f"{d:.0%}" for d in depths]}
    for key in (by, *(key for key in curves if key != by)):
        columns[NAMES[key]] = [f"{value_at(curves[key], d):,.0f}" for d in depths]
    columns[NAMES["random"]] = [f"{d * total:,.0f}" for d in depths]
    return pd.DataFrame(columns)


def _line(key: str, x: np.ndarray, y: np.ndarray, *, lead: bool, dark: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x.astype(np.float32),
        "y": y,
        "mode": "lines",
        "name": NAMES[key],
        "line": {"color": mark(MEANINGS[key], dark), "width": 3 if lead else 2, "dash": DASHES[key]},
        "hovertemplate": "%{y:,.0f}",
    }

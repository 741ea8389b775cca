"""Two models compared -> their gain curves in one chart, and how far their lists agree at every size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmenter.comparing.comparison import OverlapPoint
from segmenter.evaluation.gains import GainCurve, captured_at
from segmenter.plots.canvas import (
    axis_title,
    band,
    figure_of,
    share_axis,
    share_curve,
    stem_and_dot,
    words_at,
)
from segmenter.plots.labelling import place_labels
from segmenter.plots.palette import Meaning, ink, mark

HEIGHT = 340
TABLE_DEPTHS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
Curves = tuple[GainCurve, GainCurve]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the chart, with its name at it; low and high: the soft band, where there is one."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    meaning: Meaning
    dash: str
    width: float
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


def pair_gain_chart(curves: Curves, *, depth: float, dark: bool) -> go.Figure:
    """Share of the engaged reached (y) by share of customers contacted (x): A with its band, B, random."""
    ours, theirs = curves
    lines = (
        _Line(
            name="A",
            x=ours.depth,
            y=ours.captured,
            meaning="segmenter",
            dash="solid",
            width=3,
            low=ours.low,
            high=ours.high,
        ),
        _Line(name="B", x=theirs.depth, y=theirs.captured, meaning="other", dash="7px,2px", width=2.5),
        _random(),
    )
    return _chart(lines, dot=(depth, captured_at(ours, depth)), dark=dark)


def pair_gain_alt(curves: Curves, *, depth: float) -> str:
    """The chart in a sentence, for who cannot see it."""
    ours, theirs = (captured_at(curve, depth) for curve in curves)
    return (
        "Line chart of the share of engaged customers reached by share of customers contacted, for both "
        f"models. At the top {depth:.0%}: A {ours:.0%}, B {theirs:.0%}, random order {depth:.0%}."
    )


def pair_gain_table(curves: Curves, *, depth: float) -> pd.DataFrame:
    """The chart's figures as text, with the interval of each."""
    depths = sorted({*TABLE_DEPTHS, round(depth, 4)})
    columns = {"Contacted": [f"{each:.0%}" for each in depths]}
    for name, curve in zip("AB", curves, strict=True):
        columns[name] = [f"{captured_at(curve, each):.1%}" for each in depths]
        if curve.low is not None and curve.high is not None:
            low, high = (np.interp(depths, curve.depth, end).tolist() for end in (curve.low, curve.high))
            columns[f"{name}, 95% interval"] = [f"{a:.1%} to {b:.1%}" for a, b in zip(low, high, strict=True)]
    return pd.DataFrame(columns)


def overlap_chart(points: Sequence[OverlapPoint], *, depth: float, dark: bool) -> go.Figure:
    """Share of a list that the other model's list of the same size holds too (y), by its size (x)."""
    line = _Line(
        name="In both lists",
        x=[point.depth for point in points],
        y=[point.share for point in points],
        meaning="segmenter",
        dash="solid",
        width=3,
    )
    here = min(points, key=lambda point: abs(point.depth - depth))
    return _chart((line, _random("Unrelated lists")), dot=(here.depth, here.share), dark=dark)


def overlap_alt(points: Sequence[OverlapPoint], *, depth: float) -> str:
    """The chart in a sentence, for who cannot see it."""
    here = min(points, key=lambda point: abs(point.depth - depth))
    return (
        "Line chart of the share of customers that both models' lists hold, by size of the lists. At the top "
        f"{here.depth:.0%} it is {here.share:.0%}; two unrelated lists would share {here.depth:.0%}."
    )


def overlap_table(points: Sequence[OverlapPoint], *, depth: float) -> pd.DataFrame:
    """The chart's figures as text: at each size, customers in both lists, of one list, of all in either."""
    depths = sorted({*TABLE_DEPTHS, round(depth, 4)})
    shown = [min(points, key=lambda point: abs(point.depth - each)) for each in depths]
    return pd.DataFrame(
        [
            (
                f"{point.depth:.0%}",
                f"{point.customers:,}",
                f"{point.both:,}",
                f"{point.share:.1%}",
                f"{point.jaccard:.1%}",
            )
            for point in shown
        ],
        columns=["Contacted", "In each list", "In both", "Share of a list", "Of all in either"],
    )


def _random(name: str = "Random") -> _Line:
    return _Line(name=name, x=(0.0, 1.0), y=(0.0, 1.0), meaning="random", dash="dot", width=2)


def _chart(lines: Sequence[_Line], *, dot: tuple[float, float], dark: bool) -> go.Figure:
    """Shares in [0, 1] on both axes; the first line is the one the page is about and carries the dot."""
    lead = lines[0]
    traces = [_trace(line, dark) for line in reversed(lines)]
    traces[-1:-1] = band(lead.x, lead.low, lead.high, lead.meaning, dark)
    stem, point = stem_and_dot(*dot, mark(lead.meaning, dark), dark=dark)
    shapes, annotations = [stem], []
    places = place_labels(
        {line.name: (line.x, line.y) for line in lines}, {line.name: line.name for line in lines}, stem=dot
    )
    colours = {line.name: ink(line.meaning, dark) for line in lines}
    for name, place in places.items():
        annotations.append(
            words_at(place.x, place.y, name, colours[name], xanchor=place.xanchor, yanchor=place.yanchor)
        )
        if place.leader:
            ends = {"x0": place.x, "y0": place.y, "x1": place.leader[0], "y1": place.leader[1]}
            shapes.append({"type": "line", **ends, "line": {"color": colours[name], "width": 1}})
    return figure_of(
        [*traces, point],
        dark=dark,
        height=HEIGHT,
        xaxis=share_axis()
        | {"title": axis_title("share of customers contacted", dark=dark), "hoverformat": ".0%"},
        yaxis=share_axis(),
        shapes=shapes,
        annotations=annotations,
        hovermode="x unified",
    )


def _trace(line: _Line, dark: bool) -> dict[str, Any]:
    return share_curve(line.x, line.y, line.name, line.meaning, line.width, line.dash, dark)

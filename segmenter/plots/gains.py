"""Gain curves -> the cumulative gain chart, its sentence and its table: who is reached at every depth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

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


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How one ranking is drawn on every page: its name at the line, meaning (colour), dash and width in
    pixels.
    """

    name: str
    meaning: Meaning
    dash: str
    width: float


LINES: dict[str, LineStyle] = {
    "segmenter": LineStyle("Segmenter", "segmenter", "solid", 3),
    "value": LineStyle("By value", "value", "solid", 3),
    "rfm": LineStyle("RFM", "rfm", "dash", 2),
    "random": LineStyle("Random", "random", "dot", 2),
    "perfect": LineStyle("Perfect", "perfect", "solid", 1),
    "response": LineStyle("Response model", "response", "dashdot", 2),
    "uncorrected": LineStyle("Uncorrected", "uncorrected", "longdash", 2),
    "boosted": LineStyle("Boosted trees", "challenger", "solid", 2),
    "boosted_two_stages": LineStyle("Two-stage trees", "challenger", "longdashdot", 2),
    "logistic": LineStyle("Logistic regression", "challenger", "12px,3px", 2),
    "past_spend": LineStyle("Past spend", "challenger", "3px,6px", 2),
    "printed": LineStyle("As the paper prints it", "challenger", "6px,2px,2px,2px,2px,2px", 2),
    "paper": LineStyle("The paper's ranking", "challenger", "5px,2px", 2),
}


def gain_chart(
    gains: Mapping[str, GainCurve], *, show: Sequence[str], dark: bool, depth: float | None = None
) -> go.Figure:
    """Share of positives reached (y) by share of customers contacted (x), a line per key of LINES in `show`.

    The first key is the line the page is about: it is drawn last, with its interval and the dot of the
    current depth.
    """
    shown = [key for key in show if key in gains]
    lead = gains[shown[0]]
    lines = {key: (gains[key].depth, gains[key].captured) for key in shown}
    traces = [_line(key, gains[key], dark) for key in reversed(shown)]
    traces[-1:-1] = band(lead.depth, lead.low, lead.high, LINES[shown[0]].meaning, dark)
    shapes, annotations, stem = [], [], None
    if depth is not None:
        stem = (depth, captured_at(lead, depth))
        shape, dot = stem_and_dot(*stem, mark(LINES[shown[0]].meaning, dark), dark=dark)
        shapes.append(shape)
        traces.append(dot)
    for key, place in place_labels(lines, {key: LINES[key].name for key in shown}, stem=stem).items():
        colour = ink(LINES[key].meaning, dark)
        annotations.append(
            words_at(place.x, place.y, LINES[key].name, colour, xanchor=place.xanchor, yanchor=place.yanchor)
        )
        if place.leader:
            ends = {"x0": place.x, "y0": place.y, "x1": place.leader[0], "y1": place.leader[1]}
            shapes.append(
                {"type": "line", **ends, "line": {"color": colour, "width": 1}, "name": LINES[key].name}
            )
    return figure_of(
        traces,
        dark=dark,
        height=HEIGHT,
        xaxis=share_axis()
        | {"title": axis_title("share of customers contacted", dark=dark), "hoverformat": ".0%"},
        yaxis=share_axis(),
        shapes=shapes,
        annotations=annotations,
        hovermode="x unified",
    )


def gain_alt(
    gains: Mapping[str, GainCurve], *, show: Sequence[str], depth: float, reached: str = "engaged customers"
) -> str:
    """The chart in a sentence, for who cannot see it."""
    shown = [key for key in show if key in gains]
    parts = [
        f"{'random order' if key == 'random' else LINES[key].name} {captured_at(gains[key], depth):.0%}"
        for key in shown
        if key != "perfect"
    ]
    best = (
        f", the best possible order {captured_at(gains['perfect'], depth):.0%}" if "perfect" in shown else ""
    )
    return (
        f"Line chart of the share of {reached} reached by share of customers contacted. "
        f"At the top {depth:.0%}: {', '.join(parts)}{best}."
    )


def gain_table(gains: Mapping[str, GainCurve], *, show: Sequence[str], depth: float) -> pd.DataFrame:
    """The chart's figures as text: a row per depth (the current one among them), a column per line."""
    depths = sorted({*TABLE_DEPTHS, round(depth, 4)})
    columns: dict[str, list[str]] = {"Contacted": [f"{d:.0%}" for d in depths]}
    for key in show:
        if key not in gains:
            continue
        curve = gains[key]
        columns[LINES[key].name] = [f"{captured_at(curve, d):.1%}" for d in depths]
        if key == show[0] and curve.low is not None and curve.high is not None:
            low, high = np.interp(depths, curve.depth, curve.low), np.interp(depths, curve.depth, curve.high)
            columns["95% interval"] = [
                f"{a:.1%} to {b:.1%}" for a, b in zip(low.tolist(), high.tolist(), strict=True)
            ]
    return pd.DataFrame(columns)


def _line(key: str, curve: GainCurve, dark: bool) -> dict[str, Any]:
    style = LINES[key]
    return share_curve(curve.depth, curve.captured, style.name, style.meaning, style.width, style.dash, dark)

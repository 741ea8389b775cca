"""One feature's shape -> how the score moves with its value, over how many have it; words and a table."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.canvas import axis_title, escaped, figure_of, shortened
from segmenter.plots.palette import mark, surface, veil
from segmenter.plots.rows import NamedBar, named_bars
from segmenter.reasons.explanation import FeatureShape
from segmenter.reasons.words import value_words

HEIGHT = 380
MOST_LEVELS = 10
ONE_WAY = 0.8  # of all ups and downs of a curve; above it, it goes one way
UNIT_WORDS = {"days": "days", "money": "in the data's currency", "ratio": "times", "per day": "per day"}
UNKNOWN = "not known"


def is_drawable(shape: FeatureShape) -> bool:
    """Whether there is more than one point to show, of at least 20 customers each."""
    return bool(shape.bins) or len(_levels(shape)) > 0


def points(value: float) -> str:
    """What a feature adds: 0.421 -> '+0.42'; what rounds to nothing has no sign."""
    text = f"{value:+.2f}".replace("-", "−")
    return text[1:] if text[1:] == "0.00" else text


def shape_chart(shape: FeatureShape, *, dark: bool) -> go.Figure:
    """What the feature adds at each value, with the range of the ensemble; under it, how many have it."""
    if shape.kind == "category":
        return _level_chart(shape, dark=dark)
    look, colour = surface(dark), mark("segmenter", dark)
    has_unknown = bool(shape.n_unknown)
    ends = [*shape.low, *shape.high, 0.0, *(shape.unknown if has_unknown else ())]
    room = 0.06 * (max(ends) - min(ends)) or 1.0
    traces = [
        {
            "type": "scatter",
            "x": [*shape.at, *reversed(shape.at)],
            "y": [*shape.high, *reversed(shape.low)],
            "fill": "toself",
            "fillcolor": veil("segmenter", dark),
            "line": {"width": 0},
            "mode": "lines",
            "hoverinfo": "skip",
            "name": "range of the ensemble",
        },
        {
            "type": "scatter",
            "x": shape.at,
            "y": shape.effect,
            "mode": "lines",
            "line": {"color": colour, "width": 3},
            "customdata": [value_words(value, shape.unit) for value in shape.at],
            "hovertemplate": "%{customdata}: %{y:+.2f}<extra></extra>",
            "name": "adds",
        },
        {
            "type": "bar",
            "x": [(a + b) / 2 for a, b in zip(shape.bins, shape.bins[1:], strict=False)],
            "y": [count or 0 for count in shape.counts],
            "width": [0.92 * (b - a) for a, b in zip(shape.bins, shape.bins[1:], strict=False)],
            "marker": {"color": look.quiet, "opacity": 0.6},
            "yaxis": "y2",
            "customdata": [
                f"{value_words(a, shape.unit)} to {value_words(b, shape.unit)}"
                for a, b in zip(shape.bins, shape.bins[1:], strict=False)
            ],
            "hovertemplate": "%{customdata}: %{y:,} customers<extra></extra>",
            "name": "customers",
        },
    ]
    unit = UNIT_WORDS.get(shape.unit, "")
    title = f"{shortened(shape.label, 44)}{f', {unit}' if unit else ''}"
    layout: dict[str, Any] = {
        "xaxis": {
            "domain": [0, 0.8 if has_unknown else 1],
            "anchor": "y2",
            "title": axis_title(escaped(title), dark=dark),
            "tickformat": ".0%" if shape.unit == "share" else "~s",
            "nticks": 6,
            "showgrid": False,
        },
        "yaxis": {
            "domain": [0.3, 1],
            "range": [min(ends) - room, max(ends) + room],
            **_point_ticks(min(ends) - room, max(ends) + room),
            "zeroline": True,
            "zerolinecolor": look.quiet,
            "zerolinewidth": 1,
        },
        "yaxis2": {
            "domain": [0, 0.22],
            "tickformat": "~s",
            "nticks": 3,
            "rangemode": "tozero",
            "gridcolor": look.hairline,
            "tickfont": {"color": look.quiet, "size": 13},
            "fixedrange": True,
            "automargin": True,
        },
    }
    if has_unknown:
        traces += _unknown_traces(shape, dark=dark)
        layout["xaxis2"] = {
            "domain": [0.88, 1],
            "anchor": "y2",
            "type": "category",
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"color": look.quiet, "size": 13},
        }
    return figure_of(traces, dark=dark, height=HEIGHT, hovermode="closest", bargap=0, **layout)


def shape_in_words(shape: FeatureShape) -> str:
    """How the score moves with the feature, all else alike; said with care where the ensemble disagrees."""
    if all(low <= 0 <= high for low, high in zip(shape.low, shape.high, strict=True)):
        return "no clear direction: the ensemble disagrees"
    if shape.kind == "category":
        rows = _levels(shape)
        if len(rows) < 2:
            return "too few customers per value to tell"
        best, least = (pick(rows, key=lambda row: row[1])[0] for pick in (max, min))
        return f"highest for {best}, lowest for {least}"
    steps = np.diff(shape.effect)
    moved = np.abs(steps).sum()
    if moved and steps[steps > 0].sum() >= ONE_WAY * moved:
        return "the higher it is, the higher the score"
    if moved and -steps[steps < 0].sum() >= ONE_WAY * moved:
        return "the higher it is, the lower the score"
    best, least = (
        value_words(shape.at[int(pick(shape.effect))], shape.unit) for pick in (np.argmax, np.argmin)
    )
    return f"highest at about {best}, lowest at about {least}"


def shape_alt(shape: FeatureShape) -> str:
    """The chart in a sentence, for who cannot see it."""
    kind = "Bar chart" if shape.kind == "category" else "Line chart"
    unknown = ""
    if shape.n_unknown:
        unknown = f" Where it is not known ({shape.n_unknown:,} customers): {points(shape.unknown[0])}."
    return (
        f"{kind} of what '{shape.label}' adds to the score, all else alike: {shape_in_words(shape)}. "
        f"From {points(min(shape.effect))} to {points(max(shape.effect))} points.{unknown}"
    )


def shape_table(shape: FeatureShape) -> pd.DataFrame:
    """The chart's figures as text: a row per value."""
    if shape.kind == "category":
        return pd.DataFrame(
            [
                (name, points(value), _range(*band), f"{count:,}")
                for name, value, band, count in _levels(shape)
            ],
            columns=["Value", "Adds", "Range of the ensemble", "Customers"],
        )
    rows = [
        (value_words(at, shape.unit), points(effect), _range(low, high))
        for at, effect, low, high in zip(shape.at, shape.effect, shape.low, shape.high, strict=True)
    ]
    if shape.n_unknown:
        rows.append((UNKNOWN, points(shape.unknown[0]), _range(*shape.unknown[1:])))
    return pd.DataFrame(rows, columns=["Value", "Adds", "Range of the ensemble"])


def _level_chart(shape: FeatureShape, *, dark: bool) -> go.Figure:
    rows = [
        NamedBar(
            name=name,
            figure=f"{points(value)} · {count:,}",
            value=value,
            colour=mark("segmenter", dark),
            band=band,
        )
        for name, value, band, count in _levels(shape)
    ]
    return named_bars(rows, dark=dark)


def _levels(shape: FeatureShape) -> list[tuple[str, float, tuple[float, float], int]]:
    """Values of a category with at least 20 customers: name, effect, band, customers; the largest effect
    first, at most ten (those of most customers)."""
    if shape.kind != "category":
        return []
    rows = [
        (name, effect, (low, high), count)
        for name, effect, low, high, count in zip(
            shape.levels, shape.effect, shape.low, shape.high, shape.counts, strict=True
        )
        if count
    ]
    if shape.n_unknown:
        rows.append((UNKNOWN, shape.unknown[0], shape.unknown[1:], shape.n_unknown))
    rows = sorted(rows, key=lambda row: -row[3])[:MOST_LEVELS]
    return sorted(rows, key=lambda row: -row[1])


def _point_ticks(low: float, high: float) -> dict[str, Any]:
    """Round steps from `low` to `high`, at most six, the zero among them and written plainly."""
    step = next(
        (step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if (high - low) / step <= 6), 10.0
    )
    ticks = [step * place for place in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
    digits = 1 if step >= 0.1 else 2
    words = [f"{tick:+.{digits}f}".replace("-", "−") if tick else "0" for tick in ticks]
    return {"tickvals": ticks, "ticktext": words}


def _range(low: float, high: float) -> str:
    return f"{points(low)} to {points(high)}"


def _unknown_traces(shape: FeatureShape, *, dark: bool) -> list[dict[str, Any]]:
    """The unknown beside the axis: a dot with its range, and how many customers."""
    value, low, high = shape.unknown
    where = ["not<br>known"]
    colour = mark("segmenter", dark)
    return [
        {
            "type": "scatter",
            "x": where,
            "y": [value],
            "xaxis": "x2",
            "mode": "markers",
            "marker": {"color": colour, "size": 9},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [high - value],
                "arrayminus": [value - low],
                "color": colour,
                "thickness": 2,
                "width": 0,
            },
            "hovertemplate": "not known: %{y:+.2f}<extra></extra>",
            "name": UNKNOWN,
        },
        {
            "type": "bar",
            "x": where,
            "y": [shape.n_unknown],
            "width": [0.6],
            "xaxis": "x2",
            "yaxis": "y2",
            "marker": {"color": surface(dark).quiet, "opacity": 0.6},
            "hovertemplate": "not known: %{y:,} customers<extra></extra>",
            "name": "customers",
        },
    ]

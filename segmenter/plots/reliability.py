"""What was told and what came, bin by bin -> a chart with intervals, its sentence and its table.

For chances (shares) and for money alike: a dot on the diagonal came as it was told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.canvas import axis_title, figure_of, words_at
from segmenter.plots.palette import Meaning, mark, surface

HEIGHT = 320
Unit = Literal["share", "money"]


@dataclass(frozen=True, slots=True)
class Told:
    """One bin: how many customers, what was told of them on average, what came, and its 95 % interval."""

    customers: int
    predicted: float
    observed: float
    low: float | None = None
    high: float | None = None


def reliability_chart(
    bins: Sequence[Told], *, unit: Unit, meaning: Meaning, dark: bool, told: str, came: str
) -> go.Figure:
    """What came (y) by what was told (x), a dot and an interval per bin. told, came: words at the axes."""
    look, colour, words = surface(dark), mark(meaning, dark), _words(unit)
    ends = [end for each in bins for end in (each.predicted, each.observed, each.low, each.high)]
    known = [end for end in ends if end is not None]
    top = max(max(known), 0.1 if unit == "share" else 1.0)
    floor = min(0.0, *known)
    margin = 0.05 * (top - floor)
    diagonal = {
        "type": "line",
        "x0": max(floor, 0.0),
        "y0": max(floor, 0.0),
        "x1": max(each.predicted for each in bins) + margin,
        "y1": max(each.predicted for each in bins) + margin,
        "line": {"color": look.quiet, "width": 1},
        "layer": "below",
        "name": "as told",
    }
    dots = {
        "type": "scatter",
        "x": [each.predicted for each in bins],
        "y": [each.observed for each in bins],
        "mode": "markers",
        "marker": {"color": colour, "size": 10},
        "error_y": _bars(bins, colour),
        "customdata": [
            f"{words(each.observed)}{_interval(each, words)}, {each.customers:,} customers" for each in bins
        ],
        "hovertemplate": "told %{x}<br>came %{customdata}<extra></extra>",
        "cliponaxis": False,
        "name": came,
    }
    axis: dict[str, Any] = {"tickformat": ".0%" if unit == "share" else "~s", "nticks": 6}
    widest = max(each.predicted for each in bins) + 2 * margin
    name = words_at(
        1, 1.02, "above the line: more came than told", look.quiet, xanchor="right", yanchor="bottom"
    )
    return figure_of(
        [dots],
        dark=dark,
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 30, "b": 48, "pad": 4},
        xaxis=axis | {"title": axis_title(told, dark=dark), "range": [-margin / 2, widest]},
        yaxis=axis | {"title": axis_title(came, dark=dark), "range": [floor - margin / 2, top + margin]},
        shapes=[diagonal],
        annotations=[name | {"xref": "paper", "yref": "paper"}],
        hovermode="closest",
    )


def reliability_alt(bins: Sequence[Told], *, unit: Unit, told: str, came: str) -> str:
    """The chart in a sentence, for who cannot see it: the lowest and the highest bin."""
    words = _words(unit)
    parts = [
        f"told {words(each.predicted)}, came {words(each.observed)}{_interval(each, words)}"
        for each in dict.fromkeys((bins[0], bins[-1]))
    ]
    return (
        f"Dots with intervals: {came} by {told}, in {len(bins)} groups of customers beside the line where "
        f"both are equal. From the lowest group to the highest: {'; '.join(parts)}."
    )


def reliability_table(bins: Sequence[Told], *, unit: Unit) -> pd.DataFrame:
    """The chart's figures as text: a row per bin."""
    words = _words(unit)
    return pd.DataFrame(
        {
            "Customers": [f"{each.customers:,}" for each in bins],
            "Told": [words(each.predicted) for each in bins],
            "Came": [words(each.observed) for each in bins],
            "95% interval": [_interval(each, words).strip(" ()") or "–" for each in bins],
        }
    )


def _words(unit: Unit) -> Callable[[float], str]:
    if unit == "share":
        return lambda value: f"{value:.1%}".replace("-", "−")
    return lambda value: f"{value:,.2f}".replace("-", "−")


def _interval(each: Told, words: Callable[[float], str]) -> str:
    if each.low is None or each.high is None:
        return ""
    return f" ({words(each.low)} to {words(each.high)})"


def _bars(bins: Sequence[Told], colour: str) -> dict[str, Any]:
    up = [(each.high if each.high is not None else each.observed) - each.observed for each in bins]
    down = [each.observed - (each.low if each.low is not None else each.observed) for each in bins]
    return {
        "type": "data",
        "symmetric": False,
        "array": np.array(up),
        "arrayminus": np.array(down),
        "color": colour,
        "thickness": 2,
        "width": 0,
    }

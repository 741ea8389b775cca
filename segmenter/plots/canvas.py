"""An empty figure in the product's look, lines of shares with their band, and words made safe to write on it.

Every chart starts here: transparent ground, hairline grid, margins that grow with the tick labels, nothing to
drag or zoom. Heights are fixed in pixels and widths follow the page.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from segmenter.plots.palette import Meaning, mark, surface, veil

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'
FONT_SIZE = 14
MARGIN_TOP, MARGIN_BOTTOM = 14, 48
CURRENT = "current depth"


def escaped(text: str) -> str:
    """User text as plotly shows it letter for letter: no markup, no hover template, no formula.

    Plotly reads <b>, <a href>, entities, %{...} and $...$ in any label; names of attributes and categories
    are the user's and may hold all of them. A zero-width space after % and $ breaks the pattern and not the
    reading.
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("%{", "%\u200b{").replace("$", "$\u200b")


def shortened(text: str, letters: int) -> str:
    """At most this many letters, the last one an ellipsis where something was left out."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def figure_of(
    traces: list[dict[str, Any]],
    *,
    dark: bool,
    height: int,
    xaxis: dict[str, Any] | None = None,
    yaxis: dict[str, Any] | None = None,
    shapes: list[dict[str, Any]] | None = None,
    annotations: list[dict[str, Any]] | None = None,
    **layout: Any,
) -> go.Figure:
    """Traces in the product's look. Given all at once: plotly checks a finished layout far faster than a
    growing one.
    """
    look = surface(dark)
    axis = {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": look.hairline,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"color": look.quiet, "size": 13},
    }
    return go.Figure(
        data=traces,
        layout={
            "template": "none",
            "height": height,
            "margin": {"l": 8, "r": 8, "t": MARGIN_TOP, "b": MARGIN_BOTTOM, "pad": 4},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": FONT_SIZE, "color": look.text},
            "showlegend": False,
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": look.page,
                "bordercolor": look.hairline,
                "font": {"color": look.text, "family": FONT},
                "align": "left",
            },
            "xaxis": axis | (xaxis or {}),
            "yaxis": axis | (yaxis or {}),
            "shapes": shapes or [],
            "annotations": annotations or [],
            **layout,
        },
    )


def empty_figure(*, dark: bool, height: int) -> go.Figure:
    """The look alone, for a chart that is put together piece by piece."""
    return figure_of([], dark=dark, height=height)


def axis_title(text: str, *, dark: bool) -> dict[str, Any]:
    """A quiet axis title."""
    return {"text": text, "font": {"color": surface(dark).quiet, "size": 13}, "standoff": 10}


def share_axis(*, top: float = 1.0) -> dict[str, Any]:
    """Axis settings for shares in [0, 1], shown as per cent; with air so that no tick label is clipped."""
    axis: dict[str, Any] = {"range": [-0.012 * top, top * 1.03], "tickformat": ".0%"}
    if top == 1.0:
        axis["tickvals"] = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return axis


def words_at(
    x: float, y: float, text: str, colour: str, *, xanchor: str = "center", yanchor: str = "middle"
) -> dict[str, Any]:
    """An annotation without an arrow at a data position, hung by the named edges. `text` is shown as plotly
    reads it.
    """
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": xanchor,
        "yanchor": yanchor,
        "borderpad": 0,
        "font": {"color": colour, "size": 13},
    }


def stem_and_dot(
    depth: float, height: float, colour: str, *, dark: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reader's present choice: (shape, trace) of a thin line up from the axis and a dot where our curve
    meets it.
    """
    look = surface(dark)
    stem = {
        "type": "line",
        "x0": depth,
        "x1": depth,
        "y0": 0,
        "y1": height,
        "line": {"color": look.text, "width": 1},
        "layer": "between",
        "name": CURRENT,
    }
    dot = {
        "type": "scatter",
        "x": [depth],
        "y": [height],
        "mode": "markers",
        "marker": {"size": 11, "color": colour, "line": {"color": look.page, "width": 2}},
        "hoverinfo": "skip",
        "name": CURRENT,
        "cliponaxis": False,
    }
    return stem, dot


def share_curve(
    x: Sequence[float],
    y: Sequence[float],
    name: str,
    meaning: Meaning,
    width: float,
    dash: str,
    dark: bool,
) -> dict[str, Any]:
    """A line of shares in [0, 1], in the colour of what it means."""
    return {
        "type": "scatter",
        "x": np.array(x, dtype=np.float32),
        "y": np.array(y, dtype=np.float32),
        "mode": "lines",
        "name": name,
        "line": {"color": mark(meaning, dark), "width": width, "dash": dash},
        "hovertemplate": "%{y:.0%}",
    }


def band(
    x: Sequence[float],
    low: Sequence[float] | None,
    high: Sequence[float] | None,
    meaning: Meaning,
    dark: bool,
) -> list[dict[str, Any]]:
    """The soft band between low and high, where there is an interval."""
    if low is None or high is None:
        return []
    return [
        {
            "type": "scatter",
            "x": np.array([*x, *reversed(x)], dtype=np.float32),
            "y": np.array([*high, *reversed(low)], dtype=np.float32),
            "mode": "lines",
            "line": {"width": 0},
            "fill": "toself",
            "fillcolor": veil(meaning, dark),
            "hoverinfo": "skip",
            "name": "95% interval",
        }
    ]

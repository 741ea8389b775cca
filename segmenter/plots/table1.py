"""Rows of Table 1 -> one metric as dots with intervals, so that 'is it really better?' is seen."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from segmenter.evaluation.table1 import Table1Row
from segmenter.plots.canvas import figure_of, words_at
from segmenter.plots.palette import Meaning, mark, surface

METRIC_WORDS = {
    "precision": "Precision",
    "recall": "Recall",
    "balanced_accuracy": "Balanced accuracy",
    "weighted_f1": "Weighted F1",
}
ROW_WORDS = {
    "segmenter": "Segmenter",
    "value": "Segmenter, by value",
    "uncorrected": "Segmenter, uncorrected",
    "rfm": "RFM",
    "response": "Response model",
    "random": "Random order",
}
MEANINGS: dict[str, Meaning] = {
    "segmenter": "segmenter",
    "value": "value",
    "uncorrected": "uncorrected",
    "rfm": "rfm",
    "response": "response",
    "random": "random",
}
SYMBOLS = {"rfm": "diamond", "random": "circle-open", "response": "square", "uncorrected": "triangle-up"}
ROW_HEIGHT, BOTTOM = 46, 34


def table1_chart(rows: Sequence[Table1Row], *, metric: str, dark: bool) -> go.Figure:
    """One metric of rows of equal depth, a dot and a 95 % interval each, the model first.

    Names stand above their dots, so that a phone has room for both.
    """
    rows = sorted(rows, key=lambda row: list(ROW_WORDS).index(row.ranking))
    look = surface(dark)
    traces, names = [], []
    for place, row in enumerate(rows):
        value = float(getattr(row, metric))
        traces.append(_dot(row, metric, -place, dark))
        names.append(
            words_at(0, -place + 0.34, ROW_WORDS[row.ranking], look.text, xanchor="left") | {"xref": "paper"}
        )
        names.append(
            words_at(1, -place + 0.34, f"{value:.0%}", look.text, xanchor="right") | {"xref": "paper"}
        )
    highest = max(row.intervals.get(metric, (0.0, float(getattr(row, metric))))[1] for row in rows)
    return figure_of(
        traces,
        dark=dark,
        height=ROW_HEIGHT * len(rows) + BOTTOM,
        margin={"l": 8, "r": 8, "t": 8, "b": BOTTOM, "pad": 4},
        xaxis={
            "range": [0, min(1.0, highest * 1.1 + 0.02)],
            "tickformat": ".0%",
            "nticks": 6,
            "rangemode": "tozero",
            "showgrid": False,  # a grid line would run through the names
        },
        yaxis={"visible": False, "range": [-len(rows) + 0.55, 0.6]},
        annotations=names,
        hovermode="closest",
    )


def table1_alt(rows: Sequence[Table1Row], *, metric: str) -> str:
    """The chart in a sentence, for who cannot see it."""
    parts = [
        f"{ROW_WORDS[row.ranking]} {getattr(row, metric):.0%}{_interval_words(row, metric)}" for row in rows
    ]
    return f"{METRIC_WORDS[metric]} when each selects {rows[0].customers:,} customers: {', '.join(parts)}."


def table1_table(rows: Sequence[Table1Row]) -> pd.DataFrame:
    """Table 1 of the paper for rows of equal depth: a line per ranking, each metric with its interval."""
    return pd.DataFrame(
        {
            "Chosen by": [ROW_WORDS[row.ranking] for row in rows],
            **{
                words: [f"{getattr(row, metric):.0%}{_interval_words(row, metric)}" for row in rows]
                for metric, words in METRIC_WORDS.items()
            },
        }
    )


def _interval_words(row: Table1Row, metric: str) -> str:
    bounds = row.intervals.get(metric)
    return f" ({100 * bounds[0]:.0f} to {100 * bounds[1]:.0f})" if bounds else ""


def _dot(row: Table1Row, metric: str, place: float, dark: bool) -> dict[str, Any]:
    value = float(getattr(row, metric))
    low, high = row.intervals.get(metric, (value, value))
    colour = mark(MEANINGS[row.ranking], dark)
    return {
        "type": "scatter",
        "x": [value],
        "y": [place],
        "mode": "markers",
        "marker": {"color": colour, "size": 11, "symbol": SYMBOLS.get(row.ranking, "circle")},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        "name": ROW_WORDS[row.ranking],
        "hovertemplate": f"{value:.1%}{_interval_words(row, metric)}<extra></extra>",
        "cliponaxis": False,
    }

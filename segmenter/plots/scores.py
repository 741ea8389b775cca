"""Score histogram -> how customers spread over the score, its sentence and its table."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmenter.evaluation.profiles import ScoreHistogram
from segmenter.plots.canvas import axis_title, figure_of
from segmenter.plots.palette import mark

HEIGHT = 260
MOST_UNSEEN = 0.02  # share of customers that may fall into hidden bins before bins are joined


def joined_bins(histogram: ScoreHistogram, *, least: int) -> ScoreHistogram:
    """The finest joining of neighbouring bins in which hardly anybody is in a bin of under `least`."""
    counts = np.array(histogram.counts)
    widths = [width for width in range(1, len(counts) + 1) if len(counts) % width == 0]
    for width in widths:
        joined = counts.reshape(-1, width).sum(axis=1)
        if joined[joined < least].sum() <= MOST_UNSEEN * counts.sum():
            return ScoreHistogram(histogram.edges[::width], tuple(joined.tolist()))
    return ScoreHistogram((histogram.edges[0], histogram.edges[-1]), (int(counts.sum()),))


def score_chart(histogram: ScoreHistogram, *, least: int, dark: bool) -> go.Figure:
    """Customers (y) per bin of the score (x). Bins of fewer than `least` customers are not drawn."""
    bins = joined_bins(histogram, least=least)
    edges, counts = np.array(bins.edges), np.array(bins.counts)
    shown = np.where(counts >= least, counts, 0)
    trace = {
        "type": "bar",
        "x": (edges[:-1] + edges[1:]) / 2,
        "y": shown,
        "width": np.diff(edges) * 0.92,
        "marker": {"color": mark("segmenter", dark)},
        "customdata": [f"{low:.2f} to {high:.2f}" for low, high in zip(edges[:-1], edges[1:], strict=True)],
        "hovertemplate": "score %{customdata}: %{y:,} customers<extra></extra>",
        "name": "customers",
    }
    return figure_of(
        [trace],
        dark=dark,
        height=HEIGHT,
        xaxis={
            "range": [float(edges[0]) - 0.01, float(edges[-1]) + 0.01],
            "showgrid": False,
            "dtick": 0.2,
            "title": axis_title("score: 0 leave alone, 1 contact first", dark=dark),
        },
        yaxis={"tickformat": ",d", "nticks": 5, "rangemode": "tozero"},
        hovermode="closest",
    )


def score_alt(histogram: ScoreHistogram) -> str:
    """The chart in a sentence: where half of the customers lie, and the best tenth begins."""
    middle, tenth = (_score_at(histogram, share) for share in (0.5, 0.9))
    return (
        f"Histogram of the score of {sum(histogram.counts):,} customers. "
        f"Half of them score below {middle:.2f}, the best tenth above {tenth:.2f}."
    )


def score_table(histogram: ScoreHistogram, *, least: int) -> pd.DataFrame:
    """The chart's figures as text: a row per bin."""
    bins = joined_bins(histogram, least=least)
    return pd.DataFrame(
        {
            "Score": [
                f"{low:.2f} to {high:.2f}" for low, high in zip(bins.edges[:-1], bins.edges[1:], strict=True)
            ],
            "Customers": [f"under {least}" if 0 < count < least else f"{count:,}" for count in bins.counts],
        }
    )


def _score_at(histogram: ScoreHistogram, share: float) -> float:
    """The score below which about `share` of the customers lie."""
    below = np.concatenate([[0], np.cumsum(histogram.counts)])
    return float(np.interp(share * below[-1], below, histogram.edges)) if below[-1] else 0.0

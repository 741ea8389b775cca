"""Segments against RFM segments -> a heat map: where in the familiar RFM picture each segment lives."""

import pandas as pd
import plotly.graph_objects as go

from segmenter.evaluation.profiles import HeatMap
from segmenter.plots.canvas import escaped, figure_of
from segmenter.plots.palette import surface
from segmenter.plots.segments import ORDER

ROW_HEIGHT, HEAD = 30, 34
HIDDEN = "·"


def heat_map_chart(cells: HeatMap, *, least: int, dark: bool) -> go.Figure:
    """A column per segment, a row per RFM segment; each cell is a share of its column's customers.

    Cells of 1 to `least` - 1 customers are hidden and marked with a dot.
    """
    look = surface(dark)
    columns = _columns(cells)
    rows = range(len(cells.rfm_segments))
    shares = [[cells.shares[c][r] for c in columns] for r in rows]
    text = [[HIDDEN if share is None else f"{share:.0%}" for share in row] for row in shares]
    hover = [
        [
            f"{cells.rfm_segments[r]}, {escaped(cells.segments[c])}: {words}"
            for c in columns
            for words in [_count_words(cells.counts[c][r], least)]
        ]
        for r in rows
    ]
    trace = {
        "type": "heatmap",
        "x": [escaped(cells.segments[c].capitalize()) for c in columns],
        "y": list(cells.rfm_segments),
        "z": [[0.0 if share is None else share for share in row] for row in shares],
        "text": text,
        "texttemplate": "%{text}",
        "textfont": {"color": look.text, "size": 13},
        "customdata": hover,
        "hovertemplate": "%{customdata}<extra></extra>",
        "colorscale": [[0, look.scale[0]], [1, look.scale[1]]],
        "zmin": 0,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    return figure_of(
        [trace],
        dark=dark,
        height=ROW_HEIGHT * len(cells.rfm_segments) + HEAD + 8,
        margin={"l": 8, "r": 0, "t": HEAD, "b": 8, "pad": 4},
        xaxis={"side": "top", "showgrid": False, "tickfont": {"color": look.text, "size": 13}},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 13}},
        hovermode="closest",
    )


def heat_map_alt(cells: HeatMap) -> str:
    """The chart in a sentence, for who cannot see it."""
    return f"Heat map of segments against RFM segments. {'; '.join(where_segments_live(cells))}."


def where_segments_live(cells: HeatMap) -> tuple[str, ...]:
    """For each segment, the RFM segment that holds most of it, in words."""
    sentences = []
    for c in _columns(cells):
        best = max(range(len(cells.rfm_segments)), key=lambda r: cells.shares[c][r] or 0.0)
        share = cells.shares[c][best]
        if share:
            rfm_segment = cells.rfm_segments[best]
            sentences.append(f"{share:.0%} of {cells.segments[c]} customers are '{rfm_segment}' in RFM")
    return tuple(sentences)


def heat_map_table(cells: HeatMap, *, least: int) -> pd.DataFrame:
    """The chart's figures as text: a row per RFM segment, customers per segment."""
    columns = {"RFM segment": list(cells.rfm_segments)}
    for c in _columns(cells):
        columns[cells.segments[c].capitalize()] = [
            f"under {least}" if count is None else f"{count:,} ({share:.0%})"
            for count, share in zip(cells.counts[c], cells.shares[c], strict=True)
        ]
    return pd.DataFrame(columns)


def _columns(cells: HeatMap) -> list[int]:
    """Indices of the segments, the known ones in their order."""
    order = [name for name in ORDER if name in cells.segments]
    names = [*order, *(name for name in cells.segments if name not in order)]
    return [cells.segments.index(name) for name in names]


def _count_words(count: int | None, least: int) -> str:
    return f"1 to {least - 1} customers" if count is None else f"{count:,} customers"

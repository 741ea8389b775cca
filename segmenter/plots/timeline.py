"""What the data cover over time -> a chart, with the windows that a model learns from and is tested on.

One strip per table, all on one time axis, so that a gap in one table and not in another is seen at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import plotly.graph_objects as go

from segmenter.plots.canvas import empty_figure
from segmenter.plots.palette import ink, mark, surface, veil

Activity = Mapping[str, Sequence[tuple[date, int]]]
STRIP_WORDS: Final = {
    "transactions": "Purchases",
    "engagements": "Campaign touches",
    "assignments": "Trial groups",
}
STRIP_HEIGHT: Final = 96  # pixels: its name, its line, and the gap to the next strip
NAME_HEIGHT: Final = 24
GAP_HEIGHT: Final = 10
HEAD_HEIGHT: Final = 46  # room above the strips for the words about the windows
TOP, BOTTOM = 8, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsOnAxis:
    """The cutoffs to draw: every training window, and the one that judges the model."""

    train: tuple[date, ...]
    test: date
    outcome_days: int


def coverage_chart(activity: Activity, *, dark: bool) -> go.Figure:
    """Rows per day or week of each dated table, a strip each."""
    return _strips(activity, head=0, dark=dark)


def timeline_chart(activity: Activity, windows: WindowsOnAxis, *, dark: bool) -> go.Figure:
    """The same strips with the outcome windows on them: learned from (filled), tested on (outlined)."""
    figure = _strips(activity, head=HEAD_HEIGHT, dark=dark)
    span = timedelta(days=windows.outcome_days)
    for cutoff in windows.train:
        figure.add_shape(
            type="rect",
            x0=cutoff,
            x1=cutoff + span,
            y0=0,
            y1=1,
            yref="paper",
            fillcolor=veil("engaged", dark),
            line={"width": 0},
        )
        figure.add_shape(
            type="line",
            x0=cutoff,
            x1=cutoff,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": mark("engaged", dark), "width": 1.5},
        )
    if windows.test not in windows.train:
        figure.add_shape(
            type="rect",
            x0=windows.test,
            x1=windows.test + span,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": surface(dark).quiet, "width": 1.5, "dash": "dot"},
        )
        _head_label(figure, windows.test + span, 30, "tested on what happens here", surface(dark).quiet)
    last = windows.train[-1] + span
    _head_label(figure, last, 10, "learns from what happens here", ink("engaged", dark))
    return figure


def coverage_in_words(activity: Activity) -> str:
    """The text alternative: each table's first and last day with rows, and its number of rows."""
    parts = []
    for table, counts in activity.items():
        days = [day for day, rows in counts if rows]
        if days:
            total = sum(rows for _, rows in counts)
            name, first, last = STRIP_WORDS.get(table, table), min(days), max(days)
            parts.append(f"{name}: {total:,} rows from {first:%d %b %Y} to {last:%d %b %Y}")
    return "; ".join(parts) + "." if parts else "No dated rows."


def _strips(activity: Activity, *, head: int, dark: bool) -> go.Figure:
    """One filled step line per table that has rows, above one another on a shared time axis."""
    strips = _without_holes(activity)
    look = surface(dark)
    drawn = STRIP_HEIGHT * max(1, len(strips)) - GAP_HEIGHT
    figure = empty_figure(dark=dark, height=TOP + head + drawn + BOTTOM)
    figure.update_layout(margin={"t": TOP + head, "b": BOTTOM}, hovermode="x unified")
    for index, (table, counts) in enumerate(strips.items()):
        axis = "y" if index == 0 else f"y{index + 1}"
        top = 1 - index * STRIP_HEIGHT / drawn
        bottom = max(0.0, top - (STRIP_HEIGHT - GAP_HEIGHT) / drawn)
        highest = max(rows for _, rows in counts)
        figure.add_scatter(
            x=[day for day, _ in counts],
            y=[rows for _, rows in counts],
            yaxis=axis,
            mode="lines",
            line={"color": look.quiet, "width": 1, "shape": "hvh"},
            fill="tozeroy",
            fillcolor=look.hairline,
            name=STRIP_WORDS.get(table, table),
            hovertemplate="%{y:,} rows",
        )
        figure.update_layout(
            {
                f"yaxis{'' if index == 0 else index + 1}": {
                    "domain": [bottom, top - NAME_HEIGHT / drawn],
                    "range": [0, highest * 1.05],
                    "tickvals": [0, highest],
                    "ticktext": ["0", f"{highest:,}"],
                    "gridcolor": look.hairline,
                    "tickfont": {"color": look.quiet, "size": 12},
                    "fixedrange": True,
                    "automargin": True,
                    "zeroline": False,
                }
            }
        )
        figure.add_annotation(
            text=f"{STRIP_WORDS.get(table, table)} per {_step_word(counts)}",
            x=0,
            xref="paper",
            y=top,
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            font={"color": look.text, "size": 13},
        )
    figure.update_xaxes(
        type="date",
        anchor=f"y{len(strips)}" if len(strips) > 1 else "y",
        showgrid=False,
        tickfont={"color": look.quiet, "size": 12},
        nticks=6,
        hoverformat="%d %b %Y",
    )
    return figure


def _without_holes(activity: Activity) -> dict[str, list[tuple[date, int]]]:
    """Days (or weeks) without rows as zeros: a gap must be seen as one. Tables without rows are left out."""
    tables = [table for table in STRIP_WORDS if table in activity]
    given = {table: dict(activity[table]) for table in tables if any(rows for _, rows in activity[table])}
    days = sorted({day for counts in given.values() for day in counts})
    weekly = all((later - earlier).days % 7 == 0 for earlier, later in pairwise(days))
    step = timedelta(days=7 if weekly and len(days) > 1 else 1)
    filled = {}
    for table, counts in given.items():
        n = (max(counts) - min(counts)) // step + 1
        filled[table] = [(day, counts.get(day, 0)) for day in (min(counts) + k * step for k in range(n))]
    return filled


def _step_word(counts: Sequence[tuple[date, int]]) -> str:
    if len(counts) < 2:
        return "day"
    return "week" if (counts[1][0] - counts[0][0]).days >= 7 else "day"


def _head_label(figure: go.Figure, day: date, raised: int, text: str, colour: str) -> None:
    """Words above the strips, ending where their window ends, each at its own height: they never collide."""
    figure.add_annotation(
        text=text,
        x=day,
        y=1,
        yref="paper",
        yshift=raised,
        xanchor="right",
        yanchor="middle",
        showarrow=False,
        font={"color": colour, "size": 13},
    )

"""Named values -> a bar each, its name and its figure written above it, so that a phone has room for both."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segmenter.plots.canvas import escaped, figure_of, shortened, words_at
from segmenter.plots.palette import surface

ROW_HEIGHT, BAR_SHARE = 44, 0.26  # pixels of one row; share of it that its bar takes
LONGEST_LINE = 49  # letters of a name and its figure that fit side by side on a phone
FOOT_HEIGHT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBar:
    """One row. name: in the user's words, shown letter for letter; figure: as it is written at the right;
    band: low and high end of what the value may be, drawn as a thin line.
    """

    name: str
    figure: str
    value: float
    colour: str
    band: tuple[float, float] | None = None


def named_bars(rows: Sequence[NamedBar], *, dark: bool, feet: tuple[str, str] = ("", "")) -> go.Figure:
    """The rows from top to bottom. feet: words under the bars, at the left and at the right end."""
    look = surface(dark)
    ends = [end for row in rows for end in (row.value, *(row.band or ()))]
    lowest, highest = min(0.0, *ends), max(0.0, *ends)
    foot = FOOT_HEIGHT if any(feet) else 0
    notes, shapes = [], []
    for place, row in enumerate(rows):
        name = escaped(shortened(row.name, LONGEST_LINE - len(row.figure)))
        notes.append(words_at(0, -place + 0.33, name, look.text, xanchor="left") | {"xref": "paper"})
        notes.append(words_at(1, -place + 0.33, row.figure, look.quiet, xanchor="right") | {"xref": "paper"})
        # The zero stands beside each bar only: drawn through, it would cross the names.
        shapes.append(_line(0, -place - BAR_SHARE, 0, -place + 0.15, look.quiet))
        if row.band:
            shapes.append(_line(row.band[0], -place - 0.05, row.band[1], -place - 0.05, look.text))
    for side, text in enumerate(feet):
        if text:
            at = words_at(side, -len(rows) + 0.3, text, look.quiet, xanchor="right" if side else "left")
            notes.append(at | {"xref": "paper"})
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [row.value for row in rows],
        "y": [-place - 0.05 for place in range(len(rows))],
        "width": BAR_SHARE,
        "marker": {"color": [row.colour for row in rows]},
        "hovertemplate": [f"{escaped(row.name)}: {row.figure}<extra></extra>" for row in rows],
    }
    return figure_of(
        [bars],
        dark=dark,
        height=ROW_HEIGHT * len(rows) + foot + 8,
        margin={"l": 0, "r": 0, "t": 4, "b": 4, "pad": 0},
        xaxis={
            "range": [1.02 * lowest, 1.02 * highest or 1.0],
            "showticklabels": False,
            "showgrid": False,
            "automargin": False,
        },
        yaxis={
            "visible": False,
            "range": [-len(rows) + 0.5 - foot / ROW_HEIGHT, 0.55],
            "automargin": False,
        },
        annotations=notes,
        shapes=shapes,
        hovermode="closest",
    )


def _line(x0: float, y0: float, x1: float, y1: float, colour: str) -> dict[str, object]:
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": {"color": colour, "width": 1}}

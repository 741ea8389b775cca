"""A segment's profile -> what sets it apart from everybody else: bars, a sentence, a table."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from segmenter.evaluation.profiles import ProfileLine, SegmentProfile
from segmenter.plots.canvas import escaped, figure_of, shortened, words_at
from segmenter.plots.palette import Meaning, mark, surface
from segmenter.plots.segments import ORDER, UNNAMED

ROW_HEIGHT, BAR_SHARE = 46, 0.26  # pixels of one feature; share of it that its bar takes
MOST_ROWS = 8
LONGEST_NAME = 36  # letters that fit beside the figures on a phone
AXIS_HEIGHT = 30


def profile_chart(profile: SegmentProfile, *, dark: bool) -> go.Figure:
    """Standardised differences between the segment and everybody else, the largest first.

    A feature's name and its two means stand above its bar, so that a phone has room for all three.
    """
    look = surface(dark)
    lines = profile.features[:MOST_ROWS]
    colour = mark(_meaning(profile.segment), dark)
    differences = [line.difference for line in lines]
    lowest, highest = min(0.0, *differences), max(0.0, *differences)
    words = []
    for row, line in enumerate(lines):
        name, figures = shortened(_name(line), LONGEST_NAME), means_in_words(line)
        words.append(words_at(0, -row + 0.33, escaped(name), look.text, xanchor="left") | {"xref": "paper"})
        words.append(words_at(1, -row + 0.33, figures, look.quiet, xanchor="right") | {"xref": "paper"})
    for side, text, is_there in (
        (0, "← lower than others", lowest < 0),
        (1, "higher than others →", highest > 0),
    ):
        if not is_there:
            continue
        words.append(
            words_at(side, -len(lines) + 0.3, text, look.quiet, xanchor="right" if side else "left")
            | {"xref": "paper"}
        )
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": differences,
        "y": [-row for row in range(len(lines))],
        "width": BAR_SHARE,
        "marker": {"color": colour},
        "name": escaped(profile.segment),
        "hovertemplate": [f"{escaped(line.words)}<extra></extra>" for line in lines],
    }
    return figure_of(
        [bars],
        dark=dark,
        height=ROW_HEIGHT * len(lines) + AXIS_HEIGHT + 8,
        margin={"l": 0, "r": 0, "t": 4, "b": 4, "pad": 0},
        xaxis={
            "range": [1.02 * lowest, 1.02 * highest],
            "showticklabels": False,
            "showgrid": False,
            "automargin": False,
        },
        yaxis={
            "visible": False,
            "range": [-len(lines) + 0.5 - AXIS_HEIGHT / ROW_HEIGHT, 0.55],
            "automargin": False,
        },
        annotations=words,
        # The zero stands beside each bar only: drawn through, it would cross the names.
        shapes=[
            {
                "type": "line",
                "x0": 0,
                "x1": 0,
                "y0": -row - BAR_SHARE,
                "y1": -row + 0.15,
                "line": {"color": look.quiet, "width": 1},
            }
            for row in range(len(lines))
        ],
        hovermode="closest",
    )


def profile_alt(profile: SegmentProfile) -> str:
    """The chart in a sentence, for who cannot see it."""
    said = "; ".join(line.words for line in profile.features[:4])
    return f"Bar chart of what sets {profile.segment} customers apart from everybody else. {said}."


def profile_table(profile: SegmentProfile) -> pd.DataFrame:
    """The chart's figures as text: a row per feature, the segment beside everybody else."""
    return pd.DataFrame(
        [
            (
                _name(line),
                figure_in_words(line.segment_mean, line.unit),
                figure_in_words(line.rest_mean, line.unit),
                f"{line.difference:+.2f}",
            )
            for line in profile.features
        ],
        columns=["Feature", f"{profile.segment.capitalize()}", "Everybody else", "Standardised difference"],
    )


def means_in_words(line: ProfileLine) -> str:
    """The segment's mean beside everybody else's, as short as they can be read."""
    return f"{figure_in_words(line.segment_mean, line.unit)} vs {figure_in_words(line.rest_mean, line.unit)}"


def figure_in_words(value: float, unit: str) -> str:
    """A mean in its unit: shares as per cent, days as days, everything else to three digits."""
    if unit == "share":
        return f"{value:.0%}"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} days" if unit == "days" else text


def told_apart(profiles: Sequence[SegmentProfile]) -> tuple[SegmentProfile, ...]:
    """The profiles that have something to show: not hidden, and at least one difference."""
    return tuple(profile for profile in profiles if profile.features and not profile.is_hidden)


def _name(line: ProfileLine) -> str:
    return line.label if line.level is None else f"{line.label}: {line.level}"


def _meaning(segment: str) -> Meaning:
    return next((name for name in ORDER if name == segment), UNNAMED)

"""Segment counts -> how large each segment is: as the model sees it now, beside what past windows showed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.canvas import figure_of, words_at
from segmenter.plots.palette import Meaning, mark, surface

ORDER: tuple[Meaning, ...] = ("engaged", "unengaged", "inactive", "browsing")
ROW_HEIGHT, BAR_HEIGHT = 84, 18  # pixels of one segment, and of each of its two bars
LONGEST = 0.5  # share of the chart's width that the longest bar takes; the rest is for the words after it
UNNAMED: Meaning = "inactive"


def segment_bars(
    predicted: Mapping[str, int], given: Mapping[str, int], *, least: int, dark: bool
) -> go.Figure:
    """Two bars per segment, as shares of everybody: predicted (filled), found in past windows (outlined).

    The model predicts browsing customers as inactive. So that the two bars of a segment compare like with
    like, those found browsing count as inactive too, and are then shown for themselves.
    Segments of fewer than `least` customers are drawn without a bar: nothing is said about small groups.
    """
    look = surface(dark)
    segments = _segments(predicted, given)
    counts = {"now": predicted, "before": _compared(given, predicted)}
    shares = {"now": _shares(predicted, predicted), "before": _shares(counts["before"], given)}
    longest = max((*shares["now"].values(), *shares["before"].values()), default=1.0) or 1.0
    traces, words = [], []
    for row, segment in enumerate(segments):
        words.append(_left(_title(segment, predicted, given), -row + 0.36, look.text, bold=True))
        kinds = [kind for kind in counts if segment in counts[kind]]
        for kind, offset in zip(kinds, (0.10, -0.15), strict=False):
            count, y = counts[kind][segment], -row + offset
            shown = count >= least
            length = shares[kind][segment] / longest * LONGEST if shown else 0.0
            traces.append(_bar(segment, kind, length, y, dark))
            words.append(
                words_at(
                    length + 0.012,
                    y,
                    _bar_words(kind, count, shares[kind][segment], least),
                    look.text if kind == "now" else look.quiet,
                    xanchor="left",
                )
            )
    return figure_of(
        traces,
        dark=dark,
        height=ROW_HEIGHT * len(segments) + 8,
        margin={"l": 0, "r": 0, "t": 4, "b": 4, "pad": 0},
        xaxis={"visible": False, "range": [0, 1], "automargin": False},
        yaxis={"visible": False, "range": [-len(segments) + 0.62, 0.52], "automargin": False},
        annotations=words,
        bargap=0,
        barmode="overlay",
        hovermode=False,
    )


def segment_alt(predicted: Mapping[str, int], given: Mapping[str, int], *, least: int) -> str:
    """The chart in a sentence, for who cannot see it."""
    found = _compared(given, predicted)
    now, before = _shares(predicted, predicted), _shares(found, given)
    parts = []
    for segment in _segments(predicted, given):
        words = [
            _bar_words(kind, counts[segment], shares[segment], least)
            for kind, counts, shares in (("now", predicted, now), ("before", found, before))
            if segment in counts
        ]
        title = _title(segment, predicted, given)
        parts.append(f"{title[0].lower()}{title[1:]} {', '.join(words)}")
    return f"Bar chart of the share of customers in each segment: {'; '.join(parts)}."


def segment_table(predicted: Mapping[str, int], given: Mapping[str, int], *, least: int) -> pd.DataFrame:
    """The chart's figures as text: a row per segment, counts and shares; small groups as 'under N'."""
    found = _compared(given, predicted)
    now, before = _shares(predicted, predicted), _shares(found, given)

    def cells(counts: Mapping[str, int], shares: Mapping[str, float], segment: str) -> tuple[str, str]:
        if segment not in counts:
            return "–", "–"
        if counts[segment] < least:
            return f"under {least}", "–"
        return f"{counts[segment]:,}", f"{shares[segment]:.1%}"

    rows = []
    for segment in _segments(predicted, given):
        title = _title(segment, predicted, given)
        rows.append((title, *cells(predicted, now, segment), *cells(found, before, segment)))
    return pd.DataFrame(
        rows, columns=["Segment", "Predicted", "Predicted share", "In past windows", "Share in past windows"]
    )


def _segments(*counts: Mapping[str, int]) -> list[str]:
    """Every segment of any of the counts: the known ones in their order, then others."""
    names = {name for count in counts for name in count}
    return [name for name in ORDER if name in names] + sorted(names - set(ORDER))


def _browsing_is_inactive(given: Mapping[str, int], predicted: Mapping[str, int]) -> bool:
    return "browsing" in given and "browsing" not in predicted and "inactive" in predicted


def _compared(given: Mapping[str, int], predicted: Mapping[str, int]) -> dict[str, int]:
    """What was found, counted as it is predicted: the inactive with those browsing among them."""
    if not _browsing_is_inactive(given, predicted):
        return dict(given)
    return {**given, "inactive": given.get("inactive", 0) + given["browsing"]}


def _title(segment: str, predicted: Mapping[str, int], given: Mapping[str, int]) -> str:
    if _browsing_is_inactive(given, predicted):
        special = {"inactive": "Inactive, browsing included", "browsing": "Browsing alone"}
        return special.get(segment, segment.capitalize())
    return segment.capitalize()


def _shares(counts: Mapping[str, int], everybody: Mapping[str, int]) -> dict[str, float]:
    """counts as shares of all customers of `everybody`."""
    total = sum(everybody.values())
    return {name: count / total if total else 0.0 for name, count in counts.items()}


def _bar_words(kind: str, count: int, share: float, least: int) -> str:
    words = {"now": "predicted", "before": "in past windows"}[kind]
    if count < least:
        return f"under {least} customers {words}"
    return f"{share:.0%} {words}" + (f" ({count:,})" if kind == "now" else "")


def _bar(segment: str, kind: str, length: float, y: float, dark: bool) -> dict[str, Any]:
    colour = mark(next((name for name in ORDER if name == segment), UNNAMED), dark)
    filled = kind == "now"
    return {
        "type": "bar",
        "orientation": "h",
        "x": [length],
        "y": [y],
        "width": BAR_HEIGHT / ROW_HEIGHT,
        "marker": {
            "color": colour if filled else "rgba(0,0,0,0)",
            "line": {"color": colour, "width": 0 if filled else 1.5},
        },
        "name": f"{segment} {kind}",
    }


def _left(text: str, y: float, colour: str, *, bold: bool = False) -> dict[str, Any]:
    return words_at(0, y, f"<b>{text}</b>" if bold else text, colour, xanchor="left")

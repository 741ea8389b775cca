"""Explanation -> what the score looks at: a bar per feature, its sentence and its table."""

import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.palette import mark
from segmenter.plots.rows import NamedBar, named_bars
from segmenter.plots.shape import shape_in_words
from segmenter.reasons.explanation import Explanation

MOST_ROWS = 10


def importance_chart(explanation: Explanation, *, dark: bool) -> go.Figure:
    """The features that move the score most, by their share of all that moves it."""
    rows = [
        NamedBar(
            name=shape.label,
            figure=f"{explanation.share(shape):.0%}",
            value=explanation.share(shape),
            colour=mark("segmenter", dark),
        )
        for shape in explanation.features[:MOST_ROWS]
    ]
    return named_bars(rows, dark=dark)


def importance_alt(explanation: Explanation) -> str:
    """The chart in a sentence, for who cannot see it."""
    shown = explanation.features[:MOST_ROWS]
    first = "; ".join(f"{shape.label} {explanation.share(shape):.0%}" for shape in shown[:3])
    together = sum(explanation.share(shape) for shape in shown)
    return (
        f"Bar chart of what the score looks at, by share of all that moves it. Most of all: {first}. "
        f"The {len(shown)} features shown make up {together:.0%}."
    )


def importance_table(explanation: Explanation) -> pd.DataFrame:
    """The chart's figures as text, for all features: a row each."""
    return pd.DataFrame(
        [
            (
                shape.label,
                shape.group,
                f"{explanation.share(shape):.1%}",
                f"{shape.importance:.3f}",
                shape_in_words(shape),
            )
            for shape in explanation.features
        ],
        columns=["Feature", "Group", "Share", "Average size, log-odds", "How"],
    )

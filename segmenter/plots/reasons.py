"""One customer's reasons -> bars to either side of the average customer, their sentence and their table."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from segmenter.plots.palette import mark, surface
from segmenter.plots.rows import NamedBar, named_bars
from segmenter.plots.shape import points
from segmenter.reasons.explanation import CustomerReasons, Reason

OTHERS = "All other features together"


def reasons_chart(found: CustomerReasons, labels: Mapping[str, str], *, dark: bool) -> go.Figure:
    """What the largest reasons add, and the rest. labels: feature -> what it is called."""
    rows = [
        NamedBar(
            name=labels[reason.feature],
            figure=points(reason.adds),
            value=reason.adds,
            colour=mark("prompted" if reason.adds > 0 else "organic", dark),
        )
        for reason in found.reasons
    ]
    others = NamedBar(
        name=OTHERS, figure=points(found.others), value=found.others, colour=surface(dark).quiet
    )
    return named_bars([*rows, others], dark=dark, feet=("← lowers the score", "raises the score →"))


def reasons_alt(found: CustomerReasons, words: Mapping[Reason, str]) -> str:
    """The chart in a sentence, for who cannot see it. words: reason -> how it is said."""
    said = "; ".join(f"{words[reason]} {points(reason.adds)}" for reason in found.reasons)
    return (
        "Bar chart of what moves this customer's score away from the average customer's, by "
        f"{points(found.adds)} points in all. {said}; all other features together {points(found.others)}."
    )


def reasons_table(found: CustomerReasons, words: Mapping[Reason, str]) -> pd.DataFrame:
    """The chart's figures as text: a row per reason, the rest and the sum."""
    rows = [(words[reason], points(reason.adds)) for reason in found.reasons]
    rows += [(OTHERS, points(found.others)), ("Against the average customer, in all", points(found.adds))]
    return pd.DataFrame(rows, columns=["Reason", "Adds"])

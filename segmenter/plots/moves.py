"""Why customers are in one list and not in the other -> bars per feature, their sentence and their table."""

import pandas as pd
import plotly.graph_objects as go

from segmenter.comparing.comparison import Why
from segmenter.plots.palette import Meaning, mark, surface
from segmenter.plots.rows import NamedBar, named_bars
from segmenter.plots.shape import points

MOST_ROWS = 6
OTHERS = "All other features together"
SIGN = {"A": 1.0, "B": -1.0}  # parts are told as A minus B; of a group only in B, B minus A is what helped it


def moves_chart(why: Why, side: str, *, dark: bool) -> go.Figure:
    """What lifts the customers only in the list of `side` ('A' or 'B') more than the other model does."""
    both: tuple[Meaning, Meaning] = ("segmenter", "other")
    more, less = both if side == "A" else both[::-1]
    sign, shown = SIGN[side], why.reasons[:MOST_ROWS]
    rows = [
        NamedBar(
            name=reason.label,
            figure=points(sign * reason.adds),
            value=sign * reason.adds,
            colour=mark(more if sign * reason.adds > 0 else less, dark),
        )
        for reason in shown
    ]
    rest = sign * _rest(why)
    rows.append(NamedBar(name=OTHERS, figure=points(rest), value=rest, colour=surface(dark).quiet))
    other = "B" if side == "A" else "A"
    return named_bars(rows, dark=dark, feet=(f"← {other} lifts them more", f"{side} lifts them more →"))


def moves_alt(why: Why, side: str) -> str:
    """The chart in a sentence, for who cannot see it."""
    sign = SIGN[side]
    said = "; ".join(f"{each.label} {points(sign * each.adds)}" for each in why.reasons[:MOST_ROWS])
    return (
        f"Bar chart of what each feature adds in {side} beyond what it adds in the other model, on average "
        f"over the customers who are only in {side}'s list. {said}; all others {points(sign * _rest(why))}."
    )


def moves_table(why: Why, side: str) -> pd.DataFrame:
    """All parts that are kept, how these customers stand in them, and what moves everybody alike."""
    sign = SIGN[side]
    rows = [(each.label, each.words, points(sign * each.adds)) for each in why.reasons]
    rows += [
        (OTHERS, "", points(sign * why.others)),
        ("The same for every customer, so it moves nobody", "", points(sign * why.level)),
        ("Together", "", points(sign * why.total)),
    ]
    return pd.DataFrame(rows, columns=["Feature", "These customers on average", f"{side} adds more by"])


def _rest(why: Why) -> float:
    """What the features not drawn add together."""
    return why.others + sum(each.adds for each in why.reasons[MOST_ROWS:])

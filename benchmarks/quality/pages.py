"""Figures of every world, seed and split -> the page that is kept: two tables, and what the product said.

One table holds means with their standard errors over seeds (splits for Starbucks), the other the paired
difference of the product's default to each row: same customers, same seed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.quality.measures import AUC_ENGAGED, CEILING, ORACLE, Figures
from benchmarks.quality.product import DEFAULT, UNCORRECTED

GAP, REACHABLE = "gap closed", "gap closed, of what the features tell"

GAPS = {GAP: ORACLE, REACHABLE: CEILING}
SMALLEST_GAP = 0.01  # of an AUC; a share of less says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One world or data set: the Figures of its seeds or splits."""

    name: str
    figures: list[Figures]

    @property
    def measures(self) -> list[str]:
        """The columns, in the order of the first seed's table."""
        return [str(column) for column in self.figures[0].table.columns]

    def values(self, method: str, measure: str) -> np.ndarray:
        """One figure per seed: (seeds,), NaN where the method has none."""
        return np.array([figures.rows.get(method, {}).get(measure, np.nan) for figures in self.figures])

    def why_none(self, method: str) -> str:
        """The words that stand where there is no figure."""
        return next((each.unavailable[method] for each in self.figures if method in each.unavailable), "")


def page(groups: list[Group], command: str) -> str:
    """The whole page, in Markdown."""
    lines = [
        "# How well the product ranks, beside common alternatives",
        "",
        f"Written by `{command}`. The worlds and their assumptions: benchmarks/quality/WORLDS.md.",
        "",
        *_introduction(groups),
        "",
        *_table(groups, differences=False),
        "",
        "## The product's default minus the row, paired",
        "",
        "Mean (standard error) of the differences; positive: the product's default has the larger figure,",
        "which is better everywhere but in the columns *wasted*.",
        "",
        *_table(groups, differences=True),
        "",
        "## What the product said",
        "",
    ]
    for group in groups:
        lines += [f"**{group.name}**", ""]
        lines += [f"{number}. {figures.said}" for number, figures in enumerate(group.figures, 1)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _introduction(groups: list[Group]) -> list[str]:
    runs = ", ".join(f"{group.name} {len(group.figures)}" for group in groups)
    return [
        f"Seeds (splits for Starbucks): {runs}. Each cell: mean (standard error over them).",
        "",
        "- *AUC, engaged*: truly prompted against organic among the engaged test customers, by what a",
        "  method says of intent (the product: `p_prompted`). *Gap closed* is, of the way from the",
        "  uncorrected product to the oracle in that figure, how much the method goes; the oracle knows",
        "  traits that no table shows, so beside it stands the same on the way to the *ceiling*: boosted",
        "  trees on the same features and customers, told who was prompted.",
        "- *AUC, all* and *top 20 %, 40 %*: truly prompted customers among everybody, by the score; the",
        "  latter are the share of them found in the top.",
        "- *wasted*: where messages move nobody, the share of what customers spend that lies in the top: a",
        "  discount for the top is given away on it. There a method should say that it sees nothing; what",
        "  the product says stands at the end.",
        "- *Starbucks*: share of the incremental spend in the top, and Qini in currency per person, as in",
        "  benchmarks/results/starbucks.md, with the default kinds of engagement.",
        "",
        "Only the T- and the DR-learner learn from who was left out of a mailing by chance. The product and",
        "nnPU are told one number from it, the organic share, where it tells one. An empty cell: the method",
        "does not speak of that.",
    ]


def _table(groups: list[Group], *, differences: bool) -> list[str]:
    header, columns = ["ranking"], []
    for group in groups:
        for measure in group.measures:
            header.append(f"{group.name}: {measure}")
            columns.append((group, measure))
            if measure == AUC_ENGAGED and not differences:
                for gap in (GAP, REACHABLE):
                    header.append(f"{group.name}: {gap}")
                    columns.append((group, gap))
    found = dict.fromkeys(
        method for group in groups for each in group.figures for method in (*each.rows, *each.unavailable)
    )
    # Knowing the truth is no method: it stands at the end, whatever order the worlds gave.
    methods = sorted(found, key=lambda name: (name == CEILING) + 2 * (name == ORACLE))
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for method in methods:
        if differences and method == DEFAULT:
            continue
        cells = [_cell(group, measure, method, differences=differences) for group, measure in columns]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return lines


def _cell(group: Group, measure: str, method: str, *, differences: bool) -> str:
    if measure in GAPS:
        return _gap_closed(group, method, GAPS[measure])
    values = group.values(method, measure)
    if differences:
        values = group.values(DEFAULT, measure) - values
    if np.isnan(values).any():
        return group.why_none(method)
    return mean_and_error(values, sign="+" if differences else "")


def _gap_closed(group: Group, method: str, knowing: str) -> str:
    """How far a method goes from the uncorrected product to the row `knowing`.

    Ratio of means over the seeds, with the standard error of a ratio (the delta method).
    A ratio per seed would be at the mercy of the seed in which the oracle is hardly better.
    """
    given, best = group.values(UNCORRECTED, AUC_ENGAGED), group.values(knowing, AUC_ENGAGED)
    gained, gap = group.values(method, AUC_ENGAGED) - given, best - given
    if np.isnan(gained).any():
        return group.why_none(method)
    if gap.mean() < SMALLEST_GAP:
        return "no way to go"
    ratio = gained.mean() / gap.mean()
    return _number(ratio, standard_error((gained - ratio * gap) / gap.mean()))


def mean_and_error(values: np.ndarray, sign: str = "") -> str:
    """'0.634 (0.010)'; no error from a single value."""
    return _number(values.mean(), standard_error(values), sign)


def standard_error(values: np.ndarray) -> float:
    """Of the mean; NaN from a single value. values: (seeds,)."""
    return float(pd.Series(values).std(ddof=1) / np.sqrt(len(values)))


def _number(value: float, error: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}" + ("" if np.isnan(error) else f" ({error:.3f})")

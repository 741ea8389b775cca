"""What a file says became of its customers -> what keeps a model from learning from it, in words."""

from collections.abc import Iterator
from typing import Any

from segmenter.tables.report import Finding, Severity

_FEWEST = 20  # customers of a segment that a model needs
_SMALL_ARM = 0.2  # an arm with less than this share of a trial is worth a look: was it planned so?


def check_outcomes(found: dict[str, Any]) -> Iterator[Finding]:
    """The findings about table outcomes; found: the row of outcome_facts.sql."""
    known, bought = found["n_known"], found["n_bought"]
    if known == 0:
        return  # label_checks.py says that no column tells it
    if bought in (0, known) and not found["n_unengaged"]:
        yield _finding(
            "one_outcome",
            f"All {known:,} customers have the same outcome, so there is nothing to tell apart. Check which "
            "column says what became of them.",
            severity="problem",
            rows=known,
            column="bought",
        )
        return
    if bought < _FEWEST:
        yield _finding(
            "few_outcomes",
            f"Only {bought:,} customers bought after the campaign; a model needs at least {_FEWEST} of each "
            "segment. Bring a larger campaign, or several together.",
            rows=bought,
            column="bought",
        )
    if found["n_unengaged"] < _FEWEST:
        yield _finding(
            "no_unengaged",
            f"Only {found['n_unengaged']:,} customers are known to have bought without the campaign, so "
            "nobody can be called organic. Map which customers were left out by chance, or a given label.",
            rows=found["n_unengaged"],
        )
    if found["n_inactive"] == 0:
        yield _finding(
            "no_inactive",
            "The file calls nobody inactive, so a model of it cannot tell who will not buy at all. It can "
            "still rank who takes part in campaigns.",
        )
    in_trial = found["n_treatment"] + found["n_control"]
    smaller = min(found["n_treatment"], found["n_control"])
    if in_trial and smaller == 0:
        yield _finding(
            "one_arm",
            "All customers are in the same arm of the trial, so nothing shows what contact changes. Bring "
            "the customers, too, who were left out.",
            column="arm",
        )
    elif in_trial and smaller < _SMALL_ARM * in_trial:
        yield _finding(
            "uneven_arms",
            f"{found['n_treatment']:,} customers were contacted and {found['n_control']:,} left out. If lots "
            "were to be drawn more evenly, find out why they were not before you trust the trial.",
            rows=smaller,
            column="arm",
        )


def _finding(
    code: str, message: str, *, severity: Severity = "warning", rows: int = 0, column: str | None = None
) -> Finding:
    return Finding(code=code, message=message, severity=severity, table="outcomes", rows=rows, column=column)

"""Stored tables that say what became of customers -> findings: is there anything to tell apart, and enough?

What is a note or a warning beside other tables may mean that a file on its own is of no use:
`as_checked_alone` says so.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmenter.tables.contracts import HISTORY_COLUMNS
from segmenter.tables.report import Finding, Severity
from segmenter.tables.storing import table_file

FEWEST = 10  # of each label: with fewer there is nothing to learn from
_FEWEST_ROWS = 50  # a smaller file is an example, and proves nothing either way

_REACTIONS = ("view", "click", "redeem")
_EVEN = 0.05  # arms this close to half and half were meant to be half and half
_RARE = 3.3  # standard errors: by chance once in a thousand trials
_SMALL_ARM = 0.15
_MOST_UNKNOWN = 0.05  # share of outcomes that may be missing unsaid

_ALONE: dict[tuple[str, str], Severity] = {  # by code and table; "" is any
    ("one_arm", "assignments"): "problem",
    ("one_intent", "intents"): "problem",
    ("uneven_arms", "assignments"): "warning",
    ("several_treatments", ""): "warning",
    ("rows_not_mapped", ""): "warning",
}


def as_checked_alone(finding: Finding) -> Finding:
    """A finding about a file that is checked on its own, and has no other tables beside it."""
    keys = ((finding.code, finding.table), (finding.code, ""))
    return replace(finding, severity=next((_ALONE[key] for key in keys if key in _ALONE), finding.severity))


def check_labels(out: Path, given: tuple[str, ...]) -> Iterator[Finding]:
    """Findings about arms, intents, reactions and outcomes, of the given tables (with rows) in `out`."""
    if "assignments" in given:
        yield from _arms(_words(out, "assignments", "arm"))
    if "intents" in given:
        yield from _intents(_words(out, "intents", "intent"))
    if "engagements" in given:
        yield from _reactions(_words(out, "engagements", "kind"))
    if "outcomes" in given:
        yield from _outcomes(_words(out, "outcomes", "bought"), _words(out, "outcomes", "segment"))
    if {"transactions", "engagements"} & set(given):
        yield from _not_used(out, given)


def _words(out: Path, table: str, column: str) -> Counter[object]:
    """How often each word stands in a column; None is counted too."""
    counts: Counter[object] = Counter()
    with pq.ParquetFile(table_file(out, table)) as file:
        for batch in file.iter_batches(columns=[column]):
            for entry in pc.value_counts(batch.column(0)).to_pylist():
                counts[entry["values"]] += entry["counts"]
    return counts


def _arms(arms: Counter[object]) -> Iterator[Finding]:
    treated, left_out = arms["treatment"], arms["control"]
    rows = treated + left_out
    if not (treated and left_out):
        return
    share = treated / rows
    is_off = abs(share - 0.5) <= _EVEN and abs(share - 0.5) > _RARE * 0.5 / sqrt(rows)
    if is_off or not _SMALL_ARM <= share <= 1 - _SMALL_ARM:
        yield _finding(
            "uneven_arms",
            f"{treated:,} rows are in the arm 'treatment' and {left_out:,} in 'control' ({share:.1%} to "
            f"{1 - share:.1%}). Check that customers were meant to be divided so; if not, who is missing is "
            "not missing by chance, and the arms cannot be compared.",
            "assignments",
            "arm",
            severity="note",
        )


def _intents(intents: Counter[object]) -> Iterator[Finding]:
    if intents.total() < _FEWEST_ROWS:
        return
    for missing, found in (("prompted", "organic"), ("organic", "prompted")):
        if not intents[missing] and intents[found]:
            yield _finding(
                "one_intent",
                f"The intent of every customer is '{found}', so there is nothing to tell apart. Bring "
                f"customers whose intent is '{missing}', too.",
                "intents",
                "intent",
            )
        elif 0 < intents[missing] < FEWEST:
            yield _finding(
                "few_of_an_intent",
                f"Only {intents[missing]} customers have the intent '{missing}'; fewer than {FEWEST} "
                "prove nothing. Bring more of them.",
                "intents",
                "intent",
            )


def _reactions(kinds: Counter[object]) -> Iterator[Finding]:
    reactions = sum(kinds[kind] for kind in _REACTIONS)
    if kinds.total() >= _FEWEST_ROWS and kinds.total() > reactions and reactions < FEWEST:
        found = "Nobody" if reactions == 0 else f"Only {reactions} rows say that somebody"
        yield _finding(
            "few_reactions",
            f"{found} opened, clicked or redeemed anything, so hardly a customer can be called engaged. "
            "Bring the reactions, too.",
            "engagements",
            "kind",
        )


def _not_used(out: Path, given: tuple[str, ...]) -> Iterator[Finding]:
    """What only counts for files with one row per customer, where purchases or touches are there."""
    rows = "purchases" if "transactions" in given else "touches"
    told = "From these, segments and features are made. Leave the others out to use it instead."
    if "outcomes" in given:
        yield _finding(
            "outcomes_not_used",
            f"The table 'outcomes' is stored, and not used, because rows of {rows} are there. {told}",
            "outcomes",
            None,
            severity="note",
        )
    if "customers" not in given:
        return
    with pq.ParquetFile(table_file(out, "customers")) as file:
        people = file.read(columns=list(HISTORY_COLUMNS))
    for name in HISTORY_COLUMNS:
        if people[name].null_count < len(people):
            yield _finding(
                "history_not_used",
                f"The column for '{name}' is stored, and not used, because rows of {rows} are there. {told}",
                "customers",
                name,
                severity="note",
            )


def _outcomes(bought: Counter[object], segments: Counter[object]) -> Iterator[Finding]:
    rows = bought.total()
    unknown = min(bought[None], segments[None])
    if unknown == rows:
        yield _finding(
            "no_outcome",
            "No column says what became of the customers. Say in a mapping which one says whether they "
            "bought.",
            "outcomes",
            None,
            severity="problem",
        )
    elif unknown > _MOST_UNKNOWN * rows:
        yield _finding(
            "unknown_outcomes",
            f"Of {unknown:,} customers ({unknown / rows:.0%}) it is not said what became of them; the cells "
            "are empty, or say something else than yes or no. Bring a column with one answer for everybody.",
            "outcomes",
            "bought",
            severity="problem",
        )

    if rows >= _FEWEST_ROWS and bought[True] == rows and segments[None] == rows:
        yield _finding(
            "one_outcome",
            f"All {rows:,} customers bought, so there is nothing to tell apart. Bring those who did not.",
            "outcomes",
            "bought",
            severity="problem",
        )


def _finding(
    code: str, message: str, table: str, column: str | None, *, severity: Severity = "warning"
) -> Finding:
    return Finding(code=code, message=message, severity=severity, table=table, column=column)

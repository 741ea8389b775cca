"""Findings of a data set -> its quality report: per table what was checked, what was found, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Dataset
from segmenter.tables.report import Finding, Severity, by_severity
from segmenter.tables.validation import REASONS

# What is looked at, in the words of the report -> the codes of findings about it.
CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "Rows are whole": (
        *("empty_row", "ragged_row", "ragged_rows", "broken_record", "total_row", "header_row"),
        *("rows_not_mapped", "nothing_matched"),
    ),
    "Ids": (
        *("unreadable_id", "ids_are_flags", "ids_with_decimals", "ids_cleaned", "ids_from_floats"),
        *("placeholder_ids", "ids_differ_by_case", "ids_differ_by_zeros", "one_customer"),
    ),
    "What is needed is there": ("missing", "no_rows_left", "most_rows_unreadable"),
    "Numbers and money": (
        *("not_a_number", "number_out_of_range", "mixed_decimals", "ambiguous_numbers", "mixed_currencies"),
        *(
            "currency_assumed",
            "constant_amount",
            "dominant_customer",
            "margins_missing",
            "margin_above_amount",
        ),
    ),
    "Dates and times": (
        *("not_a_date", "date_out_of_range", "ambiguous_dates", "contradictory_dates", "unusable_dates"),
        *("mixed_dates", "mixed_zones", "numbers_as_dates", "future_dates", "one_day"),
    ),
    "Words": ("unknown_word", "not_yes_or_no"),
    "Each row counts once": (
        "duplicate",
        "joined",
        "updated",
        "already_there",
        "overlap",
        "superseded",
        "alike_rows",
        "repeated_rows",
    ),
    "Returns and cancellations": (
        *("cancellations", "returns_matched", "negative_prices", "zero_amounts", "negative_quantities"),
        "returns_exceed_sales",
    ),
    "Other tables": (
        *("unknown_customers", "unknown_campaigns", "customers_without_purchases", "one_arm", "both_arms"),
        "files_disagree",
    ),
    "Time is covered": ("gap", "purchases_end_early", "touches_end_early"),
    "Sensitive columns": ("sensitive_column", "attribute_left_out"),
}
OTHER: Final = "Anything else"
_ONLY_FOR: Final = {
    "Each row counts once": tuple(TABLES),
    "Returns and cancellations": ("transactions",),
    "Time is covered": tuple(name for name, table in TABLES.items() if table.has_time),
    "Sensitive columns": ("customers",),
}
_DONE: Final = {
    "overlap": "set aside",
    "superseded": "set aside",
    "files_disagree": "the first file's kept",
    "ids_cleaned": "repaired",
    "ids_with_decimals": "repaired",
    "mixed_zones": "repaired",
    "sensitive_column": "kept, but not for models",
    "attribute_left_out": "left out",
    "rows_not_mapped": "not used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of one table, and one thing that it found. severity: None where it found nothing. done: what
    became of the rows.
    """

    check: str
    severity: Severity | None = None
    rows: int = 0
    done: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuality:
    """What became of a table's rows, and every check that was made of it; rows_in == used + set aside."""

    table: str
    rows_used: int
    rows_set_aside: int
    checks: tuple[CheckResult, ...]

    @property
    def rows_in(self) -> int:
        return self.rows_used + self.rows_set_aside


def table_quality(dataset: Dataset, table: str) -> TableQuality:
    """The report on one table. Findings about a file as a whole stand with the tables that it feeds."""
    about = by_severity(finding for finding in dataset.findings if finding.table == table)
    results = [
        result
        for check, codes in CHECKS.items()
        if table in _ONLY_FOR.get(check, TABLES)
        for result in _results(check, [finding for finding in about if finding.code in codes])
    ]
    known = {code for codes in CHECKS.values() for code in codes}
    others = [finding for finding in about if finding.code not in known]
    return TableQuality(
        table=table,
        rows_used=dataset.rows.get(table, 0),
        rows_set_aside=dataset.set_aside.get(table, 0),
        checks=(*results, *(_results(OTHER, others) if others else ())),
    )


def about_files(dataset: Dataset) -> tuple[Finding, ...]:
    """Findings that belong to no table: they are about a file as it lies there."""
    return by_severity(finding for finding in dataset.findings if finding.table not in TABLES)


def verdict_in_words(dataset: Dataset) -> tuple[Severity | None, str]:
    """How serious the most serious finding is, and the verdict: 'Accepted, with 2 things worth a look'."""
    looks = sum(finding.severity == "warning" for finding in dataset.findings)
    if any(finding.severity == "problem" for finding in dataset.findings):
        return "problem", "Not accepted: these data cannot be used as they are."
    if looks:
        return "warning", f"Accepted, with {looks} {'thing' if looks == 1 else 'things'} worth a look."
    return None, "Accepted: nothing stands in the way of using these data."


def _results(check: str, findings: Sequence[Finding]) -> list[CheckResult]:
    """A line per finding, or the one line that says that there is none."""
    if not findings:
        return [CheckResult(check=check)]
    return [
        CheckResult(
            check=check,
            severity=finding.severity,
            rows=finding.rows,
            done=finding.done or _DONE.get(finding.code) or ("" if finding.code in REASONS else "kept"),
            message=finding.message,
        )
        for finding in findings
    ]

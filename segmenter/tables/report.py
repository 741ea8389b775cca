"""What was found in files, in words that a marketing manager can act on, and the verdict that follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from segmenter.errors import InputError

Severity = Literal["note", "warning", "problem"]
Verdict = Literal["accept", "accept_with_warnings", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth knowing about a file or a table.

    severity: a 'note' needs no action; a 'warning' deserves a look; a 'problem' means that the data cannot be
    used as they are. rows: how many rows it concerns; first_row: the first of them, counted as a spreadsheet
    does (in a CSV file the header is row 1; in Parquet the first row is 1). done: what became of the rows
    ('set aside'), '' where they were kept. The message never quotes a cell.
    """

    code: str
    message: str
    severity: Severity = "warning"
    table: str = ""
    file: str = ""
    column: str | None = None
    rows: int = 0
    first_row: int | None = None
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """What became of the rows of a check. rows_in == rows_used + rows_set_aside, always."""

    verdict: Verdict
    rows_in: int
    rows_used: int
    rows_set_aside: int
    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_used + self.rows_set_aside:
            raise ValueError(
                f"Rows went missing: {self.rows_in} in, {self.rows_used} used, {self.rows_set_aside} aside."
            )

    def summary(self) -> str:
        """One sentence: '9,998 of 10,000 rows can be used; 2 are set aside.'"""
        if self.verdict == "reject":
            problems = [finding.message for finding in self.findings if finding.severity == "problem"]
            return problems[0] if problems else "None of the rows can be used."
        aside = f"{self.rows_set_aside:,} are set aside" if self.rows_set_aside else "none is set aside"
        return f"{self.rows_used:,} of {self.rows_in:,} rows can be used; {aside}."


def validation_report(*, rows_in: int, rows_used: int, findings: Iterable[Finding]) -> ValidationReport:
    """The report of these findings: a problem, or no usable row, rejects; a warning asks for a look."""
    found = by_severity(findings)
    severities = {finding.severity for finding in found}
    verdict: Verdict = "accept"
    if "problem" in severities or rows_used == 0:
        verdict = "reject"
    elif "warning" in severities:
        verdict = "accept_with_warnings"
    return ValidationReport(
        verdict=verdict,
        rows_in=rows_in,
        rows_used=rows_used,
        rows_set_aside=rows_in - rows_used,
        findings=found,
    )


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Problems first, then warnings, then notes; otherwise in the order in which they were found."""
    order: tuple[Severity, ...] = ("problem", "warning", "note")
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def unreadable_report(message: str, file: str, table: str) -> ValidationReport:
    """The report on a file of which no row could be read."""
    finding = Finding(code="unreadable_file", message=message, severity="problem", table=table, file=file)
    return validation_report(rows_in=0, rows_used=0, findings=[finding])


def raise_problems(findings: Iterable[Finding]) -> None:
    """Raise InputError with the first problem, where there is one."""
    problems = [finding.message for finding in findings if finding.severity == "problem"]
    if problems:
        more = f" ({len(problems) - 1} more problems were found.)" if len(problems) > 1 else ""
        raise InputError(problems[0] + more)

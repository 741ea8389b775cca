"""The SQL of a check -> its one row of counts; and what that says -> a finding about a whole table."""

from typing import Any

from segmenter.engines import Engine, read_sql
from segmenter.tables.report import Finding, Severity

_PACKAGE = "segmenter.tables"


def facts(engine: Engine, name: str, **parameters: Any) -> dict[str, Any]:
    """The one row that a check's SQL returns, by column."""
    batches = list(engine.batches(read_sql(_PACKAGE, name), parameters))
    return dict(batches[0].to_pylist()[0])


def table_finding(
    code: str,
    message: str,
    table: str = "transactions",
    *,
    severity: Severity = "warning",
    rows: int = 0,
    column: str | None = None,
) -> Finding:
    """A finding about a table as it is stored, not about one of its files."""
    return Finding(code=code, message=message, severity=severity, table=table, rows=rows, column=column)

"""A file -> a verdict: what it would give as one table, its columns guessed. Runs in the limited child."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segmenter.errors import MissingColumn, UnreadableFile
from segmenter.progress import Progress
from segmenter.tables.assembling import assemble, store, told_reading, unread_sheets
from segmenter.tables.guessing import guess_source
from segmenter.tables.ingestion import CheckArguments
from segmenter.tables.inspection import ragged_finding, source_file
from segmenter.tables.label_checks import as_checked_alone
from segmenter.tables.mapping import Mapping, SourceMapping
from segmenter.tables.report import Finding, ValidationReport, validation_report
from segmenter.tables.sandbox import from_json
from segmenter.tables.telling_columns import telling_columns
from segmenter.tables.text_table import TextTable, read_text_table
from segmenter.tables.validation import SetAside
from segmenter.tables.workbook import sheets_of


def check_task(arguments: bytes, folder: Path, progress: Progress) -> ValidationReport:
    """The child's side of ingestion.check_file."""
    order = from_json(arguments, CheckArguments)
    text, part = _first_that_fits(order, folder, progress)
    about_file = [
        *text.findings,
        *ragged_finding(text),
        *unread_sheets({(order.file, text.sheet): text}, "warning"),
    ]
    if isinstance(part, MissingColumn):
        missing = Finding(
            code="missing_column", message=str(part), severity="problem", table=order.table, file=order.file
        )
        return validation_report(rows_in=text.rows_seen, rows_used=0, findings=[*about_file, missing])
    mapping = Mapping(tables={order.table: (part,)})
    out = folder / "out"
    out.mkdir()
    with SetAside(out / "set_aside.parquet") as aside:
        assembled = assemble(mapping, {part.source: text}, folder, aside, progress)
        _, findings = store(assembled, out, folder, aside, progress)
    findings += _about_outcomes(order, text, part)
    unused = text.rows_seen - aside.tally.rows_in[order.table]
    return validation_report(
        rows_in=text.rows_seen,
        rows_used=text.rows_seen - unused - aside.tally.set_aside.get(order.table, 0),
        findings=[
            *(as_checked_alone(_in_file(finding, order, part)) for finding in findings),
            *unread_sheets({part.source: text}, "warning"),
        ],
    )


def _about_outcomes(order: CheckArguments, text: TextTable, part: SourceMapping) -> list[Finding]:
    """What a file of outcomes gives away that no model may know beforehand."""
    bought = part.columns.get("bought")
    if bought is None or bought.column is None:
        return []
    others = tuple(name for name in text.names if name not in part.source_columns())
    return list(telling_columns(text, bought.column, others))


def _in_file(finding: Finding, order: CheckArguments, part: SourceMapping) -> Finding:
    """A finding about a whole table, told of the one file that was checked, and of its own column."""
    if finding.file:
        return finding
    source = part.columns.get(finding.column or "")
    column = None if source is None else source.column
    where = f"In '{order.file}'" + (f", column '{column}'" if column else "")
    return replace(finding, file=order.file, column=column, message=f"{where}: {finding.message}")


def _first_that_fits(
    order: CheckArguments, folder: Path, progress: Progress
) -> tuple[TextTable, SourceMapping | MissingColumn]:
    """The file, or the first sheet of it that has the table's columns, and which they are; else what
    lacks.
    """
    sheets: Sequence[str | None] = sheets_of(order.path, order.file)
    lacking: list[tuple[TextTable, MissingColumn]] = []
    unreadable: list[UnreadableFile] = []
    for place, sheet in enumerate(sheets if len(sheets) > 1 else [None]):
        try:
            text = read_text_table(
                order.path,
                order.file,
                folder / f"text_{place}",
                sheet=sheet,
                told=told_reading(progress, order.file),
            )
            return text, guess_source(source_file(text, order.path, sheet), order.table)
        except MissingColumn as error:
            lacking.append((text, error))
        except UnreadableFile as error:
            unreadable.append(error)
    if not lacking:
        raise unreadable[0]
    return lacking[0]

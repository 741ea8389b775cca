"""A mapping and its files -> a dataset folder or a preview. Runs in the limited child process."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import open_engine
from segmenter.errors import MappingError
from segmenter.progress import Progress, part, silent
from segmenter.tables.appending import Earlier
from segmenter.tables.attributes import AttributeReader, choose_attributes
from segmenter.tables.campaign_day import campaign_began
from segmenter.tables.checks import check_tables
from segmenter.tables.contracts import TABLES
from segmenter.tables.currencies import check_currencies, check_same_currency
from segmenter.tables.dataset import Coverage, Dataset
from segmenter.tables.ingestion import PREVIEW_FILE, FilesArguments, PreviewAnswer
from segmenter.tables.mapping import Mapping, Source
from segmenter.tables.overlap import without_overlap
from segmenter.tables.report import Finding, Severity, by_severity, raise_problems, validation_report
from segmenter.tables.sandbox import from_json
from segmenter.tables.sensitive_attributes import with_sensitivity
from segmenter.tables.source_rows import SourceRows, rows_wanted
from segmenter.tables.sources import with_rows as with_rows_of
from segmenter.tables.storing import store_missing_tables, store_table
from segmenter.tables.telling_columns import outcomes_among_attributes, telling_attributes
from segmenter.tables.text_table import Matching, TextTable, Told, read_text_table
from segmenter.tables.typed_rows import TypedRows, write_typed_rows
from segmenter.tables.validation import Place, SetAside

PREVIEW_ROWS = 5_000  # rows of each file that a preview keeps
_MEMORY = "1500MB"  # of the sort, which spills to disk beyond that


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """Typed rows of every mapped table, before keys are made unique; the currency, where anything says it."""

    tables: dict[str, TypedRows]
    currency: str | None
    attributes: tuple[AttributeReader, ...]
    findings: tuple[Finding, ...]


def ingest_task(arguments: bytes, folder: Path, progress: Progress) -> Dataset:
    """The child's side of ingestion.ingest. Raises InputError with the first problem found."""
    order = from_json(arguments, FilesArguments)
    earlier = None if order.earlier is None else Earlier.open(order.earlier)
    if earlier is not None:
        earlier.check_fits(order.mapping)
    texts = _read_files(order.mapping, order.paths, folder, progress)
    with SetAside(order.out / "set_aside.parquet", order.erased) as aside:
        if earlier is not None:
            aside.carry_over(earlier.folder / "set_aside.parquet")
        assembled = assemble(order.mapping, texts, folder, aside, progress, earlier)
        coverage, findings = store(assembled, order.out, folder, aside, progress, earlier)
    findings += unread_sheets(texts, "note")
    raise_problems(findings)
    undated = coverage.get("outcomes", Coverage(first=None, last=None)).first is None
    if undated and not {"transactions", "engagements"} & set(coverage):
        coverage["outcomes"], finding = campaign_began(order.out)
        findings.append(finding)
    given = {table: order.mapping.tables.get(table, ()) for table in TABLES}
    read = Dataset(
        name=order.name,
        rows={table: aside.tally.rows_used(table) for table in TABLES},
        set_aside={table: aside.tally.set_aside.get(table, 0) for table in TABLES},
        mapped={
            table: tuple(name for name in TABLES[table].names if any(name in part.columns for part in parts))
            for table, parts in given.items()
        },
        attributes=tuple(reader.attribute for reader in assembled.attributes),
        coverage=coverage,
        findings=by_severity(findings),
        currency=assembled.currency,
        time_zone=order.mapping.time_zone,
        sources=with_rows_of(order.sources, {source: text.rows_seen for source, text in texts.items()}),
    )
    return read if earlier is None else earlier.followed_by(read)


def preview_task(arguments: bytes, folder: Path, progress: Progress) -> PreviewAnswer:
    """The child's side of ingestion.preview."""
    order = from_json(arguments, FilesArguments)
    (table,) = order.mapping.tables
    texts = _read_files(order.mapping, order.paths, folder, progress, keep=PREVIEW_ROWS)
    with SetAside(folder / "set_aside.parquet") as aside:
        assembled = assemble(order.mapping, texts, folder, aside, silent, taken=order.taken)
    mapped = [
        name
        for name in TABLES[table].names
        if any(name in part.columns for part in order.mapping.tables[table])
    ]
    columns = [*mapped, *(reader.attribute.name for reader in assembled.attributes)]
    pq.write_table(pq.read_table(assembled.tables[table].path, columns=columns), folder / PREVIEW_FILE)
    report = validation_report(
        rows_in=aside.tally.rows_in.get(table, 0),
        rows_used=aside.tally.rows_used(table),
        findings=[*_of_files(texts), *assembled.findings, *aside.tally.findings()],
    )
    labels = [reader.attribute.label for reader in assembled.attributes]
    return PreviewAnswer(titles=(*mapped, *labels), report=report)


def _read_files(
    mapping: Mapping, paths: dict[str, Path], folder: Path, progress: Progress, *, keep: int | None = None
) -> dict[Source, TextTable]:
    texts, count = {}, len(mapping.sources())
    for place, (file, sheet) in enumerate(mapping.sources()):
        texts[file, sheet] = read_text_table(
            paths[file],
            file,
            folder / f"text_{place}",
            sheet=sheet,
            keep=keep,
            whole=keep is None,
            matching=None if keep is None else _matching(mapping, (file, sheet)),
            told=told_reading(part(progress, 0.4 * place / count, 0.4 * (place + 1) / count), file),
        )
        _check_once(texts, file, texts[file, sheet].sheet)
    return texts


def _check_once(texts: dict[Source, TextTable], file: str, sheet: str | None) -> None:
    """Raise MappingError where a sheet is meant twice, with and without its name: no row counts twice."""
    meant = [source for source, text in texts.items() if (source[0], text.sheet) == (file, sheet)]
    if len(meant) > 1:
        raise MappingError(
            f"The mapping names '{file}' once with sheet '{sheet}' and once without, which means the same. "
            "Name the sheet in each place."
        )


def _matching(mapping: Mapping, source: Source) -> Matching:
    """Which rows of a file any of its tables takes: a preview is not spent on rows of other tables."""
    feeding = [part for parts in mapping.tables.values() for part in parts if part.source == source]

    def matching(cells: dict[str, pa.Array], rows: int) -> np.ndarray:
        # A column that is not there is the business of check_columns, which says so in words.
        masks = [rows_wanted(part, cells, rows) for part in feeding]
        return np.asarray(np.logical_or.reduce(masks), dtype=bool)

    return matching


def assemble(
    mapping: Mapping,
    texts: dict[Source, TextTable],
    folder: Path,
    aside: SetAside,
    progress: Progress,
    earlier: Earlier | None = None,
    taken: frozenset[str] = frozenset(),
) -> Assembled:
    """Typed rows of every table of the mapping. Raises MappingError for columns that are not there.

    taken: titles under which there is no attribute, beside those of the mapping's own outcomes.
    """
    used = {source: np.zeros(text.rows, dtype=bool) for source, text in texts.items()}
    sources = {
        table: [
            SourceRows(table, part, texts[part.source], used[part.source], time_zone=mapping.time_zone)
            for part in parts
        ]
        for table, parts in mapping.tables.items()
        if parts
    }
    for rows in (rows for parts in sources.values() for rows in parts):
        rows.check_columns()
    _set_ragged_aside(sources, aside)
    people, known = sources.get("customers", ()), earlier.dataset.attributes if earlier else ()
    attributes, findings = choose_attributes(
        people,
        taken | mapping.outcome_titles(),
        known=known,
        telling=telling_attributes(people, sources.get("outcomes", ()), known),
    )
    attributes, about_sensitive = with_sensitivity(attributes, people)
    findings += [*about_sensitive, *outcomes_among_attributes(people, attributes)]
    currency, about_currency = check_currencies(sources.get("transactions", ()), mapping.currency)
    findings += about_currency
    if earlier is not None:
        findings += check_same_currency(earlier.dataset, currency)
    tables: dict[str, TypedRows] = {}
    for place, (table, parts) in enumerate(sources.items()):
        checking = part(progress, 0.4 + 0.3 * place / len(sources), 0.4 + 0.3 * (place + 1) / len(sources))
        most = sum(rows.text.rows for rows in parts)

        def told(rows: int, table: str = table, checking: Progress = checking, most: int = most) -> None:
            checking("checking", rows / max(most, 1), f"Checked {rows:,} rows of {table}.")

        tables[table] = write_typed_rows(
            TABLES[table],
            parts,
            attributes if table == "customers" else (),
            folder / f"typed_{table}.parquet",
            aside,
            told,
        )
        findings += tables[table].findings
    findings += [_unused(texts[source], rows) for source, rows in used.items() if not rows.all()]
    return Assembled(
        tables=tables,
        currency=currency,
        attributes=attributes,
        findings=(*_of_files(texts), *findings),
    )


def store(
    assembled: Assembled,
    out: Path,
    folder: Path,
    aside: SetAside,
    progress: Progress,
    earlier: Earlier | None = None,
) -> tuple[dict[str, Coverage], list[Finding]]:
    """Write the dataset's files; what they cover, and every finding so far."""
    findings = list(assembled.findings)
    labels = {reader.attribute.name: reader.attribute.label for reader in assembled.attributes}
    allowed = [out] if earlier is None else [out, earlier.folder]
    with open_engine(allowed=allowed, scratch=folder, memory=_MEMORY) as engine:
        for place, (table, typed) in enumerate(assembled.tables.items()):
            progress("storing", 0.7 + 0.2 * place / len(assembled.tables), f"Sorting and storing {table}.")
            once, about_parts = without_overlap(engine, table, typed, aside, folder)
            if earlier is not None:
                once, about_both = earlier.with_new(engine, TABLES[table], once, folder, aside, labels)
                about_parts += [each for each in about_both if each not in about_parts]
            findings += about_parts
            findings += store_table(engine, TABLES[table], once, out, folder, aside, labels)
        if earlier is not None:
            earlier.keep_unmentioned(out)
        store_missing_tables(out)
        progress("storing", 0.9, "Looking at the tables as a whole.")
        before = earlier.tables_with_rows() if earlier else ()
        given = (*before, *(table for table in assembled.tables if aside.tally.rows_used(table)))
        with_rows = tuple(table for table in TABLES if table in given)
        coverage, about_tables = check_tables(engine, out, with_rows)
    return coverage, [*findings, *aside.tally.findings(), *about_tables]


def _set_ragged_aside(sources: dict[str, list[SourceRows]], aside: SetAside) -> None:
    """Rows that do not fit their header cannot say which table is theirs: the first one counts them."""
    told: set[Source] = set()
    for table, parts in sources.items():
        for rows in parts:
            text = rows.text
            if rows.mapping.source not in told and text.ragged:
                aside.tally.add_rows(table, len(text.ragged))
                aside.put(Place(table, text.file), text.why_aside, np.array(text.ragged, dtype=np.int64))
            told.add(rows.mapping.source)


def _unused(text: TextTable, used: np.ndarray) -> Finding:
    count = int((~used).sum())
    numbers = np.concatenate([numbers for numbers, _ in text.batches(())])
    first = int(numbers[np.argmin(used)])
    return Finding(
        code="rows_not_mapped",
        message=f"{count:,} rows of '{text.file}' belong to no table: no 'where' of the mapping names them.",
        severity="note",
        file=text.file,
        rows=count,
        first_row=first,
    )


def _of_files(texts: dict[Source, TextTable]) -> list[Finding]:
    return [finding for text in texts.values() for finding in text.findings]


def unread_sheets(texts: dict[Source, TextTable], severity: Severity) -> list[Finding]:
    """A finding for each workbook of which sheets hold something and were not read."""
    read = {(file, text.sheet) for (file, _), text in texts.items()}
    unread: dict[str, dict[str, None]] = {}
    for (file, _), text in texts.items():
        left = {sheet: None for sheet in text.other_sheets if (file, sheet) not in read}
        unread[file] = unread.get(file, {}) | left
    return [
        Finding(
            code="other_sheets",
            message=f"'{file}' has sheets that were not read: {', '.join(list(sheets)[:8])}. If they "
            "belong to the data, say in the mapping what their columns are.",
            severity=severity,
            file=file,
        )
        for file, sheets in unread.items()
        if sheets
    ]


def told_reading(progress: Progress, file: str) -> Told:
    return lambda rows, share: progress("reading", share, f"Read {rows:,} rows of {file}.")

"""The verbs of the command line about data that stay: brought in, listed, followed back to their files.

As in verbs.py the stages are imported inside the verbs: `--help` and the lists must not wait for them.
"""

import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import Any

from segmenter.answers import Answer, builtins, paragraphs, printable, table
from segmenter.figures import count_of
from segmenter.progress import Progress
from segmenter.workspace import ArtifactRecord, Workspace


def ingest(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Mapping and files -> data set, of its own or the next version of another."""
    from segmenter import pipeline

    dataset = pipeline.ingest(
        ws,
        args.mapping,
        files=args.files,
        confined=args.confined,
        name=args.name,
        append_to=args.append_to,
        replace=args.replace,
        progress=progress,
    )
    return describe_dataset(ws, dataset)


def datasets(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """The data sets, newest first, each with its version and what it follows."""
    records = ws.records("dataset")
    rows = [
        (
            record.id,
            f"{record.created_at.astimezone():%Y-%m-%d %H:%M}",
            record.details.get("version", 1),
            record.details.get("follows", ""),
            named(record),
        )
        for record in records
    ]
    text = (
        table(("id", "made", "version", "follows", "name"), rows) if records else "There is no dataset yet."
    )
    return Answer({"rows": builtins(records)}, text)


def lineage(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Anything made -> where it comes from, back to the files."""
    from segmenter.lineage import lineage as come_from
    from segmenter.lineage import steps

    origin = come_from(ws, args.id)
    text = "\n".join(f"{'  ' * depth}{printable(sentence)}" for depth, sentence in steps(origin))
    return Answer({"lineage": builtins(origin)}, text)


def erase(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """One customer -> gone from everything; the answer does not repeat the id."""
    from segmenter.erasing import erase_customer, what_erasing_takes

    # Read here, and not given in words that a list of processes or of jobs would show.
    customer = sys.stdin.readline() if args.customer == "-" else args.customer
    if args.show:
        erasure = what_erasing_takes(ws, customer)
    else:
        erasure = erase_customer(ws, customer, even_unknown=args.even_unknown, progress=progress)
    held = table(("rewritten", "how many"), erasure.rewritten.items()) if erasure.is_known else ""
    discarded = "Would be discarded" if args.show else "Discarded"
    sent = ", ".join(printable(name) for name in erasure.sent)
    text = paragraphs(
        f"{'Would take' if args.show else 'Took'} {erasure.rows:,} rows out of data sets."
        if erasure.is_known
        else "Nothing stored holds a customer with this id.",
        held,
        f"Files of these audiences named the customer, and cannot be called back: {sent}." if sent else "",
        f"{discarded}, whoever is in them: {count_of(erasure.waiting, 'set')} of files not read yet. "
        "Bring them again."
        if erasure.waiting
        else "",
        "An id that is not known is erased only with --even-unknown: check how it is written."
        if args.show and not erasure.is_known
        else "",
        "" if args.show else "Whenever this id comes again, its rows are set aside.",
    )
    return Answer({"erased": not args.show, **builtins(erasure)}, text)


def describe_dataset(ws: Workspace, dataset: str) -> Answer:
    """What was read into a data set, for programs and for people."""
    from segmenter.lineage import files_of
    from segmenter.results import open_dataset

    about, record = open_dataset(ws, dataset), ws.record(dataset)
    fields = {
        "dataset": dataset,
        "name": about.name,
        "tables": about.rows,
        "set_aside": about.set_aside,
        "findings": builtins(about.findings),
        "sources": builtins(files_of(ws, record)),
        "version": record.details.get("version", 1),
        "follows": record.details.get("follows"),
    }
    rows = [
        (name, n, about.set_aside.get(name, 0)) for name, n in about.rows.items() if about.mapped.get(name)
    ]
    tables = table(("table", "rows", "set aside"), rows)
    title = f"{dataset}  {printable(named(record))}"
    return Answer(fields, paragraphs(title, tables, findings_table(about.findings)))


def named(record: ArtifactRecord) -> str:
    """A name as lists show it."""
    return f"{record.name} (demo)" if record.demo else record.name


def findings_table(findings: Iterable[Any]) -> str:
    """Findings as a table for people; empty where there are none."""
    rows = [
        (each.severity, each.file or each.table, each.column or "", each.rows, each.message)
        for each in findings
    ]
    return table(("", "where", "column", "rows", "what"), rows) if rows else ""

"""One function per verb of the command line: arguments -> a stage of the journey -> what it answers.

The pipeline is imported inside the verbs: `--help` and the lists must not wait for torch.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import segmenter
from segmenter import data_verbs
from segmenter.answers import Answer, printable
from segmenter.answers import builtins as _builtins
from segmenter.answers import paragraphs as _paragraphs
from segmenter.answers import table as _table
from segmenter.data_verbs import describe_dataset, findings_table, named
from segmenter.progress import Progress
from segmenter.segment_verbs import rfm
from segmenter.settings import TrainingSettings
from segmenter.workspace import Kind, Workspace

# In the order in which they are told; the fields of 'segments' that the contract names.
GIVEN_LABELS = ("engaged", "unengaged", "inactive", "browsing")


def demo(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Demo customers -> data set."""
    from segmenter import pipeline

    dataset = pipeline.make_demo(
        ws, customers=args.customers, seed=args.seed, name=args.name, progress=progress
    )
    return describe_dataset(ws, dataset)


def check(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """A file -> what it would give as a table."""
    from segmenter.tables.ingestion import check_file  # not by way of the pipeline, which waits for torch

    report = check_file(args.file, args.table)
    return Answer(
        _builtins(report), _paragraphs(printable(report.summary()), findings_table(report.findings))
    )


def train(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Data set -> model; with --complete its evaluation and scores too."""
    from segmenter import pipeline
    from segmenter.results import open_report, why_untested

    pairs = dict(args.set)
    if args.outcome_days is not None:
        pairs["outcome_days"] = str(args.outcome_days)
    work = pipeline.train_and_report if args.complete else pipeline.train
    model = work(
        ws,
        dataset=ws.find("dataset", args.dataset).id,
        cutoffs=tuple(sorted(set(args.cutoff))) if args.cutoff else None,
        settings=TrainingSettings().with_pairs(pairs),
        name=args.name,
        progress=progress,
    )
    report = open_report(ws, model)
    given = report.given.values()
    segments = {label: sum(counts.get(label, 0) for counts in given) for label in GIVEN_LABELS}
    correction = report.training.correction
    fields = {
        "model": model,
        "dataset": report.dataset,
        "cutoffs": _builtins(report.cutoffs),
        "segments": segments,
        "correction": _builtins(correction),
        "suspicious": _builtins(report.suspicious),
        "not_evaluated": why_untested(ws.record(model)),
    }
    untested = f"Too few customers to test it: {fields['not_evaluated']}" if fields["not_evaluated"] else ""
    counted = _table(("segment", "customers"), segments.items())
    suspicions = "\n".join(printable(each.sentence) for each in report.suspicious)
    text = _paragraphs(_title(ws, model), counted, correction.sentence, suspicions, untested)
    return Answer(fields, text)


def evaluate(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Model -> how well it ranks customers it has not seen."""
    from segmenter import pipeline
    from segmenter.results import open_evaluation

    model = ws.find("model", args.model).id
    evaluation = pipeline.evaluate(ws, model=model, progress=progress)
    result = open_evaluation(ws, model)
    assert result is not None  # it has just been made
    curve = result.gains["segmenter"]
    fields = {
        "evaluation": evaluation,
        "model": model,
        "sentence": result.sentence,
        "customers": result.customers,
        "positives": result.positives,
        "table1": _builtins(result.table1),
        "gain": [
            {"depth": depth, "captured": captured}
            for depth, captured in zip(curve.depth, curve.captured, strict=True)
        ],
        "evidence": _builtins(result.evidence),
        "groups": _builtins(result.groups),
    }
    measures = ("depth", "precision", "recall", "balanced_accuracy", "weighted_f1")
    rows = [(row.name, *(getattr(row, measure) for measure in measures)) for row in result.table1]
    text = _paragraphs(
        _table(("ranking", *measures), rows), result.sentence, *(each.sentence for each in result.evidence)
    )
    return Answer(fields, text)


def score(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Model and data set -> every customer scored."""
    from segmenter import pipeline
    from segmenter.results import open_summary

    scores = pipeline.score(
        ws,
        model=ws.find("model", args.model).id,
        dataset=ws.find("dataset", args.dataset).id if args.dataset else None,
        as_of=args.as_of,
        progress=progress,
    )
    summary = open_summary(ws, scores)
    path = str(ws.path(scores) / "scores.parquet")
    fields = {
        "scores": scores,
        "path": path,
        "rows": summary.customers,
        "as_of": summary.as_of,
        "segments": summary.segments,
    }
    segments = _table(("most likely segment", "customers"), summary.segments.items())
    return Answer(fields, _paragraphs(_title(ws, scores), segments, f"Scores of each customer: {path}"))


def compare(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Two models -> how their lists differ, who moves and why, and whether one is better."""
    from segmenter import pipeline
    from segmenter.results import open_comparison

    ours, theirs = (ws.find("model", asked).id for asked in (args.model, args.other))
    comparison = pipeline.compare(ws, model=ours, other=theirs, progress=progress)
    result = open_comparison(ws, comparison)
    fields = {
        "comparison": comparison,
        "sentence": result.sentence,
        "overlap": _builtins(result.overlap),
        "differences": _builtins(result.differences),
        "tested": _builtins(result.tested.lines) if result.tested else None,
        "why_untested": result.why_untested,
    }
    rows = [(each.words, each.ours, each.theirs) for each in result.differences]
    differences = _table(("what differs", "A", "B"), rows) if rows else "Nothing differs in their settings."
    names = "\n".join(f"{side}: {printable(name)}" for side, name in zip("AB", result.names, strict=True))
    return Answer(fields, _paragraphs(result.sentence, result.why_untested or "", names, differences))


def audience(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Scores and a rule -> an audience and its CSV file."""
    from segmenter import pipeline

    made = pipeline.build_audience(
        ws,
        scores=ws.find("scores", args.scores).id,
        top=args.top,
        by=args.by,
        suppress=args.suppress,
        holdout=args.holdout,
        columns=args.columns,
        out=args.out,
        name=args.name,
        progress=progress,
    )
    fields = {
        "audience": made.id,
        **_builtins(made.funnel),
        "list_meets_nobody": made.funnel.list_meets_nobody,
        "path": made.path,
        "columns": made.columns,
    }
    return Answer(fields, _paragraphs(_title(ws, made.id), made.summary(), f"The file: {made.path}"))


def card(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """Model -> its card as an HTML file."""
    from segmenter.cards.card_file import write_card

    model = ws.find("model", args.model).id
    path = str(write_card(ws, model, args.out).absolute())
    return Answer({"card": path, "model": model}, _paragraphs(_title(ws, model), f"Its card: {path}"))


def models(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """The models, newest first."""
    return _list(ws, "model")


def audiences(ws: Workspace, args: Namespace, progress: Progress) -> Answer:
    """The audiences, newest first."""
    return _list(ws, "audience")


def serve(root: Path, port: int) -> int:
    """Become the app's server, with the workspace at `root`. Does not return.

    It serves this machine only, unless Streamlit's own STREAMLIT_SERVER_ADDRESS says otherwise. Raises
    SettingsError where SEGMENTER_SOURCES cannot be understood.
    """
    from segmenter.tables.locations import allowed_locations

    allowed_locations()  # a setting that cannot be understood is refused now, and not on somebody's page
    home = Path(segmenter.__file__).parents[1]
    os.environ["SEGMENTER_WORKSPACE"] = str(root)
    os.chdir(home)  # where Streamlit looks for .streamlit/config.toml
    here = os.environ.get("STREAMLIT_SERVER_ADDRESS") or "127.0.0.1"
    address = ("--server.address", here, "--server.port", str(port))
    # Replacing this process lets signals reach the server itself.
    os.execv(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "streamlit", "run", "asgi.py", *address, "--server.headless", "true"],
    )


VERBS: dict[str, Callable[[Workspace, Namespace, Progress], Answer]] = {
    work.__name__: work
    for work in (
        *(demo, check, data_verbs.ingest, train, evaluate, score, compare, audience, card),
        *(data_verbs.datasets, models, audiences, rfm, data_verbs.lineage, data_verbs.erase),
    )
}


def _list(ws: Workspace, kind: Kind) -> Answer:
    records = ws.records(kind)
    rows = [
        (record.id, f"{record.created_at.astimezone():%Y-%m-%d %H:%M}", named(record)) for record in records
    ]
    text = _table(("id", "made", "name"), rows) if records else f"There is no {kind} yet."
    return Answer({"rows": _builtins(records)}, text)


def _title(ws: Workspace, artifact_id: str) -> str:
    return f"{artifact_id}  {printable(named(ws.record(artifact_id)))}"

"""The whole journey, one readable function per stage. The app, the command line and the tests call these.

files -> ingest -> data set -> train -> model -> evaluate -> evaluation
                                             -> score -> scores -> build_audience -> audience, CSV

Every function takes the workspace first and returns the id of what it made; results.py reads it back.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np

from segmenter.audience.audience import Audience
from segmenter.audience.selection import AudienceRule, Ranking, check_selects_somebody
from segmenter.bringing import bring_in
from segmenter.campaign import AUDIENCE_FILE, MEMBERS_FILE, select_members, write_members_file
from segmenter.cutoffs import choose_cutoffs, scoring_day
from segmenter.delivery.columns import choose_columns
from segmenter.errors import NotEnoughData
from segmenter.evaluation import comparison
from segmenter.evaluation.challengers import score_by_others
from segmenter.evaluation.leakage import suspicious_features
from segmenter.features.catalog import feature_specs, names_to_leave_out
from segmenter.features.tables import customer_features
from segmenter.labels.intent import intent_evidence, what_is_known
from segmenter.labels.trials import over_windows
from segmenter.model import artifact
from segmenter.model.two_stage import fit_two_stage
from segmenter.model_pairs import compare_models
from segmenter.progress import Progress, part, silent
from segmenter.reasons.explaining import explain_scores
from segmenter.results import (
    LEDGER_FILE,
    REPORT_FILE,
    ModelReport,
    dataset_engine,
    is_evaluation_complete,
    newest_child,
    noting_why_untested,
    open_dataset,
    open_report,
    open_summary,
    write_json,
)
from segmenter.samples import Gather, gather_samples, gathering_once, stack_examples
from segmenter.scoring import score_features, score_sample
from segmenter.settings import TrainingSettings
from segmenter.summary import summarise
from segmenter.synthetic import make_world
from segmenter.workspace import Workspace


def make_demo(
    ws: Workspace, *, customers: int, seed: int, name: str | None = None, progress: Progress = silent
) -> str:
    """Demo customers whose hidden truth is known -> data set, marked as demo."""
    with ws.create("dataset", name=name or f"Demo shop, {customers:,} customers", demo=True) as draft:
        dataset = make_world(draft.folder, customers=customers, seed=seed, progress=progress)
        draft.details = {"rows": dataset.rows, "set_aside": dataset.set_aside}
    return draft.id


# Files and their mapping -> data set, of its own or the next version of another.
ingest = bring_in


def train(
    ws: Workspace,
    *,
    dataset: str,
    cutoffs: tuple[date, ...] | None = None,
    settings: TrainingSettings | None = None,
    name: str | None = None,
    gather: Gather = gather_samples,
    progress: Progress = silent,
) -> str:
    """Data set -> two-stage model. No cutoffs: the last feasible ones, with a later period kept unseen."""
    settings, data = settings or TrainingSettings(), open_dataset(ws, dataset)
    settings = settings.replaced(leave_out=names_to_leave_out(data, settings.leave_out))
    chosen = choose_cutoffs(data, cutoffs, settings.windows.outcome_days)
    title, record = name or f"{data.name}, {chosen.train[-1]}", ws.record(dataset)
    with ws.create("model", name=title, parents=(dataset,), demo=record.demo) as draft, ws.scratch() as own:
        with dataset_engine(ws, dataset, own) as engine:
            listen = part(progress, 0.0, 0.3)
            samples = gather(engine, data, settings.windows, chosen.train, scratch=own, progress=listen)
            progress("evidence", 0.3, "Looking for evidence of intent")
            learned = [sample.outside("test", settings).outcomes for sample in samples]
            people = learned[-1]["customer_id"].to_numpy()
            evidence = intent_evidence(engine, data, settings.windows, chosen.train[-1], among=people)
        evidence = over_windows(evidence, learned)
        progress("leakage", 0.33, "Looking for features that know the outcome")
        suspicious = suspicious_features(samples, data, settings)
        model, training = fit_two_stage(
            stack_examples(samples, data, settings),
            feature_specs(data, settings.windows, settings.leave_out),
            settings,
            known=what_is_known(evidence),
            keep_ledger=lambda rows: rows.to_parquet(draft.folder / LEDGER_FILE, index=False),
            progress=part(progress, 0.35, 0.95),
        )
        progress("save", 0.95, "Saving the model")
        artifact.save_model(model, training, draft.folder)
        report = ModelReport(
            dataset=dataset,
            dataset_name=record.name,
            cutoffs=chosen,
            settings=settings,
            training=training,
            given={str(sample.cutoff): sample.segments() for sample in samples},
            evidence=evidence,
            suspicious=suspicious,
            created_at=datetime.now(UTC),
        )
        write_json(draft.folder / REPORT_FILE, report)
        draft.details = report.details()
    return draft.id


def evaluate(
    ws: Workspace, *, model: str, gather: Gather = gather_samples, progress: Progress = silent
) -> str:
    """Model -> evaluation, on customers (and where the data allow a period) that it has not seen.

    A model is evaluated once; the stored evaluation is returned when it is there, unless it lacks parts that
    evaluations have today. Raises NotEnoughData.
    """
    stored = newest_child(ws, "evaluation", model)
    if stored is not None and is_evaluation_complete(ws, model):
        return stored.id
    report, record = open_report(ws, model), ws.record(model)
    dataset, settings, data = report.dataset, report.settings, open_dataset(ws, report.dataset)
    with (
        noting_why_untested(ws, model),
        ws.create("evaluation", name=record.name, parents=(model, dataset), demo=record.demo) as draft,
        ws.scratch() as own,
    ):
        with dataset_engine(ws, dataset, own) as engine:
            days, listen = (*report.cutoffs.train, report.cutoffs.test), part(progress, 0.0, 0.3)
            *samples, everybody = gather(engine, data, settings.windows, days, scratch=own, progress=listen)
            evidence = intent_evidence(engine, data, settings.windows, report.cutoffs.test)
        test = everybody.fold_to_test(settings)
        rng = np.random.default_rng(settings.seed)
        two_stage, listen = artifact.load_model(ws.path(model)), part(progress, 0.3, 0.5)
        others = score_by_others(samples, test, data, two_stage.encoder, settings, rng=rng, progress=listen)
        result = comparison.evaluate(
            score_sample(two_stage, test, report.training.value_of).assign(**others.scores),
            model=model,
            dataset=dataset,
            cutoff=report.cutoffs.test,
            outcome_days=settings.windows.outcome_days,
            unseen_customers=True,
            unseen_period=report.cutoffs.unseen_period,
            evidence=evidence,
            rng=rng,
            notes=others.notes,
            progress=part(progress, 0.5, 1.0),
        )
        (draft.folder / "evaluation.json").write_bytes(result.to_json())
        draft.details = {"sentence": result.sentence}
    return draft.id


def score(
    ws: Workspace,
    *,
    model: str,
    dataset: str | None = None,
    as_of: date | None = None,
    progress: Progress = silent,
) -> str:
    """Model + data set -> every customer scored and ranked, as of a day; None: the day the data end."""
    report, record = open_report(ws, model), ws.record(model)
    dataset = dataset or report.dataset
    data = open_dataset(ws, dataset)
    day = scoring_day(data, as_of, report.settings.windows.outcome_days)
    demo = record.demo and ws.record(dataset).demo
    with (
        ws.create("scores", name=f"{record.name}, {day}", parents=(model, dataset), demo=demo) as draft,
        ws.scratch() as own,
        dataset_engine(ws, dataset, own, draft.folder) as engine,
    ):
        progress("features", 0.0, f"Reading what is known on {day}")
        features = own / "features.parquet"
        customer_features(engine, data, report.settings.windows, day, features)
        progress("score", 0.5, "Scoring every customer")
        two_stage = artifact.load_model(ws.path(model))
        scores = score_features(two_stage, engine, features, draft.folder / "scores.parquet")
        progress("summary", 0.8, "Working out what the pages show")
        specs = feature_specs(data, report.settings.windows, report.settings.leave_out)
        engine.register("scores", draft.folder / "scores.parquet")
        summary = summarise(
            engine,
            scores,
            specs,
            dataset=dataset,
            model=model,
            as_of=day,
            given=report.given,
            consent_mapped="consent_email" in data.mapped.get("customers", ()),
            value_of=report.training.value_of,
        )
        write_json(draft.folder / "summary.json", summary)
        explain_scores(two_stage, engine, specs, draft.folder)
        draft.details = {"as_of": str(day), "customers": len(scores)}
    return draft.id


def train_and_report(
    ws: Workspace,
    *,
    dataset: str,
    cutoffs: tuple[date, ...] | None = None,
    settings: TrainingSettings | None = None,
    name: str | None = None,
    progress: Progress = silent,
) -> str:
    """Train, evaluate (where too few customers allow none: `why_untested`), score. Returns the model's id."""
    gather, listen = gathering_once(), part(progress, 0.0, 0.6)
    model = train(
        ws, dataset=dataset, cutoffs=cutoffs, settings=settings, name=name, gather=gather, progress=listen
    )
    with suppress(NotEnoughData):
        evaluate(ws, model=model, gather=gather, progress=part(progress, 0.6, 0.85))
    del gather  # and with it the samples
    score(ws, model=model, progress=part(progress, 0.85, 1.0))
    return model


def compare(ws: Workspace, *, model: str, other: str, progress: Progress = silent) -> str:
    """Two models of one data set -> how their lists differ, who moves and why, and whether one is better."""
    return compare_models(ws, model, other, progress)


def build_audience(
    ws: Workspace,
    *,
    scores: str,
    top: float,
    out: Path,
    by: Ranking = "score",
    suppress: Path | None = None,
    holdout: float = 0.0,
    columns: tuple[str, ...] | None = None,
    name: str | None = None,
    progress: Progress = silent,
) -> Audience:
    """Scores + a rule -> a saved audience and its CSV file. Nobody suppressed or held out is in the file."""
    rule = AudienceRule(top=top, by=by, holdout=holdout)
    summary, record = open_summary(ws, scores), ws.record(scores)
    check_selects_somebody(rule, summary.customers)
    chosen = choose_columns(columns, open_dataset(ws, summary.dataset).mapped.get("customers", ()))
    title = name or f"Top {top:.0%} by {'chance' if by == 'score' else 'value'}"
    with ws.create("audience", name=title, parents=(scores,), demo=record.demo) as draft:
        progress("select", 0.1, "Selecting customers")
        members = draft.folder / MEMBERS_FILE
        funnel = select_members(ws, scores, rule, suppress, members)
        progress("write", 0.5, "Writing the file")
        file = write_members_file(ws, scores, members, title, chosen, out)
        audience = Audience(
            name=title,
            rule=rule,
            funnel=funnel,
            scores=scores,
            model=summary.model,
            dataset=summary.dataset,
            columns=chosen,
            guarded_cells=file.guarded_cells,
            sha256=file.sha256,
            created_at=datetime.now(UTC),
        )
        write_json(draft.folder / AUDIENCE_FILE, audience)
        draft.details = {**msgspec.to_builtins(funnel), **msgspec.to_builtins(rule)}
    return replace(audience, id=draft.id, path=str(out))

"""Two models of the workspace -> their comparison, stored.

Everybody is scored anew with both, as of the day the data end: stored scores may be of different days, and
lack the features that say who moves.
"""

from datetime import date
from itertools import cycle
from pathlib import Path

import numpy as np

from segmenter.comparing.comparing import Side, compare_sides
from segmenter.comparing.comparison import PairTest
from segmenter.comparing.paired_test import paired_test
from segmenter.cutoffs import scoring_day
from segmenter.engines import Engine
from segmenter.errors import NotComparable, NotEnoughData
from segmenter.features.catalog import FeatureSpec, feature_specs
from segmenter.features.tables import customer_features
from segmenter.model import artifact
from segmenter.progress import Progress, part, silent
from segmenter.results import (
    COMPARISON_FILE,
    ModelReport,
    comparison_of,
    dataset_engine,
    open_dataset,
    open_report,
)
from segmenter.samples import Sample, gather_sample
from segmenter.scoring import score_sample
from segmenter.settings import TrainingSettings
from segmenter.tables.dataset import Dataset
from segmenter.workspace import Workspace


def compare_models(ws: Workspace, model: str, other: str, progress: Progress = silent) -> str:
    """Compare two models of one data set; the stored comparison is returned when it is there.

    Raises NotComparable where they are of different data sets, or the data are not here.
    """
    stored = comparison_of(ws, model, other)
    if stored is not None:
        return stored
    reports = open_report(ws, model), open_report(ws, other)
    records = ws.record(model), ws.record(other)
    dataset = _shared_dataset(ws, records[0].parents, records[1].parents)
    data = open_dataset(ws, dataset)
    with (
        ws.create(
            "comparison",
            name=f"{records[0].name} and {records[1].name}",
            parents=(model, other, dataset),
            demo=all(record.demo for record in records),
        ) as draft,
        ws.scratch() as own,
        dataset_engine(ws, dataset, own) as engine,
    ):
        progress("features", 0.0, "Reading what is known of everybody")
        as_of, features = _features(engine, data, reports, own)
        ours, theirs = map(_side, (ws, ws), (model, other), reports, features)
        result = compare_sides(
            engine,
            ours,
            theirs,
            dataset=dataset,
            as_of=as_of,
            specs=_specs(data, reports),
            tested=_tested(engine, data, (ours, theirs), own, part(progress, 0.2, 0.6)),
            scratch=own,
            progress=part(progress, 0.6, 1.0),
        )
        (draft.folder / COMPARISON_FILE).write_bytes(result.to_json())
        draft.details = {"sentence": result.sentence}
    return draft.id


def _shared_dataset(ws: Workspace, first: tuple[str, ...], second: tuple[str, ...]) -> str:
    here = {record.id for record in ws.records("dataset")}
    shared = [parent for parent in first if parent in second and parent in here]
    if shared:
        return shared[0]
    if not (first and second):
        raise NotComparable(
            "A model loaded from a file cannot be compared: the customers it learned from are not in this "
            "workspace, so nothing tells which of yours are new to it. Compare models trained here."
        )
    raise NotComparable(
        "The two models were trained on different data sets, so their lists are of different customers. "
        "Choose two models of one data set."
    )


def _side(ws: Workspace, model: str, report: ModelReport, features: Path) -> Side:
    return Side(
        id=model,
        name=ws.record(model).name,
        model=artifact.load_model(ws.path(model)),
        settings=report.settings,
        cutoffs=report.cutoffs,
        correction=report.training.correction,
        features=features,
    )


def _features(
    engine: Engine, data: Dataset, reports: tuple[ModelReport, ModelReport], own: Path
) -> tuple[date, tuple[Path, Path]]:
    """The day the data end, and everybody's features as known on it, in each model's own windows."""
    first, second = (report.settings.windows for report in reports)
    day = scoring_day(data, None, first.outcome_days)
    paths = own / "features-of-ours.parquet", own / "features-of-theirs.parquet"
    customer_features(engine, data, first, day, paths[0])
    if first == second:
        return day, (paths[0], paths[0])
    customer_features(engine, data, second, day, paths[1])
    return day, paths


def _specs(data: Dataset, reports: tuple[ModelReport, ModelReport]) -> tuple[FeatureSpec, ...]:
    """Features that at least one of the models learned from. What both leave out is not looked at."""
    first, second = (report.settings for report in reports)
    windows = first.windows if first.windows == second.windows else None
    return feature_specs(data, windows, set(first.leave_out) & set(second.leave_out))


def _tested(
    engine: Engine, data: Dataset, sides: tuple[Side, Side], own: Path, progress: Progress
) -> PairTest | str:
    """The test on customers whom neither model has learned from, or why there can be none."""
    ours, theirs = sides
    obstacle = _obstacle(ours, theirs)
    if obstacle is not None:
        return obstacle
    # Who is kept back is drawn from the id: the smaller share lies within the larger one.
    kept_back = min((ours.settings, theirs.settings), key=lambda settings: settings.test_share)
    try:
        samples = [_test_sample(engine, data, ours, kept_back, own)]
        if theirs.settings.windows != ours.settings.windows:
            samples.append(_test_sample(engine, data, theirs, kept_back, own))
        frames = [
            score_sample(side.model, sample) for side, sample in zip(sides, cycle(samples), strict=False)
        ]
        return paired_test(
            *frames,
            cutoff=ours.cutoffs.test,
            outcome_days=ours.settings.windows.outcome_days,
            unseen_period=ours.cutoffs.unseen_period and theirs.cutoffs.unseen_period,
            rng=np.random.default_rng(ours.settings.seed),
            progress=progress,
        )
    except NotEnoughData as error:
        return str(error)


def _obstacle(ours: Side, theirs: Side) -> str | None:
    """Why the two cannot be tested on the same customers, in words; None where they can."""
    first, second = ours.settings.windows, theirs.settings.windows
    if first.outcome_days != second.outcome_days:
        return (
            f"A predicts {first.outcome_days} days and B {second.outcome_days}, so different purchases "
            "count. Train both for the same number of days to test one against the other."
        )
    if (first.attribution_days, set(first.engagement_kinds)) != (
        second.attribution_days,
        set(second.engagement_kinds),
    ):
        return (
            "The two models do not count the same customers as engaged, so their hits cannot be compared. "
            "Train both with the same meaning of reacting to a campaign."
        )
    if ours.cutoffs.test != theirs.cutoffs.test:
        return (
            f"A is tested from {ours.cutoffs.test} and B from {theirs.cutoffs.test}: what is new to one may "
            "be known to the other. Train both up to the same day to test one against the other."
        )
    return None


def _test_sample(engine: Engine, data: Dataset, side: Side, kept_back: TrainingSettings, own: Path) -> Sample:
    """The customers to test on, with their features in the model's own windows."""
    scratch = own / f"test-{side.id}"
    scratch.mkdir(exist_ok=True)
    everybody = gather_sample(engine, data, side.settings.windows, side.cutoffs.test, scratch=scratch)
    return everybody.fold_to_test(kept_back)

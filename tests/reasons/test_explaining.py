"""Reasons kept with scores: everybody's, adding up to what the model said, small, and readable one by one."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmenter import pipeline
from segmenter.cutoffs import scoring_day
from segmenter.engines import Engine
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.features.catalog import FeatureSpec, feature_specs
from segmenter.features.tables import customer_features
from segmenter.model import artifact
from segmenter.model.reasons import Explainer
from segmenter.model.two_stage import TwoStageModel
from segmenter.reasons.customers import KEPT, N_REASONS, PER_POINT
from segmenter.reasons.explaining import explain_scores
from segmenter.reasons.explanation import Explanation
from segmenter.results import (
    dataset_engine,
    open_dataset,
    open_explanation,
    open_reasons,
    open_report,
    open_summary,
)
from segmenter.settings import Network, TrainingSettings
from segmenter.workspace import Workspace
from tests.conftest import Journey


@pytest.fixture(scope="module")
def explanation(journey: Journey) -> Explanation:
    found = open_explanation(journey.workspace, journey.scores)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def kept(journey: Journey) -> pd.DataFrame:
    """Reasons beside the scores that they explain."""
    folder = journey.workspace.path(journey.scores)
    reasons, scores = (pd.read_parquet(folder / f"{name}.parquet") for name in ("reasons", "scores"))
    return reasons.merge(scores, on="customer_id", validate="one_to_one")


@pytest.fixture(scope="module")
def world(
    journey: Journey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, tuple[FeatureSpec, ...], TwoStageModel]]:
    """The features that were scored, made again, in an engine; their specs; the model."""
    ws, folder = journey.workspace, tmp_path_factory.mktemp("features")
    data, windows = open_dataset(ws, journey.dataset), open_report(ws, journey.model).settings.windows
    with dataset_engine(ws, journey.dataset, folder) as engine:
        customer_features(
            engine, data, windows, scoring_day(data, None, windows.outcome_days), folder / "f.parquet"
        )
        engine.register("features_to_score", folder / "f.parquet")
        yield engine, feature_specs(data, windows), artifact.load_model(ws.path(journey.model))


def test_every_customer_scored_has_reasons_that_add_up_to_the_score(
    kept: pd.DataFrame, explanation: Explanation, journey: Journey
) -> None:
    assert len(kept) == explanation.customers == open_summary(journey.workspace, journey.scores).customers
    logit = np.log(kept["p_prompted"] / (1 - kept["p_prompted"]))
    assert np.abs(explanation.base + kept["adds"] / PER_POINT - logit).max() < 0.6 / PER_POINT
    assert explanation.p_prompted == pytest.approx(kept["p_prompted"].mean(), abs=1e-5)


def test_reasons_for_are_above_nothing_reasons_against_below_and_the_largest_first(
    kept: pd.DataFrame,
) -> None:
    adds = kept[[f"adds_{k}" for k in KEPT]].to_numpy(dtype=float)
    assert not (adds[:, :N_REASONS] <= 0).any() and not (adds[:, N_REASONS:] >= 0).any()
    for side in (adds[:, :N_REASONS], -adds[:, N_REASONS:]):
        filled = np.nan_to_num(side, nan=0.0)
        assert (np.diff(filled, axis=1) <= 0).all()


def test_one_customers_reasons_are_the_largest_contributions_at_their_values(
    journey: Journey, world: tuple, kept: pd.DataFrame, explanation: Explanation
) -> None:
    engine, _, model = world
    frame = engine.frame("SELECT * FROM features_to_score", {})
    explainer = Explainer(model, [frame])
    contributions = explainer.contributions(frame)
    for row in (0, 17, 1_234):
        customer = frame["customer_id"][row]
        found = open_reasons(journey.workspace, journey.scores, customer)
        assert found is not None and found.customer_id == customer
        scored = kept.set_index("customer_id").loc[customer]
        assert (found.score, found.rank) == (scored["score"], scored["rank"])
        largest = np.sort(contributions[row])
        ours = sorted(reason.adds for reason in found.reasons)
        assert np.allclose(ours, [*largest[:N_REASONS], *largest[-N_REASONS:]], atol=0.6 / PER_POINT)
        assert found.others == pytest.approx(contributions[row].sum() - sum(ours), abs=6 / PER_POINT)
        for reason in found.reasons:
            place = explainer.names.index(reason.feature)
            assert reason.adds == pytest.approx(contributions[row, place], abs=0.6 / PER_POINT)
            shape, recorded = explanation.find(reason.feature), frame[reason.feature][row]
            assert shape is not None
            if reason.value is None:
                assert pd.isna(recorded)
            elif shape.kind == "category":
                assert shape.level(reason.value) == recorded
            else:
                assert reason.value == pytest.approx(recorded, rel=1e-6)


def test_what_is_told_leaves_small_reasons_to_the_rest_and_loses_nothing(journey: Journey) -> None:
    found = open_reasons(journey.workspace, journey.scores)
    assert found is not None
    told = found.told()
    largest = max(abs(reason.adds) for reason in found.reasons)
    assert all(abs(reason.adds) >= 0.1 * largest for reason in told.reasons)
    assert all(abs(r.adds) < 0.1 * largest for r in set(found.reasons) - set(told.reasons))
    assert sum(reason.adds for reason in told.reasons) + told.others == pytest.approx(found.adds)


def test_without_an_id_the_best_customer_is_explained_and_nobody_for_an_unknown_one(
    journey: Journey, kept: pd.DataFrame
) -> None:
    best = open_reasons(journey.workspace, journey.scores)
    assert best is not None and best.rank == 1
    assert best.customer_id == kept.loc[kept["rank"] == 1, "customer_id"].item()
    for nobody in ("", "nobody", "' OR 1=1 --"):
        assert open_reasons(journey.workspace, journey.scores, nobody) is None


def test_importance_is_the_mean_absolute_contribution_and_its_shares_are_everything(
    world: tuple, explanation: Explanation
) -> None:
    engine, _, model = world
    frame = engine.frame("SELECT * FROM features_to_score", {})
    explainer = Explainer(model, [frame])
    importance = dict(zip(explainer.names, np.abs(explainer.contributions(frame)).mean(0), strict=True))
    for shape in explanation.features:
        assert shape.importance == pytest.approx(importance[shape.feature], rel=1e-6)
    sizes = [shape.importance for shape in explanation.features]
    assert sizes == sorted(sizes, reverse=True) and min(sizes) > 0
    assert sum(explanation.share(shape) for shape in explanation.features) == pytest.approx(1)


def test_shapes_hold_their_band_and_count_everybody_once(explanation: Explanation) -> None:
    for shape in explanation.features:
        low, middle, high = (np.array(line) for line in (shape.low, shape.effect, shape.high))
        assert (low <= middle + 1e-9).all() and (middle <= high + 1e-9).all()
        assert len(middle) == len(shape.at or shape.levels)
        assert list(shape.at) == sorted(set(shape.at))
        counted = [*shape.counts, shape.n_unknown]
        assert not any(count is not None and 0 < count < MIN_GROUP for count in counted)
        if shape.counts:
            told = sum(count or 0 for count in counted)
            hidden = sum(count is None for count in counted) * (MIN_GROUP - 1)
            assert told <= explanation.customers <= told + hidden


def test_the_same_scores_have_the_same_reasons(journey: Journey, world: tuple, tmp_path: Path) -> None:
    engine, specs, model = world
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        explain_scores(model, engine, specs, tmp_path / folder)
    for name in ("reasons.json", "reasons.parquet"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_what_a_page_reads_is_small(journey: Journey) -> None:
    folder = journey.workspace.path(journey.scores)
    assert (folder / "reasons.json").stat().st_size < 200_000
    customers = open_summary(journey.workspace, journey.scores).customers
    assert (folder / "reasons.parquet").stat().st_size < 80 * customers


def test_a_model_with_hidden_units_is_scored_without_reasons(journey: Journey, tmp_path: Path) -> None:
    ws = Workspace.open(tmp_path / "workspace")
    dataset = pipeline.make_demo(ws, customers=1_500, seed=3)
    settings = TrainingSettings(network=Network(n_hidden=2, members=2, max_epochs=2))
    model = pipeline.train(ws, dataset=dataset, settings=settings)
    scores = pipeline.score(ws, model=model)
    assert open_explanation(ws, scores) is None
    assert not (ws.path(scores) / "reasons.parquet").exists()


def test_scores_from_before_reasons_were_kept_still_open(journey: Journey, tmp_path: Path) -> None:
    shutil.copytree(journey.workspace.root, tmp_path / "old")
    ws = Workspace.open(tmp_path / "old")
    for name in ("reasons.json", "reasons.parquet"):
        (ws.path(journey.scores) / name).unlink()
    assert open_explanation(ws, journey.scores) is None
    assert open_summary(ws, journey.scores).customers > 0


def test_a_feature_that_moves_nothing_is_not_among_what_the_score_looks_at(explanation: Explanation) -> None:
    assert explanation.find("no such feature") is None
    first = explanation.features[0]
    assert explanation.find(first.feature) == first
    assert replace(explanation, features=(first,)).share(first) == 1

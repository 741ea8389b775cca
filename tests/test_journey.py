"""The whole path on demo customers: what every stage must leave behind, whatever the data."""

import csv
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from segmenter import model_files, pipeline
from segmenter.campaign import open_audience, preview_audience, write_audience
from segmenter.cutoffs import data_end
from segmenter.errors import ModelFileError, NotEnoughData, NotFound
from segmenter.results import open_dataset, open_evaluation, open_report, open_summary, why_untested
from segmenter.samples import folds, member_folds
from segmenter.settings import TrainingSettings, Windows
from segmenter.workspace import Workspace
from tests.conftest import QUICK, Journey


@pytest.fixture(scope="module")
def journey(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """A copy that these tests may add to: other files look for the newest model of theirs."""
    root = tmp_path_factory.mktemp("own_journey") / "workspace"
    shutil.copytree(journey.workspace.root, root)
    return replace(journey, workspace=Workspace.open(root))


@pytest.fixture(scope="module")
def scores(journey: Journey) -> pd.DataFrame:
    return pd.read_parquet(journey.workspace.path(journey.scores) / "scores.parquet")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_customer_is_scored_once_and_ranked_without_gaps(
    journey: Journey, scores: pd.DataFrame
) -> None:
    customers = open_dataset(journey.workspace, journey.dataset).rows["customers"]
    assert len(scores) == customers == scores["customer_id"].nunique()
    for rank in ("rank", "rank_value"):
        assert sorted(scores[rank]) == list(range(1, customers + 1))
    assert scores.sort_values("rank")["score"].is_monotonic_decreasing
    assert scores.sort_values("rank_value")["expected_value"].is_monotonic_decreasing


def test_scores_keep_their_bounds(scores: pd.DataFrame) -> None:
    shares = ["p_engaged", "p_unengaged", "p_inactive"]
    assert np.allclose(scores[shares].sum(axis=1), 1, atol=1e-6)
    assert scores[[*shares, "p_prompted", "score"]].min().min() >= 0
    assert scores[[*shares, "p_prompted", "score"]].max().max() <= 1
    assert (scores["expected_value"] >= 0).all()
    assert np.isfinite(scores.select_dtypes("number").to_numpy()).all()
    assert set(scores["segment"]) <= {"engaged", "unengaged", "inactive"}


def test_the_test_period_and_its_customers_are_new_to_the_model(journey: Journey) -> None:
    report = open_report(journey.workspace, journey.model)
    evaluation = open_evaluation(journey.workspace, journey.model)
    assert evaluation is not None and evaluation.unseen_period and evaluation.unseen_customers
    window = timedelta(days=report.settings.windows.outcome_days)
    assert all(cutoff + window <= evaluation.cutoff for cutoff in report.cutoffs.train)
    # The model learned from nobody in the test fold: its examples are the others with a training label.
    tested = evaluation.customers
    population = sum(report.given[str(report.cutoffs.train[-1])].values())
    assert 0.2 * population < tested < 0.3 * population + 100


def test_gain_curves_begin_at_nothing_rise_and_end_at_everybody(journey: Journey) -> None:
    evaluation = open_evaluation(journey.workspace, journey.model)
    assert evaluation is not None
    assert {"segmenter", "value", "uncorrected", "rfm", "response", "random", "perfect"} <= set(
        evaluation.gains
    )
    for curve in evaluation.gains.values():
        assert curve.captured[0] == 0 and curve.captured[-1] == pytest.approx(1)
        assert (np.diff(curve.captured) >= -1e-12).all()
        assert all(
            a <= b + 1e-9 for a, b in zip(curve.captured, evaluation.gains["perfect"].captured, strict=True)
        )


def test_the_summary_counts_everybody(journey: Journey, scores: pd.DataFrame) -> None:
    summary = open_summary(journey.workspace, journey.scores)
    assert summary.customers == len(scores) == sum(summary.segments.values()) == sum(summary.histogram.counts)
    assert sum(summary.expected.values()) == pytest.approx(len(scores), rel=1e-6)
    assert summary.as_of == data_end(open_dataset(journey.workspace, journey.dataset))
    for by, curve in summary.curves.items():
        assert curve.customers[-1] == len(scores)
        assert sum(counts[-1] for counts in curve.segments.values()) == len(scores)
        assert curve.expected_value[-1] == pytest.approx(scores["expected_value"].sum())
        assert curve.cut[-1] == pytest.approx(scores[by].min())


@pytest.mark.parametrize("by", ["score", "expected_value"])
def test_the_file_holds_exactly_whom_the_page_showed(
    journey: Journey, scores: pd.DataFrame, by: str, tmp_path: Path
) -> None:
    shown = preview_audience(journey.workspace, scores=journey.scores, top=0.2, by=by)  # type: ignore[arg-type]
    audience = pipeline.build_audience(
        journey.workspace,
        scores=journey.scores,
        top=0.2,
        by=by,
        out=tmp_path / "audience.csv",  # type: ignore[arg-type]
    )
    rows = rows_of(tmp_path / "audience.csv")
    assert shown.funnel == audience.funnel
    assert len(rows) == audience.funnel.exported
    place = "rank" if by == "score" else "rank_value"
    best = scores[scores[place] <= audience.funnel.selected].sort_values(place)["customer_id"].tolist()
    exported = [row["customer_id"] for row in rows]
    assert exported == [customer for customer in best if customer in set(exported)]
    consents = pd.read_parquet(journey.workspace.path(journey.dataset) / "customers.parquet")
    willing = set(consents.loc[consents["consent_email"].fillna(False).astype(bool), "customer_id"])
    assert set(exported) == set(best) & willing


def test_suppressed_and_held_out_customers_never_reach_a_file(
    journey: Journey, scores: pd.DataFrame, tmp_path: Path
) -> None:
    best = scores.sort_values("rank")["customer_id"].tolist()
    barred = best[:50]
    listed = tmp_path / "do-not-contact.csv"
    listed.write_text(
        "\n".join(barred) + "\n", encoding="utf-8"
    )  # no header: the first line is a customer too
    audience = pipeline.build_audience(
        journey.workspace,
        scores=journey.scores,
        top=0.3,
        suppress=listed,
        holdout=0.1,
        out=tmp_path / "a.csv",
    )
    exported = {row["customer_id"] for row in rows_of(tmp_path / "a.csv")}
    assert len(exported) == audience.funnel.exported > 0
    assert not exported & set(barred)
    held_out = set(scores.loc[scores["holdout_draw"] < 0.1, "customer_id"])
    assert not exported & held_out
    assert audience.funnel.held_out > 0 and audience.funnel.suppressed > 0


def test_a_saved_audience_writes_the_same_customers_again(journey: Journey, tmp_path: Path) -> None:
    saved = pipeline.build_audience(
        journey.workspace,
        scores=journey.scores,
        top=0.1,
        out=tmp_path / "first.csv",
        columns=("customer_id", "rank"),
    )
    write_audience(journey.workspace, audience=saved.id, out=tmp_path / "again.csv")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert open_audience(journey.workspace, saved.id).funnel == saved.funnel


def test_the_same_seed_and_data_give_the_same_list(
    journey: Journey, scores: pd.DataFrame, tmp_path: Path
) -> None:
    again = pipeline.train(journey.workspace, dataset=journey.dataset, settings=QUICK, name="again")
    rescored = pipeline.score(journey.workspace, model=again)
    other = pd.read_parquet(journey.workspace.path(rescored) / "scores.parquet")
    pd.testing.assert_frame_equal(scores, other)


def test_a_model_file_loads_elsewhere_and_scores_the_same(
    journey: Journey, scores: pd.DataFrame, tmp_path: Path
) -> None:
    file = model_files.export_model(journey.workspace, journey.model, tmp_path / "model.segmenter")
    model = model_files.import_model(journey.workspace, file, name="from a file")
    rescored = pipeline.score(journey.workspace, model=model, dataset=journey.dataset)
    other = pd.read_parquet(journey.workspace.path(rescored) / "scores.parquet")
    pd.testing.assert_frame_equal(scores, other)


@pytest.mark.parametrize("report", [None, "{}", "[1]", '{"dataset": 5}', "tau", "seed"])
def test_a_model_file_without_its_own_report_is_refused_whole(
    journey: Journey, tmp_path: Path, report: str | None
) -> None:
    file = model_files.export_model(journey.workspace, journey.model, tmp_path / "model.segmenter")
    with safe_open(file, framework="pt") as opened:
        metadata = opened.metadata()
    told = metadata.pop("report")
    if report == "tau":  # a setting that no model can have
        report = told.replace('"tau": 0.5', '"tau": 7.5')
    elif report == "seed":  # another setting than the model says it has
        report = told.replace('"seed": 0', '"seed": 1')
    assert report != told, "nothing was changed"
    save_file(load_file(file), file, metadata | ({"report": report} if report else {}))
    before = journey.workspace.records("model")
    with pytest.raises(ModelFileError, match="cannot be used as a model"):
        model_files.import_model(journey.workspace, file, name="from a file")
    assert journey.workspace.records("model") == before


def test_a_customer_is_in_one_fold_whatever_the_cutoff(journey: Journey, scores: pd.DataFrame) -> None:
    ids = scores["customer_id"].to_numpy()
    first = folds(ids, QUICK)
    assert (folds(ids[::-1], QUICK)[::-1] == first).all()
    shares = pd.Series(first).value_counts(normalize=True)
    assert abs(shares["test"] - QUICK.test_share) < 0.04
    of_members = np.bincount(member_folds(ids, QUICK), minlength=QUICK.network.members) / len(ids)
    assert np.abs(of_members - 1 / QUICK.network.members).max() < 0.04


def test_an_outcome_window_longer_than_the_data_is_explained(journey: Journey) -> None:
    with pytest.raises(NotEnoughData, match="outcome window of 400 days"):
        pipeline.train(
            journey.workspace,
            dataset=journey.dataset,
            settings=TrainingSettings(windows=Windows(outcome_days=400)),
        )


def test_too_few_customers_to_test_a_model_is_a_result_and_they_are_scored(small_shop: Journey) -> None:
    ws = small_shop.workspace
    assert open_evaluation(ws, small_shop.model) is None
    assert (
        open_summary(ws, small_shop.scores).customers
        == open_dataset(ws, small_shop.dataset).rows["customers"]
    )
    assert "needs at least 20 engaged customers" in (why_untested(ws.record(small_shop.model)) or "")
    with pytest.raises(NotEnoughData, match="at least 20 engaged"):
        pipeline.evaluate(ws, model=small_shop.model)


def test_a_model_that_was_tested_says_nothing_of_why_it_was_not(journey: Journey) -> None:
    assert why_untested(journey.workspace.record(journey.model)) is None


def test_an_unknown_id_is_explained(journey: Journey) -> None:
    with pytest.raises(NotFound, match="model-000000000000"):
        pipeline.score(journey.workspace, model="model-000000000000")

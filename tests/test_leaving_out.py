"""A column that knows the outcome: found at training, told, left out of the next model, never read by it."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from segmenter import pipeline
from segmenter.cutoffs import suggest_cutoffs
from segmenter.errors import SettingsError
from segmenter.model import artifact
from segmenter.results import REPORT_FILE, ModelReport, open_dataset, open_report, read_json
from segmenter.scoring import score_sample
from segmenter.settings import Correction, Network, TrainingSettings
from segmenter.synthetic import make_world
from segmenter.tables.dataset import Attribute, write_dataset
from segmenter.workspace import Workspace
from tests.conftest import Journey

QUICK = TrainingSettings(
    network=Network(max_epochs=3, patience=2, members=2), correction=Correction(compare=False)
)


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    """A demo shop whose customers file says what each customer spent in the last training window."""
    ws = Workspace.open(tmp_path_factory.mktemp("leaky") / "workspace")
    with ws.create("dataset", name="Leaky shop") as draft:
        dataset = make_world(draft.folder, customers=2_000, seed=5)
        day = pd.Timestamp(suggest_cutoffs(dataset, 30).train[-1])
        bought = pq.read_table(draft.folder / "transactions.parquet").to_pandas()
        inside = bought[(bought["at"] >= day) & (bought["at"] < day + pd.Timedelta(days=30))]
        attributes = pq.read_table(draft.folder / "attributes.parquet").to_pandas()
        spent = attributes["customer_id"].map(inside.groupby("customer_id")["amount"].sum()).fillna(0.0)
        attributes.assign(attr_num_2=spent).to_parquet(draft.folder / "attributes.parquet")
        leak = Attribute(name="attr_num_2", label="total_2026", kind="numeric")
        write_dataset(draft.folder, replace(dataset, attributes=(*dataset.attributes, leak)))
    return ws, draft.id


@pytest.fixture(scope="module")
def without(leaky: tuple[Workspace, str]) -> str:
    """A model of that shop which does not read the column, named as the customers file names it."""
    ws, dataset = leaky
    return pipeline.train(ws, dataset=dataset, settings=QUICK.replaced(leave_out=("total_2026",)))


def test_a_leak_is_told_and_a_model_without_it_never_reads_it(
    leaky: tuple[Workspace, str], without: str
) -> None:
    ws, dataset = leaky
    first = open_report(ws, pipeline.train(ws, dataset=dataset, settings=QUICK))
    assert [each.column for each in first.suspicious] == ["total_2026"]

    model = without
    report = open_report(ws, model)
    assert report.settings.leave_out == ("attr_num_2",)
    assert report.suspicious == ()
    trained = artifact.load_model(ws.path(model))
    assert "attr_num_2" not in trained.encoder.names
    assert trained.settings == report.settings

    scores = pd.read_parquet(ws.path(pipeline.score(ws, model=model)) / "scores.parquet")
    assert len(scores) == open_dataset(ws, dataset).rows["customers"]


def test_scores_do_not_change_with_what_was_left_out(
    leaky: tuple[Workspace, str], without: str, tmp_path: Path
) -> None:
    from segmenter.results import dataset_engine
    from segmenter.samples import gather_sample

    ws, dataset = leaky
    model = without
    day = open_report(ws, model).cutoffs.test
    with dataset_engine(ws, dataset, tmp_path) as engine:
        sample = gather_sample(engine, open_dataset(ws, dataset), QUICK.windows, day, scratch=tmp_path)
    trained = artifact.load_model(ws.path(model))
    as_it_is = score_sample(trained, sample)
    changed = replace(sample, features=sample.features.assign(attr_num_2=1e9))
    without = replace(sample, features=sample.features.drop(columns="attr_num_2"))
    for other in (changed, without):
        pd.testing.assert_frame_equal(score_sample(trained, other), as_it_is)


def test_a_feature_that_is_not_there_is_refused_before_anything_is_trained(
    leaky: tuple[Workspace, str],
) -> None:
    ws, dataset = leaky
    before = ws.records("model")
    with pytest.raises(SettingsError, match="Did you mean 'total_2026'"):
        pipeline.train(ws, dataset=dataset, settings=QUICK.replaced(leave_out=("total2026",)))
    assert ws.records("model") == before


def test_the_demo_raises_no_suspicion(journey: Journey) -> None:
    assert open_report(journey.workspace, journey.model).suspicious == ()


def test_a_report_from_before_still_opens(journey: Journey, tmp_path: Path) -> None:
    old = json.loads((journey.workspace.path(journey.model) / REPORT_FILE).read_text())
    del old["suspicious"], old["settings"]["leave_out"]
    (tmp_path / REPORT_FILE).write_text(json.dumps(old))
    assert read_json(tmp_path / REPORT_FILE, ModelReport) == open_report(journey.workspace, journey.model)

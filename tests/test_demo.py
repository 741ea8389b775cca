"""The demo is what its own stages make: marked, removable, and its figures can be worked out again."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from segmenter import pipeline
from segmenter.demo import BUNDLE, Piece, install_demo, remove_demo
from segmenter.errors import DamagedArtifact
from segmenter.results import latest_scores, open_evaluation, open_summary, read_json
from segmenter.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "workspace")


def test_the_demo_comes_whole_marked_and_goes_whole(ws: Workspace, tmp_path: Path) -> None:
    model = install_demo(ws)
    assert {record.kind for record in ws.records()} == {"dataset", "model", "evaluation", "scores"}
    assert all(record.demo for record in ws.records())
    assert open_evaluation(ws, model) is not None
    scores = latest_scores(ws, model)
    assert scores is not None and open_summary(ws, scores).customers > 1_000
    audience = pipeline.build_audience(ws, scores=scores, top=0.1, out=tmp_path / "audience.csv")
    assert ws.record(audience.id).demo
    removed = remove_demo(ws)
    assert audience.id in removed and ws.records() == ()


def test_installing_twice_changes_nothing(ws: Workspace) -> None:
    first = install_demo(ws)
    before = ws.records()
    assert install_demo(ws) == first and ws.records() == before


def test_the_demo_s_own_data_stay_when_the_demo_goes(ws: Workspace) -> None:
    own = pipeline.ingest(ws, BUNDLE.parent / "examples" / "mapping.toml", name="mine")
    install_demo(ws)
    remove_demo(ws)
    assert [record.id for record in ws.records()] == [own]


def test_a_changed_bundle_is_refused(ws: Workspace, tmp_path: Path) -> None:
    bundle = shutil.copytree(BUNDLE, tmp_path / "bundle")
    piece = next(p for p in read_json(bundle / "demo.json", list[Piece]) if p.kind == "scores")
    with (bundle / piece.id / "summary.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(DamagedArtifact, match="scores"):
        install_demo(ws, bundle=bundle)


def test_the_demo_s_scores_can_be_worked_out_again(ws: Workspace) -> None:
    model = install_demo(ws)
    stored = latest_scores(ws, model)
    assert stored is not None
    again = pipeline.score(ws, model=model)
    frames = [pd.read_parquet(ws.path(scores) / "scores.parquet") for scores in (stored, again)]
    frames = [frame.sort_values("customer_id", ignore_index=True) for frame in frames]
    # Another processor may round the last digits otherwise, and so swap customers of equal score.
    for column in ("score", "expected_value", "p_engaged"):
        pd.testing.assert_series_equal(frames[0][column], frames[1][column], rtol=1e-4, atol=1e-6)

"""What all tests share: a seeded generator, the real data, and a workspace where the path has been walked."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings

from segmenter.settings import Network, TrainingSettings
from segmenter.workspace import Workspace
from tests.model_pair import ComparedPair, add_model

ROOT = Path(__file__).resolve().parents[1]
# Few epochs: the tests that use it are about the path, not about how well the model ranks.
QUICK = TrainingSettings(network=Network(members=3, max_epochs=20, patience=4))
REAL_DATA = ROOT.parent / "shared" / "data"

# The same examples in every run, unless a run asks for others (--hypothesis-seed): a red test is one to mend.
hypothesis_settings.register_profile("house", derandomize=True, deadline=None)
hypothesis_settings.load_profile("house")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260701)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real data sets; tests that need it skip where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("needs the real data sets beside the checkout (../shared/data)")
    return REAL_DATA


@dataclass(frozen=True)
class Journey:
    """A workspace in which the whole path has been walked once, on a small demo shop."""

    workspace: Workspace
    dataset: str
    model: str
    scores: str


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Demo customers, a model, its evaluation and its scores. Shared: tests must not delete from it."""
    from segmenter import pipeline
    from segmenter.results import latest_scores

    ws = Workspace.open(tmp_path_factory.mktemp("journey") / "workspace")
    dataset = pipeline.make_demo(ws, customers=3_000, seed=11)
    model = pipeline.train_and_report(ws, dataset=dataset, settings=QUICK)
    scores = latest_scores(ws, model)
    assert scores is not None
    return Journey(workspace=ws, dataset=dataset, model=model, scores=scores)


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The example files, on which a model can learn and score, but not be tested. Shared like `journey`."""
    from segmenter import pipeline
    from segmenter.results import latest_scores

    ws = Workspace.open(tmp_path_factory.mktemp("small_shop") / "workspace")
    dataset = pipeline.ingest(ws, ROOT / "data" / "examples" / "mapping.toml", name="Examples")
    model = pipeline.train_and_report(ws, dataset=dataset, settings=QUICK)
    scores = latest_scores(ws, model)
    assert scores is not None
    return Journey(workspace=ws, dataset=dataset, model=model, scores=scores)


@pytest.fixture(scope="session")
def compared(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> ComparedPair:
    """A copy of the journey with a second model, compared. Shared: tests must not delete from it."""
    from segmenter import pipeline

    root = tmp_path_factory.mktemp("compared") / "workspace"
    shutil.copytree(journey.workspace.root, root)
    ws = Workspace.open(root)
    other = add_model(ws, journey.model)
    comparison = pipeline.compare(ws, model=journey.model, other=other)
    return ComparedPair(workspace=ws, model=journey.model, other=other, comparison=comparison)

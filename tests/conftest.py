"""What all tests share: a seeded generator, the real data, and a workspace where the path has been walked."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def walked_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, walk: Callable[[Workspace], Journey]
) -> Journey:
    """What `walk` makes of an empty workspace: made by whichever worker of a run asks first, copied by the
    others.
    """
    alone = os.environ.get("PYTEST_XDIST_WORKER") is None
    base = tmp_path_factory.getbasetemp()
    shared = (base if alone else base.parent) / f"{name}-walked"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ids = shared / "ids.json"
        if not ids.exists():
            shutil.rmtree(shared / "workspace", ignore_errors=True)
            made = walk(Workspace.open(shared / "workspace"))
            ids.write_text(json.dumps([made.dataset, made.model, made.scores]))
    own = tmp_path_factory.mktemp(name) / "workspace"
    shutil.copytree(shared / "workspace", own)
    dataset, model, scores = json.loads(ids.read_text())
    return Journey(workspace=Workspace.open(own), dataset=dataset, model=model, scores=scores)


def trained_and_scored(ws: Workspace, dataset: str) -> Journey:
    """The rest of the path, once there are data."""
    from segmenter import pipeline
    from segmenter.results import latest_scores

    model = pipeline.train_and_report(ws, dataset=dataset, settings=QUICK)
    scores = latest_scores(ws, model)
    assert scores is not None
    return Journey(workspace=ws, dataset=dataset, model=model, scores=scores)


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Demo customers, a model, its evaluation and its scores. Shared: tests must not delete from it."""

    def walk(ws: Workspace) -> Journey:
        from segmenter import pipeline

        return trained_and_scored(ws, pipeline.make_demo(ws, customers=3_000, seed=11))

    return walked_once(tmp_path_factory, "journey", walk)


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The example files, on which a model can learn and score, but not be tested. Shared like `journey`."""

    def walk(ws: Workspace) -> Journey:
        from segmenter import pipeline

        mapping = ROOT / "data" / "examples" / "mapping.toml"
        return trained_and_scored(ws, pipeline.ingest(ws, mapping, name="Examples"))

    return walked_once(tmp_path_factory, "small_shop", walk)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin first, then files of many tests: no worker is left alone with a long one."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    long = {
        path: any(item.get_closest_marker(mark) for item in own for mark in ("slow", "spark", "browser"))
        for path, own in files.items()
    }
    items.sort(key=lambda item: (not long[item.path], -len(files[item.path]), str(item.path)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests that need one; where it is missing they skip, except where CI=true."""
    from tests.browser.site import started_browser

    with started_browser() as browser:
        yield browser

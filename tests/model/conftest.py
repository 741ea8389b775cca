"""One small trained model that several tests look at."""

import numpy as np
import pytest

from segmenter.model.report import TrainingReport
from segmenter.model.two_stage import TwoStageModel, fit_two_stage
from segmenter.settings import Correction, Network, TrainingSettings
from tests.model.worlds import SPECS, World, make_world

SMALL = TrainingSettings(
    network=Network(n_bins=6, members=3, max_epochs=25), correction=Correction(compare=False)
)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(np.random.default_rng(11), 1_500)


@pytest.fixture(scope="session")
def trained(world: World) -> tuple[TwoStageModel, TrainingReport]:
    return fit_two_stage(world.examples, SPECS, SMALL)


@pytest.fixture(scope="session")
def model(trained: tuple[TwoStageModel, TrainingReport]) -> TwoStageModel:
    return trained[0]

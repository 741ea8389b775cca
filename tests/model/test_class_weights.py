"""Class weights change how a network learns, and never what a percentage means."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from segmenter.model.objectives import SegmentObjective, intent_weights
from segmenter.model.two_stage import TwoStageModel, fit_two_stage
from segmenter.settings import ClassWeights
from tests.model.conftest import SMALL
from tests.model.worlds import SPECS, World


def trained_with(world: World, weighing: ClassWeights) -> TwoStageModel:
    network = replace(SMALL.network, class_weights=weighing)
    return fit_two_stage(world.examples, SPECS, SMALL.replaced(network=network))[0]


def test_unweighted_every_customer_counts_once_and_weighted_every_class() -> None:
    labels = torch.tensor([0] * 6 + [1] * 3 + [2] * 1)
    learned = torch.ones(10, 1, dtype=torch.bool)
    # 10 rows of 3 classes: w = 10 / (3 * n), so that each class weighs 10 / 3 in total.
    balanced = SegmentObjective(labels, learned)
    assert balanced.weights[0].tolist() == pytest.approx([10 / 18, 10 / 9, 10 / 3])
    plain = SegmentObjective(labels, learned, "none")
    assert plain.weights[0].tolist() == [1, 1, 1]
    assert torch.equal(plain.balance, balanced.weights), "which segment one leans to stays as it is"
    belief = torch.tensor([[1.0]] * 2 + [[0.0]] * 8)
    assert intent_weights(belief, learned)[0].tolist() == pytest.approx([10 / 16, 10 / 4])
    assert intent_weights(belief, learned, "none")[0].tolist() == [1, 1]


def test_chances_are_at_the_base_rates_with_and_without_weights(world: World, model: TwoStageModel) -> None:
    examples = world.examples
    plain = trained_with(world, "none")
    said, weighted = (each.predict(examples.features, "uncorrected") for each in (plain, model))
    assert not np.array_equal(said.p_engaged, weighted.p_engaged)
    assert not np.array_equal(said.p_prompted, weighted.p_prompted)
    for one in (said, weighted):
        assert one.p_engaged.mean() == pytest.approx(np.mean(examples.given_label == "engaged"), abs=0.03)
        buyers = examples.given_label != "inactive"
        share = np.mean(examples.given_label[buyers] == "engaged")
        assert one.p_prompted[buyers].mean() == pytest.approx(share, abs=0.03)
    assert np.corrcoef(said.p_prompted, weighted.p_prompted)[0, 1] > 0.9

"""Where heads are trained: a card or the processor, the same list; a card that fails is left, and it is said.

Without a card, one is stood in for: the processor itself, by the way that a card would go; and a device that
can hold tensors and compute nothing, as a card whose memory is full.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from segmenter.model import device
from segmenter.model.correction import GuardedIntentObjective, PrintedIntentObjective
from segmenter.model.objectives import BoughtObjective, GivenIntentObjective, LookObjective, SegmentObjective
from segmenter.model.report import TrainingReport
from segmenter.model.training import Objective
from segmenter.model.two_stage import TwoStageModel, fit_two_stage
from segmenter.settings import Correction, Network, TrainingSettings
from tests.model.worlds import SPECS, World, make_world

SHORT = TrainingSettings(network=Network(n_bins=6, members=3, max_epochs=14, learning_rate=0.004))


@pytest.fixture(scope="module")
def small() -> World:
    return make_world(np.random.default_rng(4), 700)


@pytest.fixture(scope="module")
def by_processor(small: World) -> tuple[TwoStageModel, TrainingReport]:
    only_cpu = SHORT.replaced(network=replace(SHORT.network, device="cpu"))
    return fit_two_stage(small.examples, SPECS, only_cpu)


def weights(model: TwoStageModel) -> list[torch.Tensor]:
    return list(model.heads.state_dict().values())


def same_bits(one: TwoStageModel, other: TwoStageModel) -> bool:
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def test_by_the_way_of_a_card_everything_comes_back_as_it_would_have_been(
    small: World, by_processor: tuple[TwoStageModel, TrainingReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "accelerator", lambda: torch.device("cpu"))
    model, report = fit_two_stage(small.examples, SPECS, SHORT)
    assert same_bits(model, by_processor[0])
    assert report.curves == by_processor[1].curves
    assert report.correction == by_processor[1].correction
    assert (report.trained_on_device, report.device_note) == ("cuda", "")
    assert by_processor[1].trained_on_device == "cpu"


def test_a_card_that_fails_is_left_and_nothing_of_its_attempt_remains(
    small: World, by_processor: tuple[TwoStageModel, TrainingReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "accelerator", lambda: torch.device("meta"))
    model, report = fit_two_stage(small.examples, SPECS, SHORT)
    assert same_bits(model, by_processor[0])
    assert report.correction == by_processor[1].correction
    assert report.trained_on_device == "cpu"
    assert "The graphics card failed while head 'segment' was trained" in report.device_note


def test_who_chose_the_processor_has_no_card_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "accelerator", lambda: pytest.fail("asked for a card"))
    assert device.Workplace("cpu").card is None


def test_every_objective_computes_wholly_on_the_device_it_was_taken_to() -> None:
    """A tensor left behind is refused, here as on a card."""
    elsewhere, positive = torch.device("meta"), torch.arange(12) % 3 == 0
    learned = torch.ones(12, 2, dtype=torch.bool)
    organic = torch.full((12, 2), 0.5)
    objectives: list[tuple[int, Objective]] = [
        (3, SegmentObjective(torch.arange(12) % 3, learned)),
        (1, GivenIntentObjective(positive, learned)),
        (1, LookObjective(positive)),
        (1, BoughtObjective(positive, known=organic)),
        (1, GuardedIntentObjective(positive, learned, correction=Correction(), organic=organic)),
        (1, PrintedIntentObjective(positive, learned, tau=0.5)),
    ]
    places = torch.arange(5, device=elsewhere)
    for n_outputs, objective in objectives:
        objective.begin_epoch(9, lambda asked: torch.zeros(len(asked), 2, 1))
        outputs = torch.zeros(5, 2, n_outputs, device=elsewhere)
        losses = objective.to(elsewhere).losses(outputs, places)
        assert (losses.device, losses.shape) == (elsewhere, (5, 2))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card that torch can use (CUDA)")
def test_a_card_and_the_processor_choose_the_same_customers(
    small: World, by_processor: tuple[TwoStageModel, TrainingReport]
) -> None:
    model, report = fit_two_stage(small.examples, SPECS, SHORT)
    assert report.trained_on_device == "cuda"
    fifth = len(small.test) // 5
    lists = [set(np.argsort(-each.predict(small.test).score)[:fifth]) for each in (model, by_processor[0])]
    assert len(lists[0] & lists[1]) / len(lists[0] | lists[1]) >= 0.98

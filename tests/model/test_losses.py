"""The paper's losses, worked by hand on a few customers, and the laws they keep."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from segmenter.model.losses import (
    balanced_cross_entropies,
    bought_losses,
    class_weights,
    cross_entropies,
    printed_splc,
)

NO_WEIGHTS = torch.ones(1, 2)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_class_weights_are_n_over_c_times_n_c() -> None:
    # Six customers, three classes of 3, 2 and 1: 6 / (3 * 3), 6 / (3 * 2), 6 / (3 * 1).
    assert class_weights(torch.tensor([3.0, 2.0, 1.0])).tolist() == pytest.approx([2 / 3, 1.0, 2.0])


def test_all_classes_weigh_the_same_in_total_for_every_member() -> None:
    mass = torch.tensor([[70.0, 20.0, 10.0], [30.0, 30.0, 40.0]])
    totals = class_weights(mass) * mass
    assert totals.flatten().tolist() == pytest.approx([100 / 3] * 6, rel=1e-6)


def test_a_class_without_customers_weighs_nothing_instead_of_infinitely() -> None:
    assert class_weights(torch.tensor([2.0, 0.0, 0.0])).tolist() == pytest.approx([1 / 3, 0.0, 0.0])


def test_cross_entropies_agree_with_scikit_learn(rng: np.random.Generator) -> None:
    logits, labels = rng.normal(size=(50, 2, 3)), rng.integers(0, 3, 50)
    found = cross_entropies(torch.tensor(logits), torch.tensor(labels)).mean(0)
    for member in range(2):
        p = torch.softmax(torch.tensor(logits[:, member]), dim=1).numpy()
        assert float(found[member]) == pytest.approx(log_loss(labels, p))


def test_a_label_believed_by_half_costs_the_mean_of_both(rng: np.random.Generator) -> None:
    logits = torch.tensor(rng.normal(size=(20, 1)))
    yes, no, half = (
        balanced_cross_entropies(logits, torch.full_like(logits, belief), NO_WEIGHTS)
        for belief in (1.0, 0.0, 0.5)
    )
    assert torch.allclose((yes + no) / 2, half)


def test_the_printed_loss_counts_a_doubted_positive_as_negative() -> None:
    # Two positives at p 0.8 and 0.3 and a negative at 0.1, tau 0.5: the second positive turns negative.
    logits = torch.tensor([[logit(0.8)], [logit(0.3)], [logit(0.1)]])
    positive = torch.tensor([[True], [True], [False]])
    wanted = -np.log([0.8, 0.7, 0.9])
    assert printed_splc(logits, positive, NO_WEIGHTS, 0.5)[:, 0].tolist() == pytest.approx(wanted, abs=1e-6)


def test_the_printed_loss_doubts_at_tau_itself() -> None:
    # p <= tau, not p < tau: a logit of 0 is a p of exactly 0.5. Doubted, its loss falls as p falls.
    logits = torch.zeros(1, 1, requires_grad=True)
    torch.autograd.backward(printed_splc(logits, torch.tensor([[True]]), NO_WEIGHTS, 0.5).sum())
    assert logits.grad is not None
    assert float(logits.grad) > 0


def test_with_tau_below_all_p_the_printed_loss_is_plain_cross_entropy(rng: np.random.Generator) -> None:
    logits = torch.tensor(rng.normal(size=(30, 2)))
    positive = torch.tensor(rng.random((30, 1)) < 0.5)
    plain = balanced_cross_entropies(logits, positive.double(), NO_WEIGHTS)
    assert torch.allclose(printed_splc(logits, positive, NO_WEIGHTS, -1.0), plain)


def test_buying_costs_what_its_chance_says() -> None:
    # A hazard of log 4 is a chance of 3/4 to buy.
    hazard = torch.full((2, 1), float(np.log(4)))
    found = bought_losses(hazard, torch.tensor([[True], [False]]))
    assert found[:, 0].tolist() == pytest.approx([-np.log(0.75), -np.log(0.25)], rel=1e-6)

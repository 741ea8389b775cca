"""The paper's losses, worked by hand on a few customers, and the laws they keep."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from segmenter.model.losses import (
    class_weights,
    printed_splc,
    quasi_poisson,
    weighted_binary_cross_entropy,
    weighted_cross_entropy,
)

NO_WEIGHTS = torch.ones(2)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_class_weights_are_n_over_c_times_n_c() -> None:
    # Six customers, three classes of 3, 2 and 1: 6 / (3 * 3), 6 / (3 * 2), 6 / (3 * 1).
    found = class_weights(torch.tensor([0, 0, 0, 1, 1, 2]), 3)
    assert found.tolist() == pytest.approx([2 / 3, 1.0, 2.0])


def test_all_classes_weigh_the_same_in_total() -> None:
    labels = torch.tensor([0] * 70 + [1] * 20 + [2] * 10)
    weights = class_weights(labels, 3)
    totals = [float((weights[labels] * (labels == c)).sum()) for c in range(3)]
    assert totals == pytest.approx([100 / 3] * 3)


def test_a_class_without_customers_weighs_nothing_instead_of_infinitely() -> None:
    assert class_weights(torch.tensor([0, 0]), 3).tolist() == pytest.approx([1 / 3, 0.0, 0.0])


def test_weighted_cross_entropy_agrees_with_scikit_learn(rng: np.random.Generator) -> None:
    logits, labels = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    weights = np.array([0.5, 1.0, 3.0])
    p = torch.softmax(torch.tensor(logits), dim=1).numpy()
    # scikit-learn divides by the weights; ours by the number of customers, so that batches add up.
    wanted = log_loss(labels, p, sample_weight=weights[labels]) * weights[labels].mean()
    found = weighted_cross_entropy(torch.tensor(logits), torch.tensor(labels), torch.tensor(weights))
    assert float(found) == pytest.approx(wanted)


def test_the_printed_loss_counts_a_doubted_positive_as_negative() -> None:
    # Two positives at p 0.8 and 0.3 and a negative at 0.1, tau 0.5: the second positive turns negative.
    logits = torch.tensor([logit(0.8), logit(0.3), logit(0.1)])
    positive = torch.tensor([True, True, False])
    wanted = -(np.log(0.8) + np.log(0.7) + np.log(0.9)) / 3
    assert float(printed_splc(logits, positive, NO_WEIGHTS, 0.5)) == pytest.approx(wanted, abs=1e-6)


def test_the_printed_loss_doubts_at_tau_itself() -> None:
    # p <= tau, not p < tau: a logit of 0 is a p of exactly 0.5. Doubted, its loss falls as p falls.
    logits = torch.zeros(1, requires_grad=True)
    torch.autograd.backward(printed_splc(logits, torch.tensor([True]), NO_WEIGHTS, 0.5))
    assert logits.grad is not None
    assert float(logits.grad) > 0


def test_with_tau_below_all_p_the_printed_loss_is_plain_cross_entropy(rng: np.random.Generator) -> None:
    logits = torch.tensor(rng.normal(size=30))
    positive = torch.tensor(rng.random(30) < 0.5)
    plain = weighted_binary_cross_entropy(logits, positive, NO_WEIGHTS)
    assert float(printed_splc(logits, positive, NO_WEIGHTS, -1.0)) == pytest.approx(float(plain))


def test_quasi_poisson_is_least_where_the_mean_is_met() -> None:
    amount = torch.tensor([0.0, 3.0, 9.0], dtype=torch.float64)
    at = torch.full((3,), float(np.log(4.0)), dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(quasi_poisson(at, amount))
    assert at.grad is not None
    assert float(at.grad.sum()) == pytest.approx(0.0, abs=1e-12)

"""What each head is trained for: the segment, the intent as given, to buy without having looked, to look, and
what looking adds. Doubted intent is in correction.py.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from segmenter.model.device import Movable
from segmenter.model.losses import (
    balanced_cross_entropies,
    bought_losses,
    class_weights,
    cross_entropies,
)
from segmenter.model.network import Head
from segmenter.settings import ClassWeights

Outputs = Callable[
    [Tensor], Tensor
]  # places (B,) -> outputs (B, members, n_outputs) of the head as it stands

# Logarithms of hazards beyond these are chances of 0.000006 and of 1, to six digits.
LEAST_LOG_HAZARD, LARGEST_LOG_HAZARD = -12.0, 3.0


class _Steady(Movable):
    """Nothing changes between epochs."""

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Nothing to prepare."""

    def is_settled(self, epoch: int) -> bool:
        return True


class SegmentObjective(_Steady):
    """Stage 1: engaged, unengaged or inactive, every class weighing the same (eq. 1), or every row.

    weights: (M, 3), with which it learns; balance: (M, 3), with which every class would weigh the same.
    """

    def __init__(self, labels: Tensor, learned: Tensor, weighing: ClassWeights = "balanced") -> None:
        """labels: (N,) long; learned: (N, M) bool, which member learns from which row."""
        self._labels = labels
        classes = torch.nn.functional.one_hot(labels, 3)  # (N, 3)
        # A customer-level file may call nobody inactive: then no row pulls there, whatever it would weigh.
        balance = class_weights(learned.T.float() @ classes.float())
        self.balance = torch.where(balance > 0, balance, 1.0)
        self.weights = self.balance if weighing == "balanced" else torch.ones_like(self.balance)

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 3)  ->  (B, M)."""
        labels = self._labels[places]
        return self.weights[:, labels].T * cross_entropies(outputs, labels)


class GivenIntentObjective(_Steady):
    """Stage 2 with every given label believed: engaged (True) against unengaged (False)."""

    def __init__(self, engaged: Tensor, learned: Tensor, weighing: ClassWeights = "balanced") -> None:
        """engaged: (N,) bool; learned: (N, M) bool, True for rows of stage 2 only."""
        self._engaged = engaged.to(torch.float32)
        self.weights = intent_weights(self._engaged[:, None], learned, weighing)

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 1)  ->  (B, M)."""
        return balanced_cross_entropies(outputs[:, :, 0], self._engaged[places, None], self.weights)


class LookObjective(_Steady):
    """Whether a customer whom a campaign reached looks at it."""

    def __init__(self, looked: Tensor) -> None:
        """looked: (N,) bool."""
        self._looked = looked.to(torch.float32)

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 1), logits  ->  (B, M)."""
        logits = outputs[:, :, 0]
        return torch.nn.functional.softplus(logits) - self._looked[places, None] * logits


class BoughtObjective(_Steady):
    """Whether a customer buys, with the hazard exp(output), beside a hazard that is known already."""

    def __init__(self, bought: Tensor, known: Tensor | None = None) -> None:
        """bought: (N,) bool; known: (N, M) hazards, 0 by default."""
        self._bought, self._known = bought, known

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 1), logarithms of hazards  ->  (B, M)."""
        hazard = hazards(outputs)
        if self._known is not None:
            hazard = hazard + self._known[places]
        return bought_losses(hazard, self._bought[places, None])


def hazards(outputs: Tensor) -> Tensor:
    """(..., 1) logarithms  ->  (...) hazards, above 0 and finite."""
    return torch.exp(outputs[..., 0].clamp(LEAST_LOG_HAZARD, LARGEST_LOG_HAZARD))


def intent_weights(belief: Tensor, learned: Tensor, weighing: ClassWeights = "balanced") -> Tensor:
    """Class weights of stage 2, balanced on what is believed, or 1.

    belief: (N, 1 or M) in [0, 1], that a label is positive; learned: (N, M) bool  ->  (M, 2).
    """
    n = learned.sum(0).to(torch.float32)
    positive = (learned * belief).sum(0)
    balanced = class_weights(torch.stack([n - positive, positive], dim=1))
    return balanced if weighing == "balanced" else torch.ones_like(balanced)


def to_base_rates(head: Head, weights: Tensor) -> None:
    """Take the class weights out of what a head says, so that it gives chances.  weights: (members, 2)."""
    # Trained with weights w, a head says p(c | x) * w_c up to a factor.
    head.bias.data[:, 0] -= torch.log(weights[:, 1].clamp(min=1e-6)) - torch.log(
        weights[:, 0].clamp(min=1e-6)
    )

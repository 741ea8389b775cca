"""What each head is trained for: the segment, the intent as given, the amount. Doubted intent is in
correction.py.
"""

from collections.abc import Callable

from torch import Tensor

from segmenter.model.losses import (
    class_weights,
    quasi_poisson,
    weighted_binary_cross_entropy,
    weighted_cross_entropy,
)

Outputs = Callable[[Tensor], Tensor]  # places (B,) -> outputs (B, n_outputs) of the head as it stands


class SegmentObjective:
    """Stage 1: engaged, unengaged or inactive, every class weighing the same (eq. 1)."""

    def __init__(self, labels: Tensor, train: Tensor) -> None:
        """labels: (N,) long; class weights are those of the rows `train`."""
        self.weights = class_weights(labels[train], 3)
        self._labels = labels

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Nothing changes between epochs."""

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, 3)  ->  ()."""
        return weighted_cross_entropy(outputs, self._labels[places], self.weights)

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for held-out rows."""
        return self.loss(outputs, places)

    def is_settled(self, epoch: int) -> bool:
        return True


class GivenIntentObjective:
    """Stage 2 with every given label believed: engaged (True) against unengaged (False), classes balanced."""

    def __init__(self, engaged: Tensor, train: Tensor) -> None:
        """engaged: (N,) bool."""
        self._weights = class_weights(engaged[train].long(), 2)
        self._engaged = engaged

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Nothing changes between epochs."""

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, 1)  ->  ()."""
        return weighted_binary_cross_entropy(outputs[:, 0], self._engaged[places], self._weights)

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for held-out rows."""
        return self.loss(outputs, places)

    def is_settled(self, epoch: int) -> bool:
        return True


class AmountObjective:
    """The mean net amount of a customer who buys, relative to the mean of all who do."""

    def __init__(self, relative_amount: Tensor) -> None:
        """relative_amount: (N,) at least 0, about 1 on average."""
        self._relative_amount = relative_amount

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Nothing changes between epochs."""

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, 1), logarithms of the expected relative amount  ->  ()."""
        return quasi_poisson(outputs[:, 0], self._relative_amount[places])

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for held-out rows."""
        return self.loss(outputs, places)

    def is_settled(self, epoch: int) -> bool:
        return True

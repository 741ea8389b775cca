"""Examples as tensors + an objective -> a trained head, with early stopping on the validation fold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from segmenter.model.network import Expansion, Head
from segmenter.model.report import HeadCurve
from segmenter.settings import Network

# Rows expanded at once when nothing is learned: large enough to be quick, small enough for the CPU's cache.
ROWS_AT_ONCE = 2048

# Expanded rows are kept while they fit here; beyond, each batch is expanded again (a third slower, any size).
KEEP_BYTES = 1 << 30

# With few customers a batch of the default size would be the whole set, and an epoch a single step.
FEWEST_STEPS = 16
SMALLEST_BATCH = 32


class Rows:
    """Encoded customers, expanded when asked for.

    x_num: (N, n_num) float32, NaN unknown; x_cat: (N, n_cat) long.
    """

    def __init__(self, expansion: Expansion, x_num: Tensor, x_cat: Tensor) -> None:
        self._expansion, self._x_num, self._x_cat = expansion, x_num, x_cat
        self._kept: Tensor | None = None
        if len(x_num) * expansion.width * 4 <= KEEP_BYTES:
            self._kept = torch.empty(len(x_num), expansion.width)
            for places in torch.split(torch.arange(len(x_num)), ROWS_AT_ONCE):
                self._kept[places] = expansion(x_num[places], x_cat[places])

    def expanded(self, places: Tensor) -> Tensor:
        """places: (B,) long  ->  (B, width)."""
        if self._kept is not None:
            return torch.index_select(self._kept, 0, places)  # an eighth of the time of self._kept[places]
        expanded: Tensor = self._expansion(self._x_num[places], self._x_cat[places])
        return expanded

    @torch.no_grad()
    def outputs(self, head: Head, places: Tensor) -> Tensor:
        """The head's outputs for many rows.  places: (B,)  ->  (B, n_outputs)."""
        return torch.cat([head(self.expanded(part)) for part in torch.split(places, ROWS_AT_ONCE)])


class Objective(Protocol):
    """What a head is trained for. Places are row numbers into Rows."""

    def begin_epoch(self, epoch: int, outputs: Callable[[Tensor], Tensor]) -> None:
        """Look at the head as it stands (places -> outputs) before an epoch; epochs count from 0."""

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, n_outputs) of the training rows `places`  ->  ()."""

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for rows of the validation fold."""

    def is_settled(self, epoch: int) -> bool:
        """Whether the objective is now what it will stay: only then may an epoch be kept as the best."""


class Trainer:
    """Trains one head after the other on the same rows, and remembers how it went."""

    def __init__(
        self,
        rows: Rows,
        width: int,
        *,
        valid: np.ndarray,
        network: Network,
        seed: int,
        on_epoch: Callable[[str, int], None],
    ) -> None:
        """valid: (N,) bool, the rows to stop by; on_epoch: told a head's name and the epoch it has
        finished.
        """
        self.rows, self.curves = rows, list[HeadCurve]()
        self._width, self._valid, self._network = width, valid, network
        self._seed, self._on_epoch = seed, on_epoch

    def learn_from(self, chosen: np.ndarray) -> Tensor:
        """Places of the chosen rows (N,) bool that are learned from."""
        return places_of(chosen & ~self._valid)

    def stop_by(self, chosen: np.ndarray) -> Tensor:
        """Places of the chosen rows (N,) bool that are in the validation fold."""
        return places_of(chosen & self._valid)

    def fit(
        self,
        name: str,
        n_outputs: int,
        objective: Objective,
        chosen: np.ndarray,
        *,
        warm: Head | None = None,
    ) -> Head:
        """A new head, trained on the chosen rows (N,) bool, from the weights of `warm` where it is given.

        The same seed gives the same weights, whatever else was trained before.
        """
        generator = torch.Generator().manual_seed(self._seed)
        head = Head(self._width, n_outputs, self._network.n_hidden, generator)
        if warm is not None:
            head.load_state_dict(warm.state_dict())
        curve = fit_head(
            head,
            self.rows,
            objective,
            train=self.learn_from(chosen),
            valid=self.stop_by(chosen),
            network=self._network,
            generator=generator,
            on_epoch=lambda epoch: self._on_epoch(name, epoch),
        )
        train_loss, valid_loss, best = curve
        self.curves.append(HeadCurve(head=name, train_loss=train_loss, valid_loss=valid_loss, best=best))
        return head


def fit_head(
    head: Head,
    rows: Rows,
    objective: Objective,
    *,
    train: Tensor,
    valid: Tensor,
    network: Network,
    generator: torch.Generator,
    on_epoch: Callable[[int], None],
) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    """Train `head` in place until the validation loss has not fallen for `patience` epochs; keep the best
    weights.

    train, valid: places of the rows to learn from and to stop by. Returns the mean losses by epoch on both,
    and after how many epochs the kept weights were taken (the last ones, where the objective never
    settled).
    """
    optimizer = torch.optim.AdamW(
        head.parameters(), lr=network.learning_rate, weight_decay=network.weight_decay, fused=True
    )
    batch_size = min(network.batch_size, max(SMALLEST_BATCH, len(train) // FEWEST_STEPS))
    train_losses, valid_losses = list[float](), list[float]()
    best, best_loss, best_state = 0, float("inf"), deepcopy(head.state_dict())
    for epoch in range(network.max_epochs):
        objective.begin_epoch(epoch, lambda places: rows.outputs(head, places))
        total = 0.0
        shuffled = train[torch.randperm(len(train), generator=generator)]
        for places in torch.split(shuffled, batch_size):
            optimizer.zero_grad()
            loss = objective.loss(head(rows.expanded(places)), places)
            torch.autograd.backward(loss)
            optimizer.step()
            total += float(loss.detach()) * len(places)
        train_losses.append(total / len(train))
        valid_losses.append(float(objective.valid_loss(rows.outputs(head, valid), valid)))
        on_epoch(epoch)
        if not objective.is_settled(epoch):
            continue
        if valid_losses[-1] < best_loss:
            best, best_loss, best_state = epoch + 1, valid_losses[-1], deepcopy(head.state_dict())
        elif epoch + 1 - best >= network.patience:
            break
    if best:
        head.load_state_dict(best_state)
    return tuple(train_losses), tuple(valid_losses), best or len(train_losses)


def places_of(chosen: np.ndarray) -> Tensor:
    """Row numbers where `chosen` (N,) is true: (n,) long."""
    return torch.from_numpy(np.flatnonzero(chosen))


@contextmanager
def fixed_threads(count: int) -> Iterator[None]:
    """Sums in the same order: the number of threads decides how torch splits them, and so the last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)

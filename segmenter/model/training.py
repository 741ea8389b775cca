"""Examples as tensors + an objective -> a trained head: members side by side, each stopped by its own fold.

Member k learns from every fold but fold k. So each customer has one member that has not seen them, and what
that member says of them can be checked honestly; the mean of the members is what the model says of others.

What is kept is not where the descent happens to stand but the running mean of where it has been. Steps of a
fixed size never come to rest, and all members go through the same batches: what the last of them did to the
weights would be in every member, and no mean over members would take it out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Protocol, Self

import numpy as np
import torch
from torch import Tensor

from segmenter.model.device import Workplace
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

# With fewer steps an epoch, each is longer: a pass over few customers goes as far as one over many, and the
# bound on epochs does not end training before it has learned.
USUAL_STEPS = 64

# The running mean of the weights reaches back over so many epochs. Without one, two seeds' lists of the top
# fifth of the demo shop overlapped by 0.91 (Jaccard), with 1 or 4 epochs by 0.93 to 0.97; chosen between the
# two, on the world of benchmarks/results/stability.md.
AVERAGED_EPOCHS = 2.0


class Rows:
    """Encoded customers, expanded when asked for.

    x_num: (N, n_num) float32, NaN unknown; x_cat: (N, n_cat) long. All on one device.
    """

    def __init__(self, expansion: Expansion, x_num: Tensor, x_cat: Tensor) -> None:
        self._expansion, self._x_num, self._x_cat = expansion, x_num, x_cat
        self._kept: Tensor | None = None
        if len(x_num) * expansion.width * 4 <= KEEP_BYTES:
            self._kept = torch.empty(len(x_num), expansion.width, device=x_num.device)
            for places in torch.split(torch.arange(len(x_num), device=x_num.device), ROWS_AT_ONCE):
                self._kept[places] = expansion(x_num[places], x_cat[places])

    def copied_to(self, device: torch.device) -> "Rows":
        """The same rows on another device."""
        return Rows(deepcopy(self._expansion).to(device), self._x_num.to(device), self._x_cat.to(device))

    def expanded(self, places: Tensor) -> Tensor:
        """places: (B,) long  ->  (B, width)."""
        if self._kept is not None:
            return torch.index_select(self._kept, 0, places)  # an eighth of the time of self._kept[places]
        expanded: Tensor = self._expansion(self._x_num[places], self._x_cat[places])
        return expanded

    @torch.no_grad()
    def outputs(self, head: Head, places: Tensor) -> Tensor:
        """What each member says of many rows.  places: (B,)  ->  (B, members, n_outputs)."""
        return torch.cat([head(self.expanded(part)) for part in torch.split(places, ROWS_AT_ONCE)])


class Objective(Protocol):
    """What a head is trained for. Places are row numbers into Rows; every member has losses of its own."""

    def to(self, device: torch.device) -> Self:
        """The same objective, with its tensors on `device`."""

    def begin_epoch(self, epoch: int, outputs: Callable[[Tensor], Tensor]) -> None:
        """Look at the head as it stands (places -> outputs) before an epoch; epochs count from 0."""

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, members, n_outputs) of the rows `places`  ->  (B, members)."""

    def is_settled(self, epoch: int) -> bool:
        """Whether the objective is now what it will stay: only then may an epoch be kept as the best."""


class Trainer:
    """Trains one head after the other on the same rows, and remembers how it went."""

    def __init__(
        self,
        rows: Rows,
        width: int,
        *,
        fold: np.ndarray,
        network: Network,
        seed: int,
        on_epoch: Callable[[str, int], None],
    ) -> None:
        """fold: (N,) int below network.members, the member that does not learn from a row; on_epoch: told a
        head's name and the epoch it has finished.
        """
        self.rows, self.curves = rows, list[HeadCurve]()
        self.fold = torch.from_numpy(fold.astype(np.int64))
        self.members, self.class_weights = network.members, network.class_weights
        self.workplace = Workplace(network.device)
        self._card_rows: Rows | None = None
        self._width, self._network = width, network
        self._seed, self._on_epoch = seed, on_epoch

    def learned(self, places: Tensor) -> Tensor:
        """Which member learns from which row.  places: (B,)  ->  (B, members) bool."""
        return self.fold[places][:, None] != torch.arange(self.members)

    def fit(
        self,
        name: str,
        n_outputs: int,
        objective: Objective,
        chosen: np.ndarray,
        *,
        warm: Head | None = None,
        bias: Tensor | None = None,
        most_epochs: int | None = None,
    ) -> Head:
        """A new head, trained on the chosen rows (N,) bool, from the weights of `warm` where it is given.

        bias: (members, n_outputs), where members start; 0 by default. most_epochs: fewer than the settings
        allow. The same seed gives the same weights, whatever else was trained before.
        """

        def begun() -> tuple[Head, torch.Generator]:
            generator = torch.Generator().manual_seed(self._seed)
            head = Head(self._width, n_outputs, self._network.n_hidden, self.members, generator)
            if warm is not None:
                head.load_state_dict(warm.state_dict())
            if bias is not None:
                head.bias.data.copy_(bias)
            return head, generator

        places = places_of(chosen)
        epochs = min(most_epochs or self._network.max_epochs, self._network.max_epochs)
        trained = (
            self._fit_on_card(begun, objective, places, name, epochs)
            if self.workplace.card is not None
            else None
        )
        if trained is None:
            head, generator = begun()
            trained = head, self._descend(head, objective, places, generator, name, self.rows, epochs)
        head, curve = trained
        self.curves.append(curve)
        return head.requires_grad_(False)

    @torch.no_grad()
    def unseen(self, head: Head, places: Tensor) -> Tensor:
        """What the one member that did not learn from a row says of it.  places: (B,)  ->  (B, n_outputs)."""
        outputs = self.rows.outputs(head, places)
        return outputs[torch.arange(len(places)), self.fold[places]]

    def _fit_on_card(
        self,
        begun: Callable[[], tuple[Head, torch.Generator]],
        objective: Objective,
        places: Tensor,
        name: str,
        epochs: int,
    ) -> tuple[Head, HeadCurve] | None:
        """Train on the graphics card and bring everything back; None, and nothing changed, where it fails."""
        card, home = self.workplace.card, places.device
        assert card is not None
        (head, generator), attempt = begun(), deepcopy(objective)
        try:
            if self._card_rows is None:
                self._card_rows = self.rows.copied_to(card)
            curve = self._descend(
                head.to(card), attempt.to(card), places.to(card), generator, name, self._card_rows, epochs
            )
            vars(objective).update(vars(attempt.to(home)))
            return head.to(home), curve
        except RuntimeError as error:  # out of memory, and whatever else a card can have
            self._card_rows = None
            self.workplace.leave_card(name, error)
            return None

    def _descend(
        self,
        head: Head,
        objective: Objective,
        places: Tensor,
        generator: torch.Generator,
        name: str,
        rows: Rows,
        most_epochs: int,
    ) -> HeadCurve:
        """Train `head` in place until no member's loss on its own fold has fallen for `patience` epochs.

        Each member keeps the mean weights it had when their loss was least (the last ones, where the
        objective never settled). Just after it settled the mean still holds steps from before; whether that
        is kept, the loss of the settled objective decides, like any other. The objective itself looks at the
        head as it stands, not at the mean.
        """
        network, members, device = self._network, self.members, places.device
        learned = self.learned(places.cpu()).to(device)  # (n, members)
        n_learned, n_kept = learned.sum(0), (~learned).sum(0)  # (members,)
        batch_size = min(network.batch_size, max(SMALLEST_BATCH, len(places) // FEWEST_STEPS))
        longer = max(1.0, USUAL_STEPS * batch_size / len(places))
        optimizer = torch.optim.AdamW(
            head.parameters(),
            lr=network.learning_rate * longer,
            weight_decay=network.weight_decay,
            fused=True,
        )
        train_losses, valid_losses = list[float](), list[float]()
        best = torch.zeros(members, dtype=torch.long, device=device)
        least = torch.full((members,), float("inf"), device=device)
        mean, steps = deepcopy(head), 0
        reach = max(1.0, AVERAGED_EPOCHS * len(places) / batch_size)  # in steps
        state = deepcopy(head.state_dict())
        for epoch in range(most_epochs):
            objective.begin_epoch(epoch, lambda asked: rows.outputs(head, asked))
            total = torch.zeros(members, device=device)
            # Shuffled by the processor wherever it is used: the same seed then gives the same batches.
            shuffled = torch.randperm(len(places), generator=generator).to(device)
            for part in torch.split(shuffled, batch_size):
                optimizer.zero_grad()
                batch, counts = places[part], learned[part].to(torch.float32)
                losses = objective.losses(head(rows.expanded(batch)), batch) * counts  # (B, members)
                # Members share no weight, so the sum of their means has for each the gradient of its own.
                torch.autograd.backward((losses.sum(0) / counts.sum(0).clamp(min=1)).sum())
                optimizer.step()
                steps += 1
                move_towards(mean, head, 1 / min(steps, reach))
                total += losses.detach().sum(0)
            with torch.no_grad():
                losses = objective.losses(rows.outputs(mean, places), places)
            kept_back = (losses * ~learned).sum(0) / n_kept  # (members,)
            train_losses.append(float((total / n_learned).mean()))
            valid_losses.append(float(kept_back.mean()))
            self._on_epoch(name, epoch)
            if not objective.is_settled(epoch):
                continue
            better = kept_back < least
            best[better], least[better] = epoch + 1, kept_back[better]
            for key, values in mean.state_dict().items():
                state[key][better] = values[better]
            if epoch + 1 - int(best.max()) >= network.patience:
                break
        if not bool((best > 0).all()):
            state, best[:] = mean.state_dict(), len(train_losses)
        head.load_state_dict(state)
        return HeadCurve(
            head=name,
            train_loss=tuple(train_losses),
            valid_loss=tuple(valid_losses),
            best=int(best.float().mean().round()),
        )


@torch.no_grad()
def move_towards(mean: Head, head: Head, share: float) -> None:
    """Move the weights of `mean` by `share`, in (0, 1], of the way to those of `head`."""
    for average, weight in zip(mean.parameters(), head.parameters(), strict=True):
        average.lerp_(weight, share)


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

"""One head's training: what is kept of it."""

from collections.abc import Callable
from typing import Self, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from segmenter.model.network import Head
from segmenter.model.training import Rows, Trainer, move_towards
from segmenter.model.two_stage import fit_two_stage
from segmenter.settings import Network
from tests.model.conftest import SMALL
from tests.model.worlds import SPECS, World


class BlankRows:
    """Customers of whom nothing is known: a head's bias is all that it says."""

    def expanded(self, places: Tensor) -> Tensor:
        return torch.zeros(len(places), 2)

    def outputs(self, head: Head, places: Tensor) -> Tensor:
        with torch.no_grad():
            return cast(Tensor, head(self.expanded(places)))


class Downhill:
    """The lower the output the better, without end: every step of the descent is as long as the last."""

    def to(self, device: torch.device) -> Self:
        return self

    def begin_epoch(self, epoch: int, outputs: Callable[[Tensor], Tensor]) -> None:
        pass

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        return outputs[:, :, 0]

    def is_settled(self, epoch: int) -> bool:
        return False


def head_of(weight: float) -> Head:
    head = Head(2, 1, 0, 3, torch.Generator())
    for values in head.parameters():
        values.data.fill_(weight)
    return head


def test_the_mean_moves_by_the_share_and_nothing_else_does() -> None:
    mean, head = head_of(4.0), head_of(8.0)
    move_towards(mean, head, 0.5)
    assert all((values == 6.0).all() for values in mean.parameters())
    assert all((values == 8.0).all() for values in head.parameters())


def test_what_is_kept_is_the_mean_of_where_the_weights_have_been() -> None:
    rows, steps, rate = 640, 16, 0.001  # batches of 40; with 16 steps an epoch, each is four times as long
    network = Network(members=2, max_epochs=1, learning_rate=rate, weight_decay=0.0, device="cpu")
    trainer = Trainer(
        cast(Rows, BlankRows()),
        2,
        fold=np.arange(rows) % 2,
        network=network,
        seed=1,
        on_epoch=lambda name, epoch: None,
    )
    kept = trainer.fit("downhill", 1, Downhill(), np.ones(rows, dtype=bool)).bias
    # The bias passed -r, -2r, ..., -16r; within the first two epochs the mean is of all that was passed.
    assert kept.flatten().tolist() == pytest.approx([-4 * rate * (steps + 1) / 2] * 2, rel=1e-3)


def test_a_curve_falls_and_the_epoch_kept_is_one_of_it(world: World) -> None:
    curves = fit_two_stage(world.examples, SPECS, SMALL)[1].curves
    assert [curve.head for curve in curves][:1] == ["segment"]
    for curve in curves:
        assert len(curve.train_loss) == len(curve.valid_loss) <= SMALL.network.max_epochs
        assert 1 <= curve.best <= len(curve.valid_loss)
        assert np.isfinite(curve.valid_loss).all()
    for curve in (each for each in curves if each.head in ("segment", "uncorrected")):
        assert min(curve.valid_loss) < curve.valid_loss[0]

"""One head's training: what is kept of it."""

import numpy as np
import torch

from segmenter.model.network import Head
from segmenter.model.training import move_towards
from segmenter.model.two_stage import fit_two_stage
from tests.model.conftest import SMALL
from tests.model.worlds import SPECS, World


def head_of(weight: float) -> Head:
    head = Head(2, 1, 0, 3, torch.Generator())
    for values in head.parameters():
        values.data.fill_(weight)
    return head


def test_the_mean_moves_by_the_share_and_nothing_else_does() -> None:
    mean, passed = head_of(0.0), [4.0, 8.0, 0.0]
    for step, (weight, expected) in enumerate(zip(passed, (4.0, 6.0, 3.0), strict=True), start=1):
        head = head_of(weight)
        move_towards(mean, head, 1 / min(step, 2))
        assert all((values == expected).all() for values in mean.parameters())
        assert all((values == weight).all() for values in head.parameters())


def test_a_curve_falls_and_the_epoch_kept_is_one_of_it(world: World) -> None:
    curves = fit_two_stage(world.examples, SPECS, SMALL)[1].curves
    assert [curve.head for curve in curves][:1] == ["segment"]
    for curve in curves:
        assert len(curve.train_loss) == len(curve.valid_loss) <= SMALL.network.max_epochs
        assert 1 <= curve.best <= len(curve.valid_loss)
        assert np.isfinite(curve.valid_loss).all()
    for curve in (each for each in curves if each.head in ("segment", "uncorrected")):
        assert min(curve.valid_loss) < curve.valid_loss[0]

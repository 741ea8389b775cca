"""How far a correction is used: the order of trying, and what a head between two heads says."""

import numpy as np
import pytest
import torch

from segmenter.model.network import Head
from segmenter.model.strength import STRENGTHS, Mixture, strongest_borne
from segmenter.model.training import Trainer
from segmenter.model.verdict import Verdict
from segmenter.settings import Network

MEMBERS, WIDTH, ROWS = 2, 3, 40


class Expanded:
    """Rows that are expanded already, as Trainer.unseen reads them."""

    def __init__(self, values: torch.Tensor) -> None:
        self.values = values

    def outputs(self, head: Head, places: torch.Tensor) -> torch.Tensor:
        return head(self.values[places])  # type: ignore[no-any-return]


def some_head(generator: torch.Generator, n_hidden: int = 0) -> Head:
    head = Head(WIDTH, 1, n_hidden, MEMBERS, generator).requires_grad_(False)
    for values in head.parameters():
        values.copy_(torch.randn(values.shape, generator=generator))
    return head


@pytest.fixture
def mixture() -> Mixture:
    return make_mixture()


def make_mixture(n_hidden: int = 0) -> Mixture:
    generator = torch.Generator().manual_seed(3)
    trainer = Trainer(
        Expanded(torch.rand(ROWS, WIDTH, generator=generator)),  # type: ignore[arg-type]
        WIDTH,
        fold=np.arange(ROWS) % MEMBERS,
        network=Network(members=MEMBERS),
        seed=0,
        on_epoch=lambda name, epoch: None,
    )
    heads = some_head(generator, n_hidden), some_head(generator, n_hidden)
    return Mixture(trainer, *heads)


def verdict(objection: str | None) -> Verdict:
    return Verdict(basis="alike customers", auc=None, checks=(), objection=objection)


@pytest.mark.parametrize(
    ("objects", "borne"), [((), 1.0), ((1.0,), 0.9), ((0.3, 0.9), 0.2), ((0.1,), 0.0), (STRENGTHS, 0.0)]
)
def test_the_first_objection_ends_the_search_whatever_stronger_ones_say(
    objects: tuple[float, ...], borne: float
) -> None:
    chosen = strongest_borne(STRENGTHS, lambda strength: verdict("no" if strength in objects else None))
    assert chosen.strength == borne
    assert (chosen.verdict.objection is None) == (borne > 0)
    assert [each.strength for each in chosen.tried] == list(STRENGTHS)
    assert [each.strength for each in chosen.tried if not each.passed] == sorted(objects)


def test_the_ends_are_the_given_heads(mixture: Mixture) -> None:
    everybody = torch.arange(ROWS)
    for strength in (0.0, 1.0):
        said = mixture._trainer.unseen(mixture.head(strength), everybody)[:, 0].double().numpy()
        assert np.array_equal(mixture.logits(strength, everybody), said)
    assert mixture.head(0.0) is mixture._uncorrected
    assert mixture.head(1.0) is mixture._corrected


@pytest.mark.parametrize("strength", [0.1, 0.5, 0.9])
def test_a_head_between_says_what_was_judged(mixture: Mixture, strength: float) -> None:
    everybody = torch.arange(ROWS)
    said = mixture._trainer.unseen(mixture.head(strength), everybody)[:, 0].double().numpy()
    assert np.allclose(said, mixture.logits(strength, everybody), atol=1e-5)


def test_with_hidden_units_the_correction_is_used_whole_or_not_at_all() -> None:
    assert make_mixture(n_hidden=4).strengths == (1.0,)

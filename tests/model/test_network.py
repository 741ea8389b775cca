"""The piecewise-linear expansion by hand, and what keeps a score inside the range it was trained on."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from segmenter.features.encoding import CategoryEncoding, Encoder, NumericEncoding
from segmenter.model.network import Expansion, Head

ENCODER = Encoder(
    numeric_features=(
        NumericEncoding(name="a", edges=(0.0, 1.0, 3.0), low=0.0, high=3.0, had_unknown=True),
        NumericEncoding(name="never_varied", edges=(7.0,), low=7.0, high=7.0, had_unknown=False),
        NumericEncoding(name="never_known", edges=(), low=0.0, high=0.0, had_unknown=True),
    ),
    category_features=(CategoryEncoding(name="c", levels=("x", "y")),),
)


def expanded(a: float, place: int = 1) -> list[float]:
    numbers = torch.tensor([[a, 7.0, math.nan]], dtype=torch.float32)
    found: list[float] = Expansion(ENCODER)(numbers, torch.tensor([[place]]))[0].tolist()
    return found


def test_a_value_fills_the_bins_below_it_and_a_part_of_its_own() -> None:
    # Edges 0, 1, 3. At 2 the first bin is full and half of the second; then three unknown flags, then places.
    assert expanded(2.0) == [1.0, 0.5, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    assert expanded(0.25)[:2] == [0.25, 0.0]


def test_values_beyond_the_edges_read_as_the_edge() -> None:
    assert expanded(-5.0) == expanded(0.0)
    assert expanded(1e30) == expanded(3.0) == expanded(math.inf)


def test_an_unknown_value_reads_as_the_middle_edge_and_says_so() -> None:
    found = expanded(math.nan)
    assert found[:2] == expanded(1.0)[:2]
    assert found[2] == 1.0


def test_each_category_value_has_a_place_of_its_own() -> None:
    assert [expanded(0.0, place)[-4:].index(1.0) for place in range(4)] == [0, 1, 2, 3]


def test_a_head_without_hidden_units_is_additive(rng: np.random.Generator) -> None:
    """What a feature adds does not depend on the other features."""
    train = pd.DataFrame({"a": rng.normal(size=200), "b": rng.normal(size=200)})
    encoder = Encoder(
        numeric_features=tuple(
            NumericEncoding(name=name, edges=(-1.0, 0.0, 1.0), low=-1.0, high=1.0, had_unknown=False)
            for name in train
        ),
        category_features=(),
    )
    expansion = Expansion(encoder)
    head = Head(expansion.width, 1, 0, 3, torch.Generator().manual_seed(0))
    torch.nn.init.normal_(head.weight, generator=torch.Generator().manual_seed(1))

    def output(a: float, b: float) -> float:
        found: float = head.mean(
            expansion(torch.tensor([[a, b]]), torch.zeros(1, 0, dtype=torch.long))
        ).item()
        return found

    assert abs((output(0.7, 0.2) - output(-0.3, 0.2)) - (output(0.7, -0.9) - output(-0.3, -0.9))) < 1e-5


def test_hidden_units_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    def weights(seed: int) -> torch.Tensor:
        return Head(9, 1, 4, 2, torch.Generator().manual_seed(seed)).hidden_weight

    assert torch.equal(weights(3), weights(3))
    assert not torch.equal(weights(3), weights(4))


@pytest.mark.parametrize("n_hidden", [0, 5])
def test_what_a_head_says_is_the_mean_of_its_members(rng: np.random.Generator, n_hidden: int) -> None:
    head = Head(9, 2, n_hidden, 4, torch.Generator().manual_seed(0))
    for values in head.parameters():
        torch.nn.init.normal_(values, generator=torch.Generator().manual_seed(1))
    x = torch.tensor(rng.normal(size=(7, 9)), dtype=torch.float32)
    assert head(x).shape == (7, 4, 2)
    assert torch.allclose(head.mean(x), head(x).mean(1), atol=1e-5)

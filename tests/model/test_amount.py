"""The expected amount: what it may know of a customer."""

import numpy as np
import pytest
import torch

from segmenter.model.amount import fit_amount


def test_what_alike_customers_pay_does_not_know_who_engaged(rng: np.random.Generator) -> None:
    """Engaged buyers pay 40, others 20, and nothing in the features tells them apart."""
    n = 600
    engaged = rng.random(n) < 0.5
    found = fit_amount(
        torch.from_numpy(rng.normal(size=(n, 2))),
        engaged,
        np.ones(n, dtype=bool),
        np.where(engaged, 40.0, 20.0),
        rng.integers(0, 3, n),
        members=3,
        seed=0,
    )
    assert found.unseen == pytest.approx(20.0, rel=0.05)

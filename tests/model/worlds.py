"""Small worlds whose hidden truth is known: customers, what was recorded about them, and why they bought."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmenter.features.catalog import FeatureSpec
from segmenter.model.examples import Examples

SPECS = (
    *(FeatureSpec(name=f"x{k}", label=f"Feature {k}", group="Test") for k in range(4)),
    FeatureSpec(name="colour", label="Colour", group="Test", kind="category"),
)


@dataclass(frozen=True, kw_only=True)
class World:
    """Examples for training, and other customers of the same kind with their truth.

    prompted, engaged: bool, of the customers in `test`; inactive ones are in neither.
    """

    examples: Examples
    test: pd.DataFrame
    prompted: np.ndarray
    engaged: np.ndarray


def make_world(
    rng: np.random.Generator,
    customers: int = 4_000,
    *,
    organic_share: float = 0.6,
    prompted_by: float = 2.0,
    engaging_by: float = 0.3,
    organic_is_known: bool = True,
) -> World:
    """Buyers who were prompted (x0 is higher by `prompted_by`), or bought anyway: engaged (x1 higher by
    `engaging_by`) or not (x1 lower by it). A quarter are inactive (x2 lower by 1.5). x3 and colour mean
    nothing.

    organic_share: share of the engaged who bought anyway. organic_is_known: their intent was recorded.
    """
    n = 2 * customers
    kind = rng.choice(4, n, p=[(1 - organic_share) * 0.375, organic_share * 0.375, 0.375, 0.25])
    prompted, organic, unengaged, inactive = (kind == k for k in range(4))
    x = rng.normal(size=(n, 4))
    x[:, 0] += prompted_by * prompted
    x[:, 1] += engaging_by * organic - engaging_by * unengaged
    x[:, 2] -= 1.5 * inactive
    features = pd.DataFrame(x, columns=[f"x{k}" for k in range(4)])
    features.loc[rng.random(n) < 0.1, "x3"] = np.nan
    features["colour"] = rng.choice(["red", "blue", "green"], n)
    purchases = np.where(inactive, 0, 1)
    amount = np.where(inactive, 0.0, rng.gamma(4.0, 5.0, n) * np.exp(0.5 * x[:, 1]))
    train = np.arange(n) < customers
    examples = Examples(
        features=features[train],
        customer_id=np.array([f"c{k}" for k in range(customers)], dtype=object),
        cutoff=np.full(customers, "2026-05-31"),
        given_label=np.array(["engaged", "engaged", "unengaged", "inactive"], dtype=object)[kind[train]],
        exposed=np.ones(customers, dtype=bool),
        looked=np.zeros(customers, dtype=bool),
        amount=amount[train],
        purchases=purchases[train],
        fold=rng.integers(0, 3, customers),
        known_organic=organic[train] if organic_is_known else None,
    )
    return World(
        examples=examples,
        test=features[~train].reset_index(drop=True),
        prompted=prompted[~train],
        engaged=(prompted | organic)[~train],
    )

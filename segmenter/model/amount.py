"""What customers who bought paid -> the expected amount of one who engages and buys, in currency.

Amounts are skewed and hang on what goes together (who buys often *and* dearly), so this is the one part of
the model that is not additive: boosted trees with a Poisson deviance, one set per member of the ensemble.
On the Starbucks events they explain 0.49 of the deviance of customers not learned from; one additive curve
per feature 0.46 (benchmarks/results).
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits
from torch import Tensor

from segmenter.model.trees import DEPTH, Trees

# Amounts above this quantile of the buyers count as that quantile. A handful of very large baskets would
# otherwise decide the trees they fall into, and no feature foretells them. Between 0.98 and 0.995 the
# rankings of held-out customers were alike.
WINSORISED_AT = 0.99

TREES = 80
LEARNING_RATE = 0.08
FEWEST_IN_LEAF = 50
SMALLEST_SHARE_IN_LEAF = 20  # with few buyers a leaf may hold a twentieth of them, but not fewer than 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """The trees, which give the logarithm of an amount, and the largest amount that may be said.

    unseen: (N,) the amount expected of each row by the member that has not learned from it.
    """

    trees: Trees
    largest: float
    unseen: np.ndarray


def fit_amount(
    columns: Tensor,
    engaged: np.ndarray,
    bought: np.ndarray,
    amount: np.ndarray,
    fold: np.ndarray,
    *,
    members: int,
    seed: int,
) -> Amount:
    """Learn the net amount of the customers who bought, engaged or not.

    columns: (N, n_columns) as trees read them; engaged, bought: (N,) bool; amount: (N,) net amounts in the
    outcome window, or margins; fold: (N,) the member that does not learn from a row.
    """
    largest = max(float(np.quantile(amount[bought], WINSORISED_AT)), 0.0)
    # Net of returns an amount can be below zero, and a margin even without; the log link knows only expected
    # amounts above it. Nobody is expected to cost money by buying.
    paid = np.clip(amount, 0.0, largest)
    trees = Trees(members, TREES)
    x = with_engaged(columns, torch.from_numpy(engaged)).numpy()
    in_leaf = int(np.clip(bought.sum() // SMALLEST_SHARE_IN_LEAF, 5, FEWEST_IN_LEAF))
    for member in range(members):
        rows = bought & (fold != member)
        if paid[rows].sum() == 0:  # nothing was paid on balance, so `largest` is 0 and bounds what is said
            continue
        learner = HistGradientBoostingRegressor(
            loss="poisson",
            max_iter=TREES,
            learning_rate=LEARNING_RATE,
            max_depth=DEPTH,
            max_leaf_nodes=2**DEPTH,
            min_samples_leaf=in_leaf,
            early_stopping=False,
            random_state=seed,
        )
        with threadpool_limits(1):  # as in the networks: the number of threads would decide the last bits
            trees.keep(member, learner.fit(x[rows], paid[rows]))
    said = np.exp(trees(torch.from_numpy(x)).numpy())  # (N, members)
    return Amount(trees=trees, largest=largest, unseen=np.minimum(said[np.arange(len(fold)), fold], largest))


def with_engaged(columns: Tensor, engaged: Tensor) -> Tensor:
    """The columns and a last one that says who engaged: (n, n_columns + 1)."""
    return torch.cat([columns, engaged[:, None].to(columns.dtype)], dim=1)


def expected_amount(trees: Trees, columns: Tensor, largest: float) -> np.ndarray:
    """What a customer who buys after engaging is expected to pay: (n,), in [0, largest]."""
    said = trees(with_engaged(columns, torch.ones(len(columns), dtype=torch.bool)))
    amount: np.ndarray = np.minimum(np.exp(said.mean(1).numpy()), largest)
    return amount

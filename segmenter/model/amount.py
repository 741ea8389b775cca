"""What customers who bought paid -> the expected amount of one who engages and buys, in currency.

Amounts are skewed and hang on what goes together (who buys often *and* dearly), so this is the one part of
the model that is not additive: boosted trees with a Poisson deviance, one set per member of the ensemble.
On the Starbucks events they explained more of the deviance of customers not learned from than one additive
curve per feature (ARCHITECTURE.md).

Two sets of trees answer the same question from two sides: what a buyer pays, and what engaged customers
spend among everybody, which over the chance to engage is again what one of them pays. The mean of both (of
their logarithms) is said. Each alone errs in its own direction: on the worlds of benchmarks/quality the first
promised more than came, the second less.
"""

from dataclasses import dataclass
from functools import partial

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
SMALLEST_SHARE_IN_LEAF = 20  # with few customers a leaf may hold a twentieth of them, but not fewer than 5

# What everybody spends when engaged is mostly nothing, and trees as deep as for the buyers follow single
# baskets: two seeds' lists by value then had fewer customers in common.
SPENT_DEPTH = 3
SPENT_FEWEST_IN_LEAF = 200

# A chance to engage below this is noise, and what is spent over it would be more so.
LEAST_CHANCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Trees that give the logarithm of an amount, and the largest amount that may be said.

    paid: of a buyer, engaged or not; spent: of anybody, counting engaged purchases only. unseen: (N,) the
    amount expected of each row, if it buys without engaging, by the member that has not learned from it.
    """

    paid: Trees
    spent: Trees
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
    """Learn net amounts, from the customers who bought and from everybody.

    columns: (N, n_columns) as trees read them; engaged, bought: (N,) bool; amount: (N,) net amounts in the
    outcome window, or margins; fold: (N,) the member that does not learn from a row.
    """
    largest = max(float(np.quantile(amount[bought], WINSORISED_AT)), 0.0)
    # Net of returns an amount can be below zero, and a margin even without; the log link knows only expected
    # amounts above it. Nobody is expected to cost money by buying.
    paid = np.clip(amount, 0.0, largest)
    x = with_engaged(columns, torch.from_numpy(engaged)).numpy()
    everybody = np.ones(len(bought), dtype=bool)
    grown = partial(_grown, fold=fold, members=members, seed=seed)
    of_buyers = grown(x, paid, bought, depth=DEPTH, in_leaf=FEWEST_IN_LEAF)
    of_engaged = grown(
        columns.numpy(), paid * engaged, everybody, depth=SPENT_DEPTH, in_leaf=SPENT_FEWEST_IN_LEAF
    )
    # Asked of everybody as not engaged: who engaged is known after the fact only, and what looking added is
    # measured against what alike customers pay who did not look.
    asked = with_engaged(columns, torch.zeros(len(bought), dtype=torch.bool))
    said = np.exp(of_buyers(asked).numpy())  # (N, members)
    return Amount(
        paid=of_buyers,
        spent=of_engaged,
        largest=largest,
        unseen=np.minimum(said[np.arange(len(fold)), fold], largest),
    )


def with_engaged(columns: Tensor, engaged: Tensor) -> Tensor:
    """The columns and a last one that says who engaged: (n, n_columns + 1)."""
    return torch.cat([columns, engaged[:, None].to(columns.dtype)], dim=1)


def expected_amount(
    paid: Trees, spent: Trees, columns: Tensor, chance: np.ndarray, largest: float
) -> np.ndarray:
    """What a customer who buys after engaging is expected to pay: (n,), in [0, largest].

    chance: (n,) to engage and buy, in [0, 1], of everybody: reached by a campaign or not, like `spent`.
    """
    if largest == 0:  # nothing was ever paid on balance
        return np.zeros(len(columns))
    asked = with_engaged(columns, torch.ones(len(columns), dtype=torch.bool))
    if_buys = np.minimum(paid(asked).mean(1).numpy(), np.log(largest))
    of_all = spent(columns).mean(1).numpy() - np.log(np.maximum(chance, LEAST_CHANCE))
    amount: np.ndarray = np.exp((if_buys + np.minimum(of_all, np.log(largest))) / 2)
    return amount


def _grown(
    x: np.ndarray,
    target: np.ndarray,
    rows: np.ndarray,
    *,
    fold: np.ndarray,
    members: int,
    seed: int,
    depth: int,
    in_leaf: int,
) -> Trees:
    """One set of trees per member, from the chosen rows of all folds but its own."""
    trees = Trees(members, TREES)
    in_leaf = int(np.clip(rows.sum() // SMALLEST_SHARE_IN_LEAF, 5, in_leaf))
    for member in range(members):
        learned = rows & (fold != member)
        if target[learned].sum() == 0:  # nothing was paid on balance: these trees say 1, in currency
            continue
        learner = HistGradientBoostingRegressor(
            loss="poisson",
            max_iter=TREES,
            learning_rate=LEARNING_RATE,
            max_depth=depth,
            max_leaf_nodes=2**depth,
            min_samples_leaf=in_leaf,
            early_stopping=False,
            random_state=seed,
        )
        with threadpool_limits(1):  # as in the networks: the number of threads would decide the last bits
            trees.keep(member, learner.fit(x[learned], target[learned]))
    return trees

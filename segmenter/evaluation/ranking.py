"""Score -> customers from best to worst, in blocks of equal score -> what the top of that order holds.

Everything measured "in the top share" goes through here: gains, Table 1, the depth table and their bootstrap.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array, csr_array


class Ranking:
    """Customers from the highest score to the lowest; equal scores form one block."""

    def __init__(self, score: np.ndarray, *, steps: int | None = None) -> None:
        """score: (n,), higher = contact first. Raises ValueError for missing or infinite scores.

        steps: blocks that end within the same 1 / steps of the customers become one, which bounds the work
        for very many customers and moves no figure by more than 1 / steps of them can. None is exact.
        """
        score = np.asarray(score, dtype=np.float64)
        if score.ndim != 1 or score.size == 0 or not np.isfinite(score).all():
            raise ValueError(f"A ranking needs one finite score per customer; got shape {score.shape}.")
        _, block, sizes = np.unique(-score, return_inverse=True, return_counts=True)
        if steps is not None:
            # By where blocks end, not by customer: neither ties nor the order of rows can split a block.
            ends = np.cumsum(sizes)
            _, merged = np.unique((ends - 1) * steps // score.size, return_inverse=True)
            block = merged[block]
        self.block = block  # (n,): number of each customer's block, 0 = best
        self.blocks = int(block.max()) + 1

    def in_top(self, top: float) -> np.ndarray:
        """The share in [0, 1] with which each customer is among the best `top`: (n,), ties shared."""
        sizes = np.bincount(self.block)
        before = np.cumsum(sizes) - sizes
        shares: np.ndarray = np.clip((top - before) / sizes, 0.0, 1.0)[self.block]
        return shares


class TopSums:
    """Sums of some values over the best customers of a ranking, in the sample and in resamples of it.

    Ties are shared, not broken: where the top ends inside a block, every customer of the block counts with
    the same fraction. That is the mean over all ways to break the ties; a coarse score would otherwise win or
    lose by row order.
    """

    def __init__(self, ranking: Ranking, values: Sequence[np.ndarray]) -> None:
        """values: v arrays of (n,), one number or flag per customer."""
        everybody = np.ones(ranking.block.size)
        # A sparse matrix adds up whole rows of resamples per customer, and skips customers whose value is 0.
        self._adders = [self._adder(ranking, value) for value in (everybody, *values)]

    def __call__(self, weights: np.ndarray, tops: np.ndarray) -> np.ndarray:
        """weights: (n, d), how often each customer counts in each of d resamples; ones for the sample itself.
        tops: (d, k), sizes of the top, in weighted customers. Returns (v, d, k).
        """
        sizes = self._cumulated(self._adders[0], weights)  # (blocks + 1, d)
        ends = np.empty(tops.shape, dtype=np.int64)  # the block in which each top ends
        for d, rising in enumerate(np.ascontiguousarray(sizes.T)):
            ends[d] = np.searchsorted(rising, tops[d])
        ends = np.clip(ends, 1, len(sizes) - 1)
        draws = np.arange(len(tops))[:, None]
        before, after = sizes[ends - 1, draws], sizes[ends, draws]
        inside = np.divide(tops - before, after - before, out=np.zeros(tops.shape), where=after > before)
        inside = np.clip(inside, 0.0, 1.0)
        found = np.empty((len(self._adders) - 1, *tops.shape))
        for v, adder in enumerate(self._adders[1:]):
            total = self._cumulated(adder, weights)  # one at a time: there may be many trials to count
            found[v] = (1 - inside) * total[ends - 1, draws] + inside * total[ends, draws]
        return found

    @staticmethod
    def _adder(ranking: Ranking, value: np.ndarray) -> csr_array:
        """(blocks, n): applied to weights it gives each block's weighted sum of `value`."""
        kept = np.flatnonzero(value)
        entries = np.asarray(value, dtype=np.float64)[kept]
        return coo_array((entries, (ranking.block[kept], kept)), (ranking.blocks, value.size)).tocsr()

    @staticmethod
    def _cumulated(adder: csr_array, weights: np.ndarray) -> np.ndarray:
        """Weights (n, d) -> running sums at the end of each block, from 0: (blocks + 1, d)."""
        sums = np.zeros((adder.shape[0] + 1, weights.shape[1]))
        np.cumsum(adder @ weights, axis=0, out=sums[1:])
        return sums

"""Values of customers, in batches -> count, mean and spread of every column in every group of customers."""

import numpy as np


class GroupSums:
    """Groups may overlap; nothing but sums is kept, so that any number of customers fits."""

    def __init__(self) -> None:
        self._shift = np.zeros(0)
        self.n = self._sums = self._squares = np.zeros((0, 0))

    def add(self, members: np.ndarray, values: np.ndarray) -> None:
        """members: (rows, groups), 0 or 1; values: (rows, columns), NaN where unknown."""
        known = np.isfinite(values)
        if not self.n.size:
            self._shift = np.full(values.shape[1], np.nan)
            self.n = np.zeros((members.shape[1], values.shape[1]))
            self._sums, self._squares = np.zeros_like(self.n), np.zeros_like(self.n)
        # Sums of squares of values near zero keep their digits, so each column begins at its first values.
        n, total = known.sum(axis=0), np.where(known, values, 0.0).sum(axis=0)
        begins = np.isnan(self._shift) & (n > 0)
        self._shift[begins] = total[begins] / n[begins]
        near = np.where(known, values - self._shift, 0.0)
        self.n += members.T @ known
        self._sums += members.T @ near
        self._squares += members.T @ near**2

    @property
    def mean(self) -> np.ndarray:
        """(groups, columns); NaN where nothing is known."""
        with np.errstate(invalid="ignore"):
            mean: np.ndarray = self._sums / self.n + self._shift
        return mean

    @property
    def variance(self) -> np.ndarray:
        """(groups, columns), of the group itself; NaN where nothing is known."""
        with np.errstate(invalid="ignore"):
            variance: np.ndarray = self._squares / self.n - (self._sums / self.n) ** 2
        return variance.clip(min=0.0)

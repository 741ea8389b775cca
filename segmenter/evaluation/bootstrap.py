"""A statistic of customers -> how much it would vary with other customers of the same kind: intervals.

Paired bootstrap: customers are drawn with replacement, and every figure of one draw is computed on the same
drawn customers. So the difference of two rankings gets the interval of a difference, not of two unrelated
figures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Statistic = Callable[[np.ndarray], dict[str, np.ndarray]]
"""Weights (customers, d), how often each customer counts -> named figures, each (d, ...)."""

LEVEL = 0.95
MIN_EVENTS = 5  # with fewer customers of a kind, or fewer others, an interval from resamples is too narrow
_CELLS_AT_ONCE = 2_000_000  # draws x customers held in memory at once: 16 MB per array


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; `low` and `high` are None where too little was seen to give one."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_above_zero(self) -> bool:
        """Whether the whole interval lies above 0: the condition for saying that something works."""
        return self.low is not None and self.low > 0

    @property
    def is_below_zero(self) -> bool:
        """Whether the whole interval lies below 0."""
        return self.high is not None and self.high < 0


@dataclass(frozen=True, slots=True)
class Estimates:
    """Many figures with their intervals: arrays of one shape, NaN in `low` and `high` where there is none."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, *place: int, has_interval: bool = True) -> Estimate:
        """One of the figures. Raises ValueError where the figure itself is undefined."""
        value, low, high = (float(array[place]) for array in (self.value, self.low, self.high))
        if not np.isfinite(value):
            raise ValueError(f"An estimate needs a finite figure; got {value} at {place}.")
        return Estimate(value, low, high) if has_interval and np.isfinite(low) else Estimate(value)


def has_events(found: float, of: float) -> bool:
    """Whether `found` customers of `of`, and the others, are enough for an interval from resamples.

    With hardly any, resamples hardly vary: with none at all the interval is a point, and looks certain.
    """
    return MIN_EVENTS <= round(found, 6) <= round(of, 6) - MIN_EVENTS


def draws_for(customers: int, wanted: int) -> int:
    """Draws to make: `wanted`, but for very many customers, whose intervals are narrow, as few as 200."""
    return min(wanted, max(200, 50_000_000 // customers))


def paired_bootstrap(
    statistic: Statistic,
    customers: int,
    *,
    draws: int,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None = None,
) -> dict[str, np.ndarray]:
    """The statistic's figures on `draws` resamples of the customers: each name -> (draws, ...).

    `progress` is told the share done, and may raise Cancelled.
    """
    at_once = max(1, min(draws, _CELLS_AT_ONCE // customers))
    parts: list[dict[str, np.ndarray]] = []
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        parts.append(statistic(_resample(customers, rows, rng)))
        if progress is not None:
            progress((start + rows) / draws)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def estimates(values: np.ndarray, draws: np.ndarray) -> Estimates:
    """Figures of the sample (...) and of its resamples (d, ...) -> figures with percentile intervals.

    A figure has no interval where over 1 % of its draws are undefined (NaN or infinite).
    """
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    columns = np.where(np.isfinite(draws), draws, np.nan).reshape(len(draws), -1)
    bounds = np.quantile(columns, ends, axis=0)  # (2, figures); NaN where any draw is
    for column in np.flatnonzero(np.isnan(bounds[0])):
        defined = columns[:, column][np.isfinite(columns[:, column])]
        if defined.size >= 0.99 * len(draws):
            bounds[:, column] = np.quantile(defined, ends)
    low, high = bounds.reshape(2, *values.shape)
    return Estimates(values, low, high)


def _resample(customers: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(customers, draws): how often each customer was drawn, each column summing to `customers`."""
    weights = np.empty((draws, customers))
    for row in weights:
        row[:] = np.bincount(rng.integers(0, customers, customers), minlength=customers)
    return np.ascontiguousarray(weights.T)

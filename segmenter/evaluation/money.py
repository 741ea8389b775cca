"""Expected amounts and what was really spent -> whether "12,300 expected" means 12,300 came, with intervals.

Two things are expected: the value of a customer (score times amount), of which the spend of the engaged is
what came, and the amount of a customer who engages and buys. Spend is net of returns, in the data's currency.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from segmenter.evaluation.bootstrap import Estimate, estimates
from segmenter.evaluation.calibration import MIN_PER_BIN, bin_places

MoneyKind = Literal["value", "amount"]
MOST_BINS = 10
FEWEST_SPENDING = 20  # with fewer customers who spent, a total hangs on single baskets


@dataclass(frozen=True, slots=True)
class MoneyBin:
    """Customers of whom nearly as much was expected: mean expectation, and the mean of what came."""

    customers: int
    expected: float
    came: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCalibration:
    """Expected against real money.

    kind: 'value', of the test customers whom a campaign reached (of all, where no reach is recorded:
    reached_only), of whom only the engaged bring something; 'amount', of the engaged.
    expected, came: totals in currency. ratio: came / expected; 1 is right, above it more came. counts_part:
    whether the model meant to count a part of what came only, because it holds some of the engaged for
    organic: then more should come than it expects.
    """

    kind: MoneyKind
    customers: int
    expected: float
    came: Estimate
    ratio: Estimate
    bins: tuple[MoneyBin, ...]
    counts_part: bool = False
    reached_only: bool = False

    @property
    def verdict(self) -> Literal["right", "too low", "too high", "unclear"]:
        """What the whole interval of the ratio says of the expectation."""
        if self.ratio.low is None or self.ratio.high is None:
            return "unclear"
        if self.ratio.low > 1:
            return "too low"
        return "too high" if self.ratio.high < 1 else "right"

    @property
    def sentence(self) -> str:
        """What was expected and what came, in one sentence."""
        within = (
            f" (95% interval {_money(self.came.low)} to {_money(self.came.high)})"
            if self.came.low is not None and self.came.high is not None
            else ""
        )
        told = f"Expected {_money(self.expected)}, came {_money(self.came.value)}{within}"
        if self.reached_only:
            told = f"Of customers whom a campaign reached: expected{told.removeprefix('Expected')}"
        return f"{told}: {self._judged()}."

    def _judged(self) -> str:
        if self.verdict == "unclear":
            return "too few customers spent to judge the expectation"
        if self.verdict == "right":
            return "the expectation is not distinguishable from what came"
        ratio = (
            f"{self.ratio.value:.2f} times what was expected ({self.ratio.low:.2f} to {self.ratio.high:.2f})"
        )
        if self.verdict == "too low" and self.counts_part:
            return (
                f"{ratio}. That is meant: the expectation leaves out customers who would have bought anyway, "
                "and they are among those who came"
            )
        return f"the expectation is {self.verdict}, what came is {ratio}"


class Money:
    """Computes totals and bins for the customers and for their resamples by the same few lines."""

    def __init__(self, test: pd.DataFrame) -> None:
        """test: given_label, amount, score, expected_value; where present: exposed, expected_amount and
        uncorrected.
        """
        engaged = (test["given_label"] == "engaged").to_numpy(dtype=bool)
        # The value is what a customer brings if a campaign reaches them; nobody else could engage.
        reached = test.get("exposed", pd.Series(False, index=test.index)).to_numpy(dtype=bool)
        self._reached_only = bool(reached.any() and not reached.all())
        reached = reached if reached.any() else np.ones_like(engaged)
        spent = np.where(engaged, test["amount"].to_numpy(dtype=np.float64), 0.0)
        self._parts: dict[MoneyKind, _Part] = {
            "value": _Part(test["expected_value"].to_numpy(dtype=np.float64), spent, reached)
        }
        if "expected_amount" in test:
            expected = test["expected_amount"].to_numpy(dtype=np.float64)
            self._parts["amount"] = _Part(expected, spent, engaged)
        self._counts_part = "uncorrected" in test and not np.allclose(test["score"], test["uncorrected"])

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> 'kind.came' and 'kind.ratio' (d,), 'kind.bins' (d, bins)."""
        return {
            f"{kind}.{name}": values
            for kind, part in self._parts.items()
            for name, values in part.figures(weights).items()
        }

    def tables(
        self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray]
    ) -> tuple[MoneyCalibration, ...]:
        """figures: of the customers; draws: of the resamples. Nothing where nothing was expected."""
        known = {name: estimates(values, draws[name]) for name, values in figures.items()}
        return tuple(
            MoneyCalibration(
                kind=kind,
                customers=int(part.members.sum()),
                expected=part.expected_total,
                came=known[f"{kind}.came"].at(has_interval=part.is_enough),
                ratio=known[f"{kind}.ratio"].at(has_interval=part.is_enough),
                bins=tuple(
                    MoneyBin(
                        int(part.sizes[b]),
                        float(part.expected_means[b]),
                        known[f"{kind}.bins"].at(b, has_interval=part.are_enough_in(b)),
                    )
                    for b in np.flatnonzero(part.sizes >= MIN_PER_BIN).tolist()
                ),
                counts_part=self._counts_part and kind == "value",
                reached_only=self._reached_only and kind == "value",
            )
            for kind, part in self._parts.items()
            if part.expected_total > 0
        )


class _Part:
    """One expectation of some customers, in bins of about equally many by what is expected."""

    def __init__(self, expected: np.ndarray, spent: np.ndarray, members: np.ndarray) -> None:
        rows = np.flatnonzero(members)
        place = bin_places(expected[rows], MOST_BINS)
        bins, self._n = int(place.max()) + 1, spent.size
        # Each customer of a bin: one; what it was expected to bring; what it brought; whether it did.
        columns = (np.ones(rows.size), expected[rows], spent[rows], (spent[rows] != 0).astype(np.float64))
        self._counts, self._expected, self._spent, spending = (
            csr_array((values, (place, rows)), (bins, self._n)) for values in columns
        )
        everybody = np.ones(self._n)
        self.members, self.sizes = members, self._counts @ everybody
        with np.errstate(invalid="ignore"):
            self.expected_means = (self._expected @ everybody) / self.sizes
        self._spending = spending @ everybody
        self.expected_total = float(expected[rows].sum())

    @property
    def is_enough(self) -> bool:
        """Whether enough customers spent for an interval of the total."""
        return bool(self._spending.sum() >= FEWEST_SPENDING)

    def are_enough_in(self, place: int) -> bool:
        """Whether enough customers of a bin spent for an interval of their mean: five, as for any share."""
        return bool(self._spending[place] >= 5)

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> came and ratio (d,), bins (d, bins)."""
        spent = self._spent @ weights  # (bins, d)
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "came": spent.sum(axis=0),
                "ratio": spent.sum(axis=0) / (self._expected @ weights).sum(axis=0),
                "bins": (spent / (self._counts @ weights)).T,
            }


def _money(value: float | None) -> str:
    assert value is not None
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"

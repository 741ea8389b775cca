"""Ranks of the same customers by two models -> how far the two lists agree, and who is in which."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from segmenter.comparing.comparison import BYS, DEPTHS, By, OverlapPoint
from segmenter.summary import count_share

Side = Literal["ours", "theirs", "both"]
SIDES: tuple[Side, ...] = ("ours", "theirs", "both")
RANK_COLUMNS: dict[By, str] = {"score": "rank", "expected_value": "rank_value"}


def overlap(ours: np.ndarray, theirs: np.ndarray) -> tuple[OverlapPoint, ...]:
    """Agreement of the best 1 %, 2 %, ... 100 %.  ours, theirs: (n,) ranks 1..n of the same customers."""
    n = len(ours)
    # In both lists of k customers are exactly those whose worse rank is k or better.
    within = np.cumsum(np.bincount(np.maximum(ours, theirs), minlength=n + 1))
    points = []
    for percent in range(1, 101):
        customers = list_size(percent / 100, n)
        both = int(within[customers])
        points.append(
            OverlapPoint(
                depth=percent / 100,
                customers=customers,
                both=both,
                share=both / customers,
                jaccard=both / (2 * customers - both),
            )
        )
    return tuple(points)


def list_size(depth: float, customers: int) -> int:
    """How many customers a list of the best `depth` has; at least one, rounded as an audience is."""
    return max(1, count_share(depth, customers))


@dataclass(frozen=True, slots=True)
class Membership:
    """Who is only in our list, only in theirs, or in both, for every ranking and depth: masks (n, groups).

    The last mask is everybody, whom groups are compared with.
    """

    customers: pd.Index
    masks: np.ndarray

    @classmethod
    def of(cls, ours: pd.DataFrame, theirs: pd.DataFrame) -> "Membership":
        """ours, theirs: scores (scoring.py) of the same customers in the same order."""
        n = len(ours)
        masks = []
        for by in BYS:
            ranks = [scores[RANK_COLUMNS[by]].to_numpy() for scores in (ours, theirs)]
            for depth in DEPTHS:
                first, second = (rank <= list_size(depth, n) for rank in ranks)
                masks += [first & ~second, second & ~first, first & second]
        masks.append(np.ones(n, dtype=bool))
        return cls(pd.Index(ours["customer_id"]), np.column_stack(masks))

    @staticmethod
    def place(by: By, depth: float, side: Side) -> int:
        """The column of `masks` that a group has."""
        return (BYS.index(by) * len(DEPTHS) + DEPTHS.index(depth)) * len(SIDES) + SIDES.index(side)

    def of_rows(self, customer_id: pd.Series) -> np.ndarray:
        """The masks of these customers, as numbers to multiply with: float64 (m, groups)."""
        rows = self.masks[self.customers.get_indexer(pd.Index(customer_id))]
        return rows.astype(np.float64)

    @property
    def sizes(self) -> np.ndarray:
        """Customers of each group: int (groups,)."""
        sizes: np.ndarray = self.masks.sum(axis=0)
        return sizes

"""The labelled customers a model learns from, checked once."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from segmenter.errors import NotEnoughData
from segmenter.model.report import ValueOf

# In the order of the network's outputs.
SEGMENTS = ("engaged", "unengaged", "inactive")

# Fewer than this many of a segment, and its weights would describe single customers.
FEWEST_TO_LEARN_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """One row per customer and cutoff; all arrays have length n.

    features: the feature columns only. cutoff: the day, as text like 2026-05-31. given_label:
    engaged, unengaged or inactive. exposed: reached by a campaign in the outcome window. looked: viewed or
    clicked in it, whether or not a purchase followed.
    amount: net amount bought in it, or the margin that was left of it, as `value_of` says. purchases: how
    many. fold: from 0; each member of the ensemble learns from all folds but its own, and a customer is in
    one fold only, at all cutoffs. known_organic: known to have bought without the campaign (an offer met that
    had not been seen, an intent given with the data).
    None where nothing of the kind is recorded.
    """

    features: pd.DataFrame
    customer_id: np.ndarray
    cutoff: np.ndarray
    given_label: np.ndarray
    exposed: np.ndarray
    looked: np.ndarray
    amount: np.ndarray
    purchases: np.ndarray
    fold: np.ndarray
    known_organic: np.ndarray | None = None
    value_of: ValueOf = "amount"

    def __post_init__(self) -> None:
        n = len(self.features)
        for field in fields(self)[1:]:
            values = getattr(self, field.name)
            if isinstance(values, np.ndarray) and values.shape != (n,):
                raise ValueError(f"{field.name} must have shape ({n},), however: {values.shape}")
        strangers = set(np.unique(self.given_label.astype(str))) - set(SEGMENTS)
        if strangers:
            raise ValueError(f"given_label must be one of {SEGMENTS}, however: {sorted(strangers)}")
        pairs = pd.DataFrame({"customer": self.customer_id.astype(str), "fold": self.fold}).drop_duplicates()
        torn = int(pairs["customer"].duplicated().sum())
        if torn:
            raise ValueError(f"a customer is in one fold only, however: {torn} are in several")

    @property
    def segment_places(self) -> np.ndarray:
        """Given labels as places in SEGMENTS: int64 (n,)."""
        return pd.Index(SEGMENTS).get_indexer(pd.Index(self.given_label.astype(str))).astype(np.int64)

    @property
    def segments_to_tell(self) -> tuple[str, ...]:
        """The segments that stage 1 learns to tell apart: all, unless nobody at all is called inactive."""
        return SEGMENTS if (self.given_label == "inactive").any() else SEGMENTS[:2]

    def check_enough(self, members: int, chosen: np.ndarray, labels: tuple[str, ...], purpose: str) -> None:
        """Raise NotEnoughData unless the rows `chosen` hold enough of each label for each of the members."""
        for label in labels:
            by_fold = np.bincount(self.fold[chosen & (self.given_label == label)], minlength=members)
            for found, fewest, where in (
                (int(by_fold.sum() - by_fold.max()), FEWEST_TO_LEARN_FROM, "to learn from"),
                (int(by_fold.min()), 1, "in every fold, to check the learning with"),
            ):
                if found < fewest:
                    raise NotEnoughData(
                        f"To learn {purpose}, training needs {fewest} {label} customers or more {where}; "
                        f"found: {found}. Choose more cutoffs, another window, or bring more customers."
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage2:
    """The examples as stage 2 sees them; arrays have length n.

    chosen: bool, buyers whom a campaign could have reached: it learns from them. reached: bool, everybody
    whom one could. p_active: what the score multiplies p_prompted by; amount: expected amount of a buyer who
    did not engage; both by members of the ensemble that have not learned from the row. paid: amounts bought,
    without outliers.
    """

    examples: Examples
    chosen: np.ndarray
    reached: np.ndarray
    p_active: np.ndarray
    amount: np.ndarray
    paid: np.ndarray

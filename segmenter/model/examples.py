"""The labelled customers a model learns from, checked once."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from segmenter.errors import NotEnoughData

# In the order of the network's outputs.
SEGMENTS = ("engaged", "unengaged", "inactive")

# Fewer than this many of a segment, and its weights would describe single customers.
FEWEST_TO_LEARN_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """One row per customer and cutoff; all arrays have length n.

    features: the feature columns only. given_label: engaged, unengaged or inactive. exposed: reached by a
    campaign in the outcome window. amount: net amount bought in it. purchases: how many. valid: in the
    validation fold; a customer is in one fold only, at all cutoffs. known_organic: known to have bought
    without the campaign (an offer met that had not been seen, an intent given with the data); it judges the
    label correction. None where nothing of the kind is recorded.
    """

    features: pd.DataFrame
    customer_id: np.ndarray
    given_label: np.ndarray
    exposed: np.ndarray
    amount: np.ndarray
    purchases: np.ndarray
    valid: np.ndarray
    known_organic: np.ndarray | None = None

    def __post_init__(self) -> None:
        n = len(self.features)
        for field in fields(self)[1:]:
            values = getattr(self, field.name)
            if values is not None and values.shape != (n,):
                raise ValueError(f"{field.name} must have shape ({n},), however: {values.shape}")
        strangers = set(np.unique(self.given_label.astype(str))) - set(SEGMENTS)
        if strangers:
            raise ValueError(f"given_label must be one of {SEGMENTS}, however: {sorted(strangers)}")
        both = set(self.customer_id[self.valid]) & set(self.customer_id[~self.valid])
        if both:
            raise ValueError(f"a customer is in one fold only, however: {len(both)} are in both")

    @property
    def segment_places(self) -> np.ndarray:
        """Given labels as places in SEGMENTS: int64 (n,)."""
        return pd.Index(SEGMENTS).get_indexer(pd.Index(self.given_label.astype(str))).astype(np.int64)

    def check_enough(self, chosen: np.ndarray, labels: tuple[str, ...], purpose: str) -> None:
        """Raise NotEnoughData unless the rows `chosen` hold enough of each label in both folds."""
        for label in labels:
            for fold, fewest, where in (
                (~self.valid, FEWEST_TO_LEARN_FROM, "to learn from"),
                (self.valid, 1, "to check the learning with"),
            ):
                found = int(np.sum(chosen & fold & (self.given_label == label)))
                if found < fewest:
                    raise NotEnoughData(
                        f"To learn {purpose}, training needs {fewest} {label} customers or more {where}; "
                        f"found: {found}. Choose more cutoffs, another window, or bring more customers."
                    )

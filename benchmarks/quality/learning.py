"""Samples -> what every method learns from: the same rows, read in the same way; and what each gives back.

All methods read the features through the product's encoder: trees as numbers and category places, linear
ones as its piecewise-linear expansion. Who looked and bought nothing stands with the inactive, as it does
in the product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from segmenter.features.catalog import FeatureSpec
from segmenter.features.encoding import Encoder
from segmenter.hashing import uniform_hash
from segmenter.labels.intent import KnownIntent
from segmenter.model.network import Expansion
from segmenter.samples import Sample
from segmenter.settings import TrainingSettings

# One setting for all trees, amounts included: shallow and slow, so that nothing has to be tuned per world.
BOOSTED: dict[str, Any] = {
    "max_iter": 150,
    "learning_rate": 0.05,
    "max_depth": 4,
    "min_samples_leaf": 50,
    "random_state": 0,
}
MOST_AMOUNT_QUANTILE = 0.99  # one order of a thousand must not decide the amounts
VALID_SHARE = 0.15
UNKNOWN_SHARE = 0.5  # organic among the engaged, for a method that needs a number where nothing tells one


class Unavailable(Exception):
    """A method cannot be run here; its row says the words of this exception instead of figures."""


class NotInstalled(Unavailable):
    """A method's package is missing."""

    def __init__(self) -> None:
        super().__init__("not installed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a method says of the customers it is shown; arrays (n,), higher = contact first.

    score: for ranking everybody by how many are moved. intent: how much a customer, if engaged, looks
    prompted; None where the method does not speak of that. value: for ranking by currency; None where the
    method is about something else.
    """

    score: np.ndarray
    intent: np.ndarray | None = None
    value: np.ndarray | None = None


Predictor = Callable[[pd.DataFrame], Ranking]


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomisedTrial:
    """Customers whom chance sent a message or not: features, bool (n,) treatment and bought, and what was
    spent: (n,), in currency, without outliers.
    """

    features: pd.DataFrame
    treatment: np.ndarray
    bought: np.ndarray
    spent: np.ndarray


# Not slots: the cached fits live in the instance.
@dataclass(frozen=True, kw_only=True)
class Learned:
    """All that a method may learn from.

    known: what the product's evidence tells of intent. trial: for the
    methods that are given a control group, None where there is none.
    """

    samples: list[Sample]
    specs: tuple[FeatureSpec, ...]
    settings: TrainingSettings
    known: KnownIntent
    trial: RandomisedTrial | None

    @cached_property
    def features(self) -> pd.DataFrame:
        """A row per customer and cutoff; customer_id and the features."""
        return pd.concat([sample.features for sample in self.samples], ignore_index=True)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The same rows: what happened after the cutoff."""
        return pd.concat([sample.outcomes for sample in self.samples], ignore_index=True)

    @cached_property
    def label(self) -> np.ndarray:
        """engaged, unengaged or inactive: (n,) str."""
        return self.outcomes["given_label"].replace("browsing", "inactive").to_numpy(dtype=str)

    @cached_property
    def valid(self) -> np.ndarray:
        """Rows of customers with whom a challenger may check its learning: bool (n,)."""
        drawn = uniform_hash(self.features["customer_id"], "challengers check their learning")
        valid: np.ndarray = drawn < VALID_SHARE
        return valid

    @cached_property
    def encoder(self) -> Encoder:
        """How columns become numbers; learned from all rows."""
        return Encoder.fit(self.features, self.specs, self.settings.network.n_bins)

    @cached_property
    def x(self) -> np.ndarray:
        """The rows as trees read them: (n, columns)."""
        return self.columns(self.features)

    @cached_property
    def buyers(self) -> np.ndarray:
        """Rows that tell engaged from unengaged: bought, and a message could have reached them; bool (n,)."""
        exposed = self.outcomes["exposed"].to_numpy(dtype=bool)
        buyers: np.ndarray = self.label != "inactive"
        return buyers & exposed if exposed.any() else buyers

    @cached_property
    def expansion(self) -> Expansion:
        """The product's expansion, which learns nothing."""
        return Expansion(self.encoder)

    @cached_property
    def amounts(self) -> HistGradientBoostingRegressor:
        """What a buyer spends in the window: the same model for all methods but the product."""
        bought = self.outcomes["purchases"].to_numpy() > 0
        amount = self.outcomes["amount"].to_numpy(dtype=np.float64)[bought]
        amount = np.clip(amount, 0, np.quantile(amount, MOST_AMOUNT_QUANTILE))
        return HistGradientBoostingRegressor(loss="poisson", **BOOSTED).fit(self.x[bought], amount)

    @cached_property
    def segments(self) -> HistGradientBoostingClassifier:
        """Chances of the three segments at their base rates, from trees."""
        return HistGradientBoostingClassifier(**BOOSTED).fit(self.x, self.label)

    def columns(self, frame: pd.DataFrame) -> np.ndarray:
        """Features as trees read them: float (n, columns), NaN where unknown."""
        # The trees' binning cannot read a column that is never known.
        known = [bool(feature.edges) for feature in self.encoder.numeric_features]
        return np.column_stack([self.encoder.numeric(frame)[:, known], self.encoder.categories(frame)])

    def expanded(self, frame: pd.DataFrame) -> np.ndarray:
        """Features as linear methods read them: float32 (n, width), all in [0, 1]."""
        numbers = torch.from_numpy(self.encoder.numeric(frame))
        expanded: np.ndarray = self.expansion(
            numbers, torch.from_numpy(self.encoder.categories(frame))
        ).numpy()
        return expanded

    def segment_chance(self, frame: pd.DataFrame, segment: str) -> np.ndarray:
        """Chance of one segment by the trees: (n,)."""
        place = list(self.segments.classes_).index(segment)
        chance: np.ndarray = self.segments.predict_proba(self.columns(frame))[:, place]
        return chance

    def by_intent(self, frame: pd.DataFrame, intent: np.ndarray) -> Ranking:
        """A method that only speaks of intent, made to rank everybody as the product does: times the chance
        not to be inactive. intent: (n,), clipped at 0 for it.
        """
        score = np.maximum(intent, 0) * (1 - self.segment_chance(frame, "inactive"))
        return self.with_value(frame, score, intent)

    def with_value(self, frame: pd.DataFrame, score: np.ndarray, intent: np.ndarray | None) -> Ranking:
        """The ranking with value = score times expected amount."""
        amount = self.amounts.predict(self.columns(frame))
        return Ranking(score=score, intent=intent, value=score * amount)


def trial_of(samples: list[Sample]) -> RandomisedTrial | None:
    """The customers of the samples whom chance assigned to an arm; None without a control group."""
    features = pd.concat([sample.features for sample in samples], ignore_index=True)
    outcomes = pd.concat([sample.outcomes for sample in samples], ignore_index=True)
    arm = outcomes["arm"].astype(object)
    assigned = arm.isin(["treatment", "control"]).to_numpy()
    if not (arm == "control").any():
        return None
    spent = outcomes["amount"].to_numpy(dtype=np.float64)[assigned]
    return RandomisedTrial(
        features=features[assigned],
        treatment=(arm == "treatment").to_numpy(dtype=bool)[assigned],
        bought=outcomes["purchases"].to_numpy()[assigned] > 0,
        spent=np.clip(spent, 0, np.quantile(spent[spent > 0], MOST_AMOUNT_QUANTILE)),
    )

"""The same two stages and amounts with gradient-boosted trees: a reference for what additivity costs."""

from typing import Self

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from segmenter.features.encoding import Encoder
from segmenter.model.examples import Examples

SETTINGS = {
    "max_iter": 150,
    "learning_rate": 0.05,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 50,
    "random_state": 0,
}


class BoostedTwoStage:
    """Scores and expected values as the product defines them, from trees that may interact."""

    def __init__(
        self,
        encoder: Encoder,
        segment: HistGradientBoostingClassifier,
        intent: HistGradientBoostingClassifier,
        amount: HistGradientBoostingRegressor,
    ) -> None:
        self._encoder, self._segment, self._intent, self._amount = encoder, segment, intent, amount

    @classmethod
    def fit(cls, examples: Examples, encoder: Encoder) -> Self:
        """Learn from all examples, the validation fold included; the encoder only names the columns."""
        x, label = _columns(encoder, examples.features), examples.given_label
        buyers = (label != "inactive") & examples.exposed
        bought = examples.purchases > 0
        amount = np.clip(examples.amount[bought], 0, np.quantile(examples.amount[bought], 0.99))
        weight = {name: len(label) / (3 * np.sum(label == name)) for name in np.unique(label)}
        return cls(
            encoder,
            HistGradientBoostingClassifier(**SETTINGS).fit(x, label.astype(str)),
            HistGradientBoostingClassifier(**SETTINGS).fit(
                x[buyers],
                label[buyers] == "engaged",
                sample_weight=np.array([weight[name] for name in label[buyers]]),
            ),
            HistGradientBoostingRegressor(loss="poisson", **SETTINGS).fit(x[bought], amount),
        )

    def predict(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """score and expected value, each (n,)."""
        x = _columns(self._encoder, frame)
        inactive = self._segment.predict_proba(x)[:, list(self._segment.classes_).index("inactive")]
        score = self._intent.predict_proba(x)[:, 1] * (1 - inactive)
        return score, score * self._amount.predict(x)


def _columns(encoder: Encoder, frame: pd.DataFrame) -> np.ndarray:
    # The trees' binning cannot read a column that is never known.
    known = [bool(feature.edges) for feature in encoder.numeric_features]
    return np.column_stack([encoder.numeric(frame)[:, known], encoder.categories(frame)])

"""The rows a model learned from -> how methods that others would try first rank the test customers.

They learn from the same rows as the model, by the same features read by the same encoder, with settings that
were fixed before and never tuned on anybody. A model no better than they are need not be so elaborate.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from segmenter.errors import NotEnoughData
from segmenter.evaluation.response import response_baseline
from segmenter.features.encoding import Encoder
from segmenter.model.examples import Examples
from segmenter.model.expanded import expanded
from segmenter.progress import Progress, silent
from segmenter.samples import Sample, stack_examples
from segmenter.settings import TrainingSettings
from segmenter.tables.dataset import Dataset

# Keys of the challengers, in the order in which they are shown. 'printed' is the second stage as the paper
# prints its loss; it comes with the model's own scores, where the model has kept it.
CHALLENGERS = ("boosted", "boosted_two_stages", "logistic", "past_spend", "printed")
TREES: dict[str, Any] = {
    "max_iter": 80,
    "learning_rate": 0.08,
    "max_depth": 4,
    "min_samples_leaf": 50,
    "early_stopping": False,
}
STRENGTH = 0.03  # of the logistic regression, small = held back more
MOST_STEPS = 50  # of its solver: what comes after moves nobody by more than a few places
MOST_ROWS = (
    50_000  # that the logistic regression learns from; some hundred coefficients gain nothing from more
)
FEWEST_PER_CLASS = 20
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """scores: key of CHALLENGERS -> (m,), higher = contact first. notes: who could not learn and why."""

    scores: dict[str, np.ndarray]
    notes: tuple[str, ...] = ()


def score_by_others(
    samples: list[Sample],
    test: Sample,
    dataset: Dataset,
    encoder: Encoder,
    settings: TrainingSettings,
    *,
    rng: np.random.Generator,
    progress: Progress = silent,
) -> Challenge:
    """The challengers and the response model, trained on the samples that the model learned from.

    encoder: the model's; rng: for the response model.
    """
    progress("baselines", 0.0, "Training the response model to compare with")
    scores, notes = {}, []
    try:
        scores["response"] = response_baseline(samples, test, dataset, settings, rng=rng)
    except NotEnoughData as error:  # a file of buyers alone has nobody who did not buy
        notes.append(str(error))
    learned = stack_examples(samples, dataset, settings)
    found = challenge(learned, test.features, encoder, settings, progress=progress)
    return Challenge(scores={**scores, **found.scores}, notes=(*notes, *found.notes))


def challenge(
    learned: Examples,
    test_features: pd.DataFrame,
    encoder: Encoder,
    settings: TrainingSettings,
    *,
    progress: Progress = silent,
) -> Challenge:
    """Train the challengers and let them score the test customers.

    learned: the rows that the model learned from; test_features: (m rows) other customers, the same columns
    and monetary_value; encoder: the model's. Same rows and settings, same scores, bit by bit.
    """
    trees = _Trees(learned, test_features, encoder, settings.seed)
    engaged = learned.given_label == "engaged"
    scores, notes = {}, []
    with threadpool_limits(1):  # the number of threads would decide the last bits
        progress("baselines", 0.2, "Training boosted trees to compare with")
        scores["boosted"] = trees.chance(engaged)
        buyers = _buyers_within_reach(learned, settings)
        if _are_enough(engaged[buyers]):
            prompted = trees.chance(engaged, among=buyers, balanced=True)
            scores["boosted_two_stages"] = prompted * (1 - trees.chance(learned.given_label == "inactive"))
        else:
            notes.append(
                "Too few engaged or unengaged customers within reach of a campaign to train two stages of "
                "boosted trees; they are not compared."
            )
        progress("baselines", 0.6, "Training a logistic regression to compare with")
        scores["logistic"] = _logistic(learned.features, engaged, test_features, encoder, settings.seed)
    scores["past_spend"] = test_features["monetary_value"].fillna(0).to_numpy(dtype=np.float64)
    return Challenge(scores=scores, notes=tuple(notes))


class _Trees:
    """Boosted trees on numbers and category places; one training for each question asked."""

    def __init__(self, learned: Examples, test: pd.DataFrame, encoder: Encoder, seed: int) -> None:
        # The trees' binning cannot read a column that is never known.
        self._known = np.array([bool(feature.edges) for feature in encoder.numeric_features], dtype=bool)
        self._encoder, self._seed = encoder, seed
        self._x, self._test = self._columns(learned.features), self._columns(test)
        self._is_category = np.arange(self._x.shape[1]) >= int(self._known.sum())

    def chance(
        self, happened: np.ndarray, *, among: np.ndarray | None = None, balanced: bool = False
    ) -> np.ndarray:
        """Chance of each test customer: (m,). happened: (n,) bool; among: rows to learn from, bool (n,)."""
        x, y = (self._x, happened) if among is None else (self._x[among], happened[among])
        model = HistGradientBoostingClassifier(
            class_weight="balanced" if balanced else None,
            categorical_features=self._is_category,
            random_state=self._seed,
            **TREES,
        ).fit(x, y)
        chance: np.ndarray = model.predict_proba(self._test)[:, 1]
        return chance

    def _columns(self, frame: pd.DataFrame) -> np.ndarray:
        """(n, columns): numbers, NaN where unknown, then category places."""
        return np.column_stack(
            [self._encoder.numeric(frame)[:, self._known], self._encoder.categories(frame)]
        )


def _logistic(
    features: pd.DataFrame, engaged: np.ndarray, test: pd.DataFrame, encoder: Encoder, seed: int
) -> np.ndarray:
    """Chance to engage by logistic regression on the model's own expansion: (m,)."""
    if engaged.size > MOST_ROWS:
        chosen = np.random.default_rng(seed).choice(engaged.size, MOST_ROWS, replace=False)
        features, engaged = features.iloc[chosen], engaged[chosen]
    model = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the steps are bounded on purpose
        model.fit(expanded(encoder, features), engaged)
    parts = [
        model.predict_proba(expanded(encoder, test.iloc[start : start + _ROWS_AT_ONCE]))[:, 1]
        for start in range(0, len(test), _ROWS_AT_ONCE)
    ]
    return np.concatenate(parts).astype(np.float64)


def _buyers_within_reach(learned: Examples, settings: TrainingSettings) -> np.ndarray:
    """Rows that tell engaged from unengaged as the model's second stage does: bool (n,)."""
    buyers: np.ndarray = learned.given_label != "inactive"
    return buyers & learned.exposed if settings.exposed_only and learned.exposed.any() else buyers


def _are_enough(engaged: np.ndarray) -> bool:
    return min(int(engaged.sum()), int((~engaged).sum())) >= FEWEST_PER_CLASS

"""Past features -> chance to buy in the outcome window, by logistic regression: a baseline for any shop.

It answers "who buys", not "whom does a campaign move"; where the two rankings reach the same customers, a
prompted score adds nothing. Only its scores are kept, never the fitted object.
"""

import logging
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, SplineTransformer

from segmenter.errors import NotEnoughData
from segmenter.features.catalog import FeatureSpec, feature_specs
from segmenter.samples import Sample, response_frames
from segmenter.settings import TrainingSettings
from segmenter.tables.dataset import Dataset

MIN_PER_CLASS = 20
MOST_CUSTOMERS = 50_000  # some hundred coefficients gain nothing from more
_ROWS_AT_ONCE = 50_000
_KNOTS = 6

logger = logging.getLogger(__name__)


def response_baseline(
    samples: list[Sample],
    test: Sample,
    dataset: Dataset,
    settings: TrainingSettings,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """The baseline's scores of the test customers: (m,). It reads the features that the model may read."""
    learned, bought = response_frames(samples, settings)
    specs = feature_specs(dataset, settings.windows, settings.leave_out)
    return response_scores(learned, bought, test.features, specs, rng=rng)


def response_scores(
    features: pd.DataFrame,
    bought: np.ndarray,
    test_features: pd.DataFrame,
    specs: Sequence[FeatureSpec],
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Predicted chance to buy of each test customer: float64 (m,) in [0, 1].

    features: training customers, a column per spec; bought: (n,) bool, whether they bought in the outcome
    window; test_features: other customers, same columns. Numeric features enter as piecewise-linear functions
    of their quantile, categories one-hot. rng draws the customers to learn from where there are more than
    MOST_CUSTOMERS. Raises NotEnoughData with fewer than 20 buyers or 20 others.
    """
    buyers = int(bought.sum())
    if min(buyers, bought.size - buyers) < MIN_PER_CLASS:
        raise NotEnoughData(
            f"The response model needs at least {MIN_PER_CLASS} customers who bought in the outcome window "
            f"and {MIN_PER_CLASS} who did not; found {buyers} and {bought.size - buyers}. Choose another "
            "outcome window."
        )
    if bought.size > MOST_CUSTOMERS:
        chosen = rng.choice(bought.size, MOST_CUSTOMERS, replace=False)
        features, bought = features.iloc[chosen], bought[chosen]
    model = make_pipeline(_preparation(specs), LogisticRegression(max_iter=500))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(_prepared(features, specs), bought)
    if any(issubclass(warning.category, ConvergenceWarning) for warning in caught):
        logger.warning("The response model stopped before it had converged; its scores are still used.")
    parts = [
        model.predict_proba(_prepared(test_features.iloc[start : start + _ROWS_AT_ONCE], specs))[:, 1]
        for start in range(0, len(test_features), _ROWS_AT_ONCE)
    ]
    return np.concatenate(parts)


def _preparation(specs: Sequence[FeatureSpec]) -> ColumnTransformer:
    numeric = [spec.name for spec in specs if spec.kind == "numeric"]
    category = [spec.name for spec in specs if spec.kind == "category"]
    # Knots are given, because a feature with one value only has no range to lay them over.
    knots = np.repeat(np.linspace(0, 1, _KNOTS)[:, None], len(numeric), axis=1)
    shapes = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        QuantileTransformer(n_quantiles=200, subsample=MOST_CUSTOMERS, random_state=0),
        SplineTransformer(degree=1, knots=knots),
    )
    levels = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=30, min_frequency=20)
    steps = [
        ("shapes", shapes, numeric),
        ("unknown", MissingIndicator(features="all"), numeric),
        ("levels", levels, category),
    ]
    return ColumnTransformer([step for step in steps if step[2]], sparse_threshold=0)


def _prepared(features: pd.DataFrame, specs: Sequence[FeatureSpec]) -> pd.DataFrame:
    """The columns of `specs` with plain types: float64, and text with 'unknown' for missing."""
    columns: dict[str, pd.Series] = {}
    for spec in specs:
        values = features[spec.name]
        if spec.kind == "numeric":
            columns[spec.name] = values.astype(np.float64)
        else:
            columns[spec.name] = values.astype(object).where(values.notna(), "unknown").astype(str)
    return pd.DataFrame(columns)

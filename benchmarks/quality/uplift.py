"""Learned with a control group -> rankings by estimated effect: what could be known if enough were held out.

Both estimate, for each customer, the chance to buy when contacted minus the chance when not, and likewise
what is spent, which is their value. They read no engagement at all, so they say nothing of intent directly;
but a customer's estimated effect over the chance to buy when contacted is the chance that a purchase was
prompted, and stands as their intent.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from benchmarks.quality.learning import BOOSTED, Learned, Predictor, RandomisedTrial, Ranking, Unavailable
from segmenter.hashing import uniform_hash

SMALLEST_CHANCE = 0.01  # below it, a share of a chance to buy is noise


def t_learner(learned: Learned) -> Predictor:
    """One model per arm of who buys, and one of what is spent. Raises Unavailable without a control group."""
    trial = _trial(learned)
    x = learned.columns(trial.features)
    bought_1, bought_0 = _arms(x, trial.treatment, trial.bought)
    spent_1, spent_0 = _arms(x, trial.treatment, trial.spent)

    def predict(frame: pd.DataFrame) -> Ranking:
        columns = learned.columns(frame)
        mu1, mu0 = _expected(bought_1, columns), _expected(bought_0, columns)
        return _ranking(mu1 - mu0, mu1, _expected(spent_1, columns) - _expected(spent_0, columns))

    return predict


def dr_learner(learned: Learned) -> Predictor:
    """The doubly robust learner (Kennedy 2023), cross-fitted in two folds of customers. Raises Unavailable
    without a control group.
    """
    trial = _trial(learned)
    x = learned.columns(trial.features)
    on_buying, on_spending = (
        HistGradientBoostingRegressor(**BOOSTED).fit(x, _pseudo_outcomes(x, trial, outcome))
        for outcome in (trial.bought, trial.spent)
    )
    bought_1, _ = _arms(x, trial.treatment, trial.bought)

    def predict(frame: pd.DataFrame) -> Ranking:
        columns = learned.columns(frame)
        return _ranking(
            on_buying.predict(columns), _expected(bought_1, columns), on_spending.predict(columns)
        )

    return predict


def _trial(learned: Learned) -> RandomisedTrial:
    if learned.trial is None:
        raise Unavailable("no control group")
    return learned.trial


def _pseudo_outcomes(x: np.ndarray, trial: RandomisedTrial, outcome: np.ndarray) -> np.ndarray:
    """An unbiased, noisy effect of each customer, by models that have not seen the customer: (n,)."""
    fold = uniform_hash(trial.features["customer_id"], "dr-learner") < 0.5
    T, Y = trial.treatment.astype(np.float64), outcome.astype(np.float64)
    e = T.mean()  # the lot is the same for everybody
    psi = np.empty(len(x))
    for held_out in (fold, ~fold):
        models = _arms(x[~held_out], trial.treatment[~held_out], outcome[~held_out])
        mu1, mu0 = (_expected(model, x[held_out]) for model in models)
        t, y = T[held_out], Y[held_out]
        # Kennedy 2023, with the letters of the paper: Y outcome, T treatment, e propensity.
        psi[held_out] = mu1 - mu0 + t * (y - mu1) / e - (1 - t) * (y - mu0) / (1 - e)
    return psi


def _arms(x: np.ndarray, treatment: np.ndarray, outcome: np.ndarray) -> tuple[Any, Any]:
    """Models of the outcome when contacted, and when not: a chance where it is bool, else an amount."""
    learner = (
        HistGradientBoostingClassifier(**BOOSTED)
        if outcome.dtype == bool
        else HistGradientBoostingRegressor(loss="poisson", **BOOSTED)
    )
    treated, control = (clone(learner).fit(x[arm], outcome[arm]) for arm in (treatment, ~treatment))
    return treated, control


def _expected(model: Any, columns: np.ndarray) -> np.ndarray:
    """A chance or an amount: (n,)."""
    if isinstance(model, HistGradientBoostingRegressor):
        amount: np.ndarray = model.predict(columns)
        return amount
    chance: np.ndarray = model.predict_proba(columns)[:, 1]
    return chance


def _ranking(effect: np.ndarray, mu1: np.ndarray, value: np.ndarray) -> Ranking:
    return Ranking(score=effect, intent=effect / np.maximum(mu1, SMALLEST_CHANCE), value=value)

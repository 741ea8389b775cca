"""Learned with a control group -> rankings by estimated effect: what could be known if enough were held out.

Both estimate, for each customer, the chance to buy when contacted minus the chance when not. They read no
engagement at all, so they say nothing of intent directly; but a customer's estimated effect over the chance
to buy when contacted is the chance that a purchase was prompted, and stands as their intent.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from benchmarks.quality.learning import BOOSTED, Learned, Predictor, RandomisedTrial, Ranking, Unavailable
from segmenter.hashing import uniform_hash

SMALLEST_CHANCE = 0.01  # below it, a share of a chance to buy is noise


def t_learner(learned: Learned) -> Predictor:
    """One model of who buys per arm. Raises Unavailable without a control group."""
    trial = _trial(learned)
    x = learned.columns(trial.features)
    bought_1, bought_0 = _arms(x, trial.treatment, trial.bought)

    def predict(frame: pd.DataFrame) -> Ranking:
        columns = learned.columns(frame)
        mu1, mu0 = _chance(bought_1, columns), _chance(bought_0, columns)
        return _ranking(learned, frame, mu1 - mu0, mu1)

    return predict


def dr_learner(learned: Learned) -> Predictor:
    """The doubly robust learner (Kennedy 2023), cross-fitted in two folds of customers. Raises Unavailable
    without a control group.
    """
    trial = _trial(learned)
    x = learned.columns(trial.features)
    effect = HistGradientBoostingRegressor(**BOOSTED).fit(x, _pseudo_outcomes(x, trial))
    bought_1, _ = _arms(x, trial.treatment, trial.bought)

    def predict(frame: pd.DataFrame) -> Ranking:
        columns = learned.columns(frame)
        return _ranking(learned, frame, effect.predict(columns), _chance(bought_1, columns))

    return predict


def _trial(learned: Learned) -> RandomisedTrial:
    if learned.trial is None:
        raise Unavailable("no control group")
    return learned.trial


def _pseudo_outcomes(x: np.ndarray, trial: RandomisedTrial) -> np.ndarray:
    """An unbiased, noisy effect of each customer, by models that have not seen the customer: (n,)."""
    fold = uniform_hash(trial.features["customer_id"], "dr-learner") < 0.5
    T, Y = trial.treatment.astype(np.float64), trial.bought.astype(np.float64)
    e = T.mean()  # the lot is the same for everybody
    psi = np.empty(len(x))
    for held_out in (fold, ~fold):
        models = _arms(x[~held_out], trial.treatment[~held_out], trial.bought[~held_out])
        mu1, mu0 = (_chance(model, x[held_out]) for model in models)
        t, y = T[held_out], Y[held_out]
        # Kennedy 2023, with the letters of the paper: Y outcome, T treatment, e propensity.
        psi[held_out] = mu1 - mu0 + t * (y - mu1) / e - (1 - t) * (y - mu0) / (1 - e)
    return psi


def _arms(
    x: np.ndarray, treatment: np.ndarray, bought: np.ndarray
) -> tuple[HistGradientBoostingClassifier, HistGradientBoostingClassifier]:
    """Who buys when contacted, and who when not."""
    treated, control = (
        HistGradientBoostingClassifier(**BOOSTED).fit(x[arm], bought[arm]) for arm in (treatment, ~treatment)
    )
    return treated, control


def _chance(model: HistGradientBoostingClassifier, columns: np.ndarray) -> np.ndarray:
    chance: np.ndarray = model.predict_proba(columns)[:, 1]
    return chance


def _ranking(learned: Learned, frame: pd.DataFrame, effect: np.ndarray, mu1: np.ndarray) -> Ranking:
    return learned.with_value(frame, effect, effect / np.maximum(mu1, SMALLEST_CHANCE))

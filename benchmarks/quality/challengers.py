"""Learned -> rankings that others would try first; those that need another idea stand in modules beside.

Each challenger is a function that learns and gives back a predictor, so that several waves of customers can
be ranked by one training; `rank` does both at once.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from benchmarks.quality.learning import BOOSTED, MOST_AMOUNT_QUANTILE, Learned, Predictor, Ranking
from benchmarks.quality.unlabelled import confident_learning, elkan_noto, non_negative
from benchmarks.quality.uplift import dr_learner, t_learner
from segmenter.evaluation.rfm import TOP_THREE, rfm_scores
from segmenter.hashing import uniform_hash

STRENGTHS = (0.003, 0.03, 0.3)  # of the logistic regression, small = held back more


def logistic_three_class(learned: Learned) -> Predictor:
    """p_engaged of a multinomial logistic regression on the piecewise-linear expansion.

    How strongly it is held back is chosen on customers kept back from it: with hundreds of inputs and a few
    thousand customers no single strength is fair to it.
    """
    x, valid = learned.expanded(learned.features), learned.valid
    tried = [_logistic(strength).fit(x[~valid], learned.label[~valid]) for strength in STRENGTHS]
    losses = [
        log_loss(learned.label[valid], model.predict_proba(x[valid]), labels=model.classes_)
        for model in tried
    ]
    model = _logistic(STRENGTHS[int(np.argmin(losses))]).fit(x, learned.label)
    engaged, unengaged = (list(model.classes_).index(name) for name in ("engaged", "unengaged"))

    def predict(frame: pd.DataFrame) -> Ranking:
        p = model.predict_proba(learned.expanded(frame))
        return learned.with_value(frame, p[:, engaged], p[:, engaged] / (p[:, engaged] + p[:, unengaged]))

    return predict


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300)


def boosted_three_class(learned: Learned) -> Predictor:
    """The same from trees, which may interact."""

    def predict(frame: pd.DataFrame) -> Ranking:
        engaged, unengaged = (learned.segment_chance(frame, name) for name in ("engaged", "unengaged"))
        return learned.with_value(frame, engaged, engaged / (engaged + unengaged))

    return predict


def boosted_two_stages(learned: Learned) -> Predictor:
    """Engaged against unengaged among the buyers, both classes weighing the same, from trees."""
    buyers = learned.buyers
    model = HistGradientBoostingClassifier(class_weight="balanced", **BOOSTED)
    model.fit(learned.x[buyers], learned.label[buyers] == "engaged")

    def predict(frame: pd.DataFrame) -> Ranking:
        return learned.by_intent(frame, model.predict_proba(learned.columns(frame))[:, 1])

    return predict


def boosted_response(learned: Learned) -> Predictor:
    """Who buys, whatever the reason."""
    chance = _chance_to_buy(learned)
    return lambda frame: learned.with_value(frame, chance(frame), None)


def boosted_spend(learned: Learned) -> Predictor:
    """Who spends how much, whatever the reason."""
    return _spend(learned, np.ones(len(learned.label), dtype=bool))


def boosted_engaged_spend(learned: Learned) -> Predictor:
    """Who spends how much after looking at a campaign: a single stage for the product's expected value."""
    return _spend(learned, learned.label == "engaged")


def _spend(learned: Learned, counted: np.ndarray) -> Predictor:
    amount = learned.outcomes["amount"].to_numpy(dtype=np.float64)
    most = np.quantile(amount[amount > 0], MOST_AMOUNT_QUANTILE)
    model = HistGradientBoostingRegressor(loss="poisson", **BOOSTED)
    model.fit(learned.x, np.clip(amount, 0, most) * counted)

    def predict(frame: pd.DataFrame) -> Ranking:
        spend = model.predict(learned.columns(frame))
        return Ranking(score=spend, value=spend)

    return predict


def rare_buyers(learned: Learned) -> Predictor:
    """The same upside down. No sensible list, but a yardstick for intent: who buys rarely and is engaged was
    more likely prompted, so a method that sees through intent must do better than this.
    """
    chance = _chance_to_buy(learned)

    def predict(frame: pd.DataFrame) -> Ranking:
        rarely = 1 - chance(frame)
        return learned.with_value(frame, rarely, rarely)

    return predict


def _chance_to_buy(learned: Learned) -> Callable[[pd.DataFrame], np.ndarray]:
    bought = learned.outcomes["purchases"].to_numpy() > 0
    model = HistGradientBoostingClassifier(**BOOSTED).fit(learned.x, bought)
    return lambda frame: model.predict_proba(learned.columns(frame))[:, 1]


def rfm_sum(learned: Learned) -> Predictor:
    """Sum of the three ranks among the customers shown; learns nothing."""
    return lambda frame: Ranking(score=rfm_scores(frame)["rfm_score"].to_numpy(dtype=np.float64))


def rfm_quintiles(learned: Learned) -> Predictor:
    """Sum of the three quintile scores, 3 to 15: what a spreadsheet gives."""
    return lambda frame: Ranking(score=rfm_scores(frame)[["r", "f", "m"]].sum(axis=1).to_numpy(np.float64))


def rfm_top_three(learned: Learned) -> Predictor:
    """In one of the three best segments or not: the paper's baseline. All others share a place."""
    return lambda frame: Ranking(score=rfm_scores(frame)["rfm_segment"].isin(TOP_THREE).to_numpy(np.float64))


def past_spend(learned: Learned) -> Predictor:
    """Spend so far."""
    return lambda frame: Ranking(score=frame["monetary_value"].fillna(0).to_numpy(dtype=np.float64))


def random_order(learned: Learned) -> Predictor:
    """A number drawn from the id: the same customer at the same place in every run."""

    def predict(frame: pd.DataFrame) -> Ranking:
        drawn = uniform_hash(frame["customer_id"], f"random order:{learned.settings.seed}")
        return Ranking(score=drawn, intent=drawn)

    return predict


CHALLENGERS: dict[str, Callable[[Learned], Predictor]] = {
    "logistic regression, p_engaged": logistic_three_class,
    "boosted trees, p_engaged": boosted_three_class,
    "boosted trees, two stages": boosted_two_stages,
    "boosted trees, who buys": boosted_response,
    "boosted trees, who spends": boosted_spend,
    "boosted trees, who spends when engaged": boosted_engaged_spend,
    "boosted trees, who buys rarely": rare_buyers,
    "nnPU, roles swapped": non_negative,
    "Elkan-Noto, roles swapped": elkan_noto,
    "confident learning": confident_learning,
    "T-learner (given the control group)": t_learner,
    "DR-learner (given the control group)": dr_learner,
    "RFM sum of ranks": rfm_sum,
    "RFM sum of quintiles": rfm_quintiles,
    "RFM top three segments": rfm_top_three,
    "past spend": past_spend,
    "random": random_order,
}


def rank(name: str, learned: Learned, test_features: pd.DataFrame) -> Ranking:
    """Train the challenger of that name and rank the customers. Raises Unavailable where it cannot run."""
    return CHALLENGERS[name](learned)(test_features)

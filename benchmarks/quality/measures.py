"""A ranking + the hidden truth -> how well it finds the customers whom a message would move."""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from benchmarks.quality.challengers import CHALLENGERS
from benchmarks.quality.learning import BOOSTED, Learned, Predictor, Ranking, Unavailable, trial_of
from benchmarks.quality.product import train_product
from benchmarks.quality.worlds import Judged, World, make_world
from segmenter.evaluation.gains import captured_at, gain_curve
from segmenter.labels.intent import what_is_known
from segmenter.settings import TrainingSettings

ORACLE = "oracle (knows the hidden chances)"
CEILING = "ceiling (same features, told the truth)"

# Columns of a world: the first among the engaged customers, the others among everybody.
AUC_ENGAGED, AUC_ALL = "AUC, engaged", "AUC, all"
TOP_20, TOP_40 = "top 20 %", "top 40 %"
WASTED_20, WASTED_40 = "wasted, top 20 %", "wasted, top 40 %"


class Figures:
    """Figures of all methods in one world and seed: a table, what could not be run, what was said."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, float]] = {}
        self.unavailable: dict[str, str] = {}
        self.said: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """A row per method, a column per measure; NaN where a method does not speak of it."""
        return pd.DataFrame.from_dict(self.rows, orient="index")


def predictors(learned: Learned) -> tuple[dict[str, Predictor], dict[str, str], str]:
    """All methods trained, the product's first; why others could not be; what the product said."""
    product = train_product(learned)
    trained, unavailable = dict(product.predictors), {}
    for name, train in CHALLENGERS.items():
        try:
            trained[name] = train(learned)
        except Unavailable as reason:
            unavailable[name] = str(reason)
    return trained, unavailable, product.sentence


def judge_seed(name: str, customers: int, seed: int) -> Figures:
    """Make the world of that name and seed, and judge every method in it."""
    return judge_world(make_world(name, customers, seed))


def judge_world(world: World) -> Figures:
    """Train every method on the world's samples and judge it on its test customers."""
    learned = Learned(
        samples=world.samples,
        specs=world.specs,
        # Other customers judge, so nobody has to be kept back from those learned from.
        settings=TrainingSettings(test_share=0.0),
        known=what_is_known(world.evidence),
        trial=trial_of(world.samples),
    )
    figures = Figures()
    trained, figures.unavailable, sentence = predictors(learned)
    frame = world.test.sample.features
    rankings = {name: predict(frame) for name, predict in trained.items()}
    truth = world.test.truth
    rankings[ORACLE] = Ranking(
        score=truth["chance_prompted"].to_numpy(), intent=truth["intent_oracle"].to_numpy()
    )
    if truth["truly_prompted"].any():
        rankings[CEILING] = ceiling(learned, world, frame)
    figures.rows = {name: measures(ranking, world.test) for name, ranking in rankings.items()}
    figures.said = " ".join([sentence, *(evidence.sentence for evidence in world.evidence[:1])])
    return figures


def ceiling(learned: Learned, world: World, frame: pd.DataFrame) -> Ranking:
    """What the features could tell if it were known who was prompted: boosted trees, told the truth.

    The oracle knows traits that no table shows; nobody can reach it. The way from the uncorrected model to
    this row is what a correction can hope for.
    """
    truth = pd.concat([each.truth for each in world.learned], ignore_index=True)
    if not truth["customer_id"].equals(learned.outcomes["customer_id"].reset_index(drop=True)):
        raise ValueError("the truth must stand in the order of the customers learned from")
    prompted, reachable = truth["truly_prompted"].to_numpy(bool), truth["reachable"].to_numpy(bool)
    score, intent = (
        HistGradientBoostingClassifier(**BOOSTED)
        .fit(learned.x[kind], prompted[kind])
        .predict_proba(learned.columns(frame))[:, 1]
        for kind in (reachable, reachable & (learned.label == "engaged"))
    )
    return Ranking(score=score, intent=intent)


def measures(ranking: Ranking, judged: Judged) -> dict[str, float]:
    """The columns of a world. Where nobody is truly prompted, there is only waste to be measured."""
    truth, outcomes = judged.truth, judged.sample.outcomes
    reachable = truth["reachable"].to_numpy()
    prompted, score = truth["truly_prompted"].to_numpy()[reachable], ranking.score[reachable]
    if not prompted.any():
        return _waste(outcomes["amount"].to_numpy(dtype=np.float64)[reachable], score)
    engaged = outcomes["given_label"].eq("engaged").to_numpy()[reachable]
    among_engaged = np.nan
    if ranking.intent is not None:
        among_engaged = roc_auc_score(prompted[engaged], ranking.intent[reachable][engaged])
    gains = gain_curve(prompted, score, name="")
    return {
        AUC_ENGAGED: float(among_engaged),
        AUC_ALL: float(roc_auc_score(prompted, score)),
        TOP_20: captured_at(gains, 0.2),
        TOP_40: captured_at(gains, 0.4),
    }


def _waste(amount: np.ndarray, score: np.ndarray) -> dict[str, float]:
    """Share of what everybody spends in the window that lies in the top of the ranking.

    All of it would have been spent anyway, so a discount for the top is given away on that share. amount,
    score: (n,). Equal scores share their places.
    """
    ranks = pd.Series(-score).rank(method="average")
    shared = pd.Series(amount).groupby(ranks.to_numpy()).agg(["sum", "size"])  # best block first
    depth = np.r_[0, shared["size"].cumsum()] / len(amount)
    spent = np.r_[0, shared["sum"].cumsum()] / amount.sum()
    return {
        WASTED_20: float(np.interp(0.2, depth, spent)),
        WASTED_40: float(np.interp(0.4, depth, spent)),
    }

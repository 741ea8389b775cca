"""Learned -> rankings by methods for labels that are missing or doubtful, from the packages that offer them.

Positive-unlabelled learning knows some positives and a mixture. Here the roles are swapped: the unengaged
are known to be organic, the engaged are the mixture of organic and prompted. So its 'positive' is *organic*,
and the intent is one minus its answer. The packages are pinned in requirements.txt beside this file; without
one its row reads 'not installed', because another implementation under its name would be a made-up number.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.quality.learning import BOOSTED, UNKNOWN_SHARE, Learned, NotInstalled, Predictor, Ranking
from segmenter.hashing import uniform_hash

FOLDS = 5

# Full-batch steps on a few hundred inputs in [0, 1]. After the package's own 1000 steps of 0.01 the training
# risk is still that of calling everybody organic; with five times this step it jumps about.
NNPU_STEPS, NNPU_LEARNING_RATE = 2_000, 1.0


def non_negative(learned: Learned) -> Predictor:
    """Non-negative PU learning (Kiryo et al. 2017), linear on the expansion.

    It needs the organic share of the engaged, and gets the one the product gets; UNKNOWN_SHARE without.
    """
    try:
        from pulearn import NNPUClassifier
    except ImportError as error:
        raise NotInstalled from error
    share = UNKNOWN_SHARE if learned.known.organic_share is None else learned.known.organic_share
    model = NNPUClassifier(
        prior=float(np.clip(share, 0.05, 0.95)),
        max_iter=NNPU_STEPS,
        learning_rate=NNPU_LEARNING_RATE,
        random_state=0,
    )
    buyers = learned.buyers
    model.fit(learned.expanded(learned.features[buyers]), _organic_for_sure(learned))

    def predict(frame: pd.DataFrame) -> Ranking:
        # Column 1 is the positive class; the package's order of classes is -1, 1.
        return learned.by_intent(frame, 1 - model.predict_proba(learned.expanded(frame))[:, 1])

    return predict


def elkan_noto(learned: Learned) -> Predictor:
    """Elkan and Noto (2008) with trees: P(organic) = P(unengaged) / P(unengaged | organic).

    Dividing by a constant changes no order, so among the engaged this ranks as trees on nine tenths of the
    buyers do; what differs is where the intent reaches 0, and with it the score.
    """
    try:
        from pulearn import ElkanotoPuClassifier
    except ImportError as error:
        raise NotInstalled from error
    model = ElkanotoPuClassifier(HistGradientBoostingClassifier(**BOOSTED), random_state=0)
    model.fit(learned.x[learned.buyers], _organic_for_sure(learned))

    def predict(frame: pd.DataFrame) -> Ranking:
        return learned.by_intent(frame, 1 - model.predict_proba(learned.columns(frame))[:, 1])

    return predict


def confident_learning(learned: Learned) -> Predictor:
    """Confident learning (Northcutt et al. 2021): engaged customers whose label it finds wrong are left out,
    then trees learn engaged against unengaged again.

    Unengaged labels are trusted here as everywhere, so what it finds among them is not used.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError as error:
        raise NotInstalled from error
    buyers = learned.buyers
    x, engaged = learned.x[buyers], learned.label[buyers] == "engaged"
    # By customer, who may stand in several samples: nobody judges their own label.
    drawn = uniform_hash(learned.features["customer_id"][buyers], "confident learning")
    fold = (drawn * FOLDS).astype(int)
    pred_probs = np.empty((len(x), 2))
    for held_out in range(FOLDS):
        model = _trees().fit(x[fold != held_out], engaged[fold != held_out])
        pred_probs[fold == held_out] = model.predict_proba(x[fold == held_out])
    doubted = find_label_issues(engaged.astype(int), pred_probs, n_jobs=1) & engaged
    cleaned = _trees().fit(x[~doubted], engaged[~doubted])

    def predict(frame: pd.DataFrame) -> Ranking:
        return learned.by_intent(frame, cleaned.predict_proba(learned.columns(frame))[:, 1])

    return predict


def _trees() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(class_weight="balanced", **BOOSTED)


def _organic_for_sure(learned: Learned) -> np.ndarray:
    """1 for the unengaged, 0 for the engaged, of the buyers: (n,)."""
    unengaged: np.ndarray = (learned.label[learned.buyers] == "unengaged").astype(int)
    return unengaged

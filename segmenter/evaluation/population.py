"""The frame of scored test customers -> checked arrays and rankings, ready to be compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmenter.errors import NotEnoughData
from segmenter.evaluation.challengers import CHALLENGERS
from segmenter.evaluation.ranking import Ranking
from segmenter.evaluation.rfm import RfmSettings, has_bought, measure_words, rfm_scores, unknown_measures
from segmenter.evaluation.trial import Trial

MIN_PER_CLASS = 20  # with fewer positives or others, every interval would be a guess
STEPS = 5_000  # of the rankings: exact for so many customers, beyond that to 0.02 % of them
LABELS = ("engaged", "unengaged", "inactive", "browsing")
STAGE_1_LABELS = ("engaged", "unengaged", "inactive")
REQUIRED = (
    "customer_id",
    "given_label",
    "score",
    "expected_value",
    "days_since_last_purchase",
    "purchase_count",
    "monetary_value",
    "purchases",
    "amount",
    "arm",
    "trial",
)


@dataclass(frozen=True, slots=True)
class Chance:
    """One predicted chance of stage 1, and for whom it came true. Arrays of (n,)."""

    predicted: np.ndarray
    happened: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Test customers, in the order of the frame; arrays of (n,).

    positive: bool, engaged. not_organic: bool, engaged and not known to be organic; None where nobody is
    known to be. rankings: segmenter, value, the baselines and challengers that were given, rfm and random.
    """

    segments: dict[str, int]
    positive: np.ndarray
    not_organic: np.ndarray | None
    rankings: dict[str, Ranking]
    rfm_settings: RfmSettings | None
    rfm_segment: np.ndarray
    trial: Trial | None
    chances: dict[str, Chance]
    notes: tuple[str, ...]

    @property
    def customers(self) -> int:
        """Number of test customers."""
        return int(self.positive.size)


def read_population(test: pd.DataFrame, rfm_settings: RfmSettings | None) -> Population:
    """Check and unpack the test frame described in `evaluate`.

    Raises NotEnoughData below MIN_PER_CLASS positives or others, ValueError for a frame of the wrong form.
    """
    _check_frame(test)
    positive = (test["given_label"] == "engaged").to_numpy(dtype=bool)
    _check_enough(int(positive.sum()), len(test))
    notes: list[str] = []
    if not has_bought(test).any():
        notes.append("Nothing is known of earlier purchases, so RFM has nothing to rank by: it is chance.")
    elif unknown := unknown_measures(test):
        notes.append(
            f"RFM is made without {' and '.join(map(measure_words, unknown))}: the file does not say it."
        )
    if rfm_settings is None and has_bought(test).any():
        rfm_settings = RfmSettings.from_quintiles(test)
    rfm = rfm_scores(test, rfm_settings)
    scores = {"segmenter": test["score"], "value": test["expected_value"], "rfm": rfm["rfm_score"]}
    for baseline in ("uncorrected", "response"):
        if baseline in test:
            scores[baseline] = test[baseline]
        else:
            notes.append(f"No scores of the baseline '{baseline}' were given; it is not compared.")
    scores |= {name: test[name] for name in CHALLENGERS if name in test}
    # All customers tied, and ties are shared: the mean over all random orders.
    scores["random"] = pd.Series(0.0, index=test.index)
    return Population(
        segments={label: int((test["given_label"] == label).sum()) for label in LABELS},
        positive=positive,
        not_organic=_not_organic(test, positive, notes),
        rankings={name: Ranking(score.to_numpy(float), steps=STEPS) for name, score in scores.items()},
        rfm_settings=rfm_settings,
        rfm_segment=rfm["rfm_segment"].to_numpy(dtype=str),
        trial=_trial(test, notes),
        chances=_chances(test),
        notes=tuple(notes),
    )


def _check_frame(test: pd.DataFrame) -> None:
    missing = [name for name in REQUIRED if name not in test]
    if missing:
        raise ValueError(f"The test frame lacks the columns {', '.join(missing)}.")
    if test["customer_id"].duplicated().any():
        raise ValueError(
            "The test frame must have one row per customer: the bootstrap draws customers, not rows."
        )
    strange = set(test["given_label"].dropna()) - set(LABELS)
    if strange or test["given_label"].isna().any():
        raise ValueError(
            f"Every given_label must be one of {', '.join(LABELS)}; found also {sorted(strange) or 'none'}."
        )


def _check_enough(positives: int, customers: int) -> None:
    others = customers - positives
    if min(positives, others) < MIN_PER_CLASS:
        raise NotEnoughData(
            f"The comparison needs at least {MIN_PER_CLASS} engaged customers and {MIN_PER_CLASS} others "
            f"among the customers kept back for testing; found {positives} engaged and {others} others. "
            "Choose another cutoff or a longer outcome window, or bring more customers."
        )


def _not_organic(test: pd.DataFrame, positive: np.ndarray, notes: list[str]) -> np.ndarray | None:
    organic = np.zeros(len(test), dtype=bool)
    if "organic_completion" in test:
        organic |= test["organic_completion"].fillna(False).to_numpy(dtype=bool)
    if "intent" in test:
        organic |= (test["intent"] == "organic").fillna(False).to_numpy(dtype=bool)
    remaining = positive & ~organic
    if remaining.sum() == positive.sum():
        return None
    if remaining.sum() < MIN_PER_CLASS:
        notes.append(
            f"Only {int(remaining.sum())} engaged customers are not known to be organic; a gain curve for "
            f"them needs {MIN_PER_CLASS}."
        )
        return None
    return remaining


def _trial(test: pd.DataFrame, notes: list[str]) -> Trial | None:
    trial = Trial(
        treatment=(test["arm"] == "treatment").fillna(False).to_numpy(dtype=bool),
        control=(test["arm"] == "control").fillna(False).to_numpy(dtype=bool),
        bought=(test["purchases"] > 0).to_numpy(dtype=bool),
        amount=test["amount"].to_numpy(dtype=np.float64),
        trial=test["trial"].astype(object).where(test["trial"].notna(), None).to_numpy(),
    )
    if trial.has_enough_customers():
        return trial
    contacted, held_back = int(trial.treatment.sum()), int(trial.control.sum())
    if contacted or held_back:
        notes.append(
            f"The randomised holdout has {contacted} contacted and {held_back} held-back test customers: too "
            "few of the same trial to say what contacting changes."
        )
    return None


def _chances(test: pd.DataFrame) -> dict[str, Chance]:
    # Stage 1 learned browsing customers as inactive ones (samples.py).
    happened = test["given_label"].replace("browsing", "inactive")
    return {
        label: Chance(test[f"p_{label}"].to_numpy(dtype=np.float64), (happened == label).to_numpy(dtype=bool))
        for label in STAGE_1_LABELS
        if f"p_{label}" in test
    }

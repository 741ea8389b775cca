"""The prompted score: called a probability only where evidence says so."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segmenter.evaluation.bootstrap import Estimate, paired_bootstrap
from segmenter.evaluation.calibration import ALLOWED, CalibrationError
from segmenter.evaluation.comparison import evaluate
from segmenter.evaluation.prompted import FEWEST_PER_INTENT, Prompted
from segmenter.evaluation.prompted_verdict import ALLOWED_BY_TRIAL, PromptedCalibration, holdout_needed
from segmenter.evaluation.trial import Trial


def judged(frame: pd.DataFrame, trial: Trial | None = None) -> PromptedCalibration:
    prompted, rng = Prompted(frame, trial), np.random.default_rng(3)
    n = len(frame)
    whole = {name: values[0] for name, values in prompted.figures(np.ones((n, 1))).items()}
    drawn = {}
    if whole:
        drawn = paired_bootstrap(prompted.figures, n, draws=200, rng=rng)
    return prompted.table(whole, drawn, rng)


def with_intents(rng: np.random.Generator, customers: int = 6_000, *, squeeze: float = 1.0) -> pd.DataFrame:
    """Engaged customers of known intent. squeeze: below 1, scores are drawn towards the middle."""
    chance = rng.beta(2, 3, customers)
    intent = np.where(rng.random(customers) < chance, "prompted", "organic")
    return pd.DataFrame(
        {
            "p_prompted": 0.5 + squeeze * (chance - 0.5),
            "given_label": "engaged",
            "intent": intent,
            "purchases": 1,
        }
    )


def with_trial(
    rng: np.random.Generator, customers: int, *, squeeze: float = 1.0, held_back: float = 0.5
) -> tuple[pd.DataFrame, Trial]:
    """Customers of whom 0.5 buy if contacted and 0.5 * (1 - chance) if held back."""
    chance = rng.beta(2, 3, customers)
    control = rng.random(customers) < held_back
    bought = rng.random(customers) < np.where(control, 0.5 * (1 - chance), 0.5)
    frame = pd.DataFrame(
        {"p_prompted": 0.5 + squeeze * (chance - 0.5), "given_label": "unengaged", "purchases": bought * 1}
    )
    names = np.full(customers, "spring", dtype=object)
    return frame, Trial(~control, control, bought, bought * 10.0, names)


def test_intents_that_come_true_make_it_a_probability(rng: np.random.Generator) -> None:
    found = judged(with_intents(rng))
    assert found.basis == "given_intents"
    assert found.is_probability
    assert found.name == "chance of being prompted"
    assert "may be read as a probability" in found.sentence
    assert found.error is not None
    assert not found.error.is_off
    assert found.error.miss.low == 0
    assert found.brier is not None and found.reference_brier is not None
    assert found.brier.value < found.reference_brier
    assert found.holdout_needed is None


def test_a_squeezed_score_stays_a_score(rng: np.random.Generator) -> None:
    found = judged(with_intents(rng, squeeze=0.2))
    assert not found.is_probability
    assert found.name == "prompted score"
    assert found.error is not None and found.error.is_off
    assert found.error.miss.low is not None and found.error.miss.low > 0
    assert "a score, not a probability" in found.sentence


def test_the_miss_of_known_intents_worked_by_hand() -> None:
    # 60 told 0.2, of whom 24 were prompted (0.4); 60 told 0.7, of whom 36 were (0.6): (0.2 + 0.1) / 2 = 0.15.
    frame = pd.DataFrame(
        {
            "p_prompted": np.repeat([0.2, 0.7], 60),
            "given_label": "engaged",
            "intent": ["prompted"] * 24 + ["organic"] * 36 + ["prompted"] * 36 + ["organic"] * 24,
            "purchases": 1,
        }
    )
    found = judged(frame)
    assert found.error is not None
    assert found.error.miss.value == pytest.approx(0.15)
    assert [(b.customers, b.observed.value) for b in found.bins] == [(60, 0.4), (60, 0.6)]
    # Brier: (24 * 0.64 + 36 * 0.04 + 36 * 0.09 + 24 * 0.49) / 120 = 31.8 / 120
    assert found.brier is not None
    assert found.brier.value == pytest.approx(31.8 / 120)


@pytest.mark.parametrize("kind", ["prompted", "organic"])
def test_too_few_of_one_intent_tell_nothing(rng: np.random.Generator, kind: str) -> None:
    frame = with_intents(rng, 500)
    kept = np.flatnonzero(frame["intent"] == kind)[: FEWEST_PER_INTENT - 1]
    others = np.flatnonzero(frame["intent"] != kind)
    found = judged(frame.iloc[np.union1d(kept, others)])
    assert (found.basis, found.is_probability, found.error) == ("none", False, None)
    assert "a score, not a probability" in found.sentence


def test_few_known_intents_never_make_it_a_probability(rng: np.random.Generator) -> None:
    found = judged(with_intents(rng, 150))
    assert found.basis == "given_intents"
    assert not found.is_probability
    assert "cannot be excluded" in found.sentence


def test_a_large_trial_tells_a_right_score_from_a_wrong_one(rng: np.random.Generator) -> None:
    right = judged(*with_trial(rng, 40_000))
    assert right.basis == "trial"
    assert right.is_probability
    assert right.allowed == ALLOWED_BY_TRIAL
    wrong = judged(*with_trial(rng, 40_000, squeeze=-1.0))
    assert not wrong.is_probability
    assert wrong.error is not None and wrong.error.is_off


def test_a_small_trial_says_how_large_one_would_need_to_be(rng: np.random.Generator) -> None:
    found = judged(*with_trial(rng, 1_200))
    assert not found.is_probability
    assert found.holdout_needed is not None
    assert f"{found.holdout_needed:,} customers held back by chance" in found.sentence


def test_the_share_of_extra_buyers_worked_by_hand() -> None:
    # Three scores, in each 100 contacted of whom 50 bought, and 100 held back of whom 40, 25 and 10 bought:
    # 1 - 0.4 / 0.5 = 0.2, then 0.5 and 0.8. Told 0.2, 0.4, 0.7: off by (0 + 0.1 + 0.1) / 3.
    contacted = np.tile(np.repeat([True, False], 100), 3)
    bought = np.concatenate([np.arange(100) < n for n in (50, 40, 50, 25, 50, 10)])
    frame = pd.DataFrame(
        {"p_prompted": np.repeat([0.2, 0.4, 0.7], 200), "given_label": "unengaged", "purchases": bought * 1}
    )
    trial = Trial(contacted, ~contacted, bought, bought * 1.0, np.full(600, "t", dtype=object))
    found = judged(frame, trial)
    assert [b.observed.value for b in found.bins] == pytest.approx([0.2, 0.5, 0.8])
    assert [(b.customers, b.predicted) for b in found.bins] == [
        (50, pytest.approx(p)) for p in (0.2, 0.4, 0.7)
    ]
    assert found.error is not None
    assert found.error.miss.value == pytest.approx(0.2 / 3)
    assert all(b.observed.low < b.observed.value < b.observed.high for b in found.bins)


def test_the_holdout_needed_worked_by_hand() -> None:
    # b1 = 0.5, b0 = 0.25: 2 * 3 * (1.96 / 0.1)^2 * 0.25 * (0.75 / 0.25 + 0.5 / 0.5) = 2,304.9: 2,400
    assert holdout_needed(0.5, 0.5) == 2_400
    assert holdout_needed(0.0, 0.5) is None
    rare, common = holdout_needed(0.02, 0.5), holdout_needed(0.2, 0.5)
    assert rare is not None and common is not None
    assert rare > common


def test_a_holdout_as_large_as_told_is_enough_for_a_score_that_is_right(rng: np.random.Generator) -> None:
    needed = holdout_needed(0.5, 0.4)
    assert needed is not None
    enough = sum(judged(*with_trial(rng, 2 * needed)).is_probability for _ in range(10))
    assert enough >= 7


@pytest.mark.parametrize("known", [1.0, 0.4])
def test_a_score_that_is_right_of_all_buyers_is_one_though_not_all_buyers_engage(
    rng: np.random.Generator, known: float
) -> None:
    """Of alike buyers 30 to 70 % engage, and of these 20 to 70 % were prompted: p_prompted is the product."""
    x = rng.random(12_000)
    engages, prompted = 0.3 + 0.4 * x, 0.2 + 0.5 * x
    engaged = rng.random(x.size) < engages
    intent = np.where(rng.random(x.size) < prompted, "prompted", "organic").astype(object)
    intent[~engaged | (rng.random(x.size) > known)] = None
    label = np.where(engaged, "engaged", "unengaged")
    frame = pd.DataFrame({"given_label": label, "intent": intent, "purchases": 1})
    right = judged(frame.assign(p_prompted=engages * prompted))
    assert right.is_probability
    assert right.error is not None and not right.error.is_off
    assert f"{right.unengaged:,} unengaged buyers" in right.sentence
    assert not judged(frame.assign(p_prompted=prompted)).is_probability


def test_the_verdict_follows_the_high_end_of_the_interval() -> None:
    for high, within in ((ALLOWED, True), (ALLOWED + 0.001, False)):
        error = CalibrationError(Estimate(0.02, 0.0, high), 0.01, 0.02)
        assert error.is_within(ALLOWED) == within
    assert not CalibrationError(Estimate(0.02), 0.01, 0.02).is_within(ALLOWED)


def test_without_evidence_the_evaluation_calls_it_a_score(make_customers) -> None:
    frame = make_customers(400).assign(p_prompted=0.4, p_inactive=0.3)
    found = evaluate(
        frame,
        model="m",
        dataset="d",
        cutoff=date(2026, 3, 1),
        outcome_days=30,
        unseen_customers=True,
        unseen_period=True,
        evidence=(),
        rng=np.random.default_rng(1),
        draws=50,
    ).prompted
    assert found is not None
    assert (found.basis, found.is_probability) == ("none", False)
    assert "customers held back by chance" in found.sentence

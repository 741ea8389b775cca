"""Learned -> the product's own rankings. All that this comparison calls of the product's training is here."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.learning import Learned, Predictor, Ranking
from segmenter import samples
from segmenter.model.examples import Examples
from segmenter.model.two_stage import TwoStageModel, fit_two_stage
from segmenter.settings import Correction, TrainingSettings

DEFAULT, UNCORRECTED = "**product, default**", "product, uncorrected"
FORCED, PRINTED = "product, correction forced", "product, loss as printed"

# Far more than the collapse of the printed loss needs; by default it goes on to the bound on time.
PRINTED_EPOCHS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The product's predictors by name, and what its default training says about label correction."""

    predictors: dict[str, Predictor]
    sentence: str


def train_product(learned: Learned) -> Trained:
    """Train as the product does by default, with the correction forced, and with the loss as printed."""
    settings = learned.settings
    default, sentence = _fit(learned, settings)
    forced, _ = _fit(learned, settings.replaced(correction=replace(settings.correction, fall_back=False)))
    printed, _ = _fit(
        learned,
        settings.replaced(
            correction=Correction(method="printed"),
            network=replace(settings.network, max_epochs=PRINTED_EPOCHS),
        ),
    )
    return Trained(
        predictors={
            DEFAULT: _predictor(default),
            UNCORRECTED: _predictor(default, corrected=False),
            FORCED: _predictor(forced),
            PRINTED: _predictor(printed),
        },
        sentence=sentence,
    )


def _fit(learned: Learned, settings: TrainingSettings) -> tuple[TwoStageModel, str]:
    model, report = fit_two_stage(
        _examples(learned), learned.specs, settings, organic_share=learned.organic_share
    )
    return model, report.correction.sentence


def _predictor(model: TwoStageModel, **choices: bool) -> Predictor:
    def predict(frame: pd.DataFrame) -> Ranking:
        said = model.predict(frame, **choices)
        return Ranking(score=said.score, intent=said.p_prompted, value=said.expected_value)

    return predict


def _examples(learned: Learned) -> Examples:
    """The rows as the product stacks them (segmenter.samples.stack_examples), for features of any world."""
    outcomes = learned.outcomes
    columns: dict[str, Any] = {
        "features": learned.features[[spec.name for spec in learned.specs]],
        "customer_id": outcomes["customer_id"].to_numpy(dtype=object),
        "given_label": learned.label.astype(object),
        "exposed": outcomes["exposed"].to_numpy(dtype=bool),
        "amount": outcomes["amount"].to_numpy(dtype=np.float64),
        "purchases": outcomes["purchases"].to_numpy(dtype=np.int64),
        **_folds(outcomes["customer_id"].to_numpy(), learned.settings),
        "known_organic": (outcomes["organic_completion"].astype(bool) | outcomes["intent"].eq("organic"))
        .fillna(False)
        .to_numpy(dtype=bool),
        "looked": outcomes["looked"].to_numpy(dtype=bool),
    }
    # What a version of the product does not read is not handed to it.
    return Examples(**{field.name: columns[field.name] for field in fields(Examples)})


def _folds(customer_id: np.ndarray, settings: TrainingSettings) -> dict[str, np.ndarray]:
    """Whom the product keeps back to check its learning: one fold, or a fold for each of several members.

    Either name is read, so that one comparison can be run before and after the product changes over.
    """
    if hasattr(samples, "member_folds"):
        return {"fold": samples.member_folds(customer_id, settings)}
    return {"valid": samples.folds(customer_id, settings) == "valid"}

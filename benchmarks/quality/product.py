"""Learned -> the product's own rankings. All that this comparison calls of the product's training is here."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.quality.learning import Learned, Predictor, Ranking
from segmenter.features.catalog import FeatureSpec
from segmenter.model.examples import Examples
from segmenter.model.two_stage import Stage2Head, TwoStageModel, fit_two_stage
from segmenter.samples import Sample, member_folds
from segmenter.settings import Correction, TrainingSettings

DEFAULT, UNCORRECTED = "**product, default**", "product, uncorrected"
FORCED, PRINTED = "product, correction forced", "product, loss as printed"
LEDGER = "product, what the correction believes of each engaged customer"

# Far more than the collapse of the printed loss needs; by default it goes on to the bound on time.
PRINTED_EPOCHS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The product's predictors by name, and what its default training says about label correction."""

    predictors: dict[str, Predictor]
    sentence: str


def train_product(learned: Learned) -> Trained:
    """Train as the product does by default, with the correction forced, and with the loss as printed."""
    # Nothing is trained here that no row reads.
    settings = learned.settings.replaced(correction=replace(learned.settings.correction, compare=False))
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
            UNCORRECTED: _predictor(default, "uncorrected"),
            FORCED: _predictor(forced),
            LEDGER: _ledger(forced),
            PRINTED: _predictor(printed),
        },
        sentence=sentence,
    )


def _fit(learned: Learned, settings: TrainingSettings) -> tuple[TwoStageModel, str]:
    examples = examples_of(learned.samples, learned.specs, settings)
    model, report = fit_two_stage(examples, learned.specs, settings, known=learned.known)
    return model, report.correction.sentence


def _predictor(model: TwoStageModel, stage_2: Stage2Head = "intent") -> Predictor:
    def predict(frame: pd.DataFrame) -> Ranking:
        said = model.predict(frame, stage_2)
        return Ranking(score=said.score, intent=said.p_prompted, value=said.expected_value)

    return predict


def _ledger(model: TwoStageModel) -> Predictor:
    """What the correction says of a customer who engages, before stage 2 has learned from it."""

    def predict(frame: pd.DataFrame) -> Ranking:
        said = model.predict(frame)
        return Ranking(score=said.score, intent=1 - np.nan_to_num(said.organic, nan=1.0))

    return predict


def examples_of(
    samples: list[Sample], specs: tuple[FeatureSpec, ...], settings: TrainingSettings
) -> Examples:
    """The rows as the product stacks them (segmenter.samples.stack_examples), for features of any world."""
    features = pd.concat([sample.features for sample in samples], ignore_index=True)
    outcomes = pd.concat([sample.outcomes for sample in samples], ignore_index=True)
    customer_id = outcomes["customer_id"].to_numpy(dtype=object)
    known_organic = outcomes["organic_completion"].astype(bool) | outcomes["intent"].eq("organic")
    return Examples(
        features=features[[spec.name for spec in specs]],
        customer_id=customer_id,
        cutoff=np.repeat([str(sample.cutoff) for sample in samples], [len(s.outcomes) for s in samples]),
        given_label=outcomes["given_label"].replace("browsing", "inactive").to_numpy(dtype=object),
        exposed=outcomes["exposed"].to_numpy(dtype=bool),
        looked=outcomes["looked"].to_numpy(dtype=bool),
        amount=outcomes["amount"].to_numpy(dtype=np.float64),
        purchases=outcomes["purchases"].to_numpy(dtype=np.int64),
        fold=member_folds(customer_id, settings),
        known_organic=known_organic.fillna(False).to_numpy(dtype=bool),
    )

"""Labelled customers -> the two-stage model -> what each customer's chances and expected value are.

Stage 1 tells engaged, unengaged and inactive customers apart; stage 2 how much a buyer looks prompted by the
campaign. Beside them stands the expected amount of a purchase. All heads read the same expanded features.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from segmenter.features.catalog import FeatureSpec
from segmenter.features.encoding import Encoder
from segmenter.labels.intent import KnownIntent
from segmenter.model.alike import organic_chance
from segmenter.model.amount import expected_amount, fit_amount
from segmenter.model.examples import SEGMENTS, Examples, Stage2
from segmenter.model.intent import fit_intent
from segmenter.model.network import Expansion
from segmenter.model.objectives import SegmentObjective, hazards
from segmenter.model.report import CorrectionReport, TrainingReport
from segmenter.model.telling import epochs_told
from segmenter.model.training import ROWS_AT_ONCE, Rows, Trainer, fixed_threads
from segmenter.model.trees import Trees, columns_of
from segmenter.progress import Progress, silent
from segmenter.settings import TrainingSettings

__all__ = [
    "CorrectionReport",
    "Examples",
    "Predictions",
    "TrainingReport",
    "TwoStageModel",
    "fit_two_stage",
]

# Heads of stage 2 that a model can hold.
Stage2Head = Literal["intent", "uncorrected", "printed"]

# One thread: batches are small, the same seed then gives the same bits on every machine, and training in the
# background leaves the other cores to the people who use the app.
THREADS = 1

# A customer unlike every training customer in this share of the features is far from what the model knows.
OUT_OF_RANGE_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What the model says of each customer; float64 arrays (n,), unless said otherwise.

    p_engaged, p_unengaged, p_inactive: chances at the base rates of the training windows; they sum to 1.
    p_prompted: in [0, 1], the share of buyers like this one whom the model counts as prompted, at the same
    base rates. score: in [0, 1], for ranking. expected_amount: net amount in the outcome window if the
    customer engages and buys, or the margin, where that was learned (TrainingReport.value_of).
    expected_value: score * expected_amount, in the same currency. organic: in [0, 1], the chance that the
    customer, if engaged, would have bought anyway, by alike customers who did not look (alike.py); NaN where
    the training data allowed no such comparison. segment: array of str, the segment that the customer leans
    to more than customers do on average (every class weighing the same); the most likely one would nearly
    always be the largest one.
    """

    p_engaged: np.ndarray
    p_unengaged: np.ndarray
    p_inactive: np.ndarray
    p_prompted: np.ndarray
    score: np.ndarray
    expected_amount: np.ndarray
    expected_value: np.ndarray
    organic: np.ndarray
    segment: np.ndarray


class TwoStageModel:
    """The trained heads with everything needed to read a customer. Heads by name: segment (3 outputs),
    intent and uncorrected (1 output each), anyway and extra (the same, where alike customers could be
    compared), printed (the same, where the printed loss was tried); beside them the trees of the amount."""

    def __init__(
        self,
        encoder: Encoder,
        settings: TrainingSettings,
        heads: nn.ModuleDict,
        paid: Trees,
        spent: Trees,
        *,
        class_weights: Tensor,
        largest_amount: float,
    ) -> None:
        """class_weights: (3,), with which every segment weighs the same; largest_amount: in currency."""
        self.encoder, self.settings, self.heads = encoder, settings, heads
        self.paid, self.spent = paid, spent
        self.class_weights, self.largest_amount = class_weights, largest_amount
        self.expansion = Expansion(encoder)

    def predict(self, frame: pd.DataFrame, stage_2: Stage2Head = "intent") -> Predictions:
        """Score customers.  frame: a column per feature of the encoder, any others are ignored.

        stage_2: the head in use, or one to compare with: 'uncorrected' believes the given labels, 'printed'
        learned them as the paper prints it. Raises ModelFileError for a missing feature.
        """
        x_num = torch.from_numpy(self.encoder.numeric(frame))
        x_cat = torch.from_numpy(self.encoder.categories(frame))
        outputs = [
            self._outputs(x_num[at : at + ROWS_AT_ONCE], x_cat[at : at + ROWS_AT_ONCE], stage_2)
            for at in range(0, len(frame), ROWS_AT_ONCE)
        ]
        segment, prompted, organic = (
            torch.cat([part[k] for part in outputs]) if outputs else torch.zeros(0, n_outputs).double()
            for k, n_outputs in enumerate((3, 1, 1))
        )
        p = torch.softmax(segment, dim=1).numpy()  # (n, 3)
        leaning = segment + torch.log(self.class_weights.double())
        p_prompted = torch.sigmoid(prompted[:, 0]).numpy()
        # The chance of stage 1: it is of everybody, like what is spent. Stage 2 knows only those whom a
        # campaign could reach; what all spend over their chance would be too little.
        amount = expected_amount(
            self.paid, self.spent, columns_of(x_num, x_cat), p[:, 0], self.largest_amount
        )
        score = p_prompted * _remains(self.settings, p[:, 2])
        return Predictions(
            p_engaged=p[:, 0],
            p_unengaged=p[:, 1],
            p_inactive=p[:, 2],
            p_prompted=p_prompted,
            score=score,
            expected_amount=amount,
            expected_value=score * amount,
            organic=organic[:, 0].numpy(),
            segment=np.array(SEGMENTS)[leaning.argmax(1).numpy()],
        )

    @property
    def has_printed(self) -> bool:
        """Whether the loss as the paper prints it was tried, for comparison."""
        return "printed" in self.heads

    def out_of_range(self, frame: pd.DataFrame) -> np.ndarray:
        """Customers far from everybody the model was trained on, whose scores are guesses: bool (n,)."""
        unlike: np.ndarray = self.encoder.outside(frame).mean(axis=1) >= OUT_OF_RANGE_SHARE
        return unlike

    @torch.no_grad()
    def _outputs(self, x_num: Tensor, x_cat: Tensor, stage_2: Stage2Head) -> tuple[Tensor, ...]:
        """(B, n_num), (B, n_cat)  ->  (B, 3), then (B, 1) by the head asked for, and how organic; in float64
        for what is computed from them.
        """
        expanded = self.expansion(x_num, x_cat)

        def said(name: str) -> Tensor:
            outputs: Tensor = self.heads[name].mean(expanded).double()  # type: ignore[operator]
            return outputs

        organic = torch.full((len(expanded), 1), torch.nan, dtype=torch.float64)
        if "anyway" in self.heads:
            organic = organic_chance(hazards(said("anyway")), hazards(said("extra")))[:, None]
        return said("segment"), said(stage_2), organic


def fit_two_stage(
    examples: Examples,
    specs: Sequence[FeatureSpec],
    settings: TrainingSettings,
    *,
    known: KnownIntent | None = None,
    keep_ledger: Callable[[pd.DataFrame], object] = lambda _: None,
    progress: Progress = silent,
) -> tuple[TwoStageModel, TrainingReport]:
    """Train both stages and the amount.

    known: what evidence tells of intent; nothing by default. keep_ledger: takes the ledger of the correction
    (ledger.py), where one was tried. Raises NotEnoughData naming the segment that is too small. Same examples
    and seed, same model, bit by bit (on the processor).
    """
    started = time.monotonic()
    everybody = np.ones(len(examples.features), dtype=bool)
    bought, engaged = examples.purchases > 0, examples.given_label == "engaged"
    reached, members = _reached(examples, settings), settings.network.members
    stage_2 = reached & (examples.given_label != "inactive")
    examples.check_enough(members, everybody, examples.segments_to_tell, "the segments")
    examples.check_enough(members, stage_2, SEGMENTS[:2], "who is prompted")

    progress("encode", 0.0, "Learning how to read the features")
    encoder = Encoder.fit(examples.features, specs, settings.network.n_bins)
    expansion = Expansion(encoder)
    with fixed_threads(THREADS):
        x_num = torch.from_numpy(encoder.numeric(examples.features))
        x_cat = torch.from_numpy(encoder.categories(examples.features))
        trainer = Trainer(
            Rows(expansion, x_num, x_cat),
            expansion.width,
            fold=examples.fold,
            network=settings.network,
            seed=settings.seed,
            on_epoch=epochs_told(settings, progress),
        )
        labels = torch.from_numpy(examples.segment_places)
        segments = SegmentObjective(labels, trainer.learned(torch.arange(len(labels))), trainer.class_weights)
        segment = trainer.fit("segment", 3, segments, everybody)
        # Trained with weights w_c, the network says p(c | x) * w_c up to a factor. Taking log w_c off again
        # gives chances at the base rates, which is what a reader takes a percentage for.
        segment.bias.data -= torch.log(segments.weights)
        amount = fit_amount(
            columns_of(x_num, x_cat),
            engaged,
            bought,
            examples.amount,
            examples.fold,
            members=members,
            seed=settings.seed,
        )
        inactive = torch.softmax(trainer.unseen(segment, torch.arange(len(labels))).double(), 1)[:, 2]
        intent = fit_intent(
            trainer,
            Stage2(
                examples=examples,
                chosen=stage_2,
                reached=reached,
                p_active=_remains(settings, inactive.numpy()),
                amount=amount.unseen,
                paid=np.clip(examples.amount, 0, amount.largest),
            ),
            correction=settings.correction,
            known=known or KnownIntent(),
        )
    if not intent.ledger.empty:
        keep_ledger(intent.ledger)
    heads = {"segment": segment, **intent.heads}
    if intent.alike is not None:
        heads |= {"anyway": intent.alike.anyway, "extra": intent.alike.extra}
    model = TwoStageModel(
        encoder,
        settings,
        nn.ModuleDict(heads),
        amount.paid,
        amount.spent,
        class_weights=segments.balance.mean(0),
        largest_amount=amount.largest,
    )
    report = TrainingReport(
        customers=len(everybody),
        segments={name: int(np.sum(examples.given_label == name)) for name in SEGMENTS},
        trained_on=int(stage_2.sum()),
        epochs=sum(len(curve.train_loss) for curve in trainer.curves),
        curves=tuple(trainer.curves),
        correction=intent.report,
        seconds=time.monotonic() - started,
        value_of=examples.value_of,
        trained_on_device=trainer.workplace.name,
        device_note=trainer.workplace.note,
    )
    return model, report


def _remains(settings: TrainingSettings, p_inactive: np.ndarray) -> np.ndarray:
    """What the prompted score is multiplied by: (n,) in [0, 1], by the rule of ranking that was chosen."""
    if settings.ranking == "paper":
        # The paper removes likely inactive customers and ranks the rest by stage 2 alone.
        return (p_inactive <= settings.inactive_threshold).astype(np.float64)
    # At base rates, not as the class-weighted network says it: the score can then be checked from the columns
    # beside it, and stays comparable when the next month's share of inactive customers, and with it the
    # weights, differs.
    return 1 - p_inactive


def _reached(examples: Examples, settings: TrainingSettings) -> np.ndarray:
    """Customers whom a campaign could have reached, bool (n,)."""
    # An unengaged customer whom no campaign reached had no chance to engage. Where no exposure is recorded at
    # all, nobody would be left, so everybody counts as reached.
    if settings.exposed_only and examples.exposed.any():
        return examples.exposed
    return np.ones(len(examples.exposed), dtype=bool)

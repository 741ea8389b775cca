"""What training says about itself: small, immutable, JSON both ways."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["guarded", "none", "printed"]
ShareSource = Literal["evidence", "setting", "mild cap", "none"]
JudgedBy = Literal["known organic", "given labels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEpoch:
    """One full pass over the given engaged of the training fold, before epoch `epoch` (from 0).

    flipped_share: share of them counted as unengaged in it; mean_p: their mean p_prompted.
    """

    epoch: int
    flipped_share: float
    mean_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReport:
    """What the label correction of stage 2 did, and whether the model in use has it.

    applied: p_prompted comes from corrected labels. fallback_reason: why it does not, where correction was
    tried. organic_share: the expected share that bounded the flips, None where nobody told one;
    share_source: who did. flipped_share: of the given engaged at the end. auc_corrected, auc_uncorrected:
    how well the two tell held-out customers apart (see `judged_by`); None where correction was not tried.
    """

    method: Method
    applied: bool
    fallback_reason: str | None
    tau: float
    organic_share: float | None
    share_source: ShareSource
    flipped_share: float
    by_epoch: tuple[CorrectionEpoch, ...]
    judged_by: JudgedBy | None
    auc_corrected: float | None
    auc_uncorrected: float | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCurve:
    """Losses of one head by epoch, and after how many epochs its weights were taken."""

    head: str
    train_loss: tuple[float, ...]
    valid_loss: tuple[float, ...]
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """What a model was trained on and how it went.

    customers: rows learned from (a customer counts once per cutoff), the validation fold included.
    segments: rows per given label. trained_on: rows of stage 2. epochs: of all heads together.
    """

    customers: int
    segments: dict[str, int]
    trained_on: int
    epochs: int
    curves: tuple[HeadCurve, ...]
    correction: CorrectionReport
    seconds: float

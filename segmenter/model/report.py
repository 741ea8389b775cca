"""What training says about itself: small, immutable, JSON both ways."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["guarded", "none", "printed"]
ShareSource = Literal["evidence", "setting", "alike customers", "mild cap", "none"]
JudgedBy = Literal["alike customers", "known organic", "given labels"]
ValueOf = Literal["amount", "margin"]
CheckName = Literal["intent", "extra buyers", "extra sales"]
DeviceName = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEpoch:
    """One full pass over the given engaged of the training fold, before epoch `epoch` (from 0).

    flipped_share: share of them counted as unengaged in it; mean_p: their mean p_prompted with classes
    balanced. Both are means over the members.
    """

    epoch: int
    flipped_share: float
    mean_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The corrected and the uncorrected score on customers that the judged members had not learned from.

    name: 'intent' is the AUC of engaged customers against those who bought without looking, weighted to be
    alike; 'extra buyers' and 'extra sales' are the areas under the gain curves of what looking added, as a
    share of the total (0 is a random order). standard_error: of the difference. passed: shown to be better
    (intent), or shown not to lose more than a twentieth (the others).
    """

    name: CheckName
    corrected: float
    uncorrected: float
    standard_error: float
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthTried:
    """The correction at a part of its strength, on customers that the judged members had not learned from.

    strength: in (0, 1], how far the head lies from the uncorrected to the corrected one. passed: customers
    kept back do not speak against it.
    """

    strength: float
    checks: tuple[Check, ...]
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTried:
    """The correction at full strength with another organic share, trained as nobody would use it.

    share: of the engaged, told to the training; flipped_share: what was doubted in the end. overlap: Jaccard
    of the best fifth of the customers with that of the share in use. checks: as in CorrectionReport.
    """

    name: Literal["low", "estimate", "high"]
    share: float
    flipped_share: float
    overlap: float
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StableShare:
    """How much of a list does not hang on the organic share: of the best `depth` of the customers, the share
    that is among the best with each of the shares tried.
    """

    depth: float
    shared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedOutcome:
    """What the loss as the paper prints it would have done to the same customers.

    flipped_share: of the given engaged, counted as organic in the end; mean_p, mean_p_before: their mean
    p_prompted then and before the first flip, with classes balanced. collapsed: why that must be called a
    collapse, as the end of a sentence; None where it did not happen.
    """

    epochs: int
    flipped_share: float
    mean_p_before: float
    mean_p: float
    collapsed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReport:
    """What the label correction of stage 2 did, and whether the model in use has it.

    applied: p_prompted comes from corrected labels. fallback_reason: why it does not, where correction was
    tried. organic_share: the share of the engaged expected to be organic, None where nobody told one;
    share_source: who did. estimated_share: the same as alike customers who did not look tell it, with its
    95% interval; None where they cannot. flipped_share: of the given engaged at the end (where they count in
    part, the mean part). auc_corrected, auc_uncorrected: how well the two tell held-out customers apart (see
    `judged_by`); None where correction was not tried. checks: all that was compared with alike customers,
    at the strength in use (where none is, at the first that was tried).

    strength: how far the head in use lies from the uncorrected (0) to the corrected one (1); strengths: all
    that were looked at. shares, stable: how the list hangs on the organic share. printed: what the printed
    loss would have done. All of these are empty in reports from before they were kept.
    """

    method: Method
    applied: bool
    fallback_reason: str | None
    tau: float
    organic_share: float | None
    share_source: ShareSource
    estimated_share: float | None
    estimated_interval: tuple[float, float] | None
    flipped_share: float
    by_epoch: tuple[CorrectionEpoch, ...]
    judged_by: JudgedBy | None
    auc_corrected: float | None
    auc_uncorrected: float | None
    checks: tuple[Check, ...]
    sentence: str
    strength: float = 0.0
    strengths: tuple[StrengthTried, ...] = ()
    shares: tuple[ShareTried, ...] = ()
    stable: tuple[StableShare, ...] = ()
    printed: PrintedOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCurve:
    """Losses of one head by epoch, means over its members, and after how many epochs the members' weights
    were taken, on average. train_loss: of the weights as they stood; valid_loss: of their running mean.
    """

    head: str
    train_loss: tuple[float, ...]
    valid_loss: tuple[float, ...]
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """What a model was trained on and how it went.

    customers: rows learned from (a customer counts once per cutoff), the validation fold included.
    segments: rows per given label. trained_on: rows of stage 2. epochs: of all heads together. value_of: what
    an expected value counts, what customers pay or the margin that is left of it. trained_on_device: where
    the last head was trained; device_note: why a graphics card was left before, in words.
    """

    customers: int
    segments: dict[str, int]
    trained_on: int
    epochs: int
    curves: tuple[HeadCurve, ...]
    correction: CorrectionReport
    seconds: float
    value_of: ValueOf = "amount"
    trained_on_device: DeviceName = "cpu"
    device_note: str = ""

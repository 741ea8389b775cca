"""Stage 2: engaged against unengaged customers -> how much a customer looks like one whom a campaign prompts.

Two heads are trained: one believes every given label, one corrects them. The corrected one is used only
where it has not collapsed and held-out customers do not speak against it; the report says in words what
happened.
"""

from dataclasses import dataclass

import numpy as np
import torch

from segmenter.model.correction import GuardedIntentObjective, PrintedIntentObjective, collapse
from segmenter.model.judging import PairedAuc, paired_auc
from segmenter.model.network import Head
from segmenter.model.objectives import GivenIntentObjective
from segmenter.model.report import CorrectionReport, JudgedBy, ShareSource
from segmenter.model.training import Trainer
from segmenter.settings import Correction

# With fewer held-out customers of a kind, an AUC says nothing either way.
FEWEST_TO_JUDGE = 30

NOTHING_TELLS = "nothing in the data tells who was prompted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The head in use, the head that believes the given labels (the same one where nothing was corrected)."""

    head: Head
    uncorrected: Head
    report: CorrectionReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedShare:
    """The share of the engaged expected to be organic, who told it, and the most that may be flipped for
    it.
    """

    share: float | None
    source: ShareSource
    most_flipped: float


def expected_share(correction: Correction, evidence: float | None) -> ExpectedShare:
    """What bounds the flips: the user's own number, else the evidence's, else a mild cap that nobody
    vouches for.
    """
    # The user's number first: whoever sets it has seen the evidence (the app shows it) and decided otherwise.
    if correction.organic_share is not None:
        share = correction.organic_share
        return ExpectedShare(share=share, source="setting", most_flipped=share)
    if evidence is not None:
        return ExpectedShare(share=evidence, source="evidence", most_flipped=evidence)
    return ExpectedShare(share=None, source="mild cap", most_flipped=correction.mild_cap)


def fit_intent(
    trainer: Trainer,
    chosen: np.ndarray,
    engaged: np.ndarray,
    known_organic: np.ndarray,
    customer_id: np.ndarray,
    *,
    correction: Correction,
    organic_share: float | None,
) -> Intent:
    """Train stage 2 both ways and decide which is used.

    chosen: (N,) bool, the rows of stage 2; engaged: (N,) bool given labels; known_organic: (N,) bool;
    customer_id: (N,), who may have a row per cutoff; organic_share: expected share of organic customers among
    the engaged by evidence, or None.
    """
    given, train = torch.from_numpy(engaged), trainer.learn_from(chosen)
    uncorrected = trainer.fit("uncorrected", 1, GivenIntentObjective(given, train), chosen)
    if correction.method == "none":
        return Intent(head=uncorrected, uncorrected=uncorrected, report=_not_tried(correction))
    expected = expected_share(correction, organic_share)
    objective: GuardedIntentObjective | PrintedIntentObjective
    if correction.method == "printed":
        objective = PrintedIntentObjective(given, train, tau=correction.tau)
        corrected = trainer.fit("corrected", 1, objective, chosen)
    else:
        objective = GuardedIntentObjective(
            given, train, correction=correction, most_flipped=expected.most_flipped
        )
        corrected = trainer.fit("corrected", 1, objective, chosen, warm=uncorrected)

    held_out = trainer.stop_by(chosen).numpy()
    scores = [
        trainer.rows.outputs(head, torch.from_numpy(held_out))[:, 0].numpy()
        for head in (corrected, uncorrected)
    ]
    kept_back = engaged[held_out], known_organic[held_out], customer_id[held_out]
    basis, judgement = _judge(*kept_back, *scores)
    objection = collapse(objective.by_epoch, correction.min_positive_share)
    if objection is None:
        missing = _missing(*kept_back) if known_organic.any() else NOTHING_TELLS
        objection = _objection(basis, judgement, missing)
    # For comparison a correction is used as it comes (the printed loss always): reported, not hidden.
    compared = correction.method == "printed" or not correction.fall_back
    applied = objection is None or compared
    flipped = objective.by_epoch[-1].flipped_share
    report = CorrectionReport(
        method=correction.method,
        applied=applied,
        fallback_reason=None if applied else objection,
        tau=correction.tau,
        organic_share=expected.share,
        share_source=expected.source,
        flipped_share=flipped,
        by_epoch=tuple(objective.by_epoch),
        judged_by=basis,
        auc_corrected=judgement.first if judgement else None,
        auc_uncorrected=judgement.second if judgement else None,
        sentence=_sentence(correction, expected, flipped, objection),
    )
    return Intent(head=corrected if applied else uncorrected, uncorrected=uncorrected, report=report)


def _judge(
    engaged: np.ndarray,
    known_organic: np.ndarray,
    customer_id: np.ndarray,
    corrected: np.ndarray,
    uncorrected: np.ndarray,
) -> tuple[JudgedBy | None, PairedAuc | None]:
    """Compare the two heads on held-out customers by the best evidence there is; all arrays (n,)."""

    def are_enough(*kinds: np.ndarray) -> bool:
        return min(_customers(customer_id[kind]) for kind in kinds) >= FEWEST_TO_JUDGE

    organic, others = engaged & known_organic, engaged & ~known_organic
    if are_enough(organic, others):
        rows = others[engaged], corrected[engaged], uncorrected[engaged], customer_id[engaged]
        return "known organic", paired_auc(*rows)
    if are_enough(engaged, ~engaged):
        return "given labels", paired_auc(engaged, corrected, uncorrected, customer_id)
    return None, None


def _missing(engaged: np.ndarray, known_organic: np.ndarray, customer_id: np.ndarray) -> str:
    """Why held-out customers of known intent cannot judge, as the start of a clause; all arrays (n,)."""
    organic, others = (_customers(customer_id[engaged & known]) for known in (known_organic, ~known_organic))
    needed = f"{FEWEST_TO_JUDGE} are needed to judge"
    if organic < FEWEST_TO_JUDGE:
        return f"only {organic} customers kept back are known to be organic; {needed}"
    return f"only {others} engaged customers kept back are not known to be organic; {needed}"


def _customers(customer_id: np.ndarray) -> int:
    return len(np.unique(customer_id.astype(str)))


def _objection(basis: JudgedBy | None, judgement: PairedAuc | None, missing: str) -> str | None:
    """What held-out customers say against the correction, as the end of a sentence; None where nothing.

    missing: why customers of known intent could not judge, where they did not.
    """
    if judgement is None:
        return "too few customers were kept back to see whether it helps"
    figures = f"(AUC {judgement.first:.3f} with it, {judgement.second:.3f} without)"
    if basis == "known organic":
        # These customers' intent is known, so correction has to earn its place: better, and beyond noise.
        if judgement.is_first_better():
            return None
        return (
            "on customers kept back, it does not tell the engaged from those known to be organic any better "
            f"{figures}"
        )
    # Given labels are what is doubted: how well a head repeats them cannot speak for correcting them.
    return f"{missing}, so nothing shows that it would help {figures}"


def _not_tried(correction: Correction) -> CorrectionReport:
    return CorrectionReport(
        method=correction.method,
        applied=False,
        fallback_reason=None,
        tau=correction.tau,
        organic_share=None,
        share_source="none",
        flipped_share=0.0,
        by_epoch=(),
        judged_by=None,
        auc_corrected=None,
        auc_uncorrected=None,
        sentence="Labels were not corrected: every engaged customer counts as prompted.",
    )


def _sentence(
    correction: Correction,
    expected: ExpectedShare,
    flipped: float,
    objection: str | None,
) -> str:
    """What happened, for the person who reads the model's card."""
    verdict = f" For comparison only: {objection}." if objection else ""
    if correction.method == "printed":
        share = f"{flipped:.0%} of the engaged count as organic"
        return f"Labels were corrected as the paper prints it: {share}.{verdict}"
    if objection is not None and correction.fall_back:
        counted = "Every engaged customer counts as prompted."
        return f"Label correction was tried and not used: {objection}. {counted}"
    bound = {
        "setting": f"at most the {expected.share or 0:.0%} you expect",
        "evidence": f"at most the {expected.share or 0:.0%} that the evidence tells",
        "mild cap": f"at most {expected.most_flipped:.0%}, since nothing tells how many to expect",
    }[expected.source]
    proof = verdict or " Customers kept back whose intent is known bear this out."
    return f"{flipped:.0%} of the engaged customers count as organic, {bound}.{proof}"

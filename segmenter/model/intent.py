"""Stage 2: engaged against unengaged customers -> the chance that a buyer was prompted by the campaign.

Two heads are trained: one believes every given label, one corrects them. The corrected one is used only
where it has not collapsed and held-out customers speak for it; the report says in words what happened.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from segmenter.labels.intent import KnownIntent
from segmenter.model.alike import Alike, Excess, can_compare, excess, fit_alike, scaled_to
from segmenter.model.correction import GuardedIntentObjective, PrintedIntentObjective, collapse
from segmenter.model.examples import Stage2
from segmenter.model.ledger import ledger
from segmenter.model.network import Head
from segmenter.model.objectives import GivenIntentObjective
from segmenter.model.report import CorrectionReport
from segmenter.model.training import Trainer, places_of
from segmenter.model.verdict import (
    NOTHING_TELLS,
    Estimate,
    ExpectedShare,
    Verdict,
    compare_with_alike,
    compare_with_known,
    estimate_share,
    nobody,
    sentence,
)
from segmenter.settings import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The head in use, the head that believes the given labels (the same one where nothing was corrected),
    and, where the comparison with alike customers was possible, what it has learned. ledger: what the
    correction believed of each engaged customer, empty where none was tried.
    """

    head: Head
    uncorrected: Head
    alike: Alike | None
    ledger: pd.DataFrame
    report: CorrectionReport


def expected_share(correction: Correction, known: KnownIntent, estimate: Estimate | None) -> ExpectedShare:
    """Who tells the organic share: the user, a measurement, alike customers, other evidence; else a mild cap
    that nobody vouches for.
    """
    # The user's number first: whoever sets it has seen the evidence (the app shows it) and decided otherwise.
    if correction.organic_share is not None:
        return ExpectedShare(share=correction.organic_share, source="setting")
    if known.organic_share is not None and (known.is_measured or estimate is None):
        return ExpectedShare(share=known.organic_share, source="evidence")
    if estimate is not None:
        return ExpectedShare(share=estimate.share, source="alike customers")
    return ExpectedShare(share=None, source="mild cap")


def fit_intent(trainer: Trainer, stage: Stage2, *, correction: Correction, known: KnownIntent) -> Intent:
    """Train stage 2 both ways and decide which is used."""
    examples = stage.examples
    given = torch.from_numpy(examples.given_label == "engaged")
    learned = trainer.learned(torch.arange(len(given))) & torch.from_numpy(stage.chosen)[:, None]
    believing = GivenIntentObjective(given, learned, trainer.class_weights)
    uncorrected = trainer.fit("uncorrected", 1, believing, stage.chosen)
    alike, found = _compare(trainer, stage)
    estimate = estimate_share(found, stage) if found else None
    report = _not_tried(correction, estimate)
    if correction.method == "none":
        _to_base_rates(uncorrected, believing.weights)
        return Intent(
            head=uncorrected, uncorrected=uncorrected, alike=alike, ledger=pd.DataFrame(), report=report
        )

    expected = expected_share(correction, known, estimate)
    objective: GuardedIntentObjective | PrintedIntentObjective
    if correction.method == "printed":
        objective = PrintedIntentObjective(given, learned, tau=correction.tau, weighing=trainer.class_weights)
        corrected = trainer.fit("corrected", 1, objective, stage.chosen)
    else:
        objective = GuardedIntentObjective(
            given,
            learned,
            correction=correction,
            most_flipped=correction.mild_cap if expected.share is None else expected.share,
            organic=_organic(alike, stage, expected) if alike else None,
            weighing=trainer.class_weights,
        )
        corrected = trainer.fit("corrected", 1, objective, stage.chosen, warm=uncorrected)
    _to_base_rates(uncorrected, believing.weights)
    _to_base_rates(corrected, objective.weights)

    verdict = _judge(trainer, stage, found, estimate, corrected, uncorrected)
    # Where nobody seems prompted, a collapse is what the data say, and it is said in better words.
    objection = nobody(known, estimate) or collapse(objective.by_epoch, correction.min_positive_share)
    objection = objection or verdict.objection
    # For comparison a correction is used as it comes (the printed loss always): reported, not hidden.
    compared = correction.method == "printed" or not correction.fall_back
    applied = objection is None or compared
    flipped = objective.by_epoch[-1].flipped_share
    report = replace(
        report,
        applied=applied,
        fallback_reason=None if applied else objection,
        organic_share=expected.share,
        share_source=expected.source,
        flipped_share=flipped,
        by_epoch=tuple(objective.by_epoch),
        judged_by=verdict.basis,
        auc_corrected=verdict.auc.first if verdict.auc else None,
        auc_uncorrected=verdict.auc.second if verdict.auc else None,
        checks=verdict.checks,
        sentence=sentence(correction, expected, flipped, objection),
    )
    head = corrected if applied else uncorrected
    rows = ledger(
        examples,
        objective.places,
        objective.doubt,
        objective.since,
        by_alike=alike is not None and correction.method == "guarded",
    )
    return Intent(head=head, uncorrected=uncorrected, alike=alike, ledger=rows, report=report)


def _compare(trainer: Trainer, stage: Stage2) -> tuple[Alike | None, Excess | None]:
    """The comparison with alike customers, where the data allow it."""
    examples, bought = stage.examples, stage.examples.purchases > 0
    seen = stage.reached, examples.looked, bought
    if not can_compare(*seen, examples.fold, trainer.members):
        return None, None
    alike = fit_alike(trainer, *seen)
    return alike, excess(trainer, alike, *seen, stage.paid, stage.amount)


def _organic(alike: Alike, stage: Stage2, expected: ExpectedShare) -> Tensor:
    """How far each row, if engaged, counts as organic: (N, members)."""
    organic, engaged = alike.organic.clone(), torch.from_numpy(stage.examples.given_label == "engaged")
    if stage.examples.known_organic is not None:
        organic[torch.tensor(stage.examples.known_organic)] = 1.0
    # Whoever engaged without having looked (redeemed at the till) was not prompted by what they did not see.
    organic[torch.tensor(~stage.examples.looked)] = 1.0
    if expected.source in ("setting", "evidence") and expected.share is not None:
        places = places_of(stage.chosen) if not engaged.any() else torch.nonzero(engaged)[:, 0]
        organic[places] = scaled_to(organic[places], expected.share)
    return organic


def _judge(
    trainer: Trainer,
    stage: Stage2,
    found: Excess | None,
    estimate: Estimate | None,
    corrected: Head,
    uncorrected: Head,
) -> Verdict:
    """What customers say whom the judged members have not learned from."""
    if found is not None and estimate is not None:
        scores = [
            torch.sigmoid(trainer.unseen(head, found.places)[:, 0].double()).numpy()
            for head in (corrected, uncorrected)
        ]
        return compare_with_alike(stage, found, estimate, *scores)
    examples = stage.examples
    places = places_of(stage.chosen)
    rows = places.numpy()
    scores = [trainer.unseen(head, places)[:, 0].double().numpy() for head in (corrected, uncorrected)]
    known = examples.known_organic
    return compare_with_known(
        examples.given_label[rows] == "engaged",
        np.zeros(len(rows), dtype=bool) if known is None else known[rows],
        examples.customer_id[rows],
        *scores,
        nothing=NOTHING_TELLS if known is None or not known.any() else None,
    )


def _to_base_rates(head: Head, weights: Tensor) -> None:
    """Take the class weights out of what a head says, so that it gives chances.  weights: (members, 2)."""
    # Trained with weights w, a head says p(c | x) * w_c up to a factor.
    head.bias.data[:, 0] -= torch.log(weights[:, 1].clamp(min=1e-6)) - torch.log(
        weights[:, 0].clamp(min=1e-6)
    )


def _not_tried(correction: Correction, estimate: Estimate | None) -> CorrectionReport:
    return CorrectionReport(
        method=correction.method,
        applied=False,
        fallback_reason=None,
        tau=correction.tau,
        organic_share=None,
        share_source="none",
        estimated_share=estimate.share if estimate else None,
        estimated_interval=estimate.interval if estimate else None,
        flipped_share=0.0,
        by_epoch=(),
        judged_by=None,
        auc_corrected=None,
        auc_uncorrected=None,
        checks=(),
        sentence="Labels were not corrected: every engaged customer counts as prompted.",
    )

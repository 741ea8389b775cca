"""Stage 2: engaged against unengaged customers -> the chance that a buyer was prompted by the campaign.

Two heads are trained: one believes every given label, one corrects them. The corrected one is used only
where it has not collapsed, and only as far as held-out customers speak for it (strength.py); the report says
in words what happened.
"""

from collections.abc import Callable
from copy import deepcopy
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
from segmenter.model.objectives import GivenIntentObjective, to_base_rates
from segmenter.model.report import CorrectionReport
from segmenter.model.strength import FULL, Mixture, strongest_borne
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
from segmenter.model.what_if import Tried, bounds_of, try_printed, try_shares
from segmenter.settings import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What stage 2 has learned.

    heads: 'intent' the one in use; 'uncorrected', which believes the given labels (the same one where nothing
    was corrected); 'printed' as the paper prints it, where it was tried for comparison. alike: what the
    comparison with alike customers has learned, where it was possible. ledger: what the correction believed
    of each engaged customer, empty where none was tried.
    """

    heads: dict[str, Head]
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
    """Train stage 2 both ways and decide which is used, and how far."""
    examples = stage.examples
    given = torch.from_numpy(examples.given_label == "engaged")
    learned = trainer.learned(torch.arange(len(given))) & torch.from_numpy(stage.chosen)[:, None]
    believing = GivenIntentObjective(given, learned, trainer.class_weights)
    uncorrected = trainer.fit("uncorrected", 1, believing, stage.chosen)
    alike, found = _compare(trainer, stage)
    estimate = estimate_share(found, stage) if found else None
    report = _not_tried(correction, estimate)
    if correction.method == "none":
        to_base_rates(uncorrected, believing.weights)
        heads = {"intent": uncorrected, "uncorrected": uncorrected}
        return Intent(heads=heads, alike=alike, ledger=pd.DataFrame(), report=report)

    expected = expected_share(correction, known, estimate)

    def guarded(told: ExpectedShare) -> GuardedIntentObjective:
        return GuardedIntentObjective(
            given,
            learned,
            correction=correction,
            most_flipped=correction.mild_cap if told.share is None else told.share,
            organic=_organic(alike, stage, told) if alike else None,
            weighing=trainer.class_weights,
        )

    objective: GuardedIntentObjective | PrintedIntentObjective
    if correction.method == "printed":
        objective = PrintedIntentObjective(given, learned, tau=correction.tau, weighing=trainer.class_weights)
        corrected = trainer.fit("corrected", 1, objective, stage.chosen)
    else:
        objective = guarded(expected)
        corrected = trainer.fit("corrected", 1, objective, stage.chosen, warm=uncorrected)
    start = deepcopy(uncorrected)  # with the class weights in it, as the correction found it
    to_base_rates(uncorrected, believing.weights)
    to_base_rates(corrected, objective.weights)

    places, judge = _judge(trainer, stage, found, estimate, uncorrected)
    mixture = Mixture(trainer, uncorrected, corrected)
    borne = strongest_borne(mixture.strengths, lambda strength: judge(mixture.logits(strength, places)))
    # Where nobody seems prompted, a collapse is what the data say, and it is said in better words.
    objection = nobody(known, estimate) or collapse(objective.by_epoch, correction.min_positive_share)
    objection = objection or (None if borne.strength else borne.verdict.objection)
    # For comparison a correction is used as it comes (the printed loss always): reported, not hidden.
    compared = correction.method == "printed" or not correction.fall_back
    verdict = judge(mixture.logits(FULL, places)) if compared else borne.verdict
    strength = FULL if compared else 0.0 if objection else borne.strength
    if compared:
        objection = objection or verdict.objection
    flipped = objective.by_epoch[-1].flipped_share
    report = replace(
        report,
        applied=strength > 0,
        fallback_reason=None if strength else objection,
        organic_share=expected.share,
        share_source=expected.source,
        flipped_share=flipped,
        by_epoch=tuple(objective.by_epoch),
        judged_by=verdict.basis,
        auc_corrected=verdict.auc.first if verdict.auc else None,
        auc_uncorrected=verdict.auc.second if verdict.auc else None,
        checks=verdict.checks,
        sentence=sentence(correction, expected, flipped, objection, strength, estimate, borne.beyond),
        strength=strength,
        strengths=borne.tried,
    )
    heads = {"intent": mixture.head(strength), "uncorrected": uncorrected}
    if correction.method == "guarded" and correction.compare:
        printed, outcome = try_printed(trainer, stage, given, learned, correction)
        heads["printed"] = printed
        shares, stable = try_shares(
            trainer,
            stage,
            bounds_of(expected, known, estimate, correction.mild_cap),
            Tried(head=corrected, flipped_share=flipped),
            guarded,
            start,
            lambda head: judge(trainer.unseen(head, places)[:, 0].double().numpy()).checks,
        )
        report = replace(report, printed=outcome, shares=shares, stable=stable)
    rows = ledger(
        examples,
        objective.places,
        objective.doubt,
        objective.since,
        by_alike=alike is not None and correction.method == "guarded",
    )
    return Intent(heads=heads, alike=alike, ledger=rows, report=report)


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
    looked = torch.tensor(stage.examples.looked)
    organic[~looked] = 1.0
    if expected.share is not None:
        # Alike customers tell the share of those who looked; anybody else's is of all engaged customers.
        told = engaged & looked if expected.source == "alike customers" else engaged
        places = torch.nonzero(told)[:, 0]
        organic[places] = scaled_to(organic[places], expected.share)
    return organic


def _judge(
    trainer: Trainer, stage: Stage2, found: Excess | None, estimate: Estimate | None, uncorrected: Head
) -> tuple[Tensor, Callable[[np.ndarray], Verdict]]:
    """The customers kept back from the members that are judged, and how: logits (n,) of them -> what they
    say of a head with these logits, beside the uncorrected one.
    """
    examples = stage.examples
    if found is not None and estimate is not None:
        given = torch.sigmoid(trainer.unseen(uncorrected, found.places)[:, 0].double()).numpy()
        return found.places, lambda logits: compare_with_alike(
            stage, found, estimate, torch.sigmoid(torch.from_numpy(logits)).numpy(), given
        )
    places = places_of(stage.chosen)
    rows = places.numpy()
    known = examples.known_organic
    believed = trainer.unseen(uncorrected, places)[:, 0].double().numpy()
    return places, lambda logits: compare_with_known(
        examples.given_label[rows] == "engaged",
        np.zeros(len(rows), dtype=bool) if known is None else known[rows],
        examples.customer_id[rows],
        logits,
        believed,
        nothing=NOTHING_TELLS if known is None or not known.any() else None,
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

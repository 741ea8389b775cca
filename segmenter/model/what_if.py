"""Stage 2 once more, as nobody would use it -> how the list hangs on the organic share, and what the loss as
printed would have done.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from segmenter.labels.intent import KnownIntent
from segmenter.model.correction import GuardedIntentObjective, PrintedIntentObjective, collapse
from segmenter.model.examples import Stage2
from segmenter.model.network import Head
from segmenter.model.objectives import to_base_rates
from segmenter.model.report import Check, PrintedOutcome, ShareTried, StableShare
from segmenter.model.training import Trainer, places_of
from segmenter.model.verdict import Estimate, ExpectedShare
from segmenter.settings import Correction

OVERLAP_DEPTH = 0.2
STABLE_DEPTHS = (0.1, 0.2, 0.4)
BY_HAND = 0.1  # to either side of a share that a person has set
PRINTED_EPOCHS = 30  # the collapse needs a handful


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A head trained with another share, and what was doubted in the end."""

    head: Head
    flipped_share: float


def bounds_of(
    expected: ExpectedShare, known: KnownIntent, estimate: Estimate | None, cap: float
) -> dict[str, ExpectedShare]:
    """The shares to try, by name: low, estimate, high, each in [0, 1]; the estimate is the one in use.

    cap: the mild cap that stands in for an estimate where nobody tells one.
    """
    share = cap if expected.share is None else expected.share
    interval = None
    if expected.source == "evidence":
        interval = known.interval
    elif expected.source == "alike customers" and estimate is not None:
        interval = estimate.interval
    low, high = interval or (share - BY_HAND, share + BY_HAND)
    shares = {"low": max(0.0, min(low, share)), "estimate": share, "high": min(1.0, max(high, share))}
    return {name: replace(expected, share=share) for name, share in shares.items()}


def try_shares(
    trainer: Trainer,
    stage: Stage2,
    shares: dict[str, ExpectedShare],
    in_use: Tried,
    objective: Callable[[ExpectedShare], GuardedIntentObjective],
    start: Head,
    checks: Callable[[Head], tuple[Check, ...]],
) -> tuple[tuple[ShareTried, ...], tuple[StableShare, ...]]:
    """Train with the low and the high share; in_use: the head at the estimate.

    objective: a share -> what a head is trained for; checks: head -> what customers kept back say of it.
    start: the head that the one in use was trained from. From there and by the same lots, only the share
    differs: to train the one in use further would change a list for no other share at all.
    """
    tried = {"estimate": in_use}
    for name in ("low", "high"):
        aim = objective(shares[name])
        head = trainer.fit(name, 1, aim, stage.chosen, warm=start)
        to_base_rates(head, aim.weights)
        tried[name] = Tried(head=head, flipped_share=aim.by_epoch[-1].flipped_share)
    rows = _latest(stage)
    scores = {
        name: torch.sigmoid(trainer.unseen(each.head, rows)[:, 0].double()).numpy()
        * stage.p_active[rows.numpy()]
        for name, each in tried.items()
    }
    found = tuple(
        ShareTried(
            name=name,
            share=float(shares[name].share or 0.0),
            flipped_share=tried[name].flipped_share,
            overlap=_jaccard(scores[name], scores["estimate"], OVERLAP_DEPTH),
            checks=checks(tried[name].head),
        )
        for name in ("low", "estimate", "high")
    )
    stable = tuple(
        StableShare(depth=depth, shared=_shared([*scores.values()], depth)) for depth in STABLE_DEPTHS
    )
    return found, stable


def try_printed(
    trainer: Trainer, stage: Stage2, given: Tensor, learned: Tensor, correction: Correction
) -> tuple[Head, PrintedOutcome]:
    """Train as the paper prints it: the head, and how it went."""
    aim = PrintedIntentObjective(given, learned, tau=correction.tau)
    head = trainer.fit("printed", 1, aim, stage.chosen, most_epochs=PRINTED_EPOCHS)
    to_base_rates(head, aim.weights)
    first, last = aim.by_epoch[0], aim.by_epoch[-1]
    before = next((each for each in reversed(aim.by_epoch) if each.flipped_share == 0), first)
    outcome = PrintedOutcome(
        epochs=len(aim.by_epoch),
        flipped_share=last.flipped_share,
        mean_p_before=before.mean_p,
        mean_p=last.mean_p,
        collapsed=collapse(aim.by_epoch, correction.min_positive_share),
    )
    return head, outcome


def _latest(stage: Stage2) -> Tensor:
    """Everybody within reach at the last cutoff: each customer once."""
    cutoff = stage.examples.cutoff.astype(str)
    return places_of(stage.reached & (cutoff == max(cutoff.tolist())))


def _top(score: np.ndarray, depth: float) -> set[int]:
    return set(np.argsort(-score, kind="stable")[: max(1, round(depth * len(score)))].tolist())


def _jaccard(one: np.ndarray, other: np.ndarray, depth: float) -> float:
    first, second = _top(one, depth), _top(other, depth)
    return len(first & second) / len(first | second)


def _shared(scores: list[np.ndarray], depth: float) -> float:
    """Of the best `depth`, the share that is among the best by every score."""
    tops = [_top(score, depth) for score in scores]
    return len(set.intersection(*tops)) / len(tops[0])

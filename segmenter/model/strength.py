"""An uncorrected and a corrected head -> the head in use: as far towards the corrected one as customers kept
back bear.

A full correction can cost sales where half of it costs nothing and still tells the engaged better. So the
strengths are tried from the weakest on, and the first that customers kept back object to ends the search:
tested in a fixed order, the chance to accept any strength wrongly is that of a single test.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from segmenter.model.network import Head
from segmenter.model.report import StrengthTried
from segmenter.model.training import Trainer
from segmenter.model.verdict import Verdict

STRENGTHS = tuple(step / 10 for step in range(1, 11))
FULL = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The strength in use (0: none passed), the verdict that speaks for it or against the first, and what
    was found at every strength.
    """

    strength: float
    verdict: Verdict
    tried: tuple[StrengthTried, ...]


class Mixture:
    """Heads between the uncorrected and the corrected one: their logits, mixed."""

    def __init__(self, trainer: Trainer, uncorrected: Head, corrected: Head) -> None:
        self._trainer, self._uncorrected, self._corrected = trainer, uncorrected, corrected

    @property
    def strengths(self) -> tuple[float, ...]:
        """What can be tried: with hidden units only the whole correction, since weights do not mix there."""
        return (FULL,) if self._uncorrected.n_hidden else STRENGTHS

    def logits(self, strength: float, places: Tensor) -> np.ndarray:
        """Of rows, by the member that has not learned from them.  places: (n,)  ->  (n,) float64."""
        before, after = (
            self._trainer.unseen(head, places)[:, 0].double().numpy()
            for head in (self._uncorrected, self._corrected)
        )
        mixed: np.ndarray = strength * after + (1 - strength) * before
        return mixed

    def head(self, strength: float) -> Head:
        """The head of that strength; 0 and 1 are the given ones."""
        if strength in (0.0, FULL):
            return self._corrected if strength else self._uncorrected
        width, members = self._uncorrected.weight.shape[-1], self._trainer.members
        head = Head(width, 1, 0, members, torch.Generator()).requires_grad_(False)
        for mixed, before, after in zip(
            head.parameters(), self._uncorrected.parameters(), self._corrected.parameters(), strict=True
        ):
            mixed.copy_(strength * after + (1 - strength) * before)
        return head


def strongest_borne(strengths: tuple[float, ...], judge: Callable[[float], Verdict]) -> Chosen:
    """Judge every strength, the weakest first, and use the last one before the first objection."""
    verdicts = {strength: judge(strength) for strength in strengths}
    tried = tuple(
        StrengthTried(strength=strength, checks=verdict.checks, passed=verdict.objection is None)
        for strength, verdict in verdicts.items()
    )
    borne = 0.0
    for each in tried:
        if not each.passed:
            break
        borne = each.strength
    return Chosen(strength=borne, verdict=verdicts[borne or strengths[0]], tried=tried)

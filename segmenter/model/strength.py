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
from scipy.optimize import brentq

from segmenter.model.network import Head
from segmenter.model.report import StrengthTried
from segmenter.model.training import Trainer, places_of
from segmenter.model.verdict import Verdict

STRENGTHS = tuple(step / 10 for step in range(1, 11))
FULL = 1.0

# Far beyond what levels of trained heads differ by.
FARTHEST_SHIFT = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The strength in use (0: none passed), the verdict that speaks for it or against the first, and what
    was found at every strength.
    """

    strength: float
    verdict: Verdict
    tried: tuple[StrengthTried, ...]


class Mixture:
    """Heads between the uncorrected and the corrected one.

    Logits are mixed, and moved so that the mean p_prompted of the buyers stays the corrected one: how strong
    the correction is decides the order, not what share of the engaged is believed to be organic.
    """

    def __init__(self, trainer: Trainer, uncorrected: Head, corrected: Head, buyers: np.ndarray) -> None:
        """buyers: (N,) bool, the rows that stage 2 learned from."""
        self._uncorrected, self._corrected = uncorrected, corrected
        self._trainer, self._buyers = trainer, places_of(buyers)

    @property
    def strengths(self) -> tuple[float, ...]:
        """What can be tried: with hidden units only the whole correction, since weights do not mix there."""
        return (FULL,) if self._uncorrected.n_hidden else STRENGTHS

    def logits(self, strength: float, places: torch.Tensor) -> np.ndarray:
        """Of rows, by the member that has not learned from them.  places: (n,)  ->  (n,) float64."""
        logits: np.ndarray = self._mixed(strength, places) + self._shift(strength)
        return logits

    def head(self, strength: float) -> Head:
        """The head of that strength; 0 and 1 are the given ones."""
        if strength in (0.0, FULL):
            return self._corrected if strength else self._uncorrected
        head = Head(
            self._uncorrected.weight.shape[-1], 1, 0, self._trainer.members, torch.Generator()
        ).requires_grad_(False)
        for mixed, before, after in zip(
            head.parameters(), self._uncorrected.parameters(), self._corrected.parameters(), strict=True
        ):
            mixed.copy_(strength * after + (1 - strength) * before)
        head.bias.add_(self._shift(strength))
        return head

    def _mixed(self, strength: float, places: torch.Tensor) -> np.ndarray:
        before, after = (
            self._trainer.unseen(head, places)[:, 0].double().numpy()
            for head in (self._uncorrected, self._corrected)
        )
        mixed: np.ndarray = strength * after + (1 - strength) * before
        return mixed

    def _shift(self, strength: float) -> float:
        if strength in (0.0, FULL):
            return 0.0
        wanted = _chances(self._mixed(FULL, self._buyers)).mean()
        logits = self._mixed(strength, self._buyers)
        return float(
            brentq(lambda shift: _chances(logits + shift).mean() - wanted, -FARTHEST_SHIFT, FARTHEST_SHIFT)
        )


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


def _chances(logits: np.ndarray) -> np.ndarray:
    chances: np.ndarray = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
    return chances

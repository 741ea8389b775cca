"""Given intent labels -> doubted ones: how far each engaged customer counts as organic, epoch by epoch.

Unengaged labels are trusted. An engaged label is doubted by what alike customers bought who did not look;
where nothing of the kind is recorded, by the model itself, looked at once per epoch. What is doubted is
bounded, ramps up, and is recorded. The loss as printed is here too, to compare.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from segmenter.model.device import Movable
from segmenter.model.ledger import COUNTED_ORGANIC
from segmenter.model.losses import balanced_cross_entropies, printed_splc
from segmenter.model.objectives import Outputs, intent_weights
from segmenter.model.report import CorrectionEpoch
from segmenter.settings import ClassWeights, Correction

# The paper's stage 2 warms up before it corrects and does not say for how long. The collapse does not wait
# for a particular number.
PRINTED_WARM_UP = 3

# Mean p_prompted of the given engaged below this share of what it was before the first flip: the flips feed
# themselves.
CRASHED_SHARE = 0.25


class _IntentObjective(Movable):
    """What the corrections share: given labels, what is believed of them, and what is remembered."""

    def __init__(self, engaged: Tensor, learned: Tensor, weighing: ClassWeights = "balanced") -> None:
        """engaged: (N,) bool given labels; learned: (N, M) bool, which member learns from which row of
        stage 2.
        """
        self._engaged, self._learned, self._weighing = engaged, learned, weighing
        self._given = engaged.to(torch.float32)[:, None]  # (N, 1)
        self.places = torch.nonzero(engaged & learned.any(1))[:, 0]
        self.weights = intent_weights(self._given, learned, weighing)  # (M, 2)
        self.by_epoch: list[CorrectionEpoch] = []
        self.doubt = torch.zeros(len(self.places), learned.shape[1])  # (n_engaged, M), as of the last pass
        self.since = torch.full(self.doubt.shape, -1)  # the epoch since which it is above a half

    def _note(self, epoch: int, doubt: Tensor, p: Tensor) -> None:
        """doubt, p: (n_engaged, M), how far each engaged row counts as organic, and p_prompted of it."""
        organic = doubt > COUNTED_ORGANIC
        self.since = torch.where(organic, torch.where(self.since < 0, epoch, self.since), -1)
        self.doubt = doubt
        learned = self._learned[self.places]
        n = learned.sum()
        self.by_epoch.append(
            CorrectionEpoch(
                epoch=epoch,
                flipped_share=float((doubt * learned).sum() / n),
                mean_p=float((p * learned).sum() / n),
            )
        )


class GuardedIntentObjective(_IntentObjective):
    """Guarded SPLC: doubts from a full pass per epoch that ramp up, weights balanced on what is believed.

    Meant for a head that has learned from the given labels before: that is the warm-up. With `organic`, the
    chance that a row would have bought anyway, an engaged label counts as organic by that much. Without, the
    least believed labels with p <= tau are flipped, at most the share `most_flipped` of them.
    """

    def __init__(
        self,
        engaged: Tensor,
        learned: Tensor,
        *,
        correction: Correction,
        most_flipped: float = 1.0,
        organic: Tensor | None = None,
        weighing: ClassWeights = "balanced",
    ) -> None:
        """organic: (N, M) in [0, 1], or None."""
        super().__init__(engaged, learned, weighing)
        self._correction, self._most_flipped, self._organic = correction, most_flipped, organic
        self._belief = self._given.repeat(1, learned.shape[1])  # (N, M)

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Look at every engaged row, and doubt it by as much as the ramp allows."""
        p = torch.sigmoid(outputs(self.places)[:, :, 0])  # (n_engaged, M)
        ramp = min(1.0, epoch / self._correction.ramp_epochs)
        if self._organic is None:
            doubt = self._flipped(p, self._most_flipped * ramp)
        else:
            doubt = ramp * self._organic[self.places]
        self._belief[self.places] = 1 - doubt
        # Balanced on what is believed now. With the weights of the given labels every flip would add a
        # negative of the positives' weight, lower all p and so cause the next flip: the collapse of the
        # printed loss.
        self.weights = intent_weights(self._belief, self._learned, self._weighing)
        self._note(epoch, doubt, p)

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 1)  ->  (B, M), against the labels as they are believed in this epoch."""
        # For rows a member does not learn from, too: against the given labels its loss would rise with every
        # doubt, and training would stop before the network has learned from any.
        return balanced_cross_entropies(outputs[:, :, 0], self._belief[places], self.weights)

    def is_settled(self, epoch: int) -> bool:
        return epoch >= self._correction.ramp_epochs

    def _flipped(self, p: Tensor, share: float) -> Tensor:
        """1 where a label is flipped, 0 elsewhere: (n_engaged, M); by one threshold per member, taken from
        the rows it learns from.
        """
        learned, flipped = self._learned[self.places], torch.zeros_like(p)
        for member in range(p.shape[1]):
            own = p[learned[:, member], member].sort().values
            allowed = min(int(share * len(own)), int((own <= self._correction.tau).sum()))
            # Of equal p, all are flipped or none.
            while 0 < allowed < len(own) and own[allowed] == own[allowed - 1]:
                allowed -= 1
            if allowed:
                flipped[:, member] = (p[:, member] <= own[allowed - 1]).to(p.dtype)
        return flipped


class PrintedIntentObjective(_IntentObjective):
    """SPLC as the paper prints it: flips within each batch, class weights of the given labels.

    Departure: as of every head here, the running mean of the weights is kept (training.py).
    """

    def __init__(
        self, engaged: Tensor, learned: Tensor, *, tau: float, weighing: ClassWeights = "balanced"
    ) -> None:
        super().__init__(engaged, learned, weighing)
        self._tau, self._epoch = tau, 0

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Record what the batches will do; the printed loss decides nothing per epoch."""
        self._epoch = epoch
        p = torch.sigmoid(outputs(self.places)[:, :, 0])
        doubt = (p <= self._tau).to(p.dtype) if epoch >= PRINTED_WARM_UP else torch.zeros_like(p)
        self._note(epoch, doubt, p)

    def losses(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, M, 1)  ->  (B, M)."""
        if self._epoch < PRINTED_WARM_UP:
            return balanced_cross_entropies(outputs[:, :, 0], self._given[places], self.weights)
        return printed_splc(outputs[:, :, 0], self._engaged[places, None], self.weights, self._tau)

    def is_settled(self, epoch: int) -> bool:
        """Never: the loss falls with every flip, so the least loss is that of the collapse."""
        return False


def collapse(by_epoch: Sequence[CorrectionEpoch], min_positive_share: float) -> str | None:
    """Why the flips must be called a collapse, as the end of a sentence; None where they are not."""
    last = by_epoch[-1]
    before = next((each.mean_p for each in reversed(by_epoch) if each.flipped_share == 0), by_epoch[0].mean_p)
    if 1 - last.flipped_share < min_positive_share:
        return (
            f"{last.flipped_share:.0%} of the engaged customers ended up counted as organic, which leaves "
            f"fewer than {min_positive_share:.0%} to learn from"
        )
    if last.mean_p < CRASHED_SHARE * before:
        return f"the mean prompted score of engaged customers fell from {before:.2f} to {last.mean_p:.2f}"
    return None

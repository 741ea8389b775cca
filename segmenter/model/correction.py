"""Given intent labels -> doubted ones: which engaged customers stage 2 counts as organic, epoch by epoch.

Unengaged labels are trusted. An engaged label is doubted where the model, looked at once per epoch, says
organic; the share doubted is bounded, ramps up, and is recorded. The loss as printed is here too, to compare.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from segmenter.model.losses import class_weights, printed_splc, weighted_binary_cross_entropy
from segmenter.model.objectives import Outputs
from segmenter.model.report import CorrectionEpoch
from segmenter.settings import Correction

# The paper's stage 2 warms up before it corrects and does not say for how long. The collapse does not wait
# for a particular number.
PRINTED_WARM_UP = 3

# Mean p_prompted of the given engaged below this share of what it was before the first flip: the flips feed
# themselves.
CRASHED_SHARE = 0.25


class GuardedIntentObjective:
    """Guarded SPLC (METHOD, section 2): flags from a full pass per epoch, weights balanced on what is
    believed.

    Meant for a head that has learned from the given labels before: that is the warm-up.
    most_flipped: the largest share of the engaged training rows that is ever counted as organic.
    """

    def __init__(
        self, engaged: Tensor, train: Tensor, *, correction: Correction, most_flipped: float
    ) -> None:
        """engaged: (N,) bool given labels; train: places of the rows learned from."""
        self._given, self._train = engaged, train
        self._engaged_places = train[engaged[train]]  # (n_engaged,)
        self._flipped = torch.zeros_like(engaged)  # (N,) bool, training rows only
        self._threshold = float("-inf")
        self._weights = class_weights(engaged[train].long(), 2)
        self._correction, self._most_flipped = correction, most_flipped
        self.by_epoch: list[CorrectionEpoch] = []

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Look at every engaged training row and doubt the least believed of those with p <= tau."""
        p = torch.sigmoid(outputs(self._engaged_places)[:, 0])  # (n_engaged,)
        allowed = int(self._most_flipped * min(1.0, epoch / self._correction.ramp_epochs) * len(p))
        doubted = torch.argsort(p, stable=True)[: min(allowed, int((p <= self._correction.tau).sum()))]
        self._flipped.fill_(False)
        self._flipped[self._engaged_places[doubted]] = True
        self._threshold = float(p[doubted[-1]]) if len(doubted) else float("-inf")
        # Balanced on what is believed now. With the weights of the given labels every flip would add a
        # negative of the positives' weight, lower all p and so cause the next flip: the collapse of the
        # printed loss.
        believed = self._given & ~self._flipped
        self._weights = class_weights(believed[self._train].long(), 2)
        self.by_epoch.append(
            CorrectionEpoch(epoch=epoch, flipped_share=len(doubted) / len(p), mean_p=float(p.mean()))
        )

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, 1)  ->  (), against the labels as they are believed in this epoch."""
        believed = self._given[places] & ~self._flipped[places]
        return weighted_binary_cross_entropy(outputs[:, 0], believed, self._weights)

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for held-out rows, doubted by the same rule: at most the p at which training rows are."""
        # Against the given labels the loss would rise with every flip, and training would stop before the
        # network has learned from any.
        believed = self._given[places] & (torch.sigmoid(outputs[:, 0]) > self._threshold)
        return weighted_binary_cross_entropy(outputs[:, 0], believed, self._weights)

    def is_settled(self, epoch: int) -> bool:
        return epoch >= self._correction.ramp_epochs


class PrintedIntentObjective:
    """SPLC as the paper prints it: flips within each batch, class weights of the given labels."""

    def __init__(self, engaged: Tensor, train: Tensor, *, tau: float) -> None:
        self._given, self._tau = engaged, tau
        self._engaged_places = train[engaged[train]]
        self._weights = class_weights(engaged[train].long(), 2)
        self._epoch = 0
        self.by_epoch: list[CorrectionEpoch] = []

    def begin_epoch(self, epoch: int, outputs: Outputs) -> None:
        """Record what the batches will do; the printed loss decides nothing per epoch."""
        self._epoch = epoch
        p = torch.sigmoid(outputs(self._engaged_places)[:, 0])
        flipped = float((p <= self._tau).float().mean()) if epoch >= PRINTED_WARM_UP else 0.0
        self.by_epoch.append(CorrectionEpoch(epoch=epoch, flipped_share=flipped, mean_p=float(p.mean())))

    def loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """outputs: (B, 1)  ->  ()."""
        if self._epoch < PRINTED_WARM_UP:
            return weighted_binary_cross_entropy(outputs[:, 0], self._given[places], self._weights)
        return printed_splc(outputs[:, 0], self._given[places], self._weights, self._tau)

    def valid_loss(self, outputs: Tensor, places: Tensor) -> Tensor:
        """The same for held-out rows."""
        return self.loss(outputs, places)

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

"""A setting and what torch sees -> where heads are trained: the graphics card, or the processor.

Only the passes over the examples run on a card. What is trained comes back to the processor before anything
else looks at it, so a model, its report and its file are the same wherever it was trained. A card that fails
(its memory may be full of other work) is left for good, and training goes on on the processor.
"""

import logging
from typing import Self

import torch
from torch import Tensor

from segmenter.model.report import DeviceName
from segmenter.settings import DeviceChoice

FAILED = (
    "The graphics card failed while head '{stage}' was trained (its memory may have been full), so the "
    "training went on on the processor. The result is the same but for the last digits."
)

logger = logging.getLogger(__name__)


def accelerator() -> torch.device | None:
    """The graphics card that torch can use; None without one."""
    return torch.device("cuda") if torch.cuda.is_available() else None


class Movable:
    """An object whose tensors are its attributes, and can all be taken to a device at once."""

    def to(self, device: torch.device) -> Self:
        """The same object, with all its tensors on `device`."""
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                setattr(self, name, value.to(device))
        return self


class Workplace:
    """Where a training computes, and what became of it. note: why a card was left, in words."""

    def __init__(self, setting: DeviceChoice) -> None:
        self.card = accelerator() if setting == "auto" else None
        self.note = ""

    @property
    def name(self) -> DeviceName:
        return "cpu" if self.card is None else "cuda"

    def leave_card(self, stage: str, error: RuntimeError) -> None:
        """From now on only the processor is used."""
        logger.warning("training of %s left the graphics card: %r", stage, error)
        self.card, self.note = None, FAILED.format(stage=stage)

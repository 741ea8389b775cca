"""Rows of engagement, collected in any order and sorted once.

Times are seconds since midnight of the first day, int64.
"""

from dataclasses import dataclass

import numpy as np

from segmenter.synthetic.assumptions import CHANNELS
from segmenter.synthetic.schedule import SEND_TIME

DAY = 86_400
SEND_SECOND = SEND_TIME.hour * 3600
EVENING = 23 * 3600 + 1800  # nobody reads, clicks or buys later
KINDS = ("exposure", "impression", "view", "click", "redeem")
MEDIA = ("email", "ads", *CHANNELS)  # where an engagement took place


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagements:
    """Touches with marketing, sorted by customer and time; arrays of shape (k,)."""

    customer: np.ndarray  # int64, position in the block
    at: np.ndarray  # int64
    kind: np.ndarray  # int64, position in KINDS
    wave: np.ndarray  # int64, position in WAVES
    medium: np.ndarray  # int64, position in MEDIA


class Traces:
    """A growing heap of engagement rows."""

    def __init__(self) -> None:
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(
        self,
        kind: str,
        medium: str | np.ndarray,
        customer: np.ndarray,
        at: np.ndarray,
        wave: np.ndarray | int,
    ) -> None:
        """k rows of one kind; `medium` is a word of MEDIA or positions in it, shape (k,)."""
        k = len(customer)
        where = MEDIA.index(medium) if isinstance(medium, str) else medium
        columns = (customer, at, KINDS.index(kind), wave, where)
        self._parts.append(
            tuple(np.broadcast_to(np.asarray(column, dtype=np.int64), k) for column in columns)
        )

    def engagements(self) -> Engagements:
        """All rows so far, in the order of customer, time, kind."""
        customer, at, kind, wave, medium = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        order = np.lexsort((kind, at, customer))
        return Engagements(
            customer=customer[order], at=at[order], kind=kind[order], wave=wave[order], medium=medium[order]
        )

"""What one kind of evidence says of intent, small and frozen, and the words that all kinds share."""

from dataclasses import dataclass
from typing import Literal

from segmenter import figures
from segmenter.labels.intervals import Interval

EvidenceKind = Literal["randomised", "organic_completions", "before_after", "given_labels"]

# Below this, an interval is wider than what it could decide.
FEWEST_CUSTOMERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentEvidence:
    """One way to learn the organic share of the engaged customers of one outcome window.

    organic_share, interval: that share in [0, 1] with its 95% interval; None where this evidence cannot tell
    it. customers: how many people it rests on. placebo_share: what the before/after rule calls prompted among
    customers whom no campaign reached. details: the counts and rates behind it, by name.
    """

    kind: EvidenceKind
    sentence: str
    organic_share: float | None
    interval: Interval | None
    customers: int
    placebo_share: float | None
    details: dict[str, float]

    @property
    def is_at_least(self) -> bool:
        """Whether the organic share is a lower bound: who saw an offer may have bought anyway, too."""
        return self.kind == "organic_completions"


def clipped(value: float) -> float:
    """Into [0, 1]."""
    return min(1.0, max(0.0, value))


def points(difference: float) -> str:
    """A difference of shares in words."""
    return f"{figures.points(difference, signed=True)} percentage points"

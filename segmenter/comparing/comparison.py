"""Two models, compared: small, frozen, JSON both ways. `ours` is the model asked about, `theirs` the other.

On pages and in sentences they are A and B: names are long, and two models may bear the same one.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from segmenter.errors import DamagedArtifact
from segmenter.evaluation.bootstrap import Estimate
from segmenter.evaluation.gains import GainCurve

By = Literal["score", "expected_value"]
BYS: tuple[By, ...] = ("score", "expected_value")

# List sizes at which customers who move are described and the test is made: every twentieth up to one half.
DEPTHS = tuple(percent / 100 for percent in range(5, 51, 5))
HEADLINE_DEPTH = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that differs between two models: a setting, a cutoff, or what became of the correction.

    setting: as the command line names it, or empty text; words: what a reader calls it.
    """

    setting: str
    words: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapPoint:
    """The best `depth` (share) of customers by each model. both: how many are in either model's list of
    `customers`; share: of one list, jaccard: of all who are in at least one; both in [0, 1].
    """

    depth: float
    customers: int
    both: int
    share: float
    jaccard: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraBuyers:
    """What contacting changes by the randomised holdout, per 1,000 contacted: in each list, and paired."""

    ours: Estimate
    theirs: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachLine:
    """The share of the engaged test customers in each model's best `depth`, and ours minus theirs, paired.

    ours_only, theirs_only: engaged customers whom only one list holds; no interval where they are too few.
    """

    depth: float
    customers: int
    ours: Estimate
    theirs: Estimate
    difference: Estimate
    ours_only: float
    theirs_only: float
    extra: ExtraBuyers | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTest:
    """Both models on the same customers, whom neither has learned from.

    curves: ranking -> our gain curve and theirs; lines: ranking -> a line per depth of DEPTHS.
    """

    cutoff: date
    outcome_days: int
    customers: int
    positives: int
    draws: int
    scope_sentence: str
    curves: dict[By, tuple[GainCurve, GainCurve]]
    lines: dict[By, tuple[ReachLine, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What one feature adds to the log-odds of being prompted in our model minus in theirs: the mean of a
    group. words: what sets the group's value apart from the average customer's.
    """

    feature: str
    label: str
    words: str
    adds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why our score of a group differs from theirs, as far as p_prompted goes: exact means of log-odds.

    total = level + the sum over all features; `level` is the difference for the average customer, which moves
    nobody; reasons: the largest, up to six each way; others: all other features together.
    """

    total: float
    level: float
    reasons: tuple[Addition, ...]
    others: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers in one of the lists or in both. Under 20 nothing is told of them, not even their number.

    segments: as our model sees them; counts of 1 to 19 are None. p_prompted, active (1 - p_inactive), score
    and expected_value: means by our model and by theirs.
    """

    customers: int | None
    segments: dict[str, int | None] | None = None
    p_prompted: tuple[float, float] | None = None
    active: tuple[float, float] | None = None
    score: tuple[float, float] | None = None
    expected_value: tuple[float, float] | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What sets those only in our list apart from those only in theirs.

    A number: means in its unit, over customers for whom it is known. A category: `level`, and the shares who
    have it. difference: standardised, (ours - theirs) / pooled standard deviation. both: of those in both.
    """

    feature: str
    label: str
    level: str | None
    unit: str
    ours: float
    theirs: float
    both: float | None
    difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Movers:
    """Who is only in our best `depth`, only in theirs, and in both; `customers` in each list."""

    depth: float
    customers: int
    ours: Group
    theirs: Group
    both: Group
    telling: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """Two models of one data set. names: of the models, ours first.

    overlap: ranking -> 100 points; movers: ranking -> one per depth of DEPTHS; both of everybody, scored as
    of the same day. tested is None where `why_untested` says why; `unexplained`: why there are no reasons.
    """

    model: str
    other: str
    names: tuple[str, str]
    dataset: str
    as_of: date
    customers: int
    differences: tuple[Difference, ...]
    overlap: dict[By, tuple[OverlapPoint, ...]]
    movers: dict[By, tuple[Movers, ...]]
    tested: PairTest | None
    why_untested: str | None
    unexplained: str | None
    sentence: str

    def overlap_at(self, by: By, depth: float) -> OverlapPoint:
        """The overlap nearest to a depth, a share."""
        return min(self.overlap[by], key=lambda point: abs(point.depth - depth))

    def movers_at(self, by: By, depth: float) -> Movers:
        """Who moves at the depth of DEPTHS that is nearest."""
        return min(self.movers[by], key=lambda moved: abs(moved.depth - depth))

    def reach_at(self, by: By, depth: float) -> ReachLine | None:
        """The test at the depth of DEPTHS that is nearest; None where there is none."""
        lines = self.tested.lines[by] if self.tested else ()
        return min(lines, key=lambda line: abs(line.depth - depth), default=None)

    def to_json(self) -> bytes:
        """This comparison as JSON, readable again by `from_json`."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes) -> "ModelComparison":
        """Raises DamagedArtifact where the text is not a comparison."""
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError as error:
            raise DamagedArtifact(
                f"The stored comparison cannot be read ({error}). Delete it and compare the models again."
            ) from error

"""What the score looks at, and why one customer has theirs: small, frozen, JSON both ways."""

from dataclasses import dataclass, replace
from typing import Self

from segmenter.features.catalog import FeatureSpec

# A reason smaller than this part of the largest one is told with all other features.
WORTH_TELLING = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureShape:
    """What one feature adds to the logit of being prompted, by its value. 0: like the average customer.

    importance: mean absolute contribution over the customers scored; above 0. average: of the known values,
    those beyond the outer edges counted as the edge; None for categories and where nothing is known. at:
    rising values of a number, `levels` the names of a category's; effect, low, high: at each of these, the
    ensemble's mean and the range of its members. unknown: the same three where the value is unknown, with
    `n_unknown` customers. counts: customers per level, or between neighbouring `bins` of equal width (those
    beyond count with the outer ones). Counts of 1 to 19 are None.
    """

    feature: str
    label: str
    group: str
    kind: str
    unit: str
    importance: float
    average: float | None
    at: tuple[float, ...]
    levels: tuple[str, ...]
    effect: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    unknown: tuple[float, float, float]
    n_unknown: int | None
    bins: tuple[float, ...]
    counts: tuple[int | None, ...]

    @property
    def spec(self) -> FeatureSpec:
        """The feature as the catalog describes it."""
        return FeatureSpec(
            name=self.feature,
            label=self.label,
            group=self.group,
            kind="category" if self.kind == "category" else "numeric",
            unit=self.unit,  # type: ignore[arg-type]  # written from a FeatureSpec
        )

    def level(self, value: float | None) -> str | None:
        """Name of a category's stored value; None for numbers and where it is unknown."""
        return self.levels[int(value)] if self.levels and value is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the score looks at: features that move it, the most important first.

    base: the average logit of being prompted; p_prompted: the average chance of it, in [0, 1].
    """

    customers: int
    base: float
    p_prompted: float
    features: tuple[FeatureShape, ...]

    def share(self, feature: FeatureShape) -> float:
        """A feature's part of all that moves the score, in [0, 1]; the parts of all features sum to 1."""
        return feature.importance / sum(each.importance for each in self.features)

    def find(self, name: str) -> FeatureShape | None:
        """The shape of a feature, None where it moves nothing."""
        return next((each for each in self.features if each.feature == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One feature's contribution to one customer's logit. value: in the feature's unit, of a category the
    number of its level; None where unknown."""

    feature: str
    adds: float
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReasons:
    """One scored customer: p_prompted and p_inactive make the score; `adds` is by how much the logit of
    p_prompted exceeds the average, of which the reasons are the largest parts, the largest first."""

    customer_id: str
    score: float
    rank: int
    p_prompted: float
    p_inactive: float
    out_of_range: bool
    adds: float
    reasons: tuple[Reason, ...]

    @property
    def others(self) -> float:
        """What all other features add together."""
        return self.adds - sum(reason.adds for reason in self.reasons)

    def told(self) -> Self:
        """The same with only those reasons that are worth a line of their own."""
        least = WORTH_TELLING * max((abs(reason.adds) for reason in self.reasons), default=0.0)
        return replace(self, reasons=tuple(each for each in self.reasons if abs(each.adds) >= least))

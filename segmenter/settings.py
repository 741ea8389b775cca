"""Settings: frozen, complete, and checked once when they are made.

A settings object is JSON both ways (`to_json`, `from_json`), so that a model file can say exactly how it was
trained, and `with_pairs` reads the command line's `--set key=value`.
"""

import sys
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from segmenter.errors import SettingsError

EngagementKind = Literal["view", "click", "redeem"]
ClassWeights = Literal["balanced", "none"]
DeviceChoice = Literal["auto", "cpu"]


MOST_TESTED = 0.8  # beyond, hardly anybody is left to learn from

LONGEST_DAYS = 3_650  # ten years: no window of a marketer is longer, and calendars end


def check_within(low: float, high: float, **values: float) -> None:
    """Raise SettingsError for the first value outside [low, high], or not a number."""
    for name, value in values.items():
        if not low <= value <= high:
            raise SettingsError(f"Setting '{name}' must be between {low:g} and {high:g}; got {value}.")


def check_positive(most: float = sys.float_info.max, /, **values: float) -> None:
    """Raise SettingsError for the first value that is not above zero, or above `most`, or not a number."""
    for name, value in values.items():
        if not 0 < value <= most:
            limit = f" and at most {most:g}" if most < sys.float_info.max else ""
            raise SettingsError(f"Setting '{name}' must be above 0{limit}; got {value}.")


def check_share(**values: float) -> None:
    """Raise SettingsError for the first value outside [0, 1]."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise SettingsError(f"Setting '{name}' is a share between 0 and 1; got {value}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """What is known (strictly before the cutoff) and what is predicted (the outcome window after it).

    The recency windows of the features are multiples of `outcome_days`, so that a week-long world and a
    year-long one are read with the same eyes.
    """

    outcome_days: int = 30
    attribution_days: int = 7  # a purchase this soon after an engagement counts as following it
    engagement_kinds: tuple[EngagementKind, ...] = ("view", "click", "redeem")
    recent_windows: tuple[int, int, int] = (1, 3, 12)  # in multiples of outcome_days

    def __post_init__(self) -> None:
        check_within(1, LONGEST_DAYS, outcome_days=self.outcome_days, attribution_days=self.attribution_days)
        if not self.engagement_kinds:
            raise SettingsError("Setting 'engagement_kinds' needs at least one of: view, click, redeem.")
        if list(self.recent_windows) != sorted(set(self.recent_windows)) or self.recent_windows[0] < 1:
            raise SettingsError("Setting 'recent_windows' needs three rising whole numbers, such as 1,3,12.")
        check_within(1, LONGEST_DAYS, recent_windows=self.recent_windows[-1])

    def outcome_end(self, cutoff: date) -> date:
        """First day after the outcome window of `cutoff`."""
        return cutoff + timedelta(days=self.outcome_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Shape and training of the networks. `n_hidden` 0 is the paper's single layer, and additive.

    `members`: networks that learn side by side, each from all folds of the customers but its own; the model
    says their mean, and how far they disagree tells how sure it is.
    `class_weights`: "balanced" lets rare and frequent segments weigh the same while the network learns (the
    paper's eq. 1), "none" every customer; chances are said at the base rates either way.
    `device`: "auto" trains on a graphics card where torch sees one, "cpu" never; the list is the same.

    Small steps on small batches and a patient stop: on the Starbucks training windows this lowered the loss
    of customers not learned from, for all three heads, against steps ten times as long.
    """

    n_bins: int = 16
    n_hidden: int = 0
    members: int = 5
    learning_rate: float = 0.001
    weight_decay: float = 1e-4
    batch_size: int = 256
    max_epochs: int = 200  # a bound on time; early stopping ends training long before
    patience: int = 8
    class_weights: ClassWeights = "balanced"
    device: DeviceChoice = "auto"

    def __post_init__(self) -> None:
        check_within(1, 10_000, max_epochs=self.max_epochs, patience=self.patience)
        check_within(1, 256, n_bins=self.n_bins)
        check_within(2, 20, members=self.members)
        check_within(0, 1_024, n_hidden=self.n_hidden)
        check_within(1, 1_000_000, batch_size=self.batch_size)
        check_within(0, 1, weight_decay=self.weight_decay)
        check_positive(0.1, learning_rate=self.learning_rate)  # beyond, weights grow without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """How stage 2 treats the missing intent label of engaged customers (METHOD: guarded SPLC).

    `method`: "guarded" (default; falls back to uncorrected and says so), "none", or "printed" (the loss as
    the paper prints it, kept for comparison; it collapses).
    `organic_share`: expected share of the engaged who are organic; None lets the evidence decide.
    `fall_back`: False keeps the guarded correction even where the guards or held-out customers speak against
    it, at full strength, for comparisons; the report still says so.

    There is no warm-up to set: correction starts from the uncorrected network, trained to its end.
    """

    method: Literal["guarded", "none", "printed"] = "guarded"
    tau: float = 0.5
    organic_share: float | None = None
    mild_cap: float = 0.2  # the most that is flipped when no evidence speaks for correction
    ramp_epochs: int = 10  # the flipped share rises to its bound over this many passes, then stays
    min_positive_share: float = 0.1  # collapse guard: fewer positives left than this, and we fall back
    fall_back: bool = True
    compare: bool = True  # also train what nobody uses: other organic shares, and the loss as printed

    def __post_init__(self) -> None:
        check_share(tau=self.tau, mild_cap=self.mild_cap, min_positive_share=self.min_positive_share)
        check_within(1, 10_000, ramp_epochs=self.ramp_epochs)
        if self.organic_share is not None:
            check_share(organic_share=self.organic_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """Everything that decides a trained model, besides the data and the cutoffs."""

    windows: Windows = field(default_factory=Windows)
    network: Network = field(default_factory=Network)
    correction: Correction = field(default_factory=Correction)
    ranking: Literal["product", "paper"] = "product"  # p_prompted * (1 - p_inactive), or the paper's own
    inactive_threshold: float = 0.5  # used by ranking "paper" only
    exposed_only: bool = True  # stage 2 learns from customers a campaign could have reached
    test_share: float = 0.25
    seed: int = 0
    leave_out: tuple[str, ...] = ()  # features not to learn from, by name (features/catalog.py)

    def __post_init__(self) -> None:
        check_share(inactive_threshold=self.inactive_threshold)
        check_within(0, 2**32 - 1, seed=self.seed)
        check_within(0, MOST_TESTED, test_share=self.test_share)

    def with_pairs(self, pairs: dict[str, str]) -> "TrainingSettings":
        """These settings with `key=value` pairs applied; a key is 'seed', or 'windows.outcome_days', or a
        field name that only one group has ('tau').

        Raises SettingsError naming the key, the wanted type and the keys there are.
        """
        groups = ("windows", "network", "correction")
        home: dict[str, str] = {f.name: "" for f in fields(self) if f.name not in groups}
        for group in groups:
            for f in fields(getattr(self, group)):
                home.setdefault(f.name, group)
                home[f"{group}.{f.name}"] = group
        result: dict[str, Any] = asdict(self)
        for key, text in pairs.items():
            if key not in home:
                raise SettingsError(f"There is no setting '{key}'. Settings: {', '.join(sorted(home))}.")
            name = key.rsplit(".", 1)[-1]
            place = result[home[key]] if home[key] else result
            if isinstance(place[name], (tuple, list)):
                place[name] = [part.strip() for part in text.split(",") if part.strip()]
            else:
                # Only a share can be unknown; 'none' is also a word, for no correction at all.
                unknown = name == "organic_share" and text.lower() == "none"
                place[name] = None if unknown else text
        try:
            return msgspec.convert(result, TrainingSettings, strict=False)
        except msgspec.ValidationError as error:
            raise SettingsError(f"A setting could not be read: {error}.") from error

    def replaced(self, **changes: Any) -> "TrainingSettings":
        """A copy with top-level fields changed."""
        return replace(self, **changes)

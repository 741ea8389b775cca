"""Training samples -> features that nearly restate the label, named in words. It reports, and drops nothing.

Features made from dated rows end at the cutoff. Columns of the customers file have no date and count as known
at every cutoff, so one that was filled in later (the response to a campaign, a status, a year's total) brings
the outcome into the features: the model looks splendid in the test and fails on the next campaign.

Each feature is judged alone: how well it tells engaged customers from other buyers, and buyers from others.
A column that repeats a total of ours (spend, purchases, clicks) is judged by what it has beyond that, too: a
total that was exported today goes on counting after the cutoff, and hides it under what came before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from segmenter.evaluation.one_feature import FOLDS, feature_places, feature_tells
from segmenter.features.catalog import ATTRIBUTES, FeatureSpec, feature_specs
from segmenter.hashing import uniform_hash
from segmenter.samples import FEWEST_PER_SEGMENT, Sample
from segmenter.settings import TrainingSettings
from segmenter.tables.dataset import Attribute, AttributeKind, Dataset

Why = Literal["tells the outcome", "nearly unique", "constant"]
Question = Literal["engaged", "buyers"]

# An attribute is suspicious where it tells more than any dated feature does, by a margin, on the same
# customers: behaviour is what tells most of what comes next, and age, region or tier tell far less (0.56 at
# best in the demo shop, against 0.80). A label of which one in ten is wrong tells 0.90.
MARGIN = 0.05
# Where the history is so short that behaviour tells little, an honest column may lead: on the Starbucks
# events income tells 0.71 and the day of joining 0.67.
FLOOR = 0.80
# Subscribers are told by their behaviour nearly always: beyond this, no comparison is asked for.
CEILING = 0.95
# Dated features end at the cutoff by construction. Only rows with wrong times could do this.
DATED_LIMIT = 0.99
MOST_CUSTOMERS = 100_000  # beyond, a figure of three digits changes no more

# Totals and last times that a customers file may repeat, by the kind of the column.
REPEATED: dict[str, tuple[str, ...]] = {
    "numeric": (
        *("monetary_value", "purchase_count", "exposure_count", "impression_count"),
        *("view_count", "click_count", "redeem_count"),
    ),
    "date": tuple(
        f"days_since_last_{what}"
        for what in ("purchase", "exposure", "impression", "view", "click", "redeem")
    ),
}
# A column repeats ours where it is the same for so many of the customers who have any: those who did nothing
# after the cutoff.
SAME_SHARE = 0.2

NEARLY_UNIQUE = 0.5  # of the customers with a known value: as many different ones
FEWEST_TO_BE_UNIQUE = 50
PAIRS_ALIKE = 10  # so many pairs would share a whole number drawn by chance, and none does: it is an id

MEANING: dict[Question, str] = {
    "engaged": "engaged customers from other buyers",
    "buyers": "buyers from others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One feature that a person should look at before the model is believed.

    label: its name in words; column: of the customers file, None for a feature made from dated rows.
    beside: the label of the total that it repeats, where what it has beyond that total shows it.
    question, told, told_by_behaviour: what it tells alone, the share in [0, 1] of pairs in the right order
    (an AUC, cross-validated), and the best dated feature's on the same customers; None where `why` is
    another. cutoff: the one cutoff whose customers show it, None for all together.
    """

    feature: str
    label: str
    column: str | None
    why: Why
    sentence: str
    question: Question | None = None
    told: float | None = None
    told_by_behaviour: float | None = None
    cutoff: date | None = None
    beside: str | None = None

    @property
    def flatters(self) -> bool:
        """Whether figures of a model that read this feature may be too good to be true."""
        return self.why == "tells the outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A feature, or what it has beyond another (`beside`), as places: int64 (n,)."""

    spec: FeatureSpec
    places: np.ndarray
    beside: FeatureSpec | None = None


def suspicious_features(
    samples: Sequence[Sample], dataset: Dataset, settings: TrainingSettings
) -> tuple[Suspicion, ...]:
    """What to look at among the features a model learns from, the most telling first.

    samples: of the training cutoffs; the test fold is not looked at. Features that are left out are not
    judged. () where nothing is suspicious, or no question has enough customers to be asked.
    """
    specs = feature_specs(dataset, settings.windows, settings.leave_out)
    kept = [_few_enough(sample.outside("test", settings)) for sample in samples]
    features = pd.concat([sample.features for sample in kept], ignore_index=True)
    labels = np.concatenate([sample.outcomes["given_label"].to_numpy(dtype=object) for sample in kept])
    cutoff = np.repeat(np.arange(len(kept)), [len(sample.features) for sample in kept])
    customer = pd.factorize(features["customer_id"])[0]
    fold = (uniform_hash(features["customer_id"], "leakage") * FOLDS).astype(np.int64)

    columns = {attribute.name: attribute for attribute in dataset.attributes}
    looks = [Look(spec=spec, places=feature_places(features[spec.name], spec)) for spec in specs]
    looks += _looks_beyond(features, [spec for spec in specs if spec.name in columns], dataset, settings)
    strongest: dict[str, Suspicion] = {}
    for question, positive, rows in _slices(labels, cutoff):
        day = None if rows.all() else kept[int(cutoff[rows.argmax()])].cutoff
        asked = rows & _asked(question, labels)
        if not _enough(positive[asked]):
            continue
        counted = len(np.unique(customer[asked & positive])), len(np.unique(customer[asked & ~positive]))
        each_told = [
            feature_tells(look.places[asked], positive[asked], fold[asked], counted) for look in looks
        ]
        pairs = list(zip(looks, each_told, strict=True))
        dated = max((told.share for look, told in pairs if look.spec.group != ATTRIBUTES), default=0.5)
        for look, told in pairs:
            name = look.spec.name
            limit = _limit(dated) if look.spec.group == ATTRIBUTES else DATED_LIMIT
            known = strongest.get(name)
            if told.surely < limit or (known and (known.told or 0) >= told.share):
                continue
            strongest[name] = _outcome_told(look, columns.get(name), question, told.share, dated, day)
    found = sorted(strongest.values(), key=lambda each: (-(each.told or 0), each.feature))
    once = features.drop_duplicates("customer_id")
    for spec in specs:
        if spec.name in columns and spec.name not in strongest:
            found += _says_nothing(spec, columns[spec.name], once[spec.name])
    return tuple(found)


def _looks_beyond(
    features: pd.DataFrame, specs: Sequence[FeatureSpec], dataset: Dataset, settings: TrainingSettings
) -> list[Look]:
    """What attributes have beyond the totals and last times of ours that they repeat."""
    ours = {spec.name: spec for spec in feature_specs(dataset, settings.windows)}
    kind = {attribute.name: attribute.kind for attribute in dataset.attributes}
    looks = []
    for spec in specs:
        theirs = features[spec.name]
        for name in REPEATED.get(kind[spec.name], ()):
            if _repeats(theirs, features[name], kind[spec.name]):
                places = feature_places((theirs - features[name]).round(6), spec)
                # A last purchase after the cutoff is not known yet: then ours is known, and theirs is not.
                places[(theirs.isna() & features[name].notna()).to_numpy()] = places.max() + 1
                looks.append(Look(spec=spec, places=places, beside=ours[name]))
    return looks


def _repeats(theirs: pd.Series, ours: pd.Series, kind: AttributeKind) -> bool:
    """Whether a column is one of our totals for many of the customers who have any."""
    has_any = ours.notna() & theirs.notna() & (ours != 0)
    if int(has_any.sum()) < FEWEST_PER_SEGMENT:
        return False
    difference = (theirs[has_any] - ours[has_any]).abs()
    near = 1.0 if kind == "date" else 0.005 * ours[has_any].abs()  # a file may know the day only
    return float((difference <= near).mean()) >= SAME_SHARE


def _limit(dated: float) -> float:
    """What an attribute may tell where the best dated feature tells `dated`."""
    return min(CEILING, max(FLOOR, dated + MARGIN))


def _few_enough(sample: Sample) -> Sample:
    """At most about MOST_CUSTOMERS of a sample, the same ones at every cutoff."""
    if len(sample.features) <= MOST_CUSTOMERS:
        return sample
    drawn = uniform_hash(sample.features["customer_id"], "looked at") < MOST_CUSTOMERS / len(sample.features)
    return Sample(cutoff=sample.cutoff, features=sample.features[drawn], outcomes=sample.outcomes[drawn])


def _slices(labels: np.ndarray, cutoff: np.ndarray) -> Iterator[tuple[Question, np.ndarray, np.ndarray]]:
    """Question, who is positive, and the rows to ask it of: all together, then those of each cutoff.

    A column filled in after the last campaign restates one window's outcome only; among six windows' rows it
    would drown.
    """
    everybody = np.ones(len(labels), dtype=bool)
    each = [cutoff == place for place in np.unique(cutoff)] if len(np.unique(cutoff)) > 1 else []
    for rows in (everybody, *each):
        yield "engaged", labels == "engaged", rows
        yield "buyers", np.isin(labels, ["engaged", "unengaged"]), rows


def _asked(question: Question, labels: np.ndarray) -> np.ndarray:
    """Among whom a question is asked: bool (n,). Browsing customers bought nothing: they are others."""
    if question == "engaged":
        return np.isin(labels, ["engaged", "unengaged"])
    return np.ones(len(labels), dtype=bool)


def _enough(positive: np.ndarray) -> bool:
    return min(int(positive.sum()), int((~positive).sum())) >= FEWEST_PER_SEGMENT


def _outcome_told(
    look: Look,
    attribute: Attribute | None,
    question: Question,
    told: float,
    dated: float,
    day: date | None,
) -> Suspicion:
    spec, when = look.spec, f" after {day.day} {day:%b %Y}" if day else ""
    named = f"{_named(spec, attribute)} alone tells"
    if look.beside:
        named = f"What {_named(spec, attribute)} has beyond '{look.beside.label}' tells"
    first = f"{named} {MEANING[question]} in {_pairs(told)}{when}"
    if attribute is None:
        rest = (
            ". What lies before the cutoff hardly ever does: check whether these rows bear the time at which "
            "they happened. Standing orders do it, too."
        )
    else:
        rest = (
            f"; past behaviour does so in {round(100 * dated)}. A value filled in after the cutoff would do "
            "that. Leave it out unless you are sure that it was known on the cutoff's day."
        )
    return Suspicion(
        feature=spec.name,
        label=spec.label,
        column=attribute.label if attribute else None,
        why="tells the outcome",
        sentence=first + rest,
        question=question,
        told=round(told, 4),
        told_by_behaviour=round(dated, 4),
        cutoff=day,
        beside=look.beside.label if look.beside else None,
    )


def _says_nothing(spec: FeatureSpec, attribute: Attribute, values: pd.Series) -> list[Suspicion]:
    """Whether an attribute can teach nothing about other customers. values: one per customer."""
    why: Why
    if values.nunique(dropna=False) <= 1:
        why, said = "constant", "is the same for everybody, so it tells nothing. Leaving it out is no loss."
    elif _is_nearly_unique(values, attribute):
        why, said = (
            "nearly unique",
            "differs for nearly every customer, as ids and free text do. What it says of one customer helps "
            "with no other. Leave it out.",
        )
    else:
        return []
    words = f"{_named(spec, attribute)} {said}"
    return [Suspicion(feature=spec.name, label=spec.label, column=attribute.label, why=why, sentence=words)]


def _is_nearly_unique(values: pd.Series, attribute: Attribute) -> bool:
    known = values.dropna()
    n, different = len(known), known.nunique()
    if n < FEWEST_TO_BE_UNIQUE:
        return False
    if attribute.kind == "category":
        return different > NEARLY_UNIQUE * n
    if attribute.kind == "date" or different < n or not (known == known.round()).all():
        return False  # moments and amounts differ anyway
    span = float(known.max() - known.min()) + 1
    return n * (n - 1) / 2 / span >= PAIRS_ALIKE


def _named(spec: FeatureSpec, attribute: Attribute | None) -> str:
    if attribute is None or attribute.label == spec.label:
        return f"'{spec.label}'"
    return f"'{spec.label}' (column '{attribute.label}')"


def _pairs(told: float) -> str:
    hundredths = round(100 * told)
    return f"{hundredths} of 100 pairs" if hundredths < 100 else "practically every pair"

"""Stored values -> words: every way in which a card writes a figure, by name.

A form takes JSON values (a date is text) and gives text. A card names the form with each figure, so that the
same words can be made again from what is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import numpy as np

from segmenter.evaluation.groups import GroupResult, groups_sentence
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.evaluation.table1 import RANKING_NAMES
from segmenter.features.catalog import feature_specs
from segmenter.figures import MISSING, day, duration, listed, moment, number, points, share
from segmenter.labels.sample_size import holdout_needed, smallest_effect
from segmenter.model.alike import FEWEST_OF_A_KIND
from segmenter.settings import Windows
from segmenter.tables.dataset import Attribute, Dataset

DEPTHS: Final = (0.2, 0.4)  # at which a card says what each ranking reaches
ASSUMED_PROMPTED: Final = 0.5  # of the engaged, where nothing suggests a share

SEGMENTS: Final = ("engaged", "unengaged", "inactive", "browsing")
KIND_WORDS: Final = {"view": "seen", "click": "clicked", "redeem": "redeemed"}
SHARE_SOURCES: Final = {
    "evidence": "told by the evidence",
    "setting": "set by whoever trained it",
    "alike customers": "told by alike customers who did not look",
    "mild cap": "a mild limit, because nothing tells it",
    "none": "nothing tells it",
}
JUDGES: Final = {
    "alike customers": "alike customers who did not look, kept back",
    "known organic": "customers kept back who are known to be organic",
    "given labels": "given labels of customers kept back, which cannot speak for doubting them",
}

METHODS: Final = {
    "guarded": "guarded",
    "none": "none: every engaged customer counts as prompted",
    "printed": "as the paper prints it, for comparison",
}
CHOSEN_BY: Final = {"rfm": "RFM"} | RANKING_NAMES
RANKINGS: Final = {
    "product": "prompted score times the chance to be active",
    "paper": "prompted score, with customers above the limit of inactivity last",
}


def rough(count: int) -> str:
    """A number of customers to plan with, rounded up to two digits: 1,734 -> '1,800'."""
    step = 10 ** max(0, len(str(count)) - 2)
    return number(-(-count // step) * step)


def buying_rate(given: Mapping[str, int]) -> float:
    """Share of buyers in one outcome window; who bought first and browsed later is not counted."""
    return (given["engaged"] + given["unengaged"]) / sum(given[label] for label in SEGMENTS)


def planned_effect(given: Mapping[str, int], organic_share: float | None) -> float:
    """What contact adds to the share of buyers, if it moves the engaged who are not organic."""
    prompted = ASSUMED_PROMPTED if organic_share is None else 1 - organic_share
    return prompted * given["engaged"] / sum(given[label] for label in SEGMENTS)


def holdout_words(given: Mapping[str, int], organic_share: float | None) -> str:
    """How many customers to hold back by lot, as the start of a sentence."""
    customers = sum(given[label] for label in SEGMENTS)
    rate, effect = buying_rate(given), planned_effect(given, organic_share)
    needed = holdout_needed(customers, rate, rate - effect) if effect > 0 else None
    whom = "customers by lot: with buying rates as in these data"
    if needed is not None:
        return (
            f"Hold back about {rough(needed)} of {number(customers)} {whom}, contacting the others then "
            f"shows, four times out of five, an effect of {points(effect)} percentage points on the share "
            "who buy"
        )
    half = smallest_effect(customers / 2, customers / 2, rate)
    if half is None:
        return f"Hold back half of the customers by lot, in several campaigns: {number(customers)} are few"
    return (
        f"Hold back half of {number(customers)} {whom}, contacting the others then shows, four times out of "
        f"five, only effects above {points(half)} percentage points, so gather several campaigns"
    )


def told_by_trial(contacted: float, held_back: float, given: Mapping[str, int]) -> str:
    """The smallest effect that a holdout of this size tells from none."""
    return points(smallest_effect(contacted, held_back, buying_rate(given)))


def reached(depth: float, curve: Mapping[str, Any]) -> str:
    """What a ranking reaches at a depth, with its interval where the curve has one."""

    def at(name: str) -> float:
        return float(np.interp(depth, curve["depth"], curve[name]))

    if curve.get("low") is None or curve.get("high") is None:
        return share(at("captured"))
    return f"{share(at('captured'))} ({share(at('low'))} to {share(at('high'))})"


def group_size(customers: int) -> str:
    """How many customers are in a group, but not of one so small that it would tell of single people."""
    return f"under {MIN_GROUP}" if 0 < customers < MIN_GROUP else number(customers)


def group_share(engaged: int, customers: int) -> str:
    """The share of the engaged in a group that is large enough to tell."""
    return MISSING if customers < MIN_GROUP else share(engaged / customers, digits=1)


def estimate(value: Mapping[str, Any] | None) -> str:
    """A share with its interval."""
    if value is None:
        return MISSING
    low, high = value.get("low"), value.get("high")
    return _share_with_interval(value["value"], None if low is None or high is None else (low, high))


def group_verdict(group: Mapping[str, Any]) -> str:
    """Whether the model's order within a group beats chance."""
    result = msgspec.convert(group, GroupResult)
    if not result.customers:
        return MISSING
    return "too few to tell" if result.verdict == "too few" else result.verdict


def groups(results: Sequence[Mapping[str, Any]]) -> str:
    """Among whom the order holds, in a sentence."""
    every = [msgspec.convert(group, GroupResult) for group in results]
    return groups_sentence([group for group in every if group.customers >= MIN_GROUP])


def plainly(value: Any) -> str:
    """Any setting as it was given."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(plainly(each) for each in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def error_words(value: Mapping[str, Any]) -> str:
    """A Brier score with its interval."""
    words, low, high = (value.get(name) for name in ("value", "low", "high"))
    return f"{words:.3f}" if low is None or high is None else f"{words:.3f} ({low:.3f} to {high:.3f})"


def feature_names(
    features: Sequence[Any] | None,
    attributes: Sequence[Mapping[str, Any]] | None,
    windows: Mapping[str, Any],
) -> str:
    """Features by their labels; columns of the customers file by their own names, where these are known."""
    about = Dataset(
        name="",
        rows={},
        set_aside={},
        mapped={},
        attributes=msgspec.convert(attributes or (), tuple[Attribute, ...]),
        coverage={},
        findings=(),
    )
    labels = {spec.name: spec.label for spec in feature_specs(about, msgspec.convert(windows, Windows))}
    names = [each if isinstance(each, str) else each["name"] for each in features or ()]
    return "; ".join(labels.get(name, name) for name in names) or "none"


def sensitive_columns(attributes: Sequence[Mapping[str, Any]] | None) -> str:
    """Columns of the customers file that touch something sensitive: which, and why they were used, if so."""
    every = msgspec.convert(attributes or (), tuple[Attribute, ...])
    words = [
        f"{each.label} ({each.sensitive}): {f'used, because: {each.reason}' if each.reason else 'not used'}"
        for each in every
        if each.sensitive
    ]
    return "; ".join(words) or "none was found"


def _share_with_interval(value: float | None, pair: Sequence[float] | None) -> str:
    return share(value) if pair is None else f"{share(value)} ({share(pair[0])} to {share(pair[1])})"


def _dates(days: Sequence[str]) -> str:
    return listed([day(date.fromisoformat(each)) for each in days])


FORMS: Final[dict[str, Callable[..., str]]] = {
    "text": lambda value: MISSING if value is None else str(value),
    "number": number,
    "number or none": lambda value: number(value or 0),
    "two counts": lambda one, other: number(len(one or ()) + len(other or ())),
    "share": share,
    "share in tenths": lambda value: share(value, digits=1),
    "share with interval": _share_with_interval,
    "estimate": estimate,
    "points": points,
    "three digits": lambda value: MISSING if value is None else f"{value:.3f}",
    "day": lambda value: MISSING if value is None else day(datetime.fromisoformat(value)),
    "days": _dates,
    "moment": lambda value: f"{moment(datetime.fromisoformat(value).astimezone(UTC))} UTC",
    "duration": duration,
    "setting": plainly,
    "feature names": feature_names,
    "sensitive columns": sensitive_columns,
    "reactions": lambda kinds: " or ".join(KIND_WORDS[kind] for kind in kinds),
    "share source": SHARE_SOURCES.__getitem__,
    "judge": JUDGES.__getitem__,
    "method": METHODS.__getitem__,
    "ranking": RANKINGS.__getitem__,
    "passed": lambda passed: "yes" if passed else "no",
    "two digits": lambda value: MISSING if value is None else f"{value:.2f}",
    "error": error_words,
    "chosen by": CHOSEN_BY.__getitem__,
    "device": {"cpu": "on the processor", "cuda": "on the graphics card"}.__getitem__,
    "used": lambda applied: "used" if applied else "not used",
    "fall back": lambda falls_back: (
        "tried, and used only where customers kept back speak for it"
        if falls_back
        else "kept for comparison, whatever customers kept back say of it"
    ),
    "holdout to plan": holdout_words,
    "customers of a kind": lambda members: number(FEWEST_OF_A_KIND * members),
    "effect told by the trial": told_by_trial,
    **{f"reached at {depth:.0%}": lambda curve, depth=depth: reached(depth, curve) for depth in DEPTHS},
    "group size": group_size,
    "group share": group_share,
    "group verdict": group_verdict,
    "groups": groups,
}

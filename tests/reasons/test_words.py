"""Words for reasons: there for every feature, neutral, and true of the value they stand beside."""

import re
from dataclasses import replace

import pytest

from segmenter.features.catalog import ATTRIBUTES, FEATURES, FeatureSpec
from segmenter.reasons.words import WORDS, reason_words, value_words
from segmenter.settings import Windows

# What a person would not want to be called, or would be startled to read that somebody knows.
BANNED = re.compile(
    r"\b(poor|poorly|rich|wealthy|cheap|stingy|greedy|lazy|broke|money|afford\w*|debt|income|short of|"
    r"obsess\w*|addict\w*|compulsive\w*|impulsive\w*|bargain\w*|hunter|desperate\w*|disloyal\w*|unfaithful|"
    r"fail\w*|ignor\w*|neglect\w*|refus\w*|bad|worse|worst|weak\w*|suspicious\w*|waste\w*|abus\w*|churn\w*|"
    r"lonely|alone|home|night|asleep|bored|pregnan\w*|ill|sick\w*|health\w*|married|divorced|single|religi\w*|"
    r"we know|watch\w*|track\w*|spy\w*|follows|monitor\w*|caught|should|must|too much|too little|person)\b",
    re.IGNORECASE,
)


def said(
    spec: FeatureSpec, value: float | None, *, average: float | None = 2.0, level: str | None = None
) -> str:
    return reason_words(spec, value, average=average, level=level, windows=Windows(outcome_days=30))


def spec_of(name: str) -> FeatureSpec:
    return next(spec for spec in FEATURES if spec.name == name)


def test_every_feature_of_the_catalog_has_its_words_and_no_other_has() -> None:
    assert set(WORDS) == {spec.name for spec in FEATURES}


@pytest.mark.parametrize("spec", FEATURES, ids=lambda spec: spec.name)
def test_high_low_and_unknown_are_said_plainly_and_without_judging(spec: FeatureSpec) -> None:
    level = "Garden" if spec.kind == "category" else None
    high, low, unknown = said(spec, 3.0, level=level), said(spec, 1.0, level=level), said(spec, None)
    if spec.kind == "numeric":
        assert high.split(" (")[0] != low.split(" (")[0]
    assert unknown not in (high, low)
    for words in (high, low, unknown):
        assert not BANNED.search(words), words
        assert words[0].isupper() and not re.search(r"[{}_]", words)
        assert len(words) < 90


def test_no_two_features_say_the_same() -> None:
    numeric = [spec for spec in FEATURES if spec.kind == "numeric"]
    for value in (3.0, 1.0):
        phrases = [said(spec, value).split(" (")[0] for spec in numeric]
        assert len(set(phrases)) == len(phrases)


def test_a_value_above_the_average_is_called_high_and_one_below_it_low() -> None:
    spec = spec_of("days_since_last_purchase")
    assert said(spec, 12.0, average=11.9) == "Has not bought for longer than average (12 days)"
    assert said(spec, 11.0, average=11.9) == "Bought more recently than average (11 days)"
    assert said(spec, None) == "Has not bought yet"


def test_recent_windows_are_said_in_days() -> None:
    assert said(spec_of("purchase_count_medium"), 4.0) == (
        "Bought more often than average in the last 90 days (4)"
    )


def test_categories_name_their_value() -> None:
    spec = spec_of("favourite_category")
    assert said(spec, 1.0, level="Garden {tools}") == "Buys most from Garden {tools}"
    assert said(spec, None) == "No favourite category yet"


@pytest.mark.parametrize(
    ("kind", "value", "level", "words"),
    [
        ("numeric", 34.0, None, "Age {x}: 34"),
        ("numeric", None, None, "Age {x}: not known"),
        ("category", 2.0, "Leeds", "Age {x}: Leeds"),
        ("category", None, None, "Age {x}: not known"),
    ],
)
def test_attributes_are_named_as_in_the_customers_file_and_nothing_more(
    kind: str, value: float | None, level: str | None, words: str
) -> None:
    spec = FeatureSpec(name="attr_1", label="Age {x}", group=ATTRIBUTES)
    assert said(replace(spec, kind=kind), value, level=level) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.724, "share", "72%"),
        (1.0, "days", "1 day"),
        (12.34, "days", "12.3 days"),
        (0.25, "days", "6 hours"),
        (0.05, "days", "1 hour"),
        (0.008, "days", "under an hour"),
        (0.0, "days", "0 days"),
        (1234.5, "money", "1,234"),
        (9.5, "money", "9.50"),
        (-20.0, "money", "−20.00"),
        (1.5, "ratio", "1.50×"),
        (0.0213, "per day", "0.021 per day"),
        (0.00001, "per day", "under 0.001 per day"),
        (3.0, "count", "3"),
        (0.0, "", "0"),
    ],
)
def test_values_are_written_in_their_unit(value: float, unit: str, words: str) -> None:
    assert value_words(value, unit) == words

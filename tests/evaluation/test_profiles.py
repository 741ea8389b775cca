"""Profiles, heat map and histogram: true differences, no small groups."""

import msgspec
import numpy as np
import pandas as pd
import pytest

from segmenter.evaluation.profiles import (
    LARGEST_DIFFERENCE,
    MIN_GROUP,
    MOST_LINES,
    SegmentProfile,
    heat_map,
    score_histogram,
    segment_profiles,
)
from segmenter.evaluation.rfm import NO_PURCHASES, SEGMENTS
from segmenter.features.catalog import FeatureSpec

SPECS = (
    FeatureSpec(
        name="purchase_count", label="Purchases so far", group="Frequency", kind="numeric", unit="count"
    ),
    FeatureSpec(name="web_share", label="Bought online", group="Preferences", kind="numeric", unit="share"),
    FeatureSpec(name="channel", label="Favourite channel", group="Preferences", kind="category"),
)


@pytest.fixture
def features(rng: np.random.Generator) -> pd.DataFrame:
    engaged = np.arange(600) < 200
    return pd.DataFrame(
        {
            "purchase_count": rng.poisson(np.where(engaged, 6.0, 2.0)).astype(float),
            "web_share": np.where(np.arange(600) % 5 == 0, np.nan, 0.5),
            "channel": np.where(engaged & (np.arange(600) % 2 == 0), "web", "shop"),
        }
    )


@pytest.fixture
def segment() -> np.ndarray:
    return np.repeat(["engaged", "inactive", "unengaged"], 200)


def of(profiles: tuple[SegmentProfile, ...], name: str) -> SegmentProfile:
    return next(profile for profile in profiles if profile.segment == name)


def test_a_profile_names_what_sets_the_segment_apart(features: pd.DataFrame, segment: np.ndarray) -> None:
    profile = of(segment_profiles([(features, segment)], SPECS), "engaged")
    assert (profile.customers, profile.share, profile.is_hidden) == (200, pytest.approx(1 / 3), False)
    assert {(line.feature, line.level) for line in profile.features} == {
        ("purchase_count", None),
        ("channel", "web"),
        ("channel", "shop"),
    }
    count = next(line for line in profile.features if line.feature == "purchase_count")
    inside, rest = features["purchase_count"][:200], features["purchase_count"][200:]
    assert count.segment_mean == pytest.approx(inside.mean())
    assert count.rest_mean == pytest.approx(rest.mean())
    pooled = np.sqrt((inside.var(ddof=0) + rest.var(ddof=0)) / 2)
    assert count.difference == pytest.approx((inside.mean() - rest.mean()) / pooled)
    assert count.words.startswith("Purchases so far: much higher than elsewhere, ")


def test_shares_of_categories_are_compared_in_words(features: pd.DataFrame, segment: np.ndarray) -> None:
    web = next(
        line
        for line in of(segment_profiles([(features, segment)], SPECS), "engaged").features
        if line.level == "web"
    )
    assert (web.segment_mean, web.rest_mean, web.unit) == (0.5, 0.0, "share")
    assert web.words == "Favourite channel is 'web': much higher than elsewhere, 50% against 0%"


def test_batches_give_what_the_whole_gives(features: pd.DataFrame, segment: np.ndarray) -> None:
    order = np.random.default_rng(2).permutation(600)
    batches = [(features.iloc[part], segment[part]) for part in np.array_split(order, 7)]
    whole, parts = segment_profiles([(features, segment)], SPECS), segment_profiles(batches, SPECS)
    for a, b in zip(whole, parts, strict=True):
        assert (a.segment, a.customers) == (b.segment, b.customers)
        assert [(line.feature, line.level) for line in a.features] == [
            (line.feature, line.level) for line in b.features
        ]
        assert [line.difference for line in a.features] == pytest.approx(
            [line.difference for line in b.features]
        )


def test_profiles_can_be_stored_as_json(features: pd.DataFrame, segment: np.ndarray) -> None:
    profiles = segment_profiles([(features, segment.astype(object))], SPECS)
    text = msgspec.json.encode(profiles)
    assert msgspec.json.decode(text, type=tuple[SegmentProfile, ...]) == profiles


def test_large_means_lose_no_digits(segment: np.ndarray, rng: np.random.Generator) -> None:
    values = 1e9 + rng.normal(size=600) + (segment == "engaged")
    batches = [(pd.DataFrame({"x": [v]}), np.array([s])) for v, s in zip(values, segment, strict=True)]
    spec = FeatureSpec(name="x", label="X", group="", kind="numeric", unit="")
    line = of(segment_profiles(batches, (spec,)), "engaged").features[0]
    assert line.difference == pytest.approx(1.0, abs=0.2)


def test_a_segment_like_everybody_else_has_no_lines(features: pd.DataFrame) -> None:
    mixed = np.where(np.arange(600) % 4 < 2, "a", "b")
    same = features.assign(purchase_count=0.1, channel="web")  # 0.1, because its sums are not exact
    assert all(profile.features == () for profile in segment_profiles([(same, mixed)], SPECS))


def test_small_groups_are_hidden(features: pd.DataFrame) -> None:
    segment = np.where(np.arange(600) < MIN_GROUP - 1, "engaged", "inactive")
    for profile in segment_profiles(
        [(features, segment)], SPECS
    ):  # the rest of the large one is the small one
        assert profile.is_hidden
        assert profile.features == ()


def test_a_level_of_a_few_customers_is_not_shown(features: pd.DataFrame, segment: np.ndarray) -> None:
    features.loc[:4, "channel"] = "fax"
    features.loc[300:400, "channel"] = "fax"
    lines = of(segment_profiles([(features, segment)], SPECS), "engaged").features
    assert all(line.level != "fax" for line in lines)
    others = of(segment_profiles([(features, segment)], SPECS), "inactive").features
    assert all(line.level != "fax" for line in others)  # the five would be told by subtraction


def test_a_profile_stays_short(segment: np.ndarray, rng: np.random.Generator) -> None:
    specs = tuple(
        FeatureSpec(name=f"x{k}", label=f"X{k}", group="", kind="numeric", unit="") for k in range(30)
    )
    frame = pd.DataFrame({spec.name: rng.normal(size=600) + (segment == "engaged") for spec in specs})
    lines = of(segment_profiles([(frame, segment)], specs), "engaged").features
    assert len(lines) == MOST_LINES
    sizes = [abs(line.difference) for line in lines]
    assert sizes == sorted(sizes, reverse=True)


def test_a_missing_category_counts_as_unknown(features: pd.DataFrame, segment: np.ndarray) -> None:
    features["channel"] = features["channel"].where(segment != "engaged", None)
    lines = of(segment_profiles([(features, segment)], SPECS), "engaged").features
    unknown = next(line for line in lines if line.level == "unknown")
    assert (unknown.segment_mean, unknown.rest_mean) == (1.0, 0.0)


def test_what_all_have_and_nobody_else_has_is_the_largest_difference(segment: np.ndarray) -> None:
    specs = SPECS[:1]
    lines = [
        of(segment_profiles([(pd.DataFrame({"purchase_count": values}), segment)], specs), "engaged").features
        for values in (np.where(segment == "engaged", 2.0, 5.0), np.full(600, 5.0))
    ]
    assert [line.difference for line in lines[0]] == [-LARGEST_DIFFERENCE]
    assert lines[1] == ()


def test_the_heat_map_counts_every_customer_once(rng: np.random.Generator) -> None:
    segment = rng.choice(["engaged", "inactive"], 5_000)
    rfm_segment = rng.choice([*SEGMENTS, NO_PURCHASES], 5_000)
    table = heat_map(segment, rfm_segment)
    assert table.segments == ("engaged", "inactive")
    assert table.rfm_segments == (*SEGMENTS, NO_PURCHASES)
    assert sum(count for row in table.counts for count in row if count is not None) == 5_000
    assert [sum(share for share in row if share is not None) for row in table.shares] == pytest.approx([1, 1])


def test_small_cells_of_the_heat_map_are_hidden_and_empty_ones_are_zero() -> None:
    segment = np.repeat("engaged", 50)
    table = heat_map(segment, np.repeat(["Champions", "Loyal"], [31, 19]))
    assert table.counts[0][:3] == (31, None, 0)
    assert table.shares[0][:3] == (31 / 50, None, 0)


def test_an_unknown_rfm_segment_is_refused() -> None:
    with pytest.raises(ValueError, match="Whales"):
        heat_map(np.array(["engaged"]), np.array(["Whales"]))


def test_the_histogram_counts_every_score_once(rng: np.random.Generator) -> None:
    histogram = score_histogram(np.concatenate([rng.random(998), [0.0, 1.0]]))
    assert sum(histogram.counts) == 1_000
    assert (histogram.edges[0], histogram.edges[-1], len(histogram.counts)) == (0, 1, 50)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        score_histogram(np.array([1.5]))

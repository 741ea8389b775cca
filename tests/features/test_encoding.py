"""Feature columns -> edges and levels: what the encoder learns, and what it makes of values never seen."""

import math

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import ModelFileError
from segmenter.features.catalog import FeatureSpec
from segmenter.features.encoding import MOST_LEVELS, Encoder

SPEND = FeatureSpec(name="spend", label="Spend", group="Money")
COLOUR = FeatureSpec(name="colour", label="Colour", group="Preferences", kind="category")


def fitted(values: list[float], n_bins: int = 4) -> Encoder:
    return Encoder.fit(pd.DataFrame({"spend": values}), [SPEND], n_bins)


def edges(values: list[float], n_bins: int = 4) -> tuple[float, ...]:
    return fitted(values, n_bins).numeric_features[0].edges


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=60), st.integers(1, 12))
def test_edges_are_finite_rise_and_are_at_most_one_more_than_the_bins(
    values: list[float], n_bins: int
) -> None:
    found = edges(values, n_bins)
    assert all(math.isfinite(edge) for edge in found)
    assert all(a < b for a, b in zip(found, found[1:], strict=False))
    assert len(found) <= n_bins + 1


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.lists(numbers, min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values: list[float], random) -> None:  # type: ignore[no-untyped-def]  # noqa: E501
    shuffled = list(values)
    random.shuffle(shuffled)
    assert fitted(values) == fitted(shuffled)


def test_evenly_spread_values_fill_bins_evenly() -> None:
    values = np.arange(10_000.0)
    found = np.array(edges(values.tolist()))
    assert len(found) == 5
    counts, _ = np.histogram(values, found)
    assert counts.min() > 0.95 * counts.max()


def test_a_value_that_most_customers_share_takes_one_edge_and_leaves_the_bins_to_the_others() -> None:
    values = [0.0] * 900 + list(np.linspace(1, 100, 100))
    found = edges(values, n_bins=8)
    assert found[0] == 0.0
    assert len(found) == 9, "0 alone would have taken seven of the eight quantile edges"


def test_one_enormous_value_does_not_stretch_the_last_bin() -> None:
    assert edges([*np.linspace(0, 100, 999).tolist(), 1e12])[-1] < 101


def test_a_rare_value_still_has_a_bin() -> None:
    assert edges([0.0] * 999 + [5.0]) == (0.0, 5.0)


def test_a_feature_that_never_varies_or_is_never_known_has_no_bin() -> None:
    assert len(edges([3.0] * 50)) == 1
    assert edges([math.nan] * 50) == ()


def test_edges_are_float32_values_so_that_a_customer_on_an_edge_is_on_it() -> None:
    found = edges(np.random.default_rng(0).normal(size=500).tolist())
    assert all(float(np.float32(edge)) == edge for edge in found)


def test_numbers_come_out_as_float32_with_unknown_as_nan_whatever_their_column_type() -> None:
    encoder = fitted([1.0, 2.0, 3.0])
    frame = pd.DataFrame({"spend": pd.array([1, None, 3], dtype="Int64")})
    found = encoder.numeric(frame)
    assert found.dtype == np.float32
    assert found.shape == (3, 1)
    assert np.isnan(found[:, 0]).tolist() == [False, True, False]


def test_levels_are_the_most_frequent_values_and_the_rest_is_other() -> None:
    colours = ["red"] * 3 + ["blue"] * 5 + [None]
    encoder = Encoder.fit(pd.DataFrame({"colour": colours}), [COLOUR], 4)
    assert encoder.category_features[0].levels == ("blue", "red")
    places = encoder.categories(pd.DataFrame({"colour": ["blue", "red", "green", None]}))
    assert places[:, 0].tolist() == [1, 2, 3, 0]


def test_at_most_thirty_levels_are_kept_and_equally_frequent_ones_go_by_the_alphabet() -> None:
    colours = [f"c{number:03}" for number in range(100)]
    levels = Encoder.fit(pd.DataFrame({"colour": colours[::-1]}), [COLOUR], 4).category_features[0].levels
    assert levels == tuple(colours[:MOST_LEVELS])


def test_a_missing_feature_is_named() -> None:
    with pytest.raises(ModelFileError, match="'spend'"):
        fitted([1.0, 2.0]).numeric(pd.DataFrame({"other": [1.0]}))


def test_json_gives_the_same_encoder_back_to_the_last_bit() -> None:
    frame = pd.DataFrame(
        {"spend": np.random.default_rng(1).lognormal(size=300), "colour": ["a", "b", None] * 100}
    )  # noqa: E501
    encoder = Encoder.fit(frame, [SPEND, COLOUR], 16)
    assert msgspec.json.decode(msgspec.json.encode(encoder), type=Encoder) == encoder


@pytest.mark.parametrize("bad", ["[2.0,1.0]", "[1.0,1.0]", "[1.0,1e999]"])
def test_edges_that_do_not_rise_or_are_not_finite_are_refused(bad: str) -> None:
    feature = f'{{"name":"spend","edges":{bad},"low":0.0,"high":1.0,"had_unknown":false}}'
    text = f'{{"numeric_features":[{feature}],"category_features":[]}}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Encoder)


def test_only_customers_unlike_all_training_customers_are_outside() -> None:
    train = pd.DataFrame({"spend": [0.0, 5.0, 10.0, 2.0], "colour": ["red", "blue", "red", None]})
    encoder = Encoder.fit(train, [SPEND, COLOUR], 4)
    assert not encoder.outside(train).any()
    strange = pd.DataFrame({"spend": [-1.0, 11.0, math.nan, 3.0], "colour": ["red", None, "blue", "green"]})
    assert encoder.outside(strange).tolist() == [[True, False], [True, False], [True, False], [False, True]]

"""Who moves: nothing is lost, nothing is told of few, and what sets the movers apart is counted by hand."""

import numpy as np
import pandas as pd
import pytest

from segmenter.comparing.comparison import BYS, Movers
from segmenter.comparing.movers import FeatureMeans, movers, shown_counts
from segmenter.comparing.overlap import Membership
from segmenter.features.catalog import FeatureSpec

SPECS = (
    FeatureSpec(name="purchase_count", label="Purchases so far", group="Frequency", unit="count"),
    FeatureSpec(name="attr_cat_1", label="Region", group="Attributes", kind="category"),
)


def moved(first: pd.DataFrame, second: pd.DataFrame, features: pd.DataFrame | None = None) -> dict:
    members = Membership.of(first, second)
    frame = (
        features
        if features is not None
        else first[["customer_id"]].assign(purchase_count=np.arange(len(first)) % 9.0, attr_cat_1="north")
    )
    means = FeatureMeans(SPECS, {"attr_cat_1": ("north", "south")}, members).read([frame])
    return movers(first, second, members, means, {})


def at(found: dict, depth: float) -> Movers:
    return next(each for each in found["score"] if each.depth == depth)


def test_only_a_and_both_make_up_the_list_and_nobody_is_told_of_in_small_groups(make_scores, rng) -> None:
    base = rng.random(600)
    found = moved(make_scores(base), make_scores(base + 0.15 * rng.random(600)))
    seen_small = False
    for by in BYS:
        for each in found[by]:
            sizes = [group.customers for group in (each.ours, each.theirs)]
            assert sizes[0] == sizes[1], "what one list has more, the other has too"
            if each.ours.customers is None:
                seen_small = True
                assert each.ours.segments is None
                assert each.ours.p_prompted is None
                assert each.telling == ()
            else:
                assert each.ours.customers + (each.both.customers or 0) == each.customers
    assert seen_small, "the world must have a list in which fewer than 20 move"


def test_with_the_same_model_nobody_moves(make_scores, rng) -> None:
    scores = make_scores(rng.random(300))
    for each in moved(scores, scores)["score"]:
        assert (each.ours.customers, each.theirs.customers) == (0, 0)
        assert each.both.customers in (each.customers, None)


def test_swapped_the_two_sides_change_places(make_scores, rng) -> None:
    first, second = make_scores(rng.random(500)), make_scores(rng.random(500))
    there, back = at(moved(first, second), 0.2), at(moved(second, first), 0.2)
    assert there.ours.customers == back.theirs.customers
    assert there.ours.score == tuple(reversed(back.theirs.score))
    assert [line.difference for line in there.telling] == [-line.difference for line in back.telling]


def test_what_sets_movers_apart_is_the_mean_of_each_side_by_hand(make_scores) -> None:
    # 200 customers, lists of 100. Ours: the first hundred. Theirs: 50 to 149. Only ours: 0 to 49, who bought
    # 10 times (half of them known) and live north; only theirs: 100 to 149, twice, south.
    k = np.arange(200)
    first = make_scores(1 - k / 200)
    second = make_scores(np.where((k >= 50) & (k < 150), 0.9, 0.1) - k / 1e4)
    features = pd.DataFrame(
        {
            "customer_id": first["customer_id"],
            "purchase_count": np.where(k < 50, np.where(k % 2, 10.0 + k % 4, np.nan), 2.0 + k % 2),
            "attr_cat_1": np.where(k < 75, "north", "south"),
        }
    )
    found = at(moved(first, second, features), 0.5)
    assert (found.ours.customers, found.theirs.customers, found.both.customers) == (50, 50, 50)
    by_name = {(line.feature, line.level): line for line in found.telling}
    bought = by_name["purchase_count", None]
    # Known ones have k = 1, 3, 5, ...: k % 4 is 1 or 3, thirteen and twelve of them.
    assert bought.ours == pytest.approx((13 * 11 + 12 * 13) / 25)
    assert bought.theirs == pytest.approx(2.5)
    north = by_name["attr_cat_1", "north"]
    assert (north.ours, north.theirs, north.both, north.unit) == (1.0, 0.0, 0.5, "share")
    assert north.difference == 10.0, "where neither side varies, the largest difference there is"


def test_a_value_known_of_fewer_than_twenty_is_not_told(make_scores) -> None:
    k = np.arange(200)
    first = make_scores(1 - k / 200)
    second = make_scores(np.where((k >= 50) & (k < 150), 0.9, 0.1) - k / 1e4)
    known = np.where(k < 50, np.where(k < 19, 9.0, np.nan), 1.0 + k % 2)
    features = first[["customer_id"]].assign(
        purchase_count=known, attr_cat_1=np.where(k % 50 < 10, "north", "south")
    )
    assert at(moved(first, second, features), 0.5).telling == ()


def test_a_single_hidden_count_takes_another_along() -> None:
    assert shown_counts({"a": 300, "b": 12, "c": 40}) == {"a": 300, "b": None, "c": None}
    assert shown_counts({"a": 300, "b": 12, "c": 4}) == {"a": 300, "b": None, "c": None}
    assert shown_counts({"a": 300, "b": 0, "c": 40}) == {"a": 300, "b": 0, "c": 40}

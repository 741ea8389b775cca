"""What must hold of features in every world: neither the future nor names nor row order is in them."""

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from segmenter.features.catalog import FEATURES
from tests.features.drawn_worlds import (
    CUTOFF,
    WINDOWS,
    World,
    futures,
    hours_after,
    hours_before,
    joined,
    law,
    pasts,
    renamed,
    worlds,
)
from tests.features.world import features_of, write_world


def features(world: World, days_later: int = 0) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        dataset = write_world(Path(folder), **world)
        return features_of(Path(folder), dataset, WINDOWS, CUTOFF + timedelta(days=days_later))


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9, check_exact=False)


@law
@given(past=pasts(), one=futures(), other=futures())
def test_features_do_not_change_when_the_future_does(past: World, one: World, other: World) -> None:
    """Rows at or after the cutoff are exchanged for others: changed, added and deleted at once.

    Attributes of the customer list are excepted by their nature: they carry no date.
    """
    assert_same(features(joined(past, one)), features(joined(past, other)))


@law
@given(world=worlds(st.one_of(hours_before(), hours_after())), seed=st.integers(0, 99))
def test_features_do_not_depend_on_the_order_of_rows(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shuffled = {name: [rows[i] for i in rng.permutation(len(rows))] for name, rows in world.items()}
    pd.testing.assert_frame_equal(features(world), features(shuffled), check_exact=True)


@law
@given(world=pasts())
def test_features_do_not_depend_on_how_customers_and_campaigns_are_called(world: World) -> None:
    names = {"ann": "0007", "bea": 'zoë, née "x"', "cem": " ", "k": "00", "m": "M'"}
    expected = features(world).rename(index=names).sort_index()
    assert_same(features(renamed(world, names)).sort_index(), expected)


@law
@given(world=pasts(), weeks=st.integers(1, 200))
def test_features_do_not_depend_on_the_calendar(world: World, weeks: int) -> None:
    """A world moved by whole weeks, cutoff and all, has the same features."""
    shift = timedelta(weeks=weeks)
    moved = {
        name: [{k: v + shift if k.endswith("at") else v for k, v in row.items()} for row in rows]
        for name, rows in world.items()
    }
    assert_same(features(world), features(moved, days_later=7 * weeks))


@law
@given(world=pasts())
def test_features_stay_in_their_ranges_and_a_wider_window_never_counts_less(world: World) -> None:
    frame = features(world)
    windows = ("_short", "_medium", "_long", "")
    for narrow, wide in zip(windows, windows[1:], strict=False):
        assert (frame[f"purchase_count{narrow}"] <= frame[f"purchase_count{wide}"]).all()
    for kind in ("exposure", "impression", "view", "click", "redeem"):
        assert (frame[f"{kind}_count_short"] <= frame[f"{kind}_count"]).all()
    for spec in FEATURES:
        known = frame[spec.name].dropna()
        if spec.unit == "share" and spec.name != "returned_share":  # more may come back than was bought here
            assert known.between(0, 1).all(), spec.name
        if spec.unit == "count":
            assert (known >= 0).all(), spec.name
        if spec.unit == "count" and spec.name.endswith("_count"):
            assert (known == known.round()).all(), spec.name
        if spec.unit in ("days", "per day"):
            assert (known >= 0).all(), spec.name


def test_amounts_in_cents_give_the_same_features_but_for_money(tmp_path: Path) -> None:
    rows = [
        {"customer_id": "a", "at": "2026-03-10", "amount": 20.0, "discount_amount": 5.0},
        {"customer_id": "a", "at": "2026-03-29", "amount": 10.0},
        {"customer_id": "a", "at": "2026-03-30", "amount": -4.0, "is_return": True},
    ]
    cents = [
        {k: v * 100 if k.endswith("amount") and isinstance(v, float) else v for k, v in row.items()}
        for row in rows
    ]
    euros, dearer = (
        features_of(
            tmp_path / name, write_world(tmp_path / name, transactions=given_rows), WINDOWS, CUTOFF
        ).loc["a"]
        for name, given_rows in (("euros", rows), ("cents", cents))
    )
    for spec in FEATURES:
        factor = 100 if spec.unit == "money" else 1
        if spec.kind == "numeric" and not pd.isna(euros[spec.name]):
            assert np.isclose(dearer[spec.name], factor * euros[spec.name]), spec.name

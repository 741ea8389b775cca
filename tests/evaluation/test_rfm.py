"""RFM: a baseline that names every customer, whatever the order of the rows."""

from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import NotEnoughData, SettingsError
from segmenter.evaluation.rfm import (
    NO_PURCHASES,
    SEGMENTS,
    RfmSettings,
    has_bought,
    rfm_scores,
    unknown_measures,
)

CUTS = RfmSettings(
    days_since_last_purchase=(10, 20, 30, 40),
    purchase_count=(1, 2, 3, 4),
    monetary_value=(100, 200, 300, 400),
)
MEASURES = ["days_since_last_purchase", "purchase_count", "monetary_value"]


def customers_of(rows: list[tuple[float, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=MEASURES)
    frame.insert(0, "customer_id", [f"c{number}" for number in range(len(frame))])
    return frame


@pytest.fixture
def every_score() -> pd.DataFrame:
    """One customer in the middle of each of the 125 parts that CUTS make."""
    steps = range(5)
    return customers_of([(5 + 10 * r, 1 + f, 50 + 100 * m) for r, f, m in product(steps, steps, steps)])


def test_every_segment_can_be_reached_and_every_score_has_a_segment(every_score: pd.DataFrame) -> None:
    scores = rfm_scores(every_score, CUTS)
    assert set(zip(scores["r"], scores["f"], scores["m"], strict=True)) == set(product(range(1, 6), repeat=3))
    assert set(scores["rfm_segment"]) == set(SEGMENTS)
    assert len(SEGMENTS) == 11


def test_a_cell_of_recency_and_mean_frequency_and_money_has_one_segment(every_score: pd.DataFrame) -> None:
    scores = rfm_scores(every_score, CUTS)
    cells = scores.groupby([scores["r"], (scores["f"] + scores["m"] + 1) // 2])["rfm_segment"].nunique()
    assert len(cells) == 25
    assert (cells == 1).all()


@pytest.mark.parametrize(
    ("days", "count", "money", "segment"),
    [
        (1, 9, 900, "Champions"),
        (15, 9, 900, "Loyal"),
        (1, 3, 250, "Potential Loyalist"),
        (1, 1, 50, "New Customers"),
        (15, 1, 50, "Promising"),
        (25, 3, 250, "Need Attention"),
        (25, 1, 50, "About To Sleep"),
        (99, 4, 350, "At Risk"),
        (99, 9, 900, "Cannot Lose Them"),
        (35, 1, 50, "Hibernating"),
        (99, 1, 50, "Lost"),
    ],
)
def test_segments_mean_what_their_names_say(days: float, count: float, money: float, segment: str) -> None:
    assert rfm_scores(customers_of([(days, count, money)]), CUTS)["rfm_segment"].tolist() == [segment]


def test_a_value_at_a_cut_point_belongs_to_the_lower_part() -> None:
    scores = rfm_scores(customers_of([(10, 1, 100), (10.5, 1.5, 100.5)]), CUTS)
    assert scores[["r", "f", "m"]].to_numpy().tolist() == [[5, 1, 1], [4, 2, 2]]


def test_quintiles_of_ten_different_customers_hold_two_each() -> None:
    customers = customers_of([(10 * k, k, 100.0 * k) for k in range(1, 11)])
    assert RfmSettings.from_quintiles(customers).purchase_count == (2, 4, 6, 8)
    scores = rfm_scores(customers)
    assert scores["f"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["r"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]  # few days since the last purchase is good


def test_the_ranking_score_is_the_sum_of_three_shared_percentile_ranks() -> None:
    # days 1 < 5 = 5: ranks from the worst 1.5, 1.5, 3; counts 2, 2, 9: 1.5, 1.5, 3; money 10, 20, 30: 1, 2,
    # 3.
    scores = rfm_scores(customers_of([(5, 2, 10), (5, 2, 20), (1, 9, 30)]))
    assert scores["rfm_score"].tolist() == pytest.approx([4 / 3, 5 / 3, 3.0])


def test_never_customers_stand_outside_the_eleven_and_behind_everybody() -> None:
    scores = rfm_scores(customers_of([(np.nan, 0, 0), (400, 1, 1), (np.nan, np.nan, np.nan)]))
    assert scores["rfm_segment"].tolist()[::2] == [NO_PURCHASES, NO_PURCHASES]
    assert scores["rfm_score"].tolist()[::2] == [0, 0]
    assert scores["rfm_score"][1] > 0
    assert NO_PURCHASES not in SEGMENTS


def test_a_population_without_a_purchase_is_all_no_purchases_and_has_no_quintiles() -> None:
    customers = customers_of([(np.nan, 0, 0)] * 3)
    assert set(rfm_scores(customers)["rfm_segment"]) == {NO_PURCHASES}
    with pytest.raises(NotEnoughData, match="found none"):
        RfmSettings.from_quintiles(customers)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 5)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_equal_customers_have_equal_scores_in_any_order_of_rows(rows: list, random: Random) -> None:
    customers = customers_of(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    scores = rfm_scores(customers)
    shuffled = rfm_scores(customers.iloc[order]).sort_index()
    pd.testing.assert_frame_equal(scores, shuffled)
    assert scores.assign(row=rows).groupby("row")[["r", "f", "m", "rfm_score"]].nunique().eq(1).all(axis=None)


def test_a_better_customer_never_scores_lower(rng: np.random.Generator) -> None:
    scores = rfm_scores(
        customers_of(
            list(
                zip(rng.integers(0, 99, 300), rng.integers(1, 9, 300), rng.integers(0, 999, 300), strict=True)
            )
        )
    )
    for column in ("r", "f", "m"):
        assert scores[column].between(1, 5).all()
    customers = customers_of([(30, 2, 50), (20, 2, 50), (20, 3, 50), (20, 3, 60)])
    assert rfm_scores(customers)["rfm_score"].is_monotonic_increasing


def test_segments_with_given_cut_points_do_not_depend_on_the_other_customers(
    every_score: pd.DataFrame,
) -> None:
    whole = rfm_scores(every_score, CUTS)
    part = rfm_scores(every_score.iloc[40:60], CUTS)
    columns = ["r", "f", "m", "rfm_segment"]
    pd.testing.assert_frame_equal(whole.loc[part.index, columns], part[columns])


@pytest.mark.parametrize("cuts", [(1, 2, 3), (1, 2, 4, 3), (1, 2, 3, np.inf), (1, 2, 3, np.nan)])
def test_cut_points_must_be_four_numbers_that_never_fall(cuts: tuple[float, ...]) -> None:
    with pytest.raises(SettingsError, match="purchase_count"):
        RfmSettings(
            days_since_last_purchase=(1, 2, 3, 4),
            purchase_count=cuts,  # type: ignore[arg-type]
            monetary_value=(1, 2, 3, 4),
        )


def test_whoever_lacks_a_measure_that_others_have_is_ranked_below_them_in_it() -> None:
    scores = rfm_scores(customers_of([(5, 2, np.nan), (5, 2, 20), (np.nan, 2, 20)]))
    assert scores["m"].iloc[0] == 1
    assert scores["r"].iloc[2] == 1
    assert scores["rfm_score"].idxmax() == 1


def test_a_measure_that_nobody_has_takes_no_part() -> None:
    """A customer-level file may say when somebody last bought and how much was spent, but not how often."""
    rows = [(days, np.nan, spent) for days, spent in [(1, 90), (40, 10), (3, 70), (80, 5), (9, 30)]]
    full = rfm_scores(customers_of([(days, 1, spent) for days, _, spent in rows]))
    told = rfm_scores(customers_of(rows))
    assert told["rfm_score"].rank().tolist() == full["rfm_score"].rank().tolist()
    assert told["rfm_segment"].iloc[0] == "Champions"
    assert unknown_measures(customers_of(rows)) == ("purchase_count",)


def test_nobody_with_any_known_purchase_has_bought() -> None:
    nobody = customers_of([(np.nan, np.nan, np.nan), (np.nan, 0, 0)])
    assert not has_bought(nobody).any()
    assert set(rfm_scores(nobody)["rfm_segment"]) == {NO_PURCHASES}


def test_customers_of_a_real_shop_fill_every_segment(real_data: Path) -> None:
    lines = pd.read_parquet(real_data / "online_retail_ii" / "transactions.parquet")
    lines = lines[lines["customer_id"].notna() & ~lines["invoice"].str.startswith("C")]
    cutoff = pd.Timestamp("2011-09-01")
    lines = lines[lines["invoice_date"] < cutoff].assign(spent=lines["quantity"] * lines["price"])
    shop = lines.groupby("customer_id").agg(
        last=("invoice_date", "max"), purchase_count=("invoice", "nunique"), monetary_value=("spent", "sum")
    )
    shop["days_since_last_purchase"] = (cutoff - shop.pop("last")).dt.days
    scores = rfm_scores(shop.reset_index())
    assert set(scores["rfm_segment"]) == set(SEGMENTS)
    for column in ("r", "m"):  # purchase counts are too often 1 to be cut into fifths
        assert scores[column].value_counts(normalize=True).between(0.15, 0.25).all()

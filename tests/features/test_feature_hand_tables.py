"""Features of a few customers, worked out by hand. Cutoff 31 March 2026; windows of 10, 30 and 120 days."""

from datetime import date
from math import sqrt
from pathlib import Path

import pandas as pd
import pytest

from segmenter.settings import Windows
from segmenter.tables.dataset import Attribute
from tests.features.world import features_of, write_world

CUTOFF = date(2026, 3, 31)
WINDOWS = Windows(outcome_days=10, attribution_days=7)


def bought(customer_id: str, at: str, amount: float, **more: object) -> dict[str, object]:
    return {"customer_id": customer_id, "at": at, "amount": amount, **more}


def touched(customer_id: str, at: str, kind: str, campaign_id: str | None = None) -> dict[str, object]:
    return {"customer_id": customer_id, "at": at, "kind": kind, "campaign_id": campaign_id}


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("hand")
    dataset = write_world(
        folder,
        customers=[
            {"customer_id": "buyer", "joined_at": "2025-12-31"},
            {"customer_id": "listed"},
            {"customer_id": "later", "joined_at": "2026-03-31"},
            {"customer_id": "offers", "joined_at": "2026-02-01"},
            {"customer_id": "early bird", "joined_at": "2026-04-02"},
        ],
        transactions=[
            # Three orders: 30 + 10 in two lines with 5 off, 20, and 60; then 20 of it comes back.
            bought("buyer", "2026-03-01 12:00", 30, order_id="1", category="tea", channel="web", quantity=2)
            | {"discount_amount": 5},
            bought("buyer", "2026-03-01 12:00", 10, order_id="1", category="tea", channel="web", quantity=1),
            bought(
                "buyer", "2026-03-11 12:00", 20, order_id="2", category="coffee", channel="shop", quantity=1
            ),
            bought("buyer", "2026-03-27 19:00", 60, order_id="3", category="tea", channel="web"),
            bought("buyer", "2026-03-28 12:00", -20, order_id="3", category="tea", is_return=True),
            bought("buyer", "2026-03-31", 1000),  # at the cutoff: not known yet
            bought("offers", "2026-03-03", 5),
            bought("offers", "2026-03-06", 5),
            bought("offers", "2026-03-27", 5),
            bought("early bird", "2026-03-21", 7),  # before joining: known all the same
            bought("early bird", "2026-03-21", 8),  # no order number, same moment: one order
            bought("on the dot", "2026-03-05", 5),
            bought("on the dot", "2026-03-22 09:00", 5),
        ],
        engagements=[
            # k is valid for 7 days: received, seen, bought; received anew, bought without a look.
            touched("offers", "2026-03-01", "exposure", "k"),
            touched("offers", "2026-03-02", "view", "k"),
            touched("offers", "2026-03-05", "exposure", "k"),
            # m has no validity, so attribution_days (7) hold: bought at its last moment, seen too late.
            touched("offers", "2026-03-20", "exposure", "m"),
            touched("offers", "2026-03-28", "view", "m"),
            # Bought in the moment of the second receipt, which alone it meets; later seen and bought at once.
            touched("on the dot", "2026-03-01", "exposure", "k"),
            touched("on the dot", "2026-03-05", "exposure", "k"),
            touched("on the dot", "2026-03-20", "exposure", "m"),
            touched("on the dot", "2026-03-22 09:00", "view", "m"),
            touched("open", "2026-03-30", "exposure", "k"),
            touched("open", "2026-03-30", "click", "k"),
            touched("open", "2026-03-28", "exposure", "m"),
            touched("open", "2026-03-29", "redeem", "m"),
            touched("open", "2026-03-29", "impression"),
            touched("open", "2026-03-10", "impression"),
            touched("open", "2026-03-31", "view", "k"),  # at the cutoff: not known yet
        ],
        campaigns=[{"campaign_id": "k", "valid_days": 7}, {"campaign_id": "m"}],
        attribute_list=[
            Attribute(name="attr_num_1", label="income", kind="numeric"),
            Attribute(name="attr_cat_1", label="town", kind="category"),
            Attribute(name="attr_date_1", label="birthday", kind="date"),
            Attribute(name="attr_date_2", label="contract ends", kind="date"),
        ],
        attributes=[
            {
                "customer_id": "buyer",
                "attr_num_1": 12.5,
                "attr_cat_1": "Ulm",
                "attr_date_1": "2026-03-01",
                "attr_date_2": "2026-03-31",
            },
        ],
    )
    return features_of(folder, dataset, WINDOWS, CUTOFF)


def test_the_population_is_who_was_known_before_the_cutoff(features: pd.DataFrame) -> None:
    assert list(features.index) == ["buyer", "early bird", "listed", "offers", "on the dot", "open"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tenure_days", 90),  # 31 December to 31 March
        ("days_since_last_purchase", 3 + 5 / 24),  # 27 March 19:00 to 31 March 00:00
        ("days_since_first_purchase", 29.5),
        ("purchase_count", 3),
        ("purchase_count_short", 1),
        ("purchase_count_medium", 3),
        ("monetary_value", 100),  # 40 + 20 + 60 - 20
        ("monetary_value_short", 40),  # 60 - 20
        ("monetary_value_long", 100),
        ("average_order_amount", 40),
        ("highest_order_amount", 60),
        ("last_order_amount", 60),
        ("spend_trend", (40 / 10) / (100 / 29.5)),
        ("mean_gap_days", (10 + 16 + 7 / 24) / 2),
        ("gap_sd_days", (6 + 7 / 24) / sqrt(2)),  # two gaps: their difference over the root of 2
        ("overdue_ratio", (3 + 5 / 24) / ((26 + 7 / 24) / 2)),
        ("items_per_order", 2),  # 3 and 1; the third order's quantity is unknown
        ("discount_share", 1 / 3),
        ("discount_depth", 5 / 125),  # 5 off a full price of 120 + 5
        ("return_count", 1),
        ("returned_share", 20 / 120),
        ("category_count", 2),
        ("favourite_category", "tea"),
        ("favourite_category_share", 3 / 4),  # of four lines; the return is no preference
        ("channel_count", 2),
        ("favourite_channel", "web"),
        ("favourite_channel_share", 2 / 3),
        ("weekend_share", 1 / 3),  # 1 March 2026 was a Sunday; 11 a Wednesday, 27 a Friday
        ("evening_share", 1 / 3),
        ("exposure_count", 0),
        ("organic_conversion_count", 0),
        ("exposed_time_share", 0),
        ("purchases_per_unexposed_day", 3 / 30),  # in the data since 1 March 00:00, its first moment
        ("attr_num_1", 12.5),
        ("attr_cat_1", "Ulm"),
        ("attr_date_1", 30),
    ],
)
def test_a_buyer(features: pd.DataFrame, name: str, expected: float | str) -> None:
    got = features.loc["buyer", name]
    assert got == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-9))


def test_a_date_that_is_not_before_the_cutoff_is_unknown(features: pd.DataFrame) -> None:
    assert pd.isna(features.loc["buyer", "attr_date_2"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exposure_count", 3),
        ("exposure_count_short", 0),  # 20 March is 11 days before
        ("exposure_count_medium", 3),
        ("view_count", 2),
        ("view_count_short", 1),
        ("days_since_last_exposure", 11),
        ("days_since_last_view", 3),
        ("view_rate", 1 / 3),  # the view of m came after its validity
        ("redeem_rate", 0),
        ("mean_days_to_view", 1),
        ("organic_conversion_count", 2),  # the second k, and m at its very end
        ("organic_conversion_share", 2 / 3),
        ("days_since_last_organic_conversion", 4),
        ("prompted_conversion_count", 1),
        ("prompted_conversion_share", 1),
        ("open_offer_count", 0),
        # Open 1 to 5 March (the second receipt ends the first), 5 to 12, 20 to 27: 18 of 30 days.
        ("exposed_time_share", 18 / 30),
        ("exposed_purchase_share", 1),
        ("purchases_per_exposed_day", 3 / 18),
        ("purchases_per_unexposed_day", 0),
        ("seen_purchase_share", 1 / 3),  # seen from 2 to 5 March
        ("purchases_per_seen_day", 1 / 3),
    ],
)
def test_a_customer_with_offers(features: pd.DataFrame, name: str, expected: float) -> None:
    assert features.loc["offers", name] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tenure_days", 21),  # first seen on 10 March
        ("purchase_count", 0),
        ("monetary_value", 0),
        ("open_offer_count", 1),  # k; m was redeemed
        ("view_rate", 1 / 2),  # a click is a look
        ("redeem_rate", 1 / 2),
        ("click_count", 1),
        ("view_count", 0),
        ("impression_count", 2),
        ("impression_count_short", 1),
        ("clicks_per_impression", 1 / 2),
        ("days_since_last_redeem", 2),
        ("organic_conversion_count", 1),  # redeemed m without a look
        ("exposed_time_share", 3 / 21),  # 28 to 31 March; both offers overlap
    ],
)
def test_a_customer_with_open_offers(features: pd.DataFrame, name: str, expected: float) -> None:
    assert features.loc["open", name] == pytest.approx(expected, rel=1e-9)


def test_what_happens_in_one_moment_is_seen_first_and_belongs_to_the_later_receipt(
    features: pd.DataFrame,
) -> None:
    row = features.loc["on the dot"]
    assert row["organic_conversion_count"] == 1  # of three receipts: the second k
    assert row["prompted_conversion_count"] == 1  # m


def test_two_rows_of_one_moment_without_an_order_number_are_one_order(features: pd.DataFrame) -> None:
    row = features.loc["early bird"]
    assert (row["purchase_count"], row["last_order_amount"], row["tenure_days"]) == (1, 15, 10)


def test_somebody_of_whom_only_the_name_is_known_has_counts_of_zero_and_no_times(
    features: pd.DataFrame,
) -> None:
    row = features.loc["listed"]
    assert row[["purchase_count", "monetary_value", "exposure_count", "organic_conversion_count"]].eq(0).all()
    assert row[["tenure_days", "days_since_last_purchase", "mean_gap_days", "view_rate"]].isna().all()


def test_a_campaign_that_starts_after_the_cutoff_does_not_say_how_long_offers_are_valid(
    tmp_path: Path,
) -> None:
    dataset = write_world(
        tmp_path,
        transactions=[bought("a", "2026-03-20", 5)],
        engagements=[touched("a", "2026-03-01", "exposure", "k")],
        campaigns=[{"campaign_id": "k", "valid_days": 30, "starts_at": "2026-03-31"}],
    )
    features = features_of(tmp_path, dataset, WINDOWS, CUTOFF)
    assert features.loc["a", "organic_conversion_count"] == 0  # 7 days, and 20 March is the 19th after

"""A shop's history + a cutoff -> the features a shop would have of each customer, with its usual faults.

Nothing from the cutoff's own period or later is read. Names are those of the product's features where they
mean the same, so that RFM finds what it needs.
"""

import numpy as np
import pandas as pd

from benchmarks.quality.shop import PERIOD_DAYS, History
from segmenter.features.catalog import ATTRIBUTES, CONTACT, FREQUENCY, MONEY, PRESSURE, RECENCY, FeatureSpec

LOOK_RECORDED = 0.9  # one view in ten leaves no trace: images are blocked
AGE_MISSING = 0.15
REGIONS = ("north", "east", "south", "west", "coast")

SPECS: tuple[FeatureSpec, ...] = (
    FeatureSpec(name="tenure_days", label="Time as a customer", group=RECENCY, unit="days"),
    FeatureSpec(
        name="days_since_last_purchase", label="Time since the last purchase", group=RECENCY, unit="days"
    ),
    FeatureSpec(name="purchase_count", label="Purchases so far", group=FREQUENCY, unit="count"),
    FeatureSpec(name="purchase_count_medium", label="Purchases lately", group=FREQUENCY, unit="count"),
    FeatureSpec(name="monetary_value", label="Spend so far", group=MONEY, unit="money"),
    FeatureSpec(name="average_order_amount", label="Average order", group=MONEY, unit="money"),
    FeatureSpec(name="discount_share", label="Orders with a discount", group=MONEY, unit="share"),
    FeatureSpec(name="exposure_count", label="Offers received so far", group=CONTACT, unit="count"),
    FeatureSpec(name="view_count", label="Views so far", group=CONTACT, unit="count"),
    FeatureSpec(name="view_rate", label="Offers that were seen", group=CONTACT, unit="share"),
    FeatureSpec(name="days_since_last_view", label="Time since the last view", group=CONTACT, unit="days"),
    FeatureSpec(name="redeem_count", label="Redemptions so far", group=CONTACT, unit="count"),
    FeatureSpec(
        name="prompted_conversion_share",
        label="Of the offers seen, those followed by a purchase",
        group=PRESSURE,
        unit="share",
    ),
    FeatureSpec(
        name="seen_purchase_share",
        label="Purchases made after seeing an offer",
        group=PRESSURE,
        unit="share",
    ),
    FeatureSpec(name="age", label="Age", group=ATTRIBUTES),
    FeatureSpec(name="distance_km", label="Distance to the shop", group=ATTRIBUTES),
    FeatureSpec(name="loyalty_card", label="Loyalty card", group=ATTRIBUTES, kind="category"),
    FeatureSpec(name="region", label="Region", group=ATTRIBUTES, kind="category"),
)


def shop_features(
    history: History, period: int, customer_id: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Features at the start of `period`. One row per customer: customer_id and a column per SPECS.

    rng: draws what was not recorded and what has nothing to do with buying; the same for every period of one
    history, so that a view once lost stays lost and people stay where they live.
    """
    people, n = history.customers, len(customer_id)
    seen_traces = rng.random(history.contacted.shape) < LOOK_RECORDED
    distance, region = rng.lognormal(2.3, 0.8, n), rng.integers(len(REGIONS), size=n)
    age_known = rng.random(n) >= AGE_MISSING

    past = slice(0, period)
    orders, viewed = history.orders[:, past], (history.looked & seen_traces)[:, past]
    bought, exposures = orders > 0, history.contacted[:, past].sum(axis=1)
    count, views = orders.sum(axis=1), viewed.sum(axis=1)
    spend = history.amount[:, past].sum(axis=1)
    # Views come within hours of the mailing, which goes out as the period begins; purchases at any moment.
    return pd.DataFrame(
        {
            "customer_id": customer_id,
            "tenure_days": (period - people.joined) * float(PERIOD_DAYS),
            "days_since_last_purchase": _days_since(bought, history.at[:, past]),
            "purchase_count": count,
            "purchase_count_medium": orders[:, -3:].sum(axis=1),
            "monetary_value": spend.round(2),
            "average_order_amount": _ratio(spend, count).round(2),
            "discount_share": _ratio(np.minimum(history.discounted, history.orders)[:, past].sum(1), count),
            "exposure_count": exposures,
            "view_count": views,
            "view_rate": _ratio(views, exposures),
            "days_since_last_view": _days_since(viewed, np.zeros(viewed.shape)),
            "redeem_count": history.redeemed[:, past].sum(axis=1),
            "prompted_conversion_share": _ratio((viewed & bought).sum(axis=1), views),
            "seen_purchase_share": _ratio((viewed & bought).sum(axis=1), bought.sum(axis=1)),
            "age": np.where(age_known, people.age, np.nan),
            "distance_km": distance.round(1),
            "loyalty_card": np.where(people.card, "yes", "no").astype(object),
            "region": np.array(REGIONS, dtype=object)[region],
        }
    )


def _days_since(happened: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Days from the last period in which it happened to the cutoff: (n,), NaN where it never did.

    happened: (n, periods) bool; at: (n, periods), the moment as a share of the period.
    """
    periods = happened.shape[1]
    last = periods - 1 - happened[:, ::-1].argmax(axis=1)  # of the periods in which it happened
    ago = periods - last - at[np.arange(len(at)), last]
    days: np.ndarray = np.where(happened.any(axis=1), (ago * PERIOD_DAYS).round(1), np.nan)
    return days


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where there is no whole: (n,)."""
    ratio: np.ndarray = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio

"""Purchases alone -> the RFM segments of all customers: how many there are, and what they have spent.

What can be said where nothing tells who was contacted: no model, but a first order among customers.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from segmenter.cutoffs import data_end
from segmenter.engines import Engine, read_sql
from segmenter.engines.staging import passing_folder, stage
from segmenter.evaluation.rfm import NO_PURCHASES, SEGMENTS, rfm_scores
from segmenter.features import tables as features
from segmenter.settings import Windows
from segmenter.tables.dataset import Dataset

MEANINGS: Final = {
    "Champions": "bought lately, often, and for much",
    "Loyal": "buy often and were here not long ago",
    "Potential Loyalist": "bought lately, and more than once or twice",
    "New Customers": "bought lately, but little so far",
    "Promising": "bought not long ago, and little so far",
    "Need Attention": "middling in all three; slipping away if nothing happens",
    "About To Sleep": "bought some time ago, and little",
    "At Risk": "bought a fair amount, but long ago",
    "Cannot Lose Them": "were among the best customers, but have not been here for long",
    "Hibernating": "bought little, and long ago",
    "Lost": "bought little, and longest ago of all",
    NO_PURCHASES: "have no purchase in the data, at most returns",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmSegment:
    """One segment. spend: of its customers, less returns, in the data's currency; typical_days: since the
    last purchase, and typical_purchases: medians over them; NaN where nobody has bought.
    """

    name: str
    meaning: str
    customers: int
    spend: float
    typical_days: float
    typical_purchases: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmSegments:
    """All customers, once each, as of a day. Segments without customers are left out; the best come first."""

    as_of: date
    segments: tuple[RfmSegment, ...]

    @property
    def customers(self) -> int:
        return sum(segment.customers for segment in self.segments)

    @property
    def spend(self) -> float:
        return sum(segment.spend for segment in self.segments)


def rfm_segments(engine: Engine, dataset: Dataset) -> RfmSegments:
    """The segments on the day the data end, by the quintiles of these customers (see rfm.py).

    Orders count once, whatever their lines; money is spend less returns. The data set's tables must be
    registered. Raises NotEnoughData where there is nothing dated.
    """
    day = data_end(dataset)
    parameters = features.feature_parameters(Windows(), day)
    with passing_folder(engine) as folder:
        for name in ("population", "orders"):
            stage(engine, folder, features.PACKAGE, name, parameters)
        customers = engine.frame(read_sql(features.PACKAGE, "purchase_features"), parameters)
    segment = rfm_scores(customers)["rfm_segment"]
    groups = [(name, customers[segment == name]) for name in (*SEGMENTS, NO_PURCHASES)]
    return RfmSegments(as_of=day, segments=tuple(_segment(*group) for group in groups if len(group[1])))


def _segment(name: str, customers: pd.DataFrame) -> RfmSegment:
    return RfmSegment(
        name=name,
        meaning=MEANINGS[name],
        customers=len(customers),
        spend=round(float(customers["monetary_value"].sum()), 2),
        typical_days=float(customers["days_since_last_purchase"].median()),
        typical_purchases=float(customers["purchase_count"].median()),
    )

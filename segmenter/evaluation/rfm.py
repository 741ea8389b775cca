"""Past purchases -> recency, frequency and monetary scores -> eleven named segments. The baseline to beat.

Each of the three is cut into five parts at four editable cut points. A customer's part depends on the
customer's own value and the cut points only, so equal values always share a part and the order of rows never
matters.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import pandas as pd

from segmenter.errors import NotEnoughData, SettingsError

SEGMENTS = (
    "Champions",
    "Loyal",
    "Potential Loyalist",
    "New Customers",
    "Promising",
    "Need Attention",
    "About To Sleep",
    "At Risk",
    "Cannot Lose Them",
    "Hibernating",
    "Lost",
)
TOP_THREE = SEGMENTS[:3]  # the paper's baseline is the three best segments together
NO_PURCHASES = "No purchases"  # never-customers: they have no recency, so they are outside the eleven

# A row per recency score (5 = bought lately), a column per frequency-and-money score from 1 to 5. The common
# naming schemes give overlapping ranges, in which some names can never win; this is a partition instead.
_GRID = {
    5: ("New Customers", "Potential Loyalist", "Potential Loyalist", "Champions", "Champions"),
    4: ("Promising", "Potential Loyalist", "Potential Loyalist", "Loyal", "Loyal"),
    3: ("About To Sleep", "About To Sleep", "Need Attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At Risk", "At Risk", "Cannot Lose Them"),
    1: ("Lost", "Lost", "At Risk", "At Risk", "Cannot Lose Them"),
}
_MEASURE_WORDS = {
    "days_since_last_purchase": "the time since the last purchase",
    "purchase_count": "the number of purchases",
    "monetary_value": "the amount spent",
}
_QUINTILES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmSettings:
    """Four cut points per measure, never falling. A value equal to a cut point belongs to the lower part, so
    `days_since_last_purchase=(30, ...)` gives recency 5 to whoever bought within 30 days.

    Two equal cut points leave the part between them empty: that happens to quintiles of a measure that most
    customers share, such as one purchase.
    """

    days_since_last_purchase: tuple[float, float, float, float]
    purchase_count: tuple[float, float, float, float]
    monetary_value: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        for field in fields(self):
            cuts = getattr(self, field.name)
            if len(cuts) != 4 or not np.isfinite(cuts).all() or list(cuts) != sorted(cuts):
                raise SettingsError(
                    f"The RFM cut points of '{field.name}' must be four numbers, none below the one before; "
                    f"got {', '.join(str(cut) for cut in cuts)}."
                )

    @classmethod
    def from_quintiles(cls, customers: pd.DataFrame) -> Self:
        """Cut points that put about a fifth of the purchasing customers in each part.

        customers: columns days_since_last_purchase, purchase_count, monetary_value. Cut points are values
        that occur, so they can be read and edited. Raises NotEnoughData where nobody has bought.
        """
        bought = customers[has_bought(customers)]
        if bought.empty:
            raise NotEnoughData(
                "RFM needs customers with a purchase before the cutoff; found none. Choose a later cutoff, "
                "or map the transactions table on the Data page."
            )
        unknown = unknown_measures(customers)
        cuts = {
            field.name: (0.0,) * 4
            if field.name in unknown
            else tuple(
                float(cut)
                for cut in np.quantile(bought[field.name].dropna(), _QUINTILES, method="inverted_cdf")
            )
            for field in fields(cls)
        }
        return cls(**cuts)  # type: ignore[arg-type]  # np.quantile gave four each


def rfm_scores(customers: pd.DataFrame, settings: RfmSettings | None = None) -> pd.DataFrame:
    """RFM scores. One row per row of `customers`, same order and index.

    customers: customer_id, days_since_last_purchase (NaN for never-customers), purchase_count,
    monetary_value. settings: cut points; None takes the quintiles of these customers.

    Returns customer_id; r, f, m in 1..5 with 5 = best; rfm_segment; and rfm_score in (0, 3], the sum of the
    three percentile ranks among these customers, ties sharing their mean rank. Never-customers have 0, and
    NO_PURCHASES. Ranks tell customers apart more finely than r + f + m, which makes RFM as strong a baseline
    as it can be. A measure that nobody has (a customer-level file need not give all three) takes no part in
    the score; in the grid, frequency and money stand for each other, and recency is middling. Somebody who
    lacks a measure that others have is ranked below all of them in it.
    """
    is_buyer, unknown = has_bought(customers), unknown_measures(customers)
    bought = customers[is_buyer]
    scores = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "r": 0,
            "f": 0,
            "m": 0,
            "rfm_segment": NO_PURCHASES,
            "rfm_score": 0.0,
        },
        index=customers.index,
    )
    if bought.empty:
        return scores
    cuts = settings if settings is not None else RfmSettings.from_quintiles(customers)
    parts = {
        field.name: 1
        + _cuts_below(_worst_if_missing(bought[field.name], field.name), getattr(cuts, field.name))
        for field in fields(cuts)
        if field.name not in unknown
    }
    middle = np.full(len(bought), 3)
    r = 6 - parts.get("days_since_last_purchase", middle)
    f = parts.get("purchase_count", parts.get("monetary_value", middle))
    m = parts.get("monetary_value", f)
    ranks = [
        known.rank(pct=True, ascending=name != "days_since_last_purchase").to_numpy()
        for name, known in ((name, _worst_if_missing(bought[name], name)) for name in parts)
    ]
    names = np.array([_GRID[recency] for recency in (1, 2, 3, 4, 5)])
    columns = {
        "r": r,
        "f": f,
        "m": m,
        "rfm_segment": names[r - 1, (f + m + 1) // 2 - 1],
        "rfm_score": np.sum(ranks, axis=0),
    }
    for name, values in columns.items():
        scores.loc[is_buyer, name] = values
    return scores


def has_bought(customers: pd.DataFrame) -> pd.Series:
    """Whether each customer has a purchase: bool, with the index of `customers`.

    Where purchases are not counted, whoever has a last purchase or has spent something has one.
    """
    told = customers["days_since_last_purchase"].notna() | (customers["monetary_value"] > 0)
    found: pd.Series = (customers["purchase_count"] > 0) | (customers["purchase_count"].isna() & told)
    return found


def measure_words(measure: str) -> str:
    """'the time since the last purchase'."""
    return _MEASURE_WORDS[measure]


def unknown_measures(customers: pd.DataFrame) -> tuple[str, ...]:
    """The measures that no customer with a purchase has."""
    bought = customers[has_bought(customers)]
    return tuple(field.name for field in fields(RfmSettings) if bought[field.name].isna().all())


def _worst_if_missing(values: pd.Series, measure: str) -> pd.Series:
    return values.fillna(np.inf if measure == "days_since_last_purchase" else -np.inf)


def _cuts_below(values: pd.Series, cuts: tuple[float, ...]) -> np.ndarray:
    """How many cut points lie strictly below each value: 0 to 4, int64 (n,)."""
    return np.searchsorted(np.asarray(cuts, dtype=float), values.to_numpy(float), side="left")

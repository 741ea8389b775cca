"""Scored test customers of a small world in which the score knows something and RFM knows a little."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

MakeCustomers = Callable[..., pd.DataFrame]


@pytest.fixture
def make_customers(rng: np.random.Generator) -> MakeCustomers:
    """A frame as `evaluate` wants it. `knowledge`: how strongly the score follows who engages."""

    def make(customers: int = 2_000, *, knowledge: float = 1.0, holdout: float = 0.0) -> pd.DataFrame:
        drive, habit = rng.normal(size=(2, customers))
        p_engaged = 0.6 / (1 + np.exp(1.0 - knowledge * drive - 0.3 * habit))
        draw = rng.random(customers)
        label = np.select(
            [draw < p_engaged, draw < p_engaged + 0.2, draw < 0.95],
            ["engaged", "unengaged", "inactive"],
            "browsing",
        )
        purchase_count = rng.poisson(np.exp(0.5 * habit + 0.2))
        has_bought = purchase_count > 0
        buys = np.isin(label, ["engaged", "unengaged"])
        arm = np.full(customers, None, dtype=object)
        if holdout:
            held_back = rng.random(customers) < holdout
            arm = np.where(held_back, "control", "treatment").astype(object)
            buys &= ~(held_back & (label == "engaged") & (rng.random(customers) < 0.5))
        return pd.DataFrame(
            {
                "customer_id": [f"c{number:06d}" for number in range(customers)],
                "given_label": label,
                "score": 1 / (1 + np.exp(-drive)),
                "expected_value": np.exp(drive + habit),
                "uncorrected": drive + rng.normal(size=customers),
                "response": habit,
                "days_since_last_purchase": np.where(
                    has_bought, rng.exponential(30, customers).round(), np.nan
                ),
                "purchase_count": purchase_count,
                "monetary_value": np.where(has_bought, purchase_count * rng.exponential(20, customers), 0.0),
                "purchases": buys.astype(int),
                "amount": buys * rng.exponential(30, customers),
                "arm": arm,
                "trial": np.where(arm == None, None, "k"),  # noqa: E711
            }
        )

    return make

"""A ranking and a randomised wave of offers -> how much of the spend the offers brought it would have
reached.

The Starbucks events (simulated by their publisher) hold waves in which chance decided who received an
offer. For a wave, each person's spend in the hours after it, weighted +1/share where an offer was received
and -1/(1-share) where not, sums to what the offers changed. A ranking made before the wave captures the
part of that sum which lies in its top.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from segmenter.evaluation.ranking import Ranking, TopSums

SPEND_HOURS = 72
MOST_SPEND = 100.0  # a catering order of a thousand would decide the figure alone
DEPTHS = (0.4, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Customers of one wave, by customer_id: `weighted` is the signed, weighted and capped spend."""

    at: datetime
    received_share: float
    weighted: pd.Series

    def figures(self, customer_id: pd.Series, score: np.ndarray) -> tuple[float, ...]:
        """Share of the incremental spend in the top of each of DEPTHS, and Qini (in currency per customer).

        score: (n,), higher = contact first; equal scores share their places. Qini is the integral over q of
        q * TOC(q), grf's definition: the area between what the top q brings and what a random q would.
        """
        weighted = self.weighted.loc[customer_id].to_numpy()
        n, total = len(weighted), float(weighted.sum())
        top = TopSums(Ranking(score), [weighted])
        depth = np.r_[np.array(DEPTHS), np.arange(1, n + 1) / n]
        gained = top(np.ones((n, 1)), (depth * n)[None, :])[0, 0]
        captured = gained[: len(DEPTHS)] / total
        curve = gained[len(DEPTHS) :] - depth[len(DEPTHS) :] * total
        return (*captured.tolist(), float(curve.mean() / n))


def read_wave(folder: Path, at: datetime, customer_id: pd.Series) -> Wave:
    """The wave at the moment `at` among all customers, from the tables of an ingested data set."""
    engagements = pd.read_parquet(folder / "engagements.parquet", columns=["customer_id", "at", "kind"])
    transactions = pd.read_parquet(folder / "transactions.parquet", columns=["customer_id", "at", "amount"])
    received = engagements.loc[(engagements["kind"] == "exposure") & (engagements["at"] == at), "customer_id"]
    after = (transactions["at"] >= at) & (transactions["at"] < at + timedelta(hours=SPEND_HOURS))
    spend = transactions[after].groupby("customer_id")["amount"].sum()
    spend = spend.reindex(customer_id, fill_value=0.0).clip(upper=MOST_SPEND)
    treatment = customer_id.isin(set(received)).to_numpy()
    share = float(treatment.mean())
    return Wave(
        at=at,
        received_share=share,
        weighted=pd.Series(
            np.where(treatment, spend / share, -spend / (1 - share)), index=pd.Index(customer_id)
        ),
    )

"""Scores of a few customers by two models, and the frames that the paired test takes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from segmenter.scoring import _rank


def scores(score: np.ndarray, value: np.ndarray | None = None, segment: str = "engaged") -> pd.DataFrame:
    """A frame of scores as scoring.py writes it, in the order given."""
    value = score if value is None else value
    n, nothing = len(score), np.zeros(len(score))
    tie = np.arange(n) / n
    return pd.DataFrame(
        {
            "customer_id": [f"c{k:04d}" for k in range(n)],
            "score": score,
            "expected_value": value,
            "p_prompted": score,
            "p_inactive": 0.25,
            "segment": segment,
            "rank": _rank(pd.Series(score), pd.Series(nothing), tie),
            "rank_value": _rank(pd.Series(value), pd.Series(nothing), tie),
        }
    )


@pytest.fixture
def make_scores() -> Callable[..., pd.DataFrame]:
    return scores

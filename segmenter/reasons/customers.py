"""Every customer's contributions -> the largest few, kept small beside the scores, and read back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from segmenter.engines import Engine
from segmenter.reasons.explanation import CustomerReasons, Reason

CUSTOMERS_FILE = "reasons.parquet"
N_REASONS = 5  # kept per customer, for and against each
KEPT = range(1, 2 * N_REASONS + 1)
PER_POINT = 1_000  # contributions are kept in thousandths: what a reader sees has two places
MOST_KEPT = 2**15 - 1

SCHEMA = pa.schema(
    [("customer_id", pa.string()), ("adds", pa.int16())]
    + [(f"feature_{k}", pa.dictionary(pa.int16(), pa.string())) for k in KEPT]
    + [(f"adds_{k}", pa.int16()) for k in KEPT]
    + [(f"value_{k}", pa.float32()) for k in KEPT]
)


def largest_reasons(
    frame: pd.DataFrame, names: Sequence[str], values: np.ndarray, contributions: np.ndarray
) -> pa.Table:
    """The largest reasons of each customer: `adds` in all, then those for, then those against.

    values, contributions: (n, n_features). NULL where fewer than N_REASONS features point that way.
    """
    columns: dict[str, pa.Array] = {
        "customer_id": pa.array(frame["customer_id"], pa.string()),
        "adds": pa.array(_thousandths(contributions.sum(1))),
    }
    rows, words = np.arange(len(frame)), pa.array(names, pa.string())
    for sign, first in ((1, 1), (-1, N_REASONS + 1)):
        left = sign * contributions
        for k in range(first, first + N_REASONS):
            place = left.argmax(1)
            adds = _thousandths(contributions[rows, place])
            is_none = sign * adds.astype(np.int64) <= 0
            value = values[rows, place]
            columns[f"feature_{k}"] = pa.DictionaryArray.from_arrays(
                pa.array(place.astype(np.int16), mask=is_none), words
            )
            columns[f"adds_{k}"] = pa.array(adds, mask=is_none)
            columns[f"value_{k}"] = pa.array(value, mask=is_none | np.isnan(value))
            left[rows, place] = -np.inf
    return pa.table(columns, schema=SCHEMA)


def find_customer(engine: Engine, customer_id: str | None) -> CustomerReasons | None:
    """One customer's reasons; None: of the best-ranked one. None where nobody has that id.

    Registered beforehand: scores, reasons.
    """
    query = (
        "SELECT reasons.*, scores.score, scores.rank, scores.p_prompted, scores.p_inactive, "
        "scores.out_of_range FROM scores INNER JOIN reasons ON reasons.customer_id = scores.customer_id WHERE"
    )
    if customer_id is None:
        found = engine.frame(f"{query} scores.rank = 1", {})
    else:
        chosen = f"{query} scores.customer_id = CAST(:customer_id AS VARCHAR)"
        found = engine.frame(chosen, {"customer_id": customer_id})
    if found.empty:
        return None
    row = found.iloc[0]
    reasons = [
        Reason(
            feature=str(row[f"feature_{k}"]),
            adds=float(row[f"adds_{k}"]) / PER_POINT,
            value=None if pd.isna(row[f"value_{k}"]) else float(row[f"value_{k}"]),
        )
        for k in KEPT
        if not pd.isna(row[f"feature_{k}"])
    ]
    return CustomerReasons(
        customer_id=str(row["customer_id"]),
        score=float(row["score"]),
        rank=int(row["rank"]),
        p_prompted=float(row["p_prompted"]),
        p_inactive=float(row["p_inactive"]),
        out_of_range=bool(row["out_of_range"]),
        adds=float(row["adds"]) / PER_POINT,
        reasons=tuple(sorted(reasons, key=lambda reason: (-abs(reason.adds), reason.feature))),
    )


def _thousandths(points: np.ndarray) -> np.ndarray:
    kept: np.ndarray = np.clip(np.round(points * PER_POINT), -MOST_KEPT, MOST_KEPT).astype(np.int16)
    return kept

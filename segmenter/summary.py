"""Scores -> the small stored result that the Segments and Audience pages answer from.

Everything a slider asks is worked out once, when customers are scored: a page never reads the scores table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segmenter.engines import Engine, read_sql
from segmenter.evaluation.profiles import (
    HeatMap,
    ScoreHistogram,
    SegmentProfile,
    heat_map,
    score_histogram,
    segment_profiles,
)
from segmenter.features.catalog import FeatureSpec
from segmenter.model.report import ValueOf

# Depths kept per curve: a slider moves in per cent, a reader sees no more than tenths of one.
CURVE_POINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthCurve:
    """What contacting the best customers brings, at up to 1,000 depths (rising shares of all customers).

    customers: how many that is; cut: score (or expected value) of the last one; expected_value: sum over
    them, in the data's currency; no_consent: how many of them did not consent; segments: predicted segment ->
    count.
    """

    depth: tuple[float, ...]
    customers: tuple[int, ...]
    cut: tuple[float, ...]
    expected_value: tuple[float, ...]
    no_consent: tuple[int, ...]
    segments: dict[str, tuple[int, ...]]

    def at(self, count: int) -> int:
        """Index of the point nearest to contacting `count` customers."""
        return int(np.abs(np.asarray(self.customers) - count).argmin())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresSummary:
    """A scored population in small. Segments: how many customers lean to it (Predictions.segment); expected:
    the sum of its probabilities; given: labels found in the training windows, summed over `given_on`;
    value_of: what an expected value counts; rfm_without: measures of RFM that these data do not give."""

    dataset: str
    model: str
    as_of: date
    customers: int
    segments: dict[str, int]
    expected: dict[str, float]
    given: dict[str, int]
    given_on: tuple[date, ...]
    histogram: ScoreHistogram
    profiles: tuple[SegmentProfile, ...]
    heat_map: HeatMap
    curves: dict[str, DepthCurve]
    out_of_range: int
    never_bought: int
    consent_mapped: bool
    value_of: ValueOf = "amount"
    rfm_without: tuple[str, ...] = ()


def summarise(
    engine: Engine,
    scores: pd.DataFrame,
    specs: Sequence[FeatureSpec],
    *,
    dataset: str,
    model: str,
    as_of: date,
    given: Mapping[str, Mapping[str, int]],
    consent_mapped: bool,
    value_of: ValueOf = "amount",
) -> ScoresSummary:
    """Everything the pages show of these scores.

    Registered beforehand: features_to_score, scores and customers. given: training cutoff -> label -> count.
    """
    return ScoresSummary(
        dataset=dataset,
        model=model,
        as_of=as_of,
        customers=len(scores),
        segments={str(name): int(n) for name, n in scores["segment"].value_counts().items()},
        expected={name: float(scores[f"p_{name}"].sum()) for name in ("engaged", "unengaged", "inactive")},
        given=sum_counts(given),
        given_on=tuple(date.fromisoformat(cutoff) for cutoff in given),
        histogram=score_histogram(scores["score"].to_numpy()),
        profiles=segment_profiles(_features_by_segment(engine, specs), specs),
        heat_map=heat_map(scores["segment"].to_numpy(), scores["rfm_segment"].to_numpy()),
        curves={
            by: depth_curve(scores, _consented(engine, scores) if consent_mapped else None, by=by)
            for by in ("score", "expected_value")
        },
        out_of_range=int(scores["out_of_range"].sum()),
        never_bought=int((scores["purchase_count"] == 0).sum()),
        consent_mapped=consent_mapped,
        value_of=value_of,
        rfm_without=_rfm_without(engine),
    )


def _rfm_without(engine: Engine) -> tuple[str, ...]:
    """The measures of RFM that are known of nobody, where others are known of somebody."""
    known = engine.frame(read_sql("segmenter.features", "known_measures"), {}).iloc[0]
    return tuple(str(name) for name in known.index if not known[name]) if known.any() else ()


def depth_curve(scores: pd.DataFrame, consented: np.ndarray | None, *, by: str) -> DepthCurve:
    """The curve of one ranking. scores: one row per customer; consented: (n,) bool in its order, or None."""
    order = np.argsort(scores["rank" if by == "score" else "rank_value"].to_numpy())
    n = len(scores)
    # An audience is rounded in the same way, so a whole per cent on the slider is a point of the curve.
    shares = np.arange(1, CURVE_POINTS + 1) / CURVE_POINTS
    ends = np.unique([max(1, count_share(share, n)) for share in shares])
    last = ends - 1
    refused = np.zeros(n, dtype=bool) if consented is None else ~consented[order]
    segment = scores["segment"].to_numpy(dtype=object)[order]
    return DepthCurve(
        depth=tuple((ends / n).tolist()),
        customers=tuple(ends.tolist()),
        cut=tuple(scores[by].to_numpy()[order][last].tolist()),
        expected_value=tuple(np.cumsum(scores["expected_value"].to_numpy()[order])[last].tolist()),
        no_consent=tuple(np.cumsum(refused)[last].tolist()),
        segments={
            str(name): tuple(np.cumsum(segment == name)[last].tolist())
            for name in sorted(set(segment.tolist()))
        },
    )


def count_share(share: float, customers: int) -> int:
    """How many customers a share of them is: the nearest whole number, halves up."""
    return int(share * customers + 0.5)


def sum_counts(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Counts per cutoff -> counts over all cutoffs."""
    total: dict[str, int] = {}
    for by_label in counts.values():
        for label, n in by_label.items():
            total[label] = total.get(label, 0) + n
    return total


def _features_by_segment(
    engine: Engine, specs: Sequence[FeatureSpec]
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    query = (
        "SELECT features_to_score.*, scores.segment AS predicted_segment FROM features_to_score "
        "INNER JOIN scores ON scores.customer_id = features_to_score.customer_id"
    )
    for batch in engine.batches(query, {}):
        frame = batch.to_pandas()
        yield frame[[spec.name for spec in specs]], frame["predicted_segment"].to_numpy(dtype=object)


def _consented(engine: Engine, scores: pd.DataFrame) -> np.ndarray:
    """(n,) bool in the order of `scores`: a customer without a recorded consent has not given one."""
    consents = engine.frame("SELECT customer_id FROM customers WHERE consent_email", {})
    consented: np.ndarray = scores["customer_id"].isin(consents["customer_id"]).to_numpy()
    return consented

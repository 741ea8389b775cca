"""Model + features of those scored -> why scores are as they are: in small for pages, in brief per customer.

`reasons.json` says what the score looks at (importance and shape of every feature), `reasons.parquet` the few
largest reasons of every customer. Features are not stored with scores; these are, so no page needs them.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from segmenter.engines import Engine
from segmenter.errors import NotExplainable
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.features.catalog import FeatureSpec
from segmenter.model.reasons import Explainer
from segmenter.model.two_stage import TwoStageModel
from segmenter.reasons.customers import CUSTOMERS_FILE, SCHEMA, largest_reasons
from segmenter.reasons.explanation import Explanation, FeatureShape

logger = logging.getLogger(__name__)

EXPLANATION_FILE = "reasons.json"
HISTOGRAM_BINS = 24
DIGITS = 5  # of stored effects


def explain_scores(
    model: TwoStageModel, engine: Engine, specs: Sequence[FeatureSpec], folder: Path
) -> Explanation | None:
    """Explain every customer of `features_to_score` (registered beforehand); write both files to `folder`.

    None, and no file, where the model cannot be explained (hidden units). specs: of all its features. Two
    passes: the average customer first, because every contribution is told against it.
    """
    try:
        explainer = Explainer(model, _frames(engine))
    except NotExplainable as error:
        logger.info("No reasons are kept: %s", error)
        return None
    by_name = {spec.name: spec for spec in specs}
    categories = {each.name: (*each.levels, "any other") for each in model.encoder.category_features}
    tallies = [_Tally(explainer, by_name[name], categories.get(name, ())) for name in explainer.names]
    customers, total = 0, 0.0
    with pq.ParquetWriter(folder / CUSTOMERS_FILE, SCHEMA, compression="zstd") as writer:
        for frame in _frames(engine):
            values = _values(model, frame)
            contributions = explainer.contributions(frame)
            for place, tally in enumerate(tallies):
                tally.add(values[:, place], contributions[:, place])
            writer.write_table(largest_reasons(frame, explainer.names, values, contributions))
            total += float((1 / (1 + np.exp(-explainer.base - contributions.sum(1)))).sum())
            customers += len(frame)
    shapes = [tally.shape(customers) for tally in tallies if tally.size > 0]
    shapes.sort(key=lambda shape: (-shape.importance, shape.feature))
    explanation = Explanation(
        customers=customers, base=explainer.base, p_prompted=total / customers, features=tuple(shapes)
    )
    (folder / EXPLANATION_FILE).write_bytes(msgspec.json.encode(explanation))
    return explanation


class _Tally:
    """What is counted of one feature while customers stream by."""

    def __init__(self, explainer: Explainer, spec: FeatureSpec, levels: tuple[str, ...]) -> None:
        self.spec, self.levels = spec, levels
        self.values, self.effects = explainer.curve(spec.name)
        self.n_known, self.total, self.n_unknown, self.size = 0, 0.0, 0, 0.0
        n_bins, ends = 0, (0.0, 0.0)
        if spec.kind == "numeric":
            ends = float(self.values[0]), float(self.values[-2])
            n_bins = HISTOGRAM_BINS if ends[1] > ends[0] else 0
        self.bins = np.linspace(*ends, n_bins + 1) if n_bins else np.zeros(0)
        self.counts = np.zeros(n_bins or len(levels), dtype=np.int64)

    def add(self, values: np.ndarray, contributions: np.ndarray) -> None:
        """values: (n,) as the network reads them, NaN unknown; contributions: (n,)."""
        self.size += float(np.abs(contributions).sum())
        known = values[~np.isnan(values)].astype(np.float64)
        self.n_unknown += len(values) - len(known)
        if self.spec.kind == "category":
            self.counts += np.bincount(known.astype(np.int64) - 1, minlength=len(self.levels))
            return
        known = np.clip(known, self.values[0], self.values[-2])
        self.n_known, self.total = self.n_known + len(known), self.total + float(known.sum())
        if len(self.bins):
            self.counts += np.histogram(known, self.bins)[0]

    def shape(self, customers: int) -> FeatureShape:
        """What is stored of it."""
        is_category = self.spec.kind == "category"
        # The unknown stands first among the places of a category, and last on the grid of a number.
        known, unknown = (slice(1, None), 0) if is_category else (slice(0, -1), -1)
        mean, low, high = (
            np.round(line, DIGITS)
            for line in (self.effects.mean(1), self.effects.min(1), self.effects.max(1))
        )
        return FeatureShape(
            feature=self.spec.name,
            label=self.spec.label,
            group=self.spec.group,
            kind=self.spec.kind,
            unit=self.spec.unit,
            importance=self.size / customers,
            average=self.total / self.n_known if self.n_known else None,
            at=() if is_category else tuple(self.values[known].tolist()),
            levels=self.levels,
            effect=tuple(mean[known].tolist()),
            low=tuple(low[known].tolist()),
            high=tuple(high[known].tolist()),
            unknown=(float(mean[unknown]), float(low[unknown]), float(high[unknown])),
            n_unknown=_shown(self.n_unknown),
            bins=tuple(self.bins.tolist()),
            counts=tuple(_shown(int(count)) for count in self.counts),
        )


def _frames(engine: Engine) -> Iterator[pd.DataFrame]:
    for batch in engine.batches("SELECT * FROM features_to_score", {}):
        if batch.num_rows:
            yield batch.to_pandas()


def _values(model: TwoStageModel, frame: pd.DataFrame) -> np.ndarray:
    """What the network reads of each feature: float32 (n, n_features), NaN unknown; categories as places."""
    places = model.encoder.categories(frame).astype(np.float32)
    places[places == 0] = np.nan
    return np.hstack([model.encoder.numeric(frame), places])


def _shown(count: int) -> int | None:
    return None if 0 < count < MIN_GROUP else count

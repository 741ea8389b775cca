"""The randomised yardstick on the Starbucks events (simulated by their publisher), for every method.

Splits, cutoffs, waves and figures are those of benchmarks/starbucks.py, with the default kinds of engagement.
The T- and the DR-learner are given what no other method sees: who of the people learned from received no
offer at the wave of the last cutoff, and what they bought and spent until the next wave.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.quality.learning import Learned, RandomisedTrial, Ranking
from benchmarks.quality.measures import Figures, predictors
from benchmarks.quality.worlds import with_looked
from benchmarks.starbucks import (
    CUTOFF_HOURS,
    ORIGIN,
    World,
    learned_intent,
    read_world,
    settings_for,
    wave_halves,
)
from benchmarks.yardstick import MOST_SPEND, SPEND_HOURS, Wave
from segmenter.features.catalog import feature_specs
from segmenter.hashing import uniform_hash
from segmenter.samples import Sample
from segmenter.settings import Windows

BY_SCORE = ("40 %, by score", "20 %, by score", "Qini, by score")
BY_VALUE = ("40 %, by value", "20 %, by value", "Qini, by value")


def judge_starbucks(source: Path, split: int) -> Figures:
    """Figures of one split: each half of the people ranked by what the other half taught."""
    with TemporaryDirectory() as name:
        world = read_world(source, Path(name), settings_for(Windows().engagement_kinds))
        halves = [_judge_half(world, split, half) for half in (0, 1)]
    figures = Figures()
    figures.unavailable = halves[0].unavailable
    figures.said = " ".join(half.said for half in halves)
    figures.rows = {name: _mean([half.rows[name] for half in halves]) for name in halves[0].rows}
    return figures


def learned_half(world: World, split: int, half: int) -> Learned:
    """What the people of one half teach."""
    samples = [with_looked(_of_half(sample, split, half)) for sample in world.samples]
    with TemporaryDirectory() as folder:
        people = samples[0].features["customer_id"].to_numpy()
        known = learned_intent(world, people, Path(folder))
    return Learned(
        samples=samples,
        specs=feature_specs(world.dataset),
        settings=world.settings,
        known=known,
        trial=_last_wave(world.folder, samples[-1].features),
    )


def _judge_half(world: World, split: int, half: int) -> Figures:
    figures = Figures()
    trained, figures.unavailable, figures.said = predictors(learned_half(world, split, 1 - half))
    found: dict[str, list[dict[str, float]]] = {name: [] for name in trained}
    for wave, frame in wave_halves(world, split, half):
        for name, predict in trained.items():
            found[name].append(_figures(wave, frame["customer_id"], predict(frame)))
    figures.rows = {name: _mean(rows) for name, rows in found.items()}
    return figures


def _mean(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each figure."""
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _figures(wave: Wave, customer_id: pd.Series, ranking: Ranking) -> dict[str, float]:
    by_value: tuple[float, ...] = (np.nan, np.nan, np.nan)
    if ranking.value is not None:
        by_value = wave.figures(customer_id, ranking.value)
    return {
        **dict(zip(BY_SCORE, wave.figures(customer_id, ranking.score), strict=True)),
        **dict(zip(BY_VALUE, by_value, strict=True)),
    }


def _last_wave(data: Path, features: pd.DataFrame) -> RandomisedTrial:
    """The wave at the last cutoff: treated received an offer in it; bought until the next wave."""
    at: datetime = ORIGIN + timedelta(hours=CUTOFF_HOURS[-1])
    engagements = pd.read_parquet(data / "engagements.parquet", columns=["customer_id", "at", "kind"])
    transactions = pd.read_parquet(data / "transactions.parquet", columns=["customer_id", "at", "amount"])
    received = engagements.loc[(engagements["kind"] == "exposure") & (engagements["at"] == at), "customer_id"]
    after = (transactions["at"] >= at) & (transactions["at"] < at + timedelta(hours=SPEND_HOURS))
    spent = transactions[after].groupby("customer_id")["amount"].sum()
    return RandomisedTrial(
        features=features,
        treatment=features["customer_id"].isin(set(received)).to_numpy(dtype=bool),
        bought=features["customer_id"].isin(set(spent.index)).to_numpy(dtype=bool),
        spent=spent.reindex(features["customer_id"], fill_value=0.0).clip(upper=MOST_SPEND).to_numpy(),
    )


def _half(customer_id: pd.Series, split: int) -> np.ndarray:
    """0 or 1 for each customer, as in benchmarks/starbucks.py: the same people are compared: (n,)."""
    return (uniform_hash(customer_id, f"yardstick:{split}") < 0.5).astype(int)


def _of_half(sample: Sample, split: int, half: int) -> Sample:
    chosen = _half(sample.features["customer_id"], split) == half
    return replace(sample, features=sample.features[chosen], outcomes=sample.outcomes[chosen])

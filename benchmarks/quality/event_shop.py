"""The product's demo world (segmenter.synthetic), two per seed -> the common form of a world.

Samples, features, labels and evidence are what the product makes of the tables of the first world; the
customers of the second are judged at the wave that goes out after everything that was learned from.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.quality.worlds import JUDGED_SEED, Judged, World, with_looked
from segmenter.cutoffs import suggest_cutoffs
from segmenter.engines import open_engine
from segmenter.features.catalog import feature_specs
from segmenter.features.tables import register_dataset
from segmenter.labels.intent import IntentEvidence, intent_evidence
from segmenter.labels.trials import over_windows
from segmenter.samples import Sample, gather_samples
from segmenter.settings import Windows
from segmenter.synthetic import make_world
from segmenter.synthetic.schedule import WAVES
from segmenter.tables.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A demo world on disk."""

    folder: Path
    dataset: Dataset
    truth: pd.DataFrame

    def sampled(
        self, cutoffs: tuple[date, ...], *, evidence_at: date | None, scratch: Path
    ) -> tuple[list[Sample], tuple[IntentEvidence, ...]]:
        """A sample per cutoff, and the evidence of intent at one of them; the tables, not the truth."""
        windows = Windows()
        with open_engine(allowed=(scratch,), scratch=scratch) as engine:
            register_dataset(engine, self.folder)
            samples = gather_samples(engine, self.dataset, windows, cutoffs, scratch=scratch)
            evidence: tuple[IntentEvidence, ...] = ()
            if evidence_at is not None:
                evidence = intent_evidence(engine, self.dataset, windows, evidence_at)
                evidence = over_windows(evidence, [sample.outcomes for sample in samples])
        return [with_looked(sample) for sample in samples], evidence


def event_shop(customers: int, seed: int) -> World:
    """`customers` customers to learn from, and as many others, at a later time, to be judged by."""
    with TemporaryDirectory() as name:
        scratch = Path(name)
        learned = _make(scratch / "learned", customers, seed)
        judged = _make(scratch / "judged", customers, seed + JUDGED_SEED)
        cutoffs = suggest_cutoffs(learned.dataset, Windows().outcome_days)
        samples, evidence = learned.sampled(cutoffs.train, evidence_at=cutoffs.train[-1], scratch=scratch)
        (test,), _ = judged.sampled((cutoffs.test,), evidence_at=None, scratch=scratch)
    return World(
        name="event_shop",
        specs=feature_specs(learned.dataset),
        learned=tuple(_with_truth(sample, learned.truth) for sample in samples),
        test=_with_truth(test, judged.truth),
        evidence=evidence,
    )


def _make(folder: Path, customers: int, seed: int) -> Shop:
    dataset = make_world(folder, customers=customers, seed=seed)
    return Shop(folder=folder, dataset=dataset, truth=pd.read_parquet(folder / "truth.parquet"))


def _with_truth(sample: Sample, truth: pd.DataFrame) -> Judged:
    """The truth of the wave that goes out in the sample's outcome window, in the sample's order.

    Who may not be written to, or had not joined when the wave went out, is in the sample and not reachable.
    """
    wave = next(wave for wave in WAVES if wave.starts_at.date() >= sample.cutoff)
    known = truth[truth["campaign_id"] == wave.campaign_id]
    rows = sample.features[["customer_id"]].merge(known, on="customer_id", how="left", validate="one_to_one")
    prompted = rows["chance_prompted"].fillna(0.0).to_numpy(dtype=np.float64)
    without = rows["chance_without_contact"].fillna(0.0).to_numpy(dtype=np.float64)
    return Judged(
        sample=sample,
        truth=pd.DataFrame(
            {
                "customer_id": rows["customer_id"],
                "truly_prompted": rows["truly_prompted"].eq(True).to_numpy(dtype=bool),
                "chance_prompted": prompted,
                "chance_without": without,
                # Nearly: who buys anyway leaves an engagement more often or less, which the truth does not
                # tell. So a method may come out slightly above this oracle.
                "intent_oracle": prompted / np.maximum(prompted + without, 1e-12),
                "reachable": rows["reachable"].eq(True).to_numpy(dtype=bool),
            }
        ),
    )

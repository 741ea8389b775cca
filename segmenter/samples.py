"""Features known at a cutoff + what happened after it -> the customers a model learns from or is judged on.

A customer is in one fold only, whatever the number of cutoffs: the fold is drawn from the id, so that stacked
cutoffs never put one person on both sides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from segmenter.engines import Engine
from segmenter.errors import NotEnoughData
from segmenter.features.catalog import FeatureSpec, feature_specs
from segmenter.features.tables import customer_features
from segmenter.hashing import uniform_hash
from segmenter.labels.tables import customer_outcomes
from segmenter.model.two_stage import Examples
from segmenter.progress import Progress, silent
from segmenter.settings import TrainingSettings, Windows
from segmenter.tables.dataset import Dataset, is_customer_level

Fold = Literal["train", "test"]
Gather = Callable[..., list["Sample"]]  # as gather_samples

# Below this, class weights and quantile bins describe single customers, not a group.
FEWEST_PER_SEGMENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The customers at one cutoff, both frames in the order of customer_id.

    `features`: customer_id and one column per feature; `outcomes`: customer_id, given_label, exposed,
    looked, purchases, amount, margin, engagements, organic_completion, arm, trial, intent.
    """

    cutoff: date
    features: pd.DataFrame
    outcomes: pd.DataFrame

    def fold(self, name: Fold, settings: TrainingSettings) -> "Sample":
        """The customers of one fold."""
        chosen = folds(self.outcomes["customer_id"].to_numpy(), settings) == name
        return Sample(cutoff=self.cutoff, features=self.features[chosen], outcomes=self.outcomes[chosen])

    def fold_to_test(self, settings: TrainingSettings) -> "Sample":
        """The customers of the test fold. Raises NotEnoughData when there are none."""
        test = self.fold("test", settings)
        if test.outcomes.empty:
            raise NotEnoughData(
                "No customers were kept back for testing, so nothing fair can be said about this model. "
                f"Train it with a 'test_share' above {settings.test_share:g}."
            )
        return test

    def outside(self, name: Fold, settings: TrainingSettings) -> "Sample":
        """The customers of all other folds."""
        chosen = folds(self.outcomes["customer_id"].to_numpy(), settings) != name
        return Sample(cutoff=self.cutoff, features=self.features[chosen], outcomes=self.outcomes[chosen])

    def segments(self) -> dict[str, int]:
        """Customers per given label."""
        counts = self.outcomes["given_label"].value_counts()
        return {
            label: int(counts.get(label, 0)) for label in ("engaged", "unengaged", "inactive", "browsing")
        }


def gather_sample(
    engine: Engine, dataset: Dataset, windows: Windows, cutoff: date, *, scratch: Path
) -> Sample:
    """Features and outcomes of everybody who was a customer at `cutoff`; the tables must be registered."""
    features, outcomes = scratch / f"features-{cutoff}.parquet", scratch / f"outcomes-{cutoff}.parquet"
    customer_features(engine, dataset, windows, cutoff, features)
    customer_outcomes(engine, dataset, windows, cutoff, outcomes)
    engine.register("sample_features", features)
    engine.register("sample_outcomes", outcomes)
    return Sample(
        cutoff=cutoff,
        features=engine.frame(
            "SELECT sample_features.* FROM sample_features "
            "INNER JOIN sample_outcomes ON sample_outcomes.customer_id = sample_features.customer_id "
            "ORDER BY sample_features.customer_id",
            {},
        ),
        outcomes=engine.frame("SELECT * FROM sample_outcomes ORDER BY customer_id", {}),
    )


def gather_samples(
    engine: Engine,
    dataset: Dataset,
    windows: Windows,
    cutoffs: tuple[date, ...],
    *,
    scratch: Path,
    progress: Progress = silent,
) -> list[Sample]:
    """One sample per cutoff."""
    samples = []
    for place, cutoff in enumerate(cutoffs):
        progress("features", place / len(cutoffs), f"Reading what was known on {cutoff} and what followed")
        samples.append(gather_sample(engine, dataset, windows, cutoff, scratch=scratch))
    return samples


def gathering_once() -> Gather:
    """`gather_samples` that gathers each cutoff once, for stages that follow on the same data and windows."""
    known: dict[date, Sample] = {}

    def gather(
        engine: Engine,
        dataset: Dataset,
        windows: Windows,
        cutoffs: tuple[date, ...],
        *,
        scratch: Path,
        progress: Progress = silent,
    ) -> list[Sample]:
        missing = tuple(cutoff for cutoff in cutoffs if cutoff not in known)
        new = gather_samples(engine, dataset, windows, missing, scratch=scratch, progress=progress)
        known.update(zip(missing, new, strict=True))
        return [known[cutoff] for cutoff in cutoffs]

    return gather


def response_frames(samples: list[Sample], settings: TrainingSettings) -> tuple[pd.DataFrame, np.ndarray]:
    """Features of the customers a baseline may learn from, and (n,) bool: who bought in the window.

    The same customers the model learns from: the baseline gets no less.
    """
    parts = [sample.outside("test", settings) for sample in samples]
    features = pd.concat([sample.features for sample in parts], ignore_index=True)
    bought = np.concatenate([sample.outcomes["purchases"].to_numpy() > 0 for sample in parts])
    return features, bought


def folds(customer_id: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """'train' or 'test' for each id: (n,). Drawn from the id alone: models of other seeds and settings are
    tested on the same people, and differ by what they learned, not by whom.
    """
    draw = uniform_hash(customer_id, "fold")
    return np.where(draw < settings.test_share, "test", "train")


def member_folds(customer_id: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """The member of the ensemble that does not learn from an id: int (n,) from 0."""
    draw = uniform_hash(customer_id, f"member:{settings.seed}")
    return (draw * settings.network.members).astype(np.int64)


def stack_examples(samples: list[Sample], dataset: Dataset, settings: TrainingSettings) -> Examples:
    """The labelled customers of several cutoffs, without the test fold.

    Browsing customers (they reacted, and bought nothing after it) stand with the inactive: stage 1 asks who
    will not be won, and left out, everybody who merely looks at messages would seem active to it. Features
    that the settings leave out are not among the columns.
    Raises NotEnoughData when a segment has too few customers to learn from.
    """
    specs: tuple[FeatureSpec, ...] = feature_specs(dataset, leave_out=settings.leave_out)
    outcomes = pd.concat([sample.outcomes for sample in samples], ignore_index=True)
    features = pd.concat([sample.features for sample in samples], ignore_index=True)
    cutoff = np.repeat([str(sample.cutoff) for sample in samples], [len(s.outcomes) for s in samples])
    keep = folds(outcomes["customer_id"].to_numpy(), settings) != "test"
    outcomes, features, cutoff = outcomes[keep], features[keep], cutoff[keep]
    outcomes = outcomes.assign(given_label=outcomes["given_label"].replace("browsing", "inactive"))
    counts = outcomes["given_label"].value_counts()
    # A file that says itself what became of whom may know buyers only; then nobody is told to be inactive.
    knows_inactive = "inactive" in counts or not is_customer_level(dataset)
    for label in ("engaged", "unengaged", *(["inactive"] if knows_inactive else [])):
        if counts.get(label, 0) < FEWEST_PER_SEGMENT:
            raise NotEnoughData(
                f"Only {counts.get(label, 0)} customers are {label} in the chosen outcome windows; training "
                f"needs at least {FEWEST_PER_SEGMENT} of each segment. {remedy(label, dataset)}"
            )
    gives_margin = bool(outcomes["margin"].notna().any())
    if gives_margin:  # a window in which nobody bought gives none, and nothing was left there
        outcomes = outcomes.assign(margin=outcomes["margin"].fillna(0.0))
    return Examples(
        features=features[[spec.name for spec in specs]].reset_index(drop=True),
        customer_id=outcomes["customer_id"].to_numpy(dtype=object),
        cutoff=cutoff,
        given_label=outcomes["given_label"].to_numpy(dtype=object),
        exposed=outcomes["exposed"].to_numpy(dtype=bool),
        looked=outcomes["looked"].to_numpy(dtype=bool),
        amount=outcomes["margin" if gives_margin else "amount"].to_numpy(dtype=np.float64),
        value_of="margin" if gives_margin else "amount",
        purchases=outcomes["purchases"].to_numpy(dtype=np.int64),
        fold=member_folds(outcomes["customer_id"].to_numpy(), settings),
        known_organic=(outcomes["organic_completion"] | (outcomes["intent"] == "organic"))
        .fillna(False)
        .to_numpy(dtype=bool),
    )


def remedy(label: str, dataset: Dataset) -> str:
    """What to do where a segment has too few customers to learn from."""
    if is_customer_level(dataset):
        return {
            "engaged": "Bring a file of a campaign that more customers bought after.",
            "unengaged": "Map which customers were left out by chance, or a given label: whoever bought "
            "without being contacted shows who buys anyway.",
            "inactive": "Bring the customers, too, who did not buy.",
        }[label]
    return {
        "engaged": "Map views, clicks or redemptions, choose a longer outcome window, or more cutoffs.",
        "unengaged": "Choose a longer outcome window or more cutoffs, so that more purchases fall into it.",
        "inactive": "Choose a shorter outcome window: nearly everybody buys in this one.",
    }[label]

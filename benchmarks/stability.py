"""Two seeds on the same data -> how much the lists they give overlap: is a list the data's, or luck's?

`python -m benchmarks.stability` makes a demo world, trains the product on it with several seeds and default
settings, and compares the top 20 % of the same customers, by score and by value. The overlap is Jaccard's:
customers on both lists / customers on either. The table goes to stdout and to
benchmarks/results/stability.md.
"""

import argparse
import sys
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from segmenter.cutoffs import suggest_cutoffs
from segmenter.engines import open_engine
from segmenter.features.catalog import feature_specs
from segmenter.features.tables import register_dataset
from segmenter.model.two_stage import Predictions, fit_two_stage
from segmenter.samples import Sample, gather_samples, stack_examples
from segmenter.settings import TrainingSettings
from segmenter.synthetic import make_world
from segmenter.tables.dataset import Dataset

RESULTS = Path(__file__).resolve().parent / "results" / "stability.md"
DEPTH = 0.2
RANKINGS = ("score", "expected_value")
SETTINGS = TrainingSettings()


def demo_examples(customers: int, folder: Path) -> tuple[Dataset, list[Sample], Sample]:
    """A demo world's samples to learn from, one per training cutoff, and the one at the test cutoff."""
    windows = SETTINGS.windows
    dataset = make_world(folder / "world", customers=customers, seed=1)
    cutoffs = suggest_cutoffs(dataset, windows.outcome_days)
    with open_engine(allowed=(folder,), scratch=folder) as engine:
        register_dataset(engine, folder / "world")
        days = (*cutoffs.train, cutoffs.test)
        *samples, test = gather_samples(engine, dataset, windows, days, scratch=folder)
    return dataset, samples, test


def predictions(customers: int, seeds: int, folder: Path) -> list[Predictions]:
    """What each seed's model says of all customers at the test cutoff."""
    dataset, samples, test = demo_examples(customers, folder)
    said = []
    for seed in range(seeds):
        chosen = SETTINGS.replaced(seed=seed)
        examples = stack_examples(samples, dataset, chosen)
        model, report = fit_two_stage(examples, feature_specs(dataset), chosen)
        print(f"seed {seed}: {report.correction.sentence}", file=sys.stderr)
        said.append(model.predict(test.features))
    return said


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Overlap of the tops of two rankings of the same customers, (n,) each."""
    first, second = (
        set(np.argsort(-score, kind="stable")[: int(DEPTH * len(score))].tolist()) for score in (one, other)
    )
    return len(first & second) / len(first | second)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        said = predictions(arguments.customers, arguments.seeds, Path(folder))
    command = f"python -m benchmarks.stability --customers {arguments.customers} --seeds {arguments.seeds}"
    lines = [
        "# How far two seeds give the same list",
        "",
        f"Written by `{command}`.",
        "Jaccard overlap of the top 20 % of the same customers, for each pair of seeds; wanted: 0.90.",
        "",
        "| ranking | least | mean | most |",
        "|---|---|---|---|",
    ]
    for name in RANKINGS:
        found = [jaccard(getattr(a, name), getattr(b, name)) for a, b in combinations(said, 2)]
        lines.append(f"| {name} | {min(found):.3f} | {np.mean(found):.3f} | {max(found):.3f} |")
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

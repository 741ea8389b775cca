"""Demo worlds whose hidden truth is known -> how well each ranking finds the truly prompted customers.

`python -m benchmarks.hidden_truth --seeds 5` makes two worlds per seed. The product trains on the first with
its default settings, and ranks the customers of the second at a wave after everything it learned from:
customers and period are both unseen. Counted is the share of the truly prompted (docs/demo-world.md) in the
top 40 %. The table goes to stdout and to benchmarks/results/hidden_truth.md.

`--response-by-rate 0` (or 1) does the same in a world where a message adds the same chance for all customers
(or multiplies their own rate), the assumption that no common knowledge settles; it writes a file of its own.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from segmenter.cutoffs import suggest_cutoffs
from segmenter.engines import Engine, open_engine
from segmenter.evaluation.gains import captured_at, gain_curve
from segmenter.evaluation.response import response_scores
from segmenter.evaluation.rfm import rfm_scores
from segmenter.features.catalog import feature_specs
from segmenter.features.tables import register_dataset
from segmenter.labels.intent import KnownIntent, intent_evidence, what_is_known
from segmenter.model.two_stage import CorrectionReport, fit_two_stage
from segmenter.samples import Sample, gather_sample, gather_samples, response_frames, stack_examples
from segmenter.settings import Correction, TrainingSettings
from segmenter.synthetic import Assumptions, make_world
from segmenter.synthetic.schedule import WAVES
from segmenter.tables.dataset import Dataset

RESULTS = Path(__file__).resolve().parent / "results"
DEPTHS = (0.2, 0.4)
JUDGED_SEED = 10_000  # added to a seed for the world that is judged, so that no customer is in both
PRODUCT = "score (product default)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One seed: captured shares (rows: rankings, columns: DEPTHS) and what the training said about itself."""

    captured: pd.DataFrame
    customers: int
    prompted: int
    organic_share: float  # true share of organic customers among the engaged of the training windows
    correction: CorrectionReport
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world on disk and what the product makes of it."""

    folder: Path
    dataset: Dataset
    truth: pd.DataFrame


def run_trial(
    seed: int,
    customers: int,
    assumptions: Assumptions,
    folder: Path,
    settings: TrainingSettings | None = None,
) -> Trial:
    """Make both worlds, train on the first, rank the customers of the second, count."""
    started = time.perf_counter()
    settings = settings or TrainingSettings()
    learned = _make_world(folder / "learned", customers, seed, assumptions)
    judged = _make_world(folder / "judged", customers, seed + JUDGED_SEED, assumptions)
    cutoffs = suggest_cutoffs(learned.dataset, settings.windows.outcome_days)
    with _engine(learned, folder) as engine:
        samples = gather_samples(engine, learned.dataset, settings.windows, cutoffs.train, scratch=folder)
        among = samples[-1].outside("test", settings).outcomes["customer_id"].to_numpy()
        evidence = intent_evidence(engine, learned.dataset, settings.windows, cutoffs.train[-1], among=among)
    with _engine(judged, folder) as engine:
        test = gather_sample(engine, judged.dataset, settings.windows, cutoffs.test, scratch=folder).features
    reachable = _wave_truth(judged, cutoffs.test).query("reachable")
    test = test.merge(reachable, on="customer_id", validate="one_to_one")
    scores, correction = _rankings(learned.dataset, samples, settings, what_is_known(evidence), test)
    positive = test["truly_prompted"].to_numpy(dtype=bool)
    curves = {name: gain_curve(positive, score, name=name) for name, score in scores.items()}
    engaged = [
        sample.outcomes.query("given_label == 'engaged'").merge(_wave_truth(learned, sample.cutoff))
        for sample in samples
    ]
    return Trial(
        captured=pd.DataFrame(
            {depth: {name: captured_at(curve, depth) for name, curve in curves.items()} for depth in DEPTHS}
        ),
        customers=len(test),
        prompted=int(positive.sum()),
        organic_share=1 - float(pd.concat(engaged)["truly_prompted"].mean()),
        correction=correction,
        seconds=time.perf_counter() - started,
    )


def _make_world(folder: Path, customers: int, seed: int, assumptions: Assumptions) -> World:
    dataset = make_world(folder, customers=customers, seed=seed, assumptions=assumptions)
    return World(folder=folder, dataset=dataset, truth=pq.read_table(folder / "truth.parquet").to_pandas())


@contextmanager
def _engine(world: World, folder: Path) -> Iterator[Engine]:
    """The product's engine with the world's tables, not its truth, registered."""
    with open_engine(allowed=(folder,), scratch=folder) as engine:
        register_dataset(engine, world.folder)
        yield engine


def _wave_truth(world: World, cutoff: date) -> pd.DataFrame:
    """The truth of the wave that goes out in the outcome window of `cutoff`."""
    wave = next(w for w in WAVES if w.starts_at.date() >= cutoff)
    return world.truth[world.truth["campaign_id"] == wave.campaign_id]


def _rankings(
    dataset: Dataset,
    samples: list[Sample],
    settings: TrainingSettings,
    known: KnownIntent,
    test: pd.DataFrame,
) -> tuple[dict[str, np.ndarray], CorrectionReport]:
    """Every ranking by name: (n,) scores, higher = contact first; trained as pipeline.train does."""
    specs = feature_specs(dataset)
    examples = stack_examples(samples, dataset, settings)
    model, training = fit_two_stage(examples, specs, settings, known=known)
    as_printed = settings.replaced(correction=Correction(method="printed"))
    printed, _ = fit_two_stage(examples, specs, as_printed, known=known)
    product, uncorrected = model.predict(test), model.predict(test, "uncorrected")
    rng = np.random.default_rng(settings.seed)
    scores = {
        PRODUCT: product.score,
        "expected_value": product.expected_value,
        "uncorrected stage 2": uncorrected.score,
        "printed SPLC": printed.predict(test).score,
        "stage 1 alone (1 - p_inactive)": 1 - product.p_inactive,
        "response model": response_scores(*response_frames(samples, settings), test, specs, rng=rng),
        "RFM sum of ranks": rfm_scores(test)["rfm_score"].to_numpy(dtype=np.float64),
        "past spend": test["monetary_value"].fillna(0).to_numpy(dtype=np.float64),
        "random": rng.random(len(test)),
        "oracle": test["chance_prompted"].to_numpy(dtype=np.float64),
    }
    return scores, training.correction


def table_markdown(trials: list[Trial], command: str) -> str:
    """Mean and standard error over the seeds, and the paired difference to the product's score."""
    captured = pd.concat(
        {number: trial.captured for number, trial in enumerate(trials)}, names=["seed", "ranking"]
    )
    customers = np.mean([trial.customers for trial in trials])
    prompted = np.mean([trial.prompted for trial in trials])
    lines = [
        "# Finding the truly prompted in demo worlds",
        "",
        f"Written by `{command}`. The world and its assumptions: docs/demo-world.md.",
        "",
        f"{len(trials)} seeds; per seed about {customers:,.0f} customers ranked, {prompted:,.0f} of them",
        "truly prompted. Customers and period are new to the model. Shown: the share of the truly prompted",
        "in the top of each ranking, mean (standard error over seeds). Last column: the product's score",
        "minus the row, paired by seed, at 40 %.",
        "",
        "| ranking | top 20 % | **top 40 %** | score minus this, top 40 % |",
        "|---|---|---|---|",
    ]
    product = captured.xs(PRODUCT, level="ranking")
    for name in trials[0].captured.index:
        rows = captured.xs(name, level="ranking")
        cells = [_mean_and_error(rows[depth].to_numpy()) for depth in DEPTHS]
        difference = (
            "" if name == PRODUCT else _mean_and_error((product[0.4] - rows[0.4]).to_numpy(), sign="+")
        )
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {difference} |")
    lines += [
        "",
        "What the training said about its correction, per seed:",
        "",
        "| seed | applied | organic share expected | true organic share | flipped | reason |",
        "|---|---|---|---|---|---|",
    ]
    for number, trial in enumerate(trials, 1):
        said = trial.correction
        expected = "none" if said.organic_share is None else f"{said.organic_share:.2f}"
        cells = (
            number,
            "yes" if said.applied else "no",
            f"{expected} ({said.share_source})",
            f"{trial.organic_share:.2f}",
            f"{said.flipped_share:.2f}",
            said.fallback_reason or "",
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _mean_and_error(values: np.ndarray, sign: str = "") -> str:
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{values.mean():{sign}.3f} ({error:.3f})"


def main() -> None:
    default = Assumptions()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=20_000, help="in each of the two worlds of a seed")
    parser.add_argument("--response-by-rate", type=float, default=default.response_by_rate)
    arguments = parser.parse_args()
    assumptions = replace(default, response_by_rate=arguments.response_by_rate)
    trials = []
    for seed in range(1, arguments.seeds + 1):
        with TemporaryDirectory() as folder:
            trials.append(run_trial(seed, arguments.customers, assumptions, Path(folder)))
        print(f"seed {seed}: {trials[-1].seconds:.0f} s", file=sys.stderr)
    command = f"python -m benchmarks.hidden_truth --seeds {arguments.seeds} --customers {arguments.customers}"
    name = "hidden_truth.md"
    if assumptions != default:
        command += f" --response-by-rate {assumptions.response_by_rate:g}"
        name = f"hidden_truth_response_by_rate_{assumptions.response_by_rate:g}.md"
    text = table_markdown(trials, command)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / name).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

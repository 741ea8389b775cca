"""Many seeds -> does the correction ever rank worse than no correction, beyond noise?

`python -m benchmarks.quality.never_worse` trains the product with default settings in every world, and on
every half of the Starbucks people, and compares the ranking in use with that of the same model without
correction on the same customers. The page goes to stdout and to benchmarks/results/never_worse.md.

In a world the figure is the AUC of the truly prompted among everybody who can be reached; on Starbucks the
share of the incremental spend in the top 40 %, by value. Noise: the standard error of the difference between
the two rankings, paired by customer.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.quality.product import examples_of
from benchmarks.quality.starbucks import learned_half
from benchmarks.quality.worlds import WORLDS, World, make_world
from benchmarks.starbucks import World as Events
from benchmarks.starbucks import read_world, settings_for, wave_halves
from segmenter.labels.intent import what_is_known
from segmenter.model.judging import paired_auc
from segmenter.model.two_stage import fit_two_stage
from segmenter.settings import TrainingSettings, Windows

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "never_worse.md"
BEYOND_NOISE = 1.96
DEPTH = 0.4

HEAD = """# Does the correction ever rank worse than none, beyond noise?

Written by `{command}`.

The ranking in use minus the same model's without correction, on the same customers: AUC of the truly prompted
among everybody within reach; on Starbucks the share of the incremental spend in the top 40 %, by value.
*Beyond noise*: more than {beyond} paired standard errors; where the two are equal, that happens by luck once
in forty times on either side. The worst of twenty equal trainings lies by luck below -1.8 standard errors in
half of such rows, and below -3.0 in one of forty.
"""
COLUMNS = (
    "where",
    "trainings",
    "correction used",
    "how far, where used",
    "uncorrected",
    "gained, mean",
    "worst",
    "worst in standard errors",
    "worse beyond noise",
    "better beyond noise",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """One training: how far its correction went, and what that did to the figure."""

    strength: float
    corrected: float
    uncorrected: float
    error: float

    @property
    def z(self) -> float:
        """The difference in standard errors; 0 where the two rankings are one and the same."""
        return (self.corrected - self.uncorrected) / self.error if self.error > 0 else 0.0


def in_world(world: World, settings: TrainingSettings) -> Trained:
    """Train on the world's samples, compare on its test customers."""
    model, report = fit_two_stage(
        examples_of(world.samples, world.specs, settings),
        world.specs,
        settings,
        known=what_is_known(world.evidence),
    )
    frame, truth = world.test.sample.features, world.test.truth
    reachable = truth["reachable"].to_numpy(dtype=bool)
    prompted = truth["truly_prompted"].to_numpy(dtype=bool)[reachable]
    scores = [model.predict(frame, head).score[reachable] for head in ("intent", "uncorrected")]
    if not prompted.any():  # then no ranking is better than another; it must have been left alone
        return Trained(strength=report.correction.strength, corrected=0.5, uncorrected=0.5, error=0.0)
    found = paired_auc(prompted, scores[0], scores[1], truth["customer_id"].to_numpy()[reachable])
    return Trained(
        strength=report.correction.strength,
        corrected=found.first,
        uncorrected=found.second,
        error=found.standard_error,
    )


def in_seed(name: str, customers: int, settings: TrainingSettings, seed: int) -> Trained:
    """One seed of one world: made, trained on, compared."""
    return in_world(make_world(name, customers, seed), settings.replaced(seed=seed))


def on_starbucks(source: Path, settings: TrainingSettings, split: int) -> list[Trained]:
    """Both halves of a split, each ranked by what the other half taught."""
    with TemporaryDirectory() as name:
        world = read_world(source, Path(name), settings_for(Windows().engagement_kinds))
        return [_on_half(world, settings, split, half) for half in (0, 1)]


def _on_half(world: Events, settings: TrainingSettings, split: int, half: int) -> Trained:
    learned = learned_half(world, split, 1 - half)
    chosen = replace(learned.settings, correction=settings.correction)
    model, report = fit_two_stage(
        examples_of(learned.samples, learned.specs, chosen), learned.specs, chosen, known=learned.known
    )
    differences, moved, reached = [], list[pd.Series](), []
    for wave, frame in wave_halves(world, split, half):
        weighted = wave.weighted.loc[frame["customer_id"]].to_numpy()
        tops = [_in_top(model.predict(frame, head).expected_value) for head in ("intent", "uncorrected")]
        shares = [float(weighted[top].sum() / weighted.sum()) for top in tops]
        part = weighted * (tops[0].astype(float) - tops[1].astype(float)) / weighted.sum()
        moved.append(pd.Series(part, index=frame["customer_id"].to_numpy()))
        differences.append(shares[0] - shares[1])
        reached.append(shares[1])
    before = float(np.mean(reached))
    return Trained(
        strength=report.correction.strength,
        corrected=before + float(np.mean(differences)),
        uncorrected=before,
        error=_error_of_mean(moved),
    )


def _error_of_mean(moved: list[pd.Series]) -> float:
    """Of the mean over the waves, the same people being in all of them: by what each adds to all together."""
    by_person = pd.concat(moved).groupby(level=0).sum() / len(moved)
    return float(np.sqrt(len(by_person)) * by_person.std(ddof=1))


def _in_top(score: np.ndarray) -> np.ndarray:
    top = np.zeros(len(score), dtype=bool)
    top[np.argsort(-score, kind="stable")[: int(DEPTH * len(score))]] = True
    return top


def _line(name: str, found: list[Trained]) -> str:
    gained = np.array([each.corrected - each.uncorrected for each in found])
    z = np.array([each.z for each in found])
    used = [each.strength for each in found if each.strength]
    strength = f"{np.mean(used):.0%}" if used else ""
    return (
        f"| {name} | {len(found)} | {len(used)} | {strength} | "
        f"{np.mean([each.uncorrected for each in found]):.3f} | {gained.mean():+.4f} | {gained.min():+.4f} | "
        f"{z.min():+.1f} | {int((z < -BEYOND_NOISE).sum())} | {int((z > BEYOND_NOISE).sum())} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=8_000)
    parser.add_argument("--worlds", nargs="*", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--splits", type=int, default=4, help="of the Starbucks people; 0 leaves them out")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "starbucks")
    parser.add_argument("--jobs", type=int, default=1, help="seeds and splits worked on side by side")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    settings = TrainingSettings(test_share=0.0)
    settings = replace(settings, correction=replace(settings.correction, compare=False))
    lines = []
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        for name in arguments.worlds:
            started = time.monotonic()
            judge = partial(in_seed, name, arguments.customers, settings)
            lines.append(_line(name, list(pool.map(judge, range(1, arguments.seeds + 1)))))
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        if arguments.splits and arguments.data.is_dir():
            on_split = partial(on_starbucks, arguments.data, settings)
            halves = [each for both in pool.map(on_split, range(arguments.splits)) for each in both]
            lines.append(_line("Starbucks halves", halves))
    text = _page(lines, arguments)
    arguments.out.write_text(text, encoding="utf-8")
    print(text)


def _page(lines: list[str], arguments: argparse.Namespace) -> str:
    command = (
        f"python -m benchmarks.quality.never_worse --seeds {arguments.seeds} "
        f"--customers {arguments.customers} --worlds {' '.join(arguments.worlds)} --splits {arguments.splits}"
    )
    head = HEAD.format(command=command, beyond=BEYOND_NOISE)
    return "\n".join([head, f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *lines]) + "\n"


if __name__ == "__main__":
    main()

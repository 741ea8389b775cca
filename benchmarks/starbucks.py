"""The randomised yardstick on the Starbucks events (simulated by their publisher): does a ranking find the
customers whose spend an offer changes?

`python -m benchmarks.starbucks` reads the events through the product's own mapping, features and labels,
and judges every ranking on waves of offers that chance handed out. Four times the people are split in two;
each half is ranked by models that learned from the other half only, from cutoffs before the waves. Nothing
of the people or the waves that are scored is learned from, evidence of intent included. The tables go to
stdout and to benchmarks/results/starbucks.md.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.boosted import BoostedTwoStage
from benchmarks.yardstick import MOST_SPEND, SPEND_HOURS, Wave, read_wave
from segmenter.engines import open_engine
from segmenter.evaluation.response import response_scores
from segmenter.evaluation.rfm import rfm_scores
from segmenter.features.catalog import feature_specs
from segmenter.features.tables import customer_features, register_dataset
from segmenter.hashing import uniform_hash
from segmenter.labels.intent import KnownIntent, intent_evidence, what_is_known
from segmenter.model.two_stage import TrainingReport, TwoStageModel, fit_two_stage
from segmenter.samples import Sample, gather_samples, response_frames, stack_examples
from segmenter.settings import EngagementKind, TrainingSettings, Windows
from segmenter.tables.dataset import Dataset
from segmenter.tables.ingestion import ingest
from segmenter.tables.mapping_file import read_mapping

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "starbucks.md"
ORIGIN = datetime(2018, 7, 1)
CUTOFF_HOURS, WAVE_HOURS = (168, 336), (408, 504, 576)

# The default kinds of engagement, and what other kinds give.
KINDS: tuple[EngagementKind, ...] = ("view", "click", "redeem")
OTHER_KINDS: tuple[tuple[EngagementKind, ...], ...] = (("redeem",), ("view",))

TARGETS = {"expected_value": 0.80}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ingested events, with what all splits share: samples at the cutoffs and features at the waves."""

    folder: Path
    dataset: Dataset
    settings: TrainingSettings
    samples: list[Sample]
    waves: dict[int, tuple[Wave, pd.DataFrame]]


def settings_for(kinds: tuple[EngagementKind, ...]) -> TrainingSettings:
    """Default settings but for the windows; everybody of the other half is learned from, so no test fold."""
    return TrainingSettings(windows=Windows(outcome_days=7, engagement_kinds=kinds), test_share=0.0)


def read_world(source: Path, folder: Path, settings: TrainingSettings) -> World:
    """Files -> tables -> features and labels, as the product makes them."""
    data, scratch = folder / "data", folder / "scratch"
    data.mkdir()
    scratch.mkdir()
    dataset = ingest(
        read_mapping(ROOT / "data" / "mappings" / "starbucks.toml"),
        source,
        data,
        name="Starbucks events",
        scratch=scratch,
    )
    with open_engine(allowed=[data, scratch], scratch=scratch) as engine:
        register_dataset(engine, data)
        samples = gather_samples(engine, dataset, settings.windows, _cutoffs(), scratch=scratch)
        waves = {}
        for hours in WAVE_HOURS:
            path = scratch / f"wave-{hours}.parquet"
            at = ORIGIN + timedelta(hours=hours)
            customer_features(engine, dataset, settings.windows, at.date(), path)
            features = pd.read_parquet(path)
            waves[hours] = (read_wave(data, at, features["customer_id"]), features)
    return World(folder=data, dataset=dataset, settings=settings, samples=samples, waves=waves)


def relabelled(world: World, kinds: tuple[EngagementKind, ...], folder: Path) -> World:
    """The same events with other kinds of engagement; features of waves do not depend on them."""
    settings = settings_for(kinds)
    with open_engine(allowed=[world.folder, folder], scratch=folder) as engine:
        register_dataset(engine, world.folder)
        samples = gather_samples(engine, world.dataset, settings.windows, _cutoffs(), scratch=folder)
    return replace(world, settings=settings, samples=samples)


def learned_intent(world: World, people: np.ndarray, folder: Path) -> KnownIntent:
    """What is known of intent by the product's evidence, from the people learned from alone."""
    with open_engine(allowed=[world.folder, folder], scratch=folder) as engine:
        register_dataset(engine, world.folder)
        windows, last = world.settings.windows, _cutoffs()[-1]
        return what_is_known(intent_evidence(engine, world.dataset, windows, last, among=people))


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One half of the people ranked by models of the other half."""

    figures: pd.DataFrame  # rows: rankings; columns: captured at 40 %, at 20 %, Qini, means over the waves
    report: TrainingReport


def rank_half(world: World, split: int, half: int, *, rivals: bool) -> Half:
    """Learn from the people of the other half, rank those of `half` at every wave."""
    samples = [_of_half(sample, split, 1 - half) for sample in world.samples]
    with TemporaryDirectory() as folder:
        known = learned_intent(world, samples[0].features["customer_id"].to_numpy(), Path(folder))
    specs, settings = feature_specs(world.dataset), world.settings
    examples = stack_examples(samples, world.dataset, settings)
    model, report = fit_two_stage(examples, specs, settings, known=known)
    models = {"": model}
    if rivals:
        models["forced"], _ = fit_two_stage(
            examples,
            specs,
            replace(settings, correction=replace(settings.correction, fall_back=False)),
            known=known,
        )
        # Sixty passes are far more than the collapse needs; by default it would go on to the bound on time.
        models["printed"], _ = fit_two_stage(
            examples,
            specs,
            replace(
                settings,
                correction=replace(settings.correction, method="printed"),
                network=replace(settings.network, max_epochs=60),
            ),
        )
        boosted = BoostedTwoStage.fit(examples, model.encoder)
    rows: dict[str, list[tuple[float, ...]]] = {}
    for hours, (wave, everybody) in world.waves.items():
        frame = everybody[_half(everybody["customer_id"], split) == half]
        rankings = product_rankings(models, frame)
        if rivals:
            rankings |= simple_rankings(frame, np.random.default_rng([split, half, hours]))
            rankings["response model (who buys)"] = response_scores(
                *response_frames(samples, settings), frame, specs, rng=np.random.default_rng(split)
            )
            boosted_score, boosted_value = boosted.predict(frame)
            rankings["gradient-boosted two stages, score"] = boosted_score
            rankings["gradient-boosted two stages, expected value"] = boosted_value
        for name, score in rankings.items():
            rows.setdefault(name, []).append(wave.figures(frame["customer_id"], score))
    return Half(
        figures=pd.DataFrame({name: np.mean(found, axis=0) for name, found in rows.items()}).T, report=report
    )


def wave_halves(world: World, split: int, half: int) -> list[tuple[Wave, pd.DataFrame]]:
    """Every wave with the features of the people of one half."""
    return [
        (wave, everybody[_half(everybody["customer_id"], split) == half])
        for wave, everybody in world.waves.values()
    ]


def product_rankings(models: dict[str, TwoStageModel], frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """What the product can rank by. models: '' the default, and where there are 'forced' and 'printed'."""
    default, given = models[""].predict(frame), models[""].predict(frame, "uncorrected")
    rankings = {
        "score": default.score,
        "expected_value": default.expected_value,
        "uncorrected, score": given.score,
        "uncorrected, expected value": given.expected_value,
        "predicted spend (chance not to be inactive x amount)": (1 - given.p_inactive)
        * given.expected_amount,
    }
    for name, words in (("forced", "guarded without fall-back"), ("printed", "printed SPLC")):
        if name in models:
            found = models[name].predict(frame)
            rankings |= {f"{words}, score": found.score, f"{words}, expected value": found.expected_value}
    return rankings


def simple_rankings(frame: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Rankings that learn nothing."""
    return {
        "random": rng.random(len(frame)),
        "RFM sum of ranks": rfm_scores(frame)["rfm_score"].to_numpy(dtype=np.float64),
        "past spend": frame["monetary_value"].fillna(0).to_numpy(dtype=np.float64),
    }


def run(world: World, splits: int, *, rivals: bool) -> tuple[list[pd.DataFrame], list[TrainingReport]]:
    """Figures of each split (mean of its halves), and what every training said."""
    figures, reports = [], []
    for split in range(splits):
        started = time.monotonic()
        halves = [rank_half(world, split, half, rivals=rivals) for half in (0, 1)]
        figures.append((halves[0].figures + halves[1].figures) / 2)
        reports += [half.report for half in halves]
        print(f"split {split}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return figures, reports


def table_markdown(figures: Sequence[pd.DataFrame]) -> list[str]:
    """One row per ranking: mean (standard deviation over the splits), and the difference to past spend."""
    lines = [
        "| ranking | **captured at 40 %** | captured at 20 % | Qini | minus past spend, at 40 % |",
        "|---|---|---|---|---|",
    ]
    for name in figures[0].index:
        values = np.array([split.loc[name].to_numpy() for split in figures])  # (splits, 3)
        cells = [_mean_and_sd(values[:, column]) for column in range(3)]
        against = ""
        if "past spend" in figures[0].index and name != "past spend":
            spend = np.array([split.loc["past spend", 0] for split in figures])
            against = _mean_and_sd(values[:, 0] - spend, sign="+")
        lines.append(f"| {name} | {' | '.join(cells)} | {against} |")
    return lines


def report_markdown(
    main_run: tuple[list[pd.DataFrame], list[TrainingReport]],
    others: dict[str, list[pd.DataFrame]],
    world: World,
    command: str,
) -> str:
    """The page that is kept."""
    figures, reports = main_run
    mean = sum(figures[1:], figures[0]) / len(figures)
    shares = ", ".join(f"{wave.received_share:.3f}" for wave, _ in world.waves.values())
    lines = [
        "# Incremental spend on the Starbucks events",
        "",
        f"Written by `{command}`. The events are simulated by their publisher.",
        "",
        f"{len(figures)} splits of the people in two halves; each half is ranked by models of the other",
        f"half, from cutoffs {_listed(CUTOFF_HOURS)} h (outcome window 168 h), at the waves of",
        f"{_listed(WAVE_HOURS)} h. Share who received an offer: {shares}. Counted is the spend of the",
        f"{SPEND_HOURS} h after a wave, at most {MOST_SPEND:.0f} per person, by arm; *captured* is the share",
        "of what the offers changed that lies in the top of a ranking, Qini is in currency per person. Mean",
        "(standard deviation over the splits); the sampling error of one figure is about 0.02, so compare",
        "rows, which rank the same people. Default settings, but for `outcome_days=7`.",
        "",
        *table_markdown(figures),
        "",
        "Targets at 40 %: "
        + "; ".join(
            f"{name} {mean.loc[name, 0]:.3f}, wanted {target}, "
            + ("reached" if mean.loc[name, 0] >= target else "missed")
            for name, target in TARGETS.items()
        )
        + ".",
        "",
        "What the trainings said about label correction:",
        "",
        *[f"- {sentence} ({count} of {len(reports)})" for sentence, count in _sentences(reports).items()],
        "",
        f"A training on {reports[0].customers:,} customers took"
        f" {np.mean([report.seconds for report in reports]):.0f} s on average, correction included.",
    ]
    for kinds, other in others.items():
        lines += ["", f"## The same with `engagement_kinds={kinds}`", "", *table_markdown(other)]
    return "\n".join(lines) + "\n"


def _sentences(reports: Sequence[TrainingReport]) -> dict[str, int]:
    said = [report.correction.sentence for report in reports]
    return {sentence: said.count(sentence) for sentence in dict.fromkeys(said)}


def _cutoffs() -> tuple[date, ...]:
    return tuple((ORIGIN + timedelta(hours=hours)).date() for hours in CUTOFF_HOURS)


def _half(customer_id: pd.Series, split: int) -> np.ndarray:
    """0 or 1 for each customer, drawn from the id: (n,)."""
    return (uniform_hash(customer_id, f"yardstick:{split}") < 0.5).astype(int)


def _of_half(sample: Sample, split: int, half: int) -> Sample:
    chosen = _half(sample.features["customer_id"], split) == half
    return replace(sample, features=sample.features[chosen], outcomes=sample.outcomes[chosen])


def _mean_and_sd(values: np.ndarray, sign: str = "") -> str:
    spread = f" ({values.std(ddof=1):.3f})" if len(values) > 1 else ""
    return f"{values.mean():{sign}.3f}{spread}"


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--splits", type=int, default=4)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "starbucks")
    parser.add_argument("--other-kinds", action="store_true", help="also with views as engagement")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.exit(0, f"Nothing to do: the Starbucks events are not at {arguments.data}.\n")
    command = f"python -m benchmarks.starbucks --splits {arguments.splits}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        world = read_world(arguments.data, folder, settings_for(KINDS))
        main_run = run(world, arguments.splits, rivals=True)
        others = {}
        if arguments.other_kinds:
            command += " --other-kinds"
            for kinds in OTHER_KINDS:
                place = folder / "-".join(kinds)
                place.mkdir()
                others[",".join(kinds)] = run(
                    relabelled(world, kinds, place), arguments.splits, rivals=False
                )[0]
    text = report_markdown(main_run, others, world, command)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

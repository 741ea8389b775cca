"""The graphics card and the processor, one seed -> do both give the same list, and how much sooner is one?

`python -m benchmarks.graphics_card` makes a demo world, trains the product on it with default settings, once
on the card that torch sees and once on the processor, and compares what the two models say of the same
customers. The page goes to stdout and to benchmarks/results/graphics_card.md. Without a card there is nothing
to compare: it says so and leaves the page as it is.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from benchmarks.stability import DEPTH, RANKINGS, SETTINGS, demo_examples, jaccard
from segmenter.features.catalog import feature_specs
from segmenter.model.two_stage import Predictions, fit_two_stage
from segmenter.samples import stack_examples
from segmenter.settings import DeviceChoice

RESULTS = Path(__file__).resolve().parent / "results" / "graphics_card.md"


def both(customers: int, folder: Path) -> tuple[list[Predictions], list[float]]:
    """What the model of the card and the model of the processor say, and the seconds each training took."""
    dataset, samples, test = demo_examples(customers, folder)
    examples, specs = stack_examples(samples, dataset, SETTINGS), feature_specs(dataset)
    said, seconds = [], []
    choices: tuple[DeviceChoice, ...] = ("auto", "cpu")
    for choice in choices:
        started = time.perf_counter()
        model, report = fit_two_stage(
            examples, specs, SETTINGS.replaced(network=replace(SETTINGS.network, device=choice))
        )
        seconds.append(time.perf_counter() - started)
        print(f"{report.trained_on_device}: {report.correction.sentence}", file=sys.stderr)
        if choice == "auto" and report.trained_on_device != "cuda":
            sys.exit(f"The card was left: {report.device_note}")
        said.append(model.predict(test.features))
    return said, seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=20_000)
    customers = parser.parse_args().customers
    if not torch.cuda.is_available():
        print("torch sees no graphics card (CUDA) here, so there is nothing to compare.")
        return
    torch.zeros(1, device="cuda")  # the card is woken before the clock runs
    with TemporaryDirectory() as folder:
        (card, processor), seconds = both(customers, Path(folder))
    lines = [
        "# Do a graphics card and the processor give the same list?",
        "",
        f"Written by `python -m benchmarks.graphics_card --customers {customers}`.",
        f"One seed, default settings, {torch.cuda.get_device_name()}, torch {torch.__version__}; overlap is",
        f"Jaccard's, of the top {DEPTH:.0%} of the same customers.",
        "",
        "| ranking | overlap | largest difference | standard deviation of the figure |",
        "|---|---|---|---|",
    ]
    for name in RANKINGS:
        one, other = getattr(card, name), getattr(processor, name)
        apart = np.abs(one - other).max()
        lines.append(f"| {name} | {jaccard(one, other):.4f} | {apart:.2g} | {other.std():.2g} |")
    lines += [
        "",
        f"Training once on each, the card took {seconds[0] / seconds[1]:.1f} times as long.",
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

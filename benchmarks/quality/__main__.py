"""`python -m benchmarks.quality`: every method in every world, and on Starbucks -> one page.

The page goes to stdout and to benchmarks/results/quality.md. Packages that only some methods need:
benchmarks/quality/requirements.txt; their rows read 'not installed' without.
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.quality.measures import judge_world
from benchmarks.quality.pages import Group, page
from benchmarks.quality.starbucks import judge_starbucks
from benchmarks.quality.worlds import WORLDS, make_world

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "quality.md"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--customers", type=int, default=20_000, help="to learn from, and as many others to judge by"
    )
    parser.add_argument(
        "--worlds", nargs="*", choices=list(WORLDS), default=list(WORLDS), help="default: all of them"
    )
    parser.add_argument("--splits", type=int, default=4, help="of the Starbucks people; 0 leaves them out")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "starbucks")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    groups = [_world_group(name, arguments.seeds, arguments.customers) for name in arguments.worlds]
    if arguments.splits:
        if arguments.data.is_dir():
            groups.append(_starbucks_group(arguments.data, arguments.splits))
        else:
            print("Starbucks left out: the events are not there.", file=sys.stderr)
    if not groups:
        parser.error("Nothing to do: choose at least one world, or splits and the folder of the events.")
    command = (
        f"python -m benchmarks.quality --seeds {arguments.seeds} --customers {arguments.customers} "
        f"--worlds {' '.join(arguments.worlds)} --splits {arguments.splits}"
    )
    text = page(groups, command)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    print(text)


def _world_group(name: str, seeds: int, customers: int) -> Group:
    figures = []
    for seed in range(1, seeds + 1):
        started = time.monotonic()
        figures.append(judge_world(make_world(name, customers, seed)))
        print(f"{name}, seed {seed}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return Group(name=name, figures=figures)


def _starbucks_group(source: Path, splits: int) -> Group:
    figures = []
    started = time.monotonic()
    for split, found in enumerate(judge_starbucks(source, splits)):
        figures.append(found)
        print(f"Starbucks, split {split}: {time.monotonic() - started:.0f} s so far", file=sys.stderr)
    return Group(name="Starbucks", figures=figures)


if __name__ == "__main__":
    main()

"""`python -m benchmarks.quality`: every method in every world, and on Starbucks -> one page.

The page goes to stdout and to benchmarks/results/quality.md. Packages that only some methods need:
benchmarks/quality/requirements.txt; their rows read 'not installed' without.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.quality.measures import Figures, judge_seed
from benchmarks.quality.pages import Group, page
from benchmarks.quality.starbucks import judge_starbucks
from benchmarks.quality.worlds import WORLDS

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
    parser.add_argument("--jobs", type=int, default=1, help="seeds and splits worked on side by side")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        groups = [
            _group(pool, name, partial(judge_seed, name, arguments.customers), range(1, arguments.seeds + 1))
            for name in arguments.worlds
        ]
        if arguments.splits and arguments.data.is_dir():
            judge = partial(judge_starbucks, arguments.data)
            groups.append(_group(pool, "Starbucks", judge, range(arguments.splits)))
        elif arguments.splits:
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


def _group(
    pool: ProcessPoolExecutor, name: str, judge: Callable[[int], Figures], numbers: Iterable[int]
) -> Group:
    """The figures of every seed or split, in their order, whoever is ready first."""
    started, figures = time.monotonic(), []
    for found in pool.map(judge, numbers):
        figures.append(found)
        print(f"{name}, {len(figures)}: {time.monotonic() - started:.0f} s so far", file=sys.stderr)
    return Group(name=name, figures=figures)


if __name__ == "__main__":
    main()

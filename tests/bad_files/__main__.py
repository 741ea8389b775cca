"""python -m tests.bad_files FOLDER writes all bad files; --check runs each through the command line.

The check is the one people use: `python -m segmenter check FILE --table T --json`, a process for each file.
Seconds are those of the processors, so that they mean the same on a busy machine.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.bad_files.catalogue import CATALOGUE, folder_of
from tests.bad_files.entry import BadFile
from tests.bad_files.judging import Answer, faults

_MOST_SECONDS = 120


def main(arguments: list[str] | None = None) -> int:
    """0 where everything is as expected, 1 where it is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bad_files", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where to write the files")
    parser.add_argument("--check", action="store_true", help="check every file, and judge the answers")
    parser.add_argument("--only", default="", help="only files whose category or name holds this")
    args = parser.parse_args(arguments)
    if not (args.folder or args.check):
        parser.error("say a folder to write to, or --check")
    files = [file for file in CATALOGUE if args.only in f"{file.category}/{file.name}"]
    with tempfile.TemporaryDirectory() as passing:
        paths = write(files, args.folder or Path(passing))
        return check(files, paths) if args.check else 0


def write(files: list[BadFile], folder: Path) -> dict[BadFile, Path]:
    """Write the files below `folder`, one folder for each category."""
    paths = {file: folder / folder_of(file) / file.name for file in files}
    for file, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content())
    print(f"{len(files)} files in {len({file.category for file in files})} categories")
    return paths


def check(files: list[BadFile], paths: dict[BadFile, Path]) -> int:
    """Check every file, print a line for each and a summary; 1 where anything is not as expected."""
    wrong, tracebacks, slowest = 0, 0, ("", 0.0)
    verdicts: Counter[str] = Counter()
    for file in files:
        answer = checked(paths[file], file.table)
        problems = faults(file, answer)
        wrong += bool(problems)
        tracebacks += answer.has_traceback
        slowest = max(slowest, (f"{folder_of(file)}/{file.name}", answer.seconds), key=lambda entry: entry[1])
        verdict = answer.report.get("verdict", "no verdict")
        verdicts[verdict] += 1
        line = f"{verdict:21} {answer.seconds:5.2f} s  {folder_of(file)}/{file.name}"
        print(line + (f"  WRONG: {'; '.join(problems)}" if problems else ""), flush=True)
    found = ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
    print(
        f"{len(files) - wrong} of {len(files)} right ({found}); slowest {slowest[1]:.2f} s ({slowest[0]}); "
        f"tracebacks {tracebacks}"
    )
    return int(wrong > 0)


def checked(path: Path, table: str) -> Answer:
    """What the command line says of a file."""
    before = _processor_seconds()
    run = subprocess.run(
        [sys.executable, "-m", "segmenter", "check", str(path), "--table", table, "--json"],
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        check=False,
    )
    return Answer(run.returncode, run.stdout, run.stderr, _processor_seconds() - before)


def _processor_seconds() -> float:
    """What all processes started here, and theirs, have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())

"""A bad file -> what the command line answers, asked in this process.

The command is the whole one. The file is read either by the real confined child, or, which takes a tenth of
the time, by the same task in this process.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from segmenter import cli
from segmenter.progress import Progress, silent
from segmenter.tables import ingestion
from segmenter.tables.child import TASKS
from segmenter.tables.sandbox import to_json
from tests.bad_files.entry import BadFile
from tests.bad_files.judging import MOST_SECONDS, Answer, faults, stored_rows

BUSY = 4  # how much longer a file may take where many tests share the machine


def assert_right(file: BadFile, folder: Path, *, confined: bool) -> None:
    """Fails with all that is wrong in the answer about a file. confined: read it in the real child."""
    path = folder / file.name
    path.write_bytes(file.content())
    if confined:
        answer = answered(path, file.table)
    else:
        with read_here() as counted:
            answer = replace(answered(path, file.table), stored=counted.get(file.table))
    wrong = faults(file, answer, most_seconds=MOST_SECONDS * BUSY)
    assert not wrong, f"{wrong}\n{answer.out}{answer.err}"


def answered(path: Path, table: str) -> Answer:
    """What `check` says."""
    out, err = io.StringIO(), io.StringIO()
    started = time.perf_counter()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(["check", str(path), "--table", table, "--json"])
    return Answer(code, out.getvalue(), err.getvalue(), time.perf_counter() - started)


@contextmanager
def read_here() -> Iterator[dict[str, tuple[int, int]]]:
    """Within it, files are read without a process of their own; filled with the rows that a check has stored
    and set aside, by table.
    """
    counted: dict[str, tuple[int, int]] = {}

    def done_here(
        task: str, arguments: Any, *_: Any, folder: Path, progress: Progress = silent, **__: Any
    ) -> Any:
        module, name = TASKS[task]
        answer = getattr(import_module(module), name)(to_json(arguments), folder, progress)
        stored = stored_rows(folder, arguments.table) if task == "check" else None
        if stored is not None:
            counted[arguments.table] = stored
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingestion, "run_confined", done_here)
        yield counted

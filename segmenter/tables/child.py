"""The limited child process: `python -m segmenter.tables.child FOLDER`, started by sandbox.py only.

Reads order.json, shuts itself in, and only then imports what parses files. Leaves answer.json or
refusal.json. Messages never hold a cell of a file: an unexpected error is told by its type and place alone.
"""

import errno
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from segmenter.errors import SegmenterError
from segmenter.tables.confinement import confine
from segmenter.tables.sandbox import NO_ROOM, Order, Refusal, from_json, to_json

# task -> the module and function that does it: (arguments as JSON, folder, progress) -> answer
TASKS = {
    "inspect": ("segmenter.tables.inspection", "inspect_task"),
    "people": ("segmenter.tables.people_list", "people_list_task"),
    "ingest": ("segmenter.tables.assembling", "ingest_task"),
    "preview": ("segmenter.tables.assembling", "preview_task"),
    "check": ("segmenter.tables.checking", "check_task"),
}

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def tell(stage: str, share: float, message: str = "") -> None:
    """Progress for the parent: one JSON line on stdout."""
    sys.stdout.write(to_json((stage, share, message)).decode() + "\n")
    sys.stdout.flush()


def main(folder: Path) -> int:
    """Do what order.json in `folder` says; 0 when an answer or a refusal in words was left."""
    order = from_json((folder / "order.json").read_bytes(), Order)
    confine(
        readable=[Path(path) for path in order.readable],
        writable=[Path(path) for path in order.writable],
        memory_bytes=order.limits.memory_bytes,
        cpu_seconds=order.limits.seconds * 4,
        file_bytes=order.limits.file_bytes,
    )
    if os.getppid() != order.parent:
        return 1  # it was killed before its end could take us along
    module, name = TASKS[order.task]
    try:
        task: Callable[..., Any] = getattr(import_module(module), name)
        answer = task(bytes(order.arguments), folder, tell)
        (folder / "answer.json").write_bytes(to_json(answer))
    except SegmenterError as error:
        _refuse(folder, type(error).__name__, str(error))
    except MemoryError:  # Arrow's own is a kind of this one
        _refuse(
            folder,
            "UnreadableFile",
            "The files need more memory than reading may use. Bring them in smaller parts, or as Parquet.",
        )
    except OSError as error:  # Arrow's own are of this kind too
        if error.errno not in DISK_FULL:
            raise
        _refuse(folder, "WorkspaceError", NO_ROOM)
    return 0


def _refuse(folder: Path, kind: str, message: str) -> None:
    (folder / "refusal.json").write_bytes(to_json(Refusal(kind=kind, message=message)))


def _tell_place_only(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What an unexpected error leaves: its type and place, never its text, which may hold a cell."""
    ours = [place for place in traceback.extract_tb(trace) if "segmenter" in Path(place.filename).parts]
    where = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    _refuse(Path(sys.argv[1]), "", f"{kind.__name__}{where}")


if __name__ == "__main__":
    sys.excepthook = _tell_place_only
    sys.exit(main(Path(sys.argv[1])))

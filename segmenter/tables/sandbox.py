"""Work on somebody's files, done in a limited child process: started, watched, ended.

The parent never parses an upload. It writes down what is to be done; the child (`segmenter.tables.child`)
shuts itself in, does it, and leaves Parquet that we wrote and one JSON answer.
"""

import json
import logging
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from segmenter import errors
from segmenter.errors import Cancelled, SegmenterError, UnreadableFile, WorkspaceError
from segmenter.progress import Progress, silent

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

NO_ROOM = (
    "There is no room left on the disk for reading these files: it takes about three times their size. "
    "Nothing was kept. Make room and try again."
)

_GIGABYTE = 1 << 30
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use. seconds: of the clock; processor time may be as much on every core."""

    memory_bytes: int = 6 * _GIGABYTE
    file_bytes: int = 64 * _GIGABYTE
    seconds: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a child is asked to do, as it stands in order.json.

    task: one of the names in child.TASKS; arguments: what that task takes, as JSON. Paths outside `readable`
    and `writable` cannot be opened. parent: the process that asks, without which there is nothing to do.
    """

    task: str
    arguments: msgspec.Raw
    readable: tuple[str, ...]
    writable: tuple[str, ...]
    limits: Limits
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a child could not do it. kind: a class of segmenter.errors, or '' for a fault of ours."""

    kind: str
    message: str


def to_json(value: Any) -> bytes:
    """A dataclass as JSON; paths as text."""
    return msgspec.json.encode(value, enc_hook=str)


def from_json(data: bytes, type: type[Answer]) -> Answer:
    """The dataclass in JSON text. Raises msgspec.ValidationError where it is none."""
    return msgspec.json.decode(data, type=type, dec_hook=lambda kind, value: kind(value))


def limits_for(paths: Sequence[Path]) -> Limits:
    """Limits that grow with the files: a gigabyte of CSV may take half an hour on a slow machine."""
    size = sum(path.stat().st_size for path in paths if path.exists())
    return Limits(seconds=120 + size // 500_000)


def check_readable(path: Path) -> None:
    """Raise UnreadableFile for a file that this process may not read."""
    if not os.access(path, os.R_OK):
        raise UnreadableFile(
            f"'{path.name}' is there, but Segmenter may not read it. Allow reading it, or ask whoever runs "
            "Segmenter."
        )


@contextmanager
def unchanged(paths: Sequence[Path]) -> Iterator[None]:
    """Around work on files that others may write. Raises UnreadableFile when one changed meanwhile, whatever
    else went wrong: that is then why.
    """
    before = {path: _version(path) for path in paths}
    try:
        yield
    except Cancelled:
        raise
    except SegmenterError as error:
        _check_unchanged(before, error)
        raise
    _check_unchanged(before, None)


def _check_unchanged(before: dict[Path, tuple[int, ...] | None], cause: SegmenterError | None) -> None:
    for path, version in before.items():
        now = _version(path)
        if now != version:
            what = "was moved or deleted" if now is None else "was changed"
            raise UnreadableFile(
                f"'{path.name}' {what} while it was read, so that it may have been read in part. Nothing was "
                "kept. Wait until it is complete, and read it again."
            ) from cause


def _version(path: Path) -> tuple[int, ...] | None:
    """What tells a file from another that takes its place, or from itself after a change."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_size, now.st_mtime_ns, now.st_ino


@contextmanager
def passing_folder(scratch: Path | None) -> Iterator[Path]:
    """A folder for one piece of work, below `scratch` or the system's; gone at the end in any case."""
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="reading-", dir=scratch)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_confined(
    task: str,
    arguments: Any,
    answer_type: type[Answer],
    *,
    folder: Path,
    readable: Sequence[Path],
    writable: Sequence[Path] = (),
    limits: Limits,
    progress: Progress = silent,
) -> Answer:
    """Have a child do `task` and hand back its answer.

    folder: the child's own folder for passing files. Raises what the child refused with (UnreadableFile,
    MappingError ...), Cancelled when `progress` raises it, and UnreadableFile where a limit was reached.
    """
    order = Order(
        task=task,
        arguments=msgspec.Raw(to_json(arguments)),
        readable=tuple(str(path.resolve()) for path in readable),
        writable=tuple(str(path.resolve()) for path in (folder, *writable)),
        limits=limits,
        parent=os.getpid(),
    )
    (folder / "order.json").write_bytes(to_json(order))
    with (folder / "errors.txt").open("wb") as complaints:
        child = subprocess.Popen(  # noqa: S603 our own module, with one path that we made
            [sys.executable, "-P", "-m", "segmenter.tables.child", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=folder,
            env=_environment(folder),
        )
    try:
        _relay(child, progress, deadline=time.monotonic() + limits.seconds)
    finally:
        child.kill()  # after the end this does nothing; before it, nothing else is wanted
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
    return _answer(child, folder, answer_type)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours reaches the child: no tokens, no proxies, no home."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_PACKAGE_PARENT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # gives memory back, and keeps the address space small
    }


def _relay(child: "subprocess.Popen[bytes]", progress: Progress, *, deadline: float) -> None:
    """Hand the child's progress on until it ends. Raises what `progress` raises, and at the deadline."""
    assert child.stdout is not None
    stage, share, message = "reading", 0.0, ""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if time.monotonic() > deadline:
                raise UnreadableFile(
                    "Reading the files took too long and was stopped. Bring smaller files, or Parquet, which "
                    "is read much faster."
                )
            # Also without news: the listener may want to cancel.
            progress(stage, share, message)
            if not selector.select(timeout=0.5):
                continue
            chunk = os.read(child.stdout.fileno(), 65_536)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                stage, share, message = _news(line, stage, share, message)
    try:
        child.wait(timeout=max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.warning("a reading child closed its output without ending")


def _news(line: bytes, stage: str, share: float, message: str) -> tuple[str, float, str]:
    try:
        news = json.loads(line)
        return str(news[0]), float(news[1]), str(news[2])
    except (ValueError, TypeError, LookupError):  # a library of the child's printed something
        return stage, share, message


def _answer(child: "subprocess.Popen[bytes]", folder: Path, answer_type: type[Answer]) -> Answer:
    answer, refusal = folder / "answer.json", folder / "refusal.json"
    if refusal.exists():
        try:
            refused = from_json(refusal.read_bytes(), Refusal)
        except msgspec.DecodeError as error:  # not even the refusal found room
            raise WorkspaceError(NO_ROOM) from error
        kind = getattr(errors, refused.kind, None) if refused.kind else None
        if isinstance(kind, type) and issubclass(kind, SegmenterError):
            raise kind(refused.message)
        log.error("a reading child failed: %s", refused.message)
        raise SegmenterError(
            f"Reading stopped because of a fault in Segmenter ({refused.message}). Nothing was kept; the "
            "other files can still be used. Please report it."
        )
    if child.returncode == 0 and answer.exists():
        return from_json(answer.read_bytes(), answer_type)
    # No word left behind: ended by the kernel, for memory or time, or by the parsing library itself.
    log.warning("a reading child ended with status %s", child.returncode)
    raise UnreadableFile(
        "Reading stopped: a file is damaged, or needs more memory or time than it may use. Nothing was kept. "
        "Export the file again, or bring it in smaller parts or as Parquet."
    )

"""What went wrong underneath -> a sentence for the person who can act.

Messages of foreign exceptions are never shown or logged: they quote the cell that could not be read, and that
cell may be a customer's e-mail address. The log keeps the kind of error and the places in the code.
"""

import errno
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

from segmenter.errors import SegmenterError, WorkspaceError

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# How SQLite says it of a file that it could not make longer.
CANNOT_GROW = {sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}
NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}


def storage_problem(error: OSError | sqlite3.Error, root: Path) -> WorkspaceError:
    """Words for a failed act on the workspace folder `root`."""
    number = error.errno if isinstance(error, OSError) else None
    # The low byte of SQLite's extended code is the code itself.
    extended = None if isinstance(error, OSError) else getattr(error, "sqlite_errorcode", 0)
    code = None if extended is None else extended & 0xFF
    if number in DISK_FULL or code == sqlite3.SQLITE_FULL or extended in CANNOT_GROW:
        return WorkspaceError(
            f"There is no room left to write in the workspace '{root}' ({_free(root)}). "
            "Nothing was half-written; make room and try again."
        )
    if number in NOT_WRITABLE or code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
        return WorkspaceError(
            f"The workspace '{root}' cannot be written. Allow writing to that folder, "
            "or choose another with --workspace or SEGMENTER_WORKSPACE."
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return WorkspaceError(
            f"The workspace '{root}' was busy for too long: another program holds its catalog. Try again."
        )
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return WorkspaceError(
            f"The catalog of the workspace '{root}' is damaged. Restore 'catalog.sqlite' from a backup, "
            "or choose another folder with --workspace or SEGMENTER_WORKSPACE."
        )
    what = os.strerror(number) if number else "the disk reported an error"
    return WorkspaceError(
        f"The workspace '{root}' could not be read or written: {what.lower()}. Nothing was half-written; "
        "check the disk, or choose another folder with --workspace or SEGMENTER_WORKSPACE."
    )


@contextmanager
def storage_problems(root: Path) -> Iterator[None]:
    """Turn failed acts on the workspace folder into words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise storage_problem(error, root) from error


@contextmanager
def full_disk(root: Path) -> Iterator[None]:
    """Turn only a full disk into words: for work that also touches files outside the workspace."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise storage_problem(error, root) from error
        raise


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn every surprise into a SegmenterError with a number under which the workspace's log has the places.

    For the outermost edge (a command, a page, a job). Explained errors pass through as they are.
    """
    try:
        yield
    except SegmenterError:
        raise
    except MemoryError as error:
        raise SegmenterError(
            "The machine ran out of memory. Close other programs, or use fewer customers or cutoffs, "
            "and try again."
        ) from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise storage_problem(error, root) from error
        if error.filename is None or error.strerror is None:
            raise _surprise(error, root) from error
        raise SegmenterError(f"'{error.filename}' could not be used: {error.strerror.lower()}.") from error
    except Exception as error:
        raise _surprise(error, root) from error


def _surprise(error: Exception, root: Path) -> SegmenterError:
    number = secrets.token_hex(4)
    log = root / "logs" / "segmenter.log"
    evidence = "this number"
    # A log that cannot be written must not hide the problem itself.
    with suppress(OSError):
        log.parent.mkdir(exist_ok=True)
        with log.open("a", encoding="utf-8") as lines:
            lines.write(_places(error, number))
        evidence += f" and the file '{log}'"
    return SegmenterError(
        f"An unexpected problem stopped the work (number {number}). Nothing was half-written. Try again; "
        f"if it happens again, send {evidence} to whoever looks after Segmenter."
    )


def _places(error: BaseException, number: str) -> str:
    """Kind of error and places in the code, oldest call first; never the error's own message."""
    lines = [f"{datetime.now(UTC).isoformat(timespec='seconds')} problem {number}"]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"  {type(cause).__module__}.{type(cause).__qualname__}")
        for frame in extract_tb(cause.__traceback__):
            lines.append(f"    {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}")
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def _free(root: Path) -> str:
    folder = next((place for place in (root, *root.parents) if place.is_dir()), Path("/"))
    try:
        return f"{shutil.disk_usage(folder).free // 1_000_000:,} MB free"
    except OSError:
        return "free space unknown"

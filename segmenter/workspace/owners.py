"""A folder belongs to a process for as long as that process lives.

The owner holds the kernel's lock (flock) on the folder itself. The kernel lets go when the process ends,
however it ends: kill -9, a crash, a power cut. So "is the owner dead?" needs no process number, which may be
used again, and no clock, which may jump; and it also works between two containers that share the disk.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Folders named otherwise never had an owner, so nobody may conclude that theirs is dead.
PREFIX = "own-"


def own_new_folder(parent: Path, name: str | None = None) -> tuple[Path, int]:
    """Make a folder in `parent` and own it. Without a name it gets one that begins with PREFIX.

    Returns the folder and the descriptor that holds the lock: closing its last copy gives the folder up.
    A child process that is handed the descriptor owns the folder too.
    """
    while True:
        folder = parent / (name or PREFIX + secrets.token_hex(8))
        folder.mkdir(parents=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between mkdir and flock a sweep may have taken the folder for a dead process's and removed it.
        if _is_same(folder, descriptor):
            return folder, descriptor
        os.close(descriptor)


def is_owned(folder: Path) -> bool:
    """Whether a living process owns `folder`; a folder that is gone has no owner."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two processes asking at once do not take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def inherit(folder: Path) -> int | None:
    """Own a folder whose owner is dead; None while somebody owns it, or when it is gone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        taken = _is_same(folder, descriptor)  # else its owner removed it a moment ago
    except BlockingIOError:
        taken = False
    if not taken:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait for, then hold, the lock on an existing folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_same(folder: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(folder.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False

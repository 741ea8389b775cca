"""Background jobs: a verb of the command line, run in a child process that outlives the page and the app.

A job is the same command a scheduler would run, with `--job ID`: it then tells the catalog where it is
(working.py). One job works at a time, at low priority; later ones wait for their turn in the order they were
asked for. The child owns the job's folder (owners.py), so a job that was killed is known as interrupted,
however it died and whoever asks next.
"""

import os
import re
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import psutil

import segmenter
from segmenter.errors import NotFound
from segmenter.workspace.catalog import to_json
from segmenter.workspace.folder import Workspace
from segmenter.workspace.owners import is_owned, own_new_folder
from segmenter.workspace.problems import storage_problems

JobStatus = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]

# -P: a file of the current folder must not pass for one of our modules.
COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "segmenter")
# How long a job may take to stop by itself, at its next progress call, before it is killed.
GRACE_SECONDS = 3.0

INTERRUPTED = (
    "The work ended without a word: its process was stopped, or the machine was switched off or ran out of "
    "memory. Nothing was half-written; start it again."
)

# The exit status of the command line when it does not understand its arguments.
WRONG_USAGE = 2
MISUNDERSTOOD = (
    "Segmenter asked itself for this work in words that it does not understand. That is a fault of the "
    "program, not of your data or your choices. Nothing was half-written. Send the number {job} to whoever "
    "looks after Segmenter."
)

_ID = re.compile(r"job-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One background job as the catalog knows it. share: of the whole job done, in [0, 1]."""

    id: str
    verb: str
    arguments: tuple[str, ...]
    status: JobStatus
    stage: str
    share: float
    message: str
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in ("waiting", "running")


def start_job(workspace: Workspace, verb: str, arguments: Sequence[str], *, told: str = "") -> Job:
    """Start `python -m segmenter VERB ARGUMENTS` in a child process, in the current folder.

    told: what the process reads from its standard input, for words that must stand in no list of jobs.
    """
    job_id = f"job-{secrets.token_hex(6)}"
    with storage_problems(workspace.root):
        folder, descriptor = own_new_folder(workspace.root / "jobs", job_id)
        try:
            with workspace.catalog.writing() as connection:
                connection.execute(
                    "INSERT INTO jobs (id, verb, arguments, status, created_at)"
                    " VALUES (?, ?, ?, 'waiting', ?)",
                    (job_id, verb, to_json(list(arguments)), now()),
                )
            child = _spawn(workspace, job_id, [verb, *arguments], folder, descriptor, told)
        finally:
            # The child has its own copy; from here on the folder is owned for as long as the child lives.
            os.close(descriptor)
    # Somebody must collect the child's exit status, or it stays in the process table as long as we live.
    threading.Thread(target=_collect, args=(workspace, job_id, child), daemon=True, name=job_id).start()
    return job(workspace, job_id)


def job(workspace: Workspace, job_id: str) -> Job:
    """One job as it is now. Raises NotFound."""
    found = _read(workspace, job_id)
    if not found.is_over and not is_owned(job_folder(workspace, job_id)):
        # It may have ended well between the two looks: finish changes nothing then, so read once more.
        finish(workspace, job_id, "interrupted", error=INTERRUPTED)
        found = _read(workspace, job_id)
    return found


def jobs(workspace: Workspace, *, limit: int = 50) -> tuple[Job, ...]:
    """The newest jobs, newest first."""
    with workspace.catalog.reading() as connection:
        rows = connection.execute("SELECT * FROM jobs ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
    found = [_job(row) for row in rows]
    return tuple(each if each.is_over else job(workspace, each.id) for each in found)


def cancel_job(workspace: Workspace, job_id: str, *, grace_seconds: float = GRACE_SECONDS) -> Job:
    """Stop a job: ask it, and kill it with all its children after `grace_seconds`. Returns it as it is then.

    A job that is over stays as it is. What the job had finished is kept; nothing is half-written.
    """
    folder = job_folder(workspace, job_id)
    with workspace.catalog.writing() as connection:
        connection.execute(
            "UPDATE jobs SET cancel_asked = 1, message = 'Stopping'"
            " WHERE id = ? AND status IN ('waiting', 'running')",
            (job_id,),
        )
    found = job(workspace, job_id)
    if found.is_over:
        return found
    for process in _processes(workspace, job_id)[:1]:
        process.terminate()
    if not _is_free_within(folder, grace_seconds):
        for process in _processes(workspace, job_id):
            process.kill()
        _is_free_within(folder, 1.0)
    finish(workspace, job_id, "cancelled")
    return job(workspace, job_id)


def job_log(workspace: Workspace, job_id: str) -> Path:
    """The file with what the job's process said. Raises NotFound for text that is no job's id."""
    return job_folder(workspace, job_id) / "log.txt"


def job_folder(workspace: Workspace, job_id: str) -> Path:
    """The folder the job's process owns. Raises NotFound for text that is no job's id."""
    if not _ID.fullmatch(job_id):
        raise NotFound(f"'{job_id[:80]}' is not the id of a job; ids look like 'job-0123456789ab'.")
    return workspace.root / "jobs" / job_id


def finish(
    workspace: Workspace,
    job_id: str,
    status: JobStatus,
    *,
    result: dict[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Write how a job ended; the first end written is the one that counts."""
    with workspace.catalog.writing() as connection:
        connection.execute(
            "UPDATE jobs SET status = ?, result = ?, error = ?, finished_at = ?,"
            " share = CASE ? WHEN 'done' THEN 1 ELSE share END"
            " WHERE id = ? AND status IN ('waiting', 'running')",
            (status, None if result is None else to_json(result), error, now(), status, job_id),
        )


def now() -> str:
    """The moment, as the catalog keeps it."""
    return datetime.now(UTC).isoformat()


def _spawn(
    workspace: Workspace, job_id: str, command: list[str], folder: Path, descriptor: int, told: str
) -> subprocess.Popen[bytes]:
    package = str(Path(segmenter.__file__).parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    with (folder / "log.txt").open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - a list without a shell; the program is our own interpreter
            [*COMMAND, *command, "--workspace", str(workspace.root), "--json", "--job", job_id],
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(descriptor,),
            # Its own session: closing the terminal or stopping the app does not stop the job.
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": path},
        )
    if child.stdin is not None:
        # A process that has ended already says itself why.
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(told.encode())
    return child


def _collect(workspace: Workspace, job_id: str, child: subprocess.Popen[bytes]) -> None:
    """Wait for the child. One that did not understand its arguments could not write down how it ended."""
    if child.wait() != WRONG_USAGE:
        return
    with workspace.catalog.writing() as connection:
        # Whoever looked before us has found the folder free, and called it interrupted.
        connection.execute(
            "UPDATE jobs SET status = 'failed', error = ?, finished_at = ?"
            " WHERE id = ? AND process IS NULL AND status IN ('waiting', 'interrupted')",
            (MISUNDERSTOOD.format(job=job_id), now(), job_id),
        )


def _processes(workspace: Workspace, job_id: str) -> list[psutil.Process]:
    """The job's process, then its children and theirs; none when it cannot be seen from here."""
    with workspace.catalog.reading() as connection:
        row = connection.execute("SELECT process FROM jobs WHERE id = ?", (job_id,)).fetchone()
    try:
        process = psutil.Process(row["process"] or -1)
        # A process number may be used again, and means another process in another container.
        return [process, *process.children(recursive=True)] if job_id in process.cmdline() else []
    except (psutil.Error, ValueError):
        return []


def _is_free_within(folder: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_owned(folder):
        if time.monotonic() > end:
            return False
        time.sleep(0.03)
    return True


def _read(workspace: Workspace, job_id: str) -> Job:
    job_folder(workspace, job_id)
    with workspace.catalog.reading() as connection:
        row = connection.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no job '{job_id}' in this workspace.")
    return _job(row)


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        verb=row["verb"],
        arguments=tuple(msgspec.json.decode(row["arguments"])),
        status=row["status"],
        stage=row["stage"],
        share=row["share"],
        message=row["message"],
        result=None if row["result"] is None else msgspec.json.decode(row["result"]),
        error=row["error"],
        created_at=datetime.fromisoformat(row["created_at"]),
        started_at=_moment(row["started_at"]),
        finished_at=_moment(row["finished_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""A background job's own side: wait for its turn, say where it is, stop when asked, say how it ended."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from segmenter.errors import Cancelled, SegmenterError, WorkspaceError
from segmenter.workspace.folder import Workspace
from segmenter.workspace.jobs import finish, job_folder, now
from segmenter.workspace.owners import is_owned

# Progress within a stage is written at most this often: a page looks once a second.
WRITE_SECONDS = 0.2
# Added to the job's niceness, so that pages answer while it works.
NICE = 10


class JobProgress:
    """A Progress that writes to the catalog and raises Cancelled once somebody asked the job to stop.

    `result` is kept with the job when it ends well.
    """

    def __init__(self, workspace: Workspace, job_id: str) -> None:
        self.workspace = workspace
        self.job_id = job_id
        self.result: dict[str, Any] | None = None
        self._asked_to_stop = False
        self._stage = ""
        self._written_at = float("-inf")

    def __call__(self, stage: str, share: float, message: str = "") -> None:
        """Tell where the work is; see segmenter.progress.Progress."""
        moment = time.monotonic()
        if stage != self._stage or moment - self._written_at >= WRITE_SECONDS:
            self._stage, self._written_at = stage, moment
            self._write(stage, share, message)
        if self._asked_to_stop:
            raise Cancelled("The work was stopped as asked. Nothing was half-written.")

    def stop(self, signal_number: int, frame: FrameType | None) -> None:
        """Signal handler: stop at the next progress call, where stopping is safe."""
        self._asked_to_stop = True

    def _write(self, stage: str, share: float, message: str) -> None:
        with self.workspace.catalog.writing() as connection:
            row = connection.execute(
                "UPDATE jobs SET stage = ?, share = ?, heard_at = ?,"
                " message = CASE cancel_asked WHEN 1 THEN message ELSE ? END"
                " WHERE id = ? RETURNING cancel_asked",
                (stage, min(max(share, 0.0), 1.0), now(), message, self.job_id),
            ).fetchone()
        # Asked through the catalog: the one who asks may live where our process cannot be seen.
        self._asked_to_stop = self._asked_to_stop or bool(row["cancel_asked"])


@contextmanager
def working(workspace: Workspace, job_id: str) -> Iterator[JobProgress]:
    """Be the process of a job that was started with start_job; every explained end is written down.

    Raises WorkspaceError when the job has been taken or is over, and what the body raises.
    """
    progress = JobProgress(workspace, job_id)
    signal.signal(signal.SIGTERM, progress.stop)
    os.nice(NICE)
    _take(workspace, job_id)
    try:
        _wait_for_turn(workspace, job_id, progress)
        _begin(workspace, job_id)
        yield progress
    except Cancelled:
        finish(workspace, job_id, "cancelled")
        raise
    except SegmenterError as error:
        finish(workspace, job_id, "failed", error=str(error))
        raise
    finish(workspace, job_id, "done", result=progress.result)


def _take(workspace: Workspace, job_id: str) -> None:
    with workspace.catalog.writing() as connection:
        taken = connection.execute(
            "UPDATE jobs SET process = ?, heard_at = ?"
            " WHERE id = ? AND status = 'waiting' AND process IS NULL",
            (os.getpid(), now(), job_id),
        ).rowcount
    if not taken:
        raise WorkspaceError(f"The job '{job_id[:80]}' is not waiting for a process in this workspace.")


def _begin(workspace: Workspace, job_id: str) -> None:
    with workspace.catalog.writing() as connection:
        begun = connection.execute(
            "UPDATE jobs SET status = 'running', started_at = ?, message = ''"
            " WHERE id = ? AND status = 'waiting' AND NOT cancel_asked",
            (now(), job_id),
        ).rowcount
    if not begun:
        raise Cancelled("The work was stopped before it began.")


def _wait_for_turn(workspace: Workspace, job_id: str, progress: JobProgress) -> None:
    """Return once every earlier job is over or dead. The oldest never waits, so nobody waits forever."""
    while _is_anyone_before(workspace, job_id):
        progress("waiting", 0.0, "Waiting for an earlier job to end")
        time.sleep(WRITE_SECONDS)


def _is_anyone_before(workspace: Workspace, job_id: str) -> bool:
    with workspace.catalog.reading() as connection:
        rows = connection.execute(
            "SELECT earlier.id FROM jobs AS earlier JOIN jobs AS this ON earlier.number < this.number"
            " WHERE this.id = ? AND earlier.status IN ('waiting', 'running')",
            (job_id,),
        ).fetchall()
    return any(is_owned(job_folder(workspace, row["id"])) for row in rows)

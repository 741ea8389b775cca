"""kill -9 of a real training at ten random moments: the workspace opens, the earlier model works."""

import random
import time
from pathlib import Path

import psutil
import pytest

from segmenter import cli
from segmenter.workspace import Workspace
from segmenter.workspace.jobs import cancel_job, job, start_job
from tests.workspace.children import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KILLS = 10
SMALL = ("--cutoff", "2026-09-02", "--set", "n_bins=4", "--set", "max_epochs=3")


def command(root: Path, *arguments: str) -> int:
    return cli.main([*arguments, "--workspace", str(root)])


def process_of(workspace: Workspace, job_id: str) -> int | None:
    with workspace.catalog.reading() as connection:
        (process,) = connection.execute("SELECT process FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return process


def test_a_killed_training_leaves_the_workspace_and_the_earlier_model_as_they_were(tmp_path):
    root, rng = tmp_path / "workspace", random.Random(20260701)
    assert command(root, "demo", "--customers", "800", "--seed", "3") == 0
    workspace = Workspace.open(root)
    (dataset,) = workspace.records("dataset")
    arguments = ["--dataset", dataset.id, *SMALL]

    def wait(job_id: str, is_so) -> None:
        wait_until(
            lambda: job(workspace, job_id).is_over or is_so(job(workspace, job_id)), seconds=300, every=0.1
        )

    first = start_job(workspace, "train", arguments)
    wait(first.id, lambda now: now.stage != "")
    began = time.monotonic()
    wait(first.id, lambda now: False)
    seconds_of_work = time.monotonic() - began
    earlier = job(workspace, first.id).result["model"]

    stages = []
    while len(stages) < KILLS:
        one = start_job(workspace, "train", [*arguments, "--set", f"seed={len(stages) + 1}"])
        # Every fourth is killed while it still starts, the others at work: starting takes as long as work.
        at_work = len(stages) % 4 != 3
        wait(
            one.id, lambda now, at_work=at_work: now.stage != "" if at_work else process_of(workspace, now.id)
        )
        time.sleep(rng.uniform(0, 0.9) * seconds_of_work)
        now = job(workspace, one.id)
        if now.is_over:
            continue  # it was quicker than the first; another moment then
        psutil.Process(process_of(workspace, one.id)).kill()
        wait(one.id, lambda now: False)
        stages.append(now.stage)

        assert job(workspace, one.id).status == "interrupted"
        Workspace.open(root)
        workspace.verify(dataset.id)
        workspace.verify(earlier)
        assert list((root / "scratch").iterdir()) == []
        assert len(list((root / "artifacts" / "model").iterdir())) == len(workspace.records("model"))
    assert len(set(stages)) >= 3, f"the kills met only these stages: {stages}"
    assert command(root, "score", "--model", earlier) == 0
    assert len(workspace.records("scores")) == 1
    assert cancel_job(workspace, first.id).status == "done"

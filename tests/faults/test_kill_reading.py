"""kill -9 of a reading at fifty random moments: nothing half-read is seen, and the next try is the same."""

import os
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from segmenter import pipeline
from segmenter.workspace import Workspace
from tests.workspace.children import running, wait_until

pytestmark = pytest.mark.timeout(600)

KILLS = 50
MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "day"
amount = "total"
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    rows = (f"C{n % 700:04},2025-{n % 12 + 1:02}-{n % 28 + 1:02},{n % 90}.5\n" for n in range(20_000))
    (tmp_path / "orders.csv").write_text("customer,day,total\n" + "".join(rows))
    (tmp_path / "mapping.toml").write_text(MAPPING)
    return tmp_path / "mapping.toml"


def reader_children(parent: int) -> list[psutil.Process]:
    try:
        return psutil.Process(parent).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def read(root: Path, mapping: Path, say) -> None:
    os.setsid()  # a group of its own, as a background job has
    say("begun")
    say(pipeline.ingest(Workspace.open(root), mapping, name="Orders"))


def test_a_killed_reading_leaves_nothing_half_read(tmp_path: Path, mapping: Path) -> None:
    rng, root = random.Random(20261126), tmp_path / "workspace"
    earlier = Workspace.open(root)
    with earlier.create("model", name="earlier") as draft:
        (draft.folder / "weights").write_text("w")
    began = time.monotonic()
    whole = pipeline.ingest(Workspace.open(tmp_path / "whole"), mapping, name="Orders")
    seconds = time.monotonic() - began
    ended_well = 0
    for kill in range(KILLS):
        with running(lambda say: read(root, mapping, say)) as child:
            assert child.next_line() == "begun"
            time.sleep(rng.uniform(0, 1.1) * seconds)
            children = reader_children(child.pid)
            # The process alone, or with all that it started: whatever runs out of memory may choose.
            os.kill(child.pid, signal.SIGKILL) if kill % 2 else os.killpg(child.pid, signal.SIGKILL)
            said = child.rest().split()
        wait_until(lambda children=children: not any(_lives(each) for each in children), seconds=10)
        workspace = Workspace.open(root)
        there = {record.id for record in workspace.records()}
        assert there <= {draft.id, whole}
        assert set(said) <= there, "it said that it had stored what is not there"
        assert {folder.name for folder in (root / "artifacts").glob("*/*")} == there
        assert list((root / "scratch").iterdir()) == []
        for artifact in there:
            workspace.verify(artifact)
        if whole in there:
            ended_well += 1
            workspace.delete(whole)
        if kill % 10 == 9:
            began = time.monotonic()
            assert pipeline.ingest(workspace, mapping, name="Orders") == whole
            # The first one was cold, and the machine has other work: kills follow how long it takes now.
            seconds = time.monotonic() - began
            workspace.delete(whole)
    assert ended_well < KILLS / 2, "most ended before they were killed: the kills tested little"


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

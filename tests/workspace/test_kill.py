"""kill -9 at any moment: what was said to be stored is there, whole; nothing half-made is."""

import os
import random
import time
from pathlib import Path

import pytest

from segmenter.workspace import Workspace
from segmenter.workspace.owners import is_owned
from tests.workspace.children import running, wait_until

KILLS = 30


def write_and_delete(root: Path, seed: int, say) -> None:
    """For ever: say '+id' after storing an artifact, '-id' before deleting one."""
    workspace, rng = Workspace(root), random.Random(seed)
    say("begun")
    while True:
        with workspace.create("dataset", name="data") as draft:
            (draft.folder / "deep").mkdir()
            for name in ("a", "deep/b"):
                (draft.folder / name).write_bytes(rng.randbytes(rng.randrange(1, 40_000)))
        say(f"+{draft.id}")
        with workspace.create("model", name="model", parents=(draft.id,)) as child:
            (child.folder / "weights").write_bytes(rng.randbytes(1_000))
        say(f"+{child.id}")
        if rng.random() < 0.5:
            say(f"-{draft.id}\n-{child.id}")
            workspace.delete(draft.id, dependants=(child.id,))


def test_a_killed_writer_leaves_nothing_half_made_and_loses_nothing(tmp_path):
    root, rng = tmp_path / "workspace", random.Random(7)
    Workspace.open(root)
    with Workspace(root).create("model", name="earlier") as earlier:
        (earlier.folder / "weights").write_text("w")
    promised, stored = {earlier.id}, 0
    for kill in range(KILLS):
        with running(lambda say, kill=kill: write_and_delete(root, kill, say)) as child:
            assert child.next_line() == "begun"
            said = [child.next_line() for _ in range(rng.randrange(4))]
            time.sleep(rng.uniform(0, 0.02))
            child.kill()
            said += child.rest().split()
        stored += sum(line.startswith("+") for line in said)
        promised |= {line[1:] for line in said if line.startswith("+")}
        promised -= {line[1:] for line in said if line.startswith("-")}

        workspace = Workspace.open(root)
        there = {record.id for record in workspace.records()}
        assert promised <= there
        for artifact_id in there:
            workspace.verify(artifact_id)
        folders = {folder.name for folder in (root / "artifacts").glob("*/*")}
        assert folders == there
        assert list((root / "scratch").iterdir()) == []
    assert stored > KILLS, "the writer hardly wrote: the kills tested nothing"


@pytest.mark.parametrize("moment", ["before rename", "after rename", "after commit"])
def test_a_kill_around_the_rename_leaves_all_or_nothing(tmp_path, monkeypatch, moment):
    root = tmp_path / "workspace"
    Workspace.open(root)

    def die_at_that_moment(say) -> None:
        workspace = Workspace(root)
        publish = workspace.artifacts.publish
        if moment == "before rename":
            workspace.artifacts.publish = lambda *args, **keywords: os._exit(9)
        elif moment == "after rename":
            workspace.artifacts.publish = lambda *args, **keywords: (publish(*args, **keywords), os._exit(9))
        else:
            workspace._clear = lambda own: os._exit(9)
        with workspace.create("model", name="model") as draft:
            (draft.folder / "weights").write_text("w")

    with running(die_at_that_moment) as child:
        child.rest()
    workspace = Workspace.open(root)
    expected = 1 if moment == "after commit" else 0
    assert len(workspace.records()) == expected
    assert len(list((root / "artifacts").glob("*/*"))) == expected
    assert list((root / "scratch").iterdir()) == []


def test_a_sweep_spares_the_living_and_takes_the_dead(tmp_path):
    root = tmp_path / "workspace"
    workspace = Workspace.open(root)

    def work(say) -> None:
        with workspace.scratch() as folder:
            (folder / "half-done").write_text("x")
            say(str(folder))
            time.sleep(60)

    with running(work) as child:
        folder = Path(child.next_line())
        Workspace.open(root)
        assert (folder / "half-done").exists()
        child.kill()
        wait_until(lambda: not is_owned(folder), 2)
        Workspace.open(root)
        assert not folder.exists()


def test_a_sweep_leaves_what_never_had_an_owner(tmp_path):
    root = tmp_path / "workspace"
    Workspace.open(root)
    # As an engine spills while it works, in the same folder but under names of its own.
    (root / "scratch" / "steps-abc").mkdir(parents=True)
    (root / "scratch" / "spilled.tmp").write_text("x")
    Workspace.open(root)
    assert {path.name for path in (root / "scratch").iterdir()} == {"steps-abc", "spilled.tmp"}


def test_a_leftover_of_a_dead_process_does_not_take_what_was_stored_again_since(tmp_path):
    root = tmp_path / "workspace"
    workspace = Workspace.open(root)
    with workspace.create("model", name="model") as draft:
        (draft.folder / "weights").write_text("w")
    # As a writer of the same content leaves it that was killed before it could register.
    leftover = root / "scratch" / "own-0123456789abcdef"
    leftover.mkdir()
    (leftover / "concerned-ids").write_text(draft.id)
    workspace = Workspace.open(root)
    assert not leftover.exists()
    workspace.verify(draft.id)

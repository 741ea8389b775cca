"""A disk that fails at the n-th call, is full or write-protected: plain words, and a workspace as it was."""

import errno
import itertools
import os
import resource
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from segmenter.errors import SegmenterError, WorkspaceError
from segmenter.workspace import Workspace
from tests.workspace.children import in_child


class Faults:
    """Counts calls that can fail for want of disk; fails the n-th, or all from the n-th on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, *, lasting: bool) -> None:
        self.calls, self.at, self.lasting = 0, at, lasting
        for name in ("fsync", "rename", "mkdir", "open", "rmdir", "unlink"):
            monkeypatch.setattr(os, name, self._failing(getattr(os, name)))
        faults = self

        class FailingConnection(sqlite3.Connection):
            def execute(self, statement, *parameters):
                # Closing a transaction off needs no disk; SQLite does it by itself at the latest on closing.
                if statement != "ROLLBACK" and faults.is_due():
                    error = sqlite3.OperationalError("database or disk is full")
                    error.sqlite_errorcode = sqlite3.SQLITE_FULL
                    raise error
                return super().execute(statement, *parameters)

        connect = sqlite3.connect
        monkeypatch.setattr(
            sqlite3,
            "connect",
            lambda *args, **keywords: connect(*args, factory=FailingConnection, **keywords),
        )

    def is_due(self) -> bool:
        self.calls += 1
        return self.calls >= self.at if self.lasting else self.calls == self.at

    def _failing(self, call):
        def failing(*args, **keywords):
            if self.is_due():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(*args, **keywords)

        return failing


def store(workspace: Workspace, text: str) -> str:
    with workspace.create("dataset", name=text) as draft:
        (draft.folder / "content").write_text(text)
    return draft.id


def delete_everything(workspace: Workspace) -> None:
    for record in workspace.records():
        workspace.delete(record.id)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    "act", [lambda ws: store(ws, "new"), delete_everything, lambda ws: Workspace.open(ws.root)],
    ids=["store", "delete", "open"],
)  # fmt: skip
def test_a_fault_at_the_nth_call_leaves_the_workspace_whole(tmp_path, act, lasting):
    template = Workspace.open(tmp_path / "template")
    earlier, failed = {store(template, "earlier")}, 0
    for n in itertools.count(1):
        root = tmp_path / str(n)
        shutil.copytree(template.root, root)
        workspace = Workspace(root)
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch, n, lasting=lasting)
            try:
                act(workspace)
            except SegmenterError as refusal:
                failed += 1
                assert "room" in str(refusal)
        workspace = Workspace.open(root)
        there = {record.id for record in workspace.records()}
        for artifact_id in there:
            workspace.verify(artifact_id)
        if act is not delete_everything:
            assert earlier <= there
        assert {folder.name for folder in (root / "artifacts").glob("*/*")} == there
        assert list((root / "scratch").iterdir()) == []
        if faults.calls < n:
            break
    assert failed >= 3, "hardly a call failed: the faults tested nothing"
    workspace.verify(store(workspace, "after"))


def test_a_full_disk_in_the_middle_of_writing_is_said_in_words(workspace):
    with pytest.raises(WorkspaceError, match=r"no room left.*MB free"), workspace.create("model", name="m"):
        raise OSError(errno.ENOSPC, "No space left on device")
    # What concerns other files is left to those who know them.
    with pytest.raises(FileNotFoundError), workspace.create("model", name="m"):
        Path("no such file.csv").read_text()


@pytest.mark.parametrize("limit", [0, 500, 20_000, 60_000, 150_000])
def test_files_that_may_not_grow_are_refused_in_words(tmp_path, limit):
    workspace = Workspace.open(tmp_path / "workspace")
    earlier = store(workspace, "earlier")

    def write_more_than_there_is_room() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with workspace.create("model", name="large") as draft:
            (draft.folder / "weights").write_bytes(b"x" * 200_000)
        return draft.id

    refusal = in_child(write_more_than_there_is_room)
    assert refusal["raised"] == "WorkspaceError", refusal
    assert "Nothing was half-written" in refusal["words"]
    workspace = Workspace.open(workspace.root)
    assert [record.id for record in workspace.records()] == [earlier]
    workspace.verify(earlier)
    assert list((workspace.root / "scratch").iterdir()) == []


@pytest.fixture
def forbidden():
    """A folder that anybody may look at and nobody may write."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        for path in [Path(folder), *Path(folder).rglob("*")]:
            path.chmod(0o755)


def forbid_writing(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def without_rights(act):
    """The act as somebody whom permissions bind: for root they mean nothing."""

    def stripped():
        if os.geteuid() == 0:
            os.setresuid(65534, 65534, 65534)
        return act()

    return in_child(stripped)


def test_a_folder_that_cannot_be_written_is_refused_in_words(forbidden):
    root = forbidden / "workspace"
    earlier = store(Workspace.open(root), "earlier")
    forbid_writing(forbidden)
    before = sorted(forbidden.rglob("*"))
    for act in (
        lambda: Workspace.open(root) and None,
        lambda: store(Workspace(root), "new"),
        lambda: Workspace(root).delete(earlier),
        lambda: Workspace.open(forbidden / "new") and None,
    ):
        refusal = without_rights(act)
        assert refusal["raised"] == "WorkspaceError", refusal
        assert "cannot be written" in refusal["words"]
        assert "--workspace" in refusal["words"]
    assert sorted(forbidden.rglob("*")) == before

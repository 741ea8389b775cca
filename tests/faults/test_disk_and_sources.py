"""No room, no right to write, a source that changes or goes, too little memory: words, and nothing broken.

Permissions mean nothing to root, so those tests give their rights away in a child process; a full disk is a
small one of memory where one may be mounted, and a limit on the size of files everywhere.
"""

import io
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest

from segmenter import cli, pipeline
from segmenter.delivery.whole_file import whole_file
from segmenter.errors import UnreadableFile
from segmenter.tables import ingestion
from segmenter.tables.ingestion import check_file
from segmenter.tables.reading import inspect_file
from segmenter.tables.sandbox import Limits
from segmenter.ui import uploads
from segmenter.workspace import Workspace
from tests.ui.test_uploads import Given
from tests.workspace.children import in_child
from tests.workspace.test_faults import forbid_writing, forbidden, without_rights  # noqa: F401

MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "day"
amount = "total"
"""
LIMITS_KB = (0, 1, 100, 400)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a mapping and its file of 10,000 rows."""
    folder = tmp_path / "files"
    folder.mkdir()
    rows = (f"C{n * 7919 % 4001:05},2025-{n % 12 + 1:02}-11,{n * 31 % 977}.5\n" for n in range(10_000))
    (folder / "orders.csv").write_text("customer,day,total\n" + "".join(rows))
    (folder / "mapping.toml").write_text(MAPPING)
    return folder


def command(root: Path, *arguments: str) -> dict[str, Any]:
    """How a command ends, and what it says."""
    with redirect_stderr(io.StringIO()) as said:
        code = cli.main([*arguments, "--workspace", str(root)])
    return {"code": code, "words": said.getvalue().splitlines()[-1]}


def ingest(root: Path, files: Path) -> dict[str, Any]:
    return command(root, "ingest", str(files / "mapping.toml"), "--name", "Orders")


def is_whole(root: Path, kept: set[str]) -> bool:
    """Nothing but `kept` is in the workspace, whole, and no leftovers."""
    workspace = Workspace.open(root)
    there = {record.id for record in workspace.records()}
    for artifact in there:
        workspace.verify(artifact)
    stored = {folder.name for folder in (root / "artifacts").glob("*/*")}
    return there == stored == kept and not list(root.glob("scratch/*"))


def limited(kilobytes: int, act: Callable[[], Any]) -> Any:
    """The act in a process none of whose files may grow beyond that."""

    def act_within() -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10))
        return act()

    return in_child(act_within)


def test_files_that_may_not_grow_end_a_reading_in_words_and_leave_nothing(
    tmp_path: Path, files: Path
) -> None:
    root = tmp_path / "workspace"
    Workspace.open(root)
    ended = []
    for kilobytes in LIMITS_KB:
        ended.append(limited(kilobytes, lambda: ingest(root, files)))
        if ended[-1]["code"]:
            assert "room" in ended[-1]["words"], ended[-1]
            assert is_whole(root, set())
    assert [each["code"] for each in ended[:3]] == [1, 1, 1]
    assert ingest(root, files)["code"] == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of memory; called with its size in KB. Skips where this process may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk of memory")

    def of_size(kilobytes: int, options: str = "") -> Path:
        size = f"remount,size={kilobytes}k{options}"
        for _ in range(50):  # what a process that has just ended had open is let go a moment later
            done = subprocess.run(["mount", "-o", size, str(folder)], capture_output=True, text=True)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr
        return folder

    yield of_size
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_ends_a_reading_in_words_and_works_once_there_is_room(
    small_disk: Callable[..., Path], files: Path
) -> None:
    root = small_disk(8000) / "workspace"
    Workspace.open(root)
    used = sum(path.stat().st_blocks * 512 for path in root.rglob("*")) >> 10
    codes = []
    for more in (16, 100, 200, 300):
        small_disk(used + more)
        ended = in_child(lambda: ingest(root, files))
        codes.append(ended["code"])
        small_disk(8000)
        if ended["code"]:
            assert "room" in ended["words"], (more, ended)
            assert is_whole(root, set())
    assert codes[:2] == [1, 1]
    assert ingest(root, files)["code"] == 0


def test_a_disk_that_is_mounted_read_only_is_said_and_what_is_there_can_be_looked_at(
    small_disk: Callable[..., Path], files: Path
) -> None:
    root = small_disk(8000) / "workspace"
    Workspace.open(root)
    assert in_child(lambda: ingest(root, files))["code"] == 0
    before = {record.id for record in Workspace(root).records()}
    small_disk(8000, ",ro")
    ended = in_child(lambda: ingest(root, files))
    assert ended["code"] == 1
    assert "cannot be written" in ended["words"]
    small_disk(8000, ",rw")
    assert is_whole(root, before)


def test_a_workspace_that_may_not_be_written_is_said(forbidden: Path, files: Path) -> None:  # noqa: F811
    root = forbidden / "workspace"
    Workspace.open(root)
    forbid_writing(forbidden)
    ended = without_rights(lambda: ingest(root, files))
    assert ended["code"] == 1
    assert "cannot be written" in ended["words"]


def test_a_source_that_may_not_be_read_is_said(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The child that reads needs a Python that everybody may run, so the answer is put in the system's mouth.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    for act in (
        lambda: inspect_file(files / "orders.csv"),
        lambda: pipeline.ingest(Workspace.open(tmp_path / "workspace"), files / "mapping.toml"),
        lambda: check_file(files / "orders.csv"),
    ):
        with pytest.raises(UnreadableFile, match=r"'orders.csv' is there, but Segmenter may not read it"):
            act()


def test_a_source_that_only_may_be_read_is_read(tmp_path: Path, files: Path) -> None:
    forbid_writing(files)
    assert ingest(tmp_path / "workspace", files)["code"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.unlink(), "was moved or deleted while it was read"),
        (
            lambda path: path.write_text(path.read_text() + "C1,2025-01-01,1\n"),
            "was changed while it was read",
        ),
        (lambda path: path.write_text("customer,day\n"), "was changed while it was read"),
    ],
    ids=["gone", "longer", "another"],
)
def test_a_source_that_changes_while_it_is_read_is_not_believed(
    tmp_path: Path, files: Path, change: Callable[[Path], Any], said: str
) -> None:
    workspace, changed = Workspace.open(tmp_path / "workspace"), []

    def meanwhile(stage: str, share: float, message: str = "") -> None:
        if not changed:
            changed.append(change(files / "orders.csv"))

    with pytest.raises(UnreadableFile, match=said):
        pipeline.ingest(workspace, files / "mapping.toml", progress=meanwhile)
    assert is_whole(workspace.root, set())


def test_a_child_without_memory_says_so_and_leaves_nothing(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "workspace"
    long_cells = "".join(f"C{row},2025-01-01,{'x' * (15 << 20)}\n" for row in range(8))
    (files / "orders.csv").write_text("customer,day,total\n" + long_cells)
    monkeypatch.setattr(ingestion, "limits_for", lambda paths: Limits(memory_bytes=900 << 20))
    ended = ingest(root, files)
    assert ended["code"] == 1
    assert "memory" in ended["words"]
    assert is_whole(root, set())


@pytest.mark.parametrize("kilobytes", [0, 1])
def test_an_upload_for_which_there_is_no_room_is_said_and_leaves_nothing(
    kilobytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "workspace"
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(root))
    upload = uploads.Upload(Workspace.open(root).root / "uploads" / "0123")
    upload.folder.mkdir(parents=True)
    files = [Given("small.csv", b"a,b\n"), Given("large.csv", b"a,b\n" * 1000)]
    refusal = limited(kilobytes, lambda: upload.add(files) and None)  # type: ignore[arg-type]
    assert "no room left" in refusal["words"]
    assert upload.files == ()


def test_an_export_for_which_there_is_no_room_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "audience.csv"
    out.write_text("what was there")

    def export() -> None:
        with whole_file(out) as file:
            file.write(b"C1,0.5\n" * 10_000)

    refusal = limited(4, export)
    assert refusal["raised"] == "WorkspaceError"
    assert "'audience.csv' could not be written" in refusal["words"]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        ("audience.csv", "what was there")
    ]

"""A child that reads somebody's file can do nothing else, and however it ends, the parent says why."""

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from segmenter.errors import Cancelled, UnreadableFile
from segmenter.progress import silent
from segmenter.tables.reading import InspectArguments, SourceFile, inspect_file
from segmenter.tables.sandbox import Limits, passing_folder, run_confined
from tests.conftest import ROOT


def has_landlock() -> bool:
    """Asks the kernel for its version of Landlock (system call 444), which closes the file system."""
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


needs_landlock = pytest.mark.skipif(
    not has_landlock(), reason="needs a Linux kernel with Landlock (5.13 or later)"
)
needs_seccomp = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="needs Linux on x86 or ARM",
)

CONFINED = """
import sys
from pathlib import Path
from segmenter.tables.confinement import confine
confine(
    readable=[Path(sys.argv[1])], writable=[Path(sys.argv[2])],
    memory_bytes=2 << 30, cpu_seconds=60, file_bytes=1 << 20,
)
given, own, other = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
try:
    %s
except (OSError, MemoryError) as error:
    print("refused")
else:
    print("done")
"""


def confined(statement: str, tmp_path: Path) -> str:
    """'done' or 'refused': what becomes of a statement in a confined process."""
    given, own, other = tmp_path / "given.csv", tmp_path / "own", tmp_path / "other.csv"
    given.write_text("a")
    other.write_text("secret")
    own.mkdir()
    (own / "way-out").symlink_to(other)
    run = subprocess.run(
        [sys.executable, "-c", CONFINED % statement, str(given), str(own), str(other)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "given.read_text()",
        "(own / 'x').write_text('x')",
        "import pyarrow.parquet",
        "import zoneinfo; zoneinfo.ZoneInfo('UTC')",
    ],
)
def test_a_confined_process_can_do_its_work(statement, tmp_path):
    assert confined(statement, tmp_path) == "done"


@pytest.mark.parametrize(
    "statement",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "(own / 'large').write_bytes(bytes(2 << 20))",
        "bytearray(3 << 30)",
    ],
)
def test_a_confined_process_has_no_network_no_programs_and_no_more_than_its_share(statement, tmp_path):
    assert confined(statement, tmp_path) == "refused"


@needs_landlock
@pytest.mark.parametrize(
    "statement",
    [
        "other.read_text()",
        "(own / 'way-out').read_text()",
        "(own / '..' / 'other.csv').read_text()",
        "given.write_text('changed')",
        "other.unlink()",
        "Path('/etc/passwd').read_text()",
        "Path('requirements.txt').read_text()",
        "(Path(sys.prefix) / 'x').write_text('x')",
    ],
)
def test_a_confined_process_sees_only_the_paths_it_was_given(statement, tmp_path):
    assert confined(statement, tmp_path) == "refused"


@needs_seccomp
@pytest.mark.parametrize("call", ["socket(2, 1, 0)", "execv(b'/bin/true', None)", "ptrace(0, 0, 0, 0)"])
def test_even_a_captured_library_cannot_call_around_python(call, tmp_path):
    statement = f"import ctypes; assert ctypes.CDLL(None).{call} == -1; bytearray(3 << 30)"
    assert confined(statement, tmp_path) == "refused"  # the call itself fails, and only then memory does


def test_a_file_is_inspected_in_a_child_and_nothing_is_left_behind(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,total\n00012,2024-03-31,5.50\n7,2024-04-01,6\n")
    (source,) = inspect_file(path, scratch=tmp_path / "scratch")
    assert (source.rows, source.description) == (2, "CSV, separated by comma, UTF-8")
    assert [column.type for column in source.columns] == ["number", "time", "number"]
    assert source.columns[0].samples == ("00012", "7")
    assert not list((tmp_path / "scratch").iterdir())


def test_what_the_child_refuses_is_raised_in_its_words(tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    with pytest.raises(UnreadableFile, match="'picture.csv' is a picture"):
        inspect_file(path, scratch=tmp_path)


def test_a_file_that_is_not_there_is_said_without_a_child(tmp_path):
    with pytest.raises(UnreadableFile, match="There is no file 'gone.csv'"):
        inspect_file(tmp_path / "gone.csv")


def run_inspect(path: Path, scratch: Path, limits: Limits, progress=silent) -> tuple[SourceFile, ...]:
    with passing_folder(scratch) as folder:
        return run_confined(
            "inspect",
            InspectArguments(path=path, file=path.name),
            tuple[SourceFile, ...],
            folder=folder,
            readable=[path],
            limits=limits,
            progress=progress,
        )


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,total\n" + "7,2024-04-01,6\n" * 1000)
    return path


def test_time_that_runs_out_is_said_in_words(orders, tmp_path):
    with pytest.raises(UnreadableFile, match="took too long"):
        run_inspect(orders, tmp_path / "scratch", Limits(seconds=0))
    assert not list((tmp_path / "scratch").iterdir())


def test_memory_that_runs_out_is_said_in_words_and_the_parent_lives(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("id,text\n" + "".join(f"{row},{'x' * (15 << 20)}\n" for row in range(8)))
    with pytest.raises(UnreadableFile, match="memory"):
        run_inspect(path, tmp_path / "scratch", Limits(memory_bytes=640 << 20))


def test_the_child_ends_when_the_listener_cancels(orders, tmp_path):
    def stop(stage: str, share: float, message: str = "") -> None:
        raise Cancelled("Stopped.")

    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(Cancelled):
        run_inspect(orders, tmp_path / "scratch", Limits(), stop)
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not list((tmp_path / "scratch").iterdir())


def test_progress_comes_from_the_child(orders, tmp_path):
    heard: list[str] = []
    run_inspect(
        orders, tmp_path / "scratch", Limits(), lambda stage, share, message="": heard.append(message)
    )
    assert "Read 1,000 rows of orders.csv." in heard

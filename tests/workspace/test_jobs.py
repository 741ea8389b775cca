"""Background jobs: progress, every way to end, order, and survival of page, app and kill -9."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from segmenter.errors import NotFound
from segmenter.workspace import Workspace, jobs
from segmenter.workspace.jobs import Job, cancel_job, job, job_log, start_job
from tests.workspace.children import wait_until
from tests.workspace.fake_command import SECRET

FAKE = str(Path(__file__).with_name("fake_command.py"))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(FAKE).parents[2])}
LONG = ("--customers", "2000")  # 40 s, if nobody stops it


@pytest.fixture(autouse=True)
def fake_command(monkeypatch):
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, FAKE))


@pytest.fixture
def start(workspace):
    """Starts a job; whatever still works at the end of the test is stopped."""
    started = []

    def start_one(*arguments: str) -> Job:
        started.append(start_job(workspace, "demo", arguments))
        return started[-1]

    yield start_one
    for each in started:
        cancel_job(workspace, each.id, grace_seconds=0)


def run(*arguments: str) -> subprocess.CompletedProcess:
    """Python as somebody else would start it, with our package at hand."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=ENVIRONMENT)


def wait_for(workspace: Workspace, one: Job, *statuses: str) -> Job:
    wait_until(lambda: job(workspace, one.id).status in statuses)
    return job(workspace, one.id)


def process_of(workspace: Workspace, one: Job) -> psutil.Process:
    with workspace.catalog.reading() as connection:
        (pid,) = connection.execute("SELECT process FROM jobs WHERE id = ?", (one.id,)).fetchone()
    return psutil.Process(pid)


def nothing_is_left_of(workspace: Workspace) -> bool:
    workspace = Workspace.open(workspace.root)
    return workspace.records() == () and list((workspace.root / "scratch").iterdir()) == []


def test_a_job_that_was_started_wrongly_is_called_a_fault_of_the_program(workspace, start):
    one = start("--customers", "no number")
    wait_until(lambda: job(workspace, one.id).status == "failed")
    assert "fault of the program" in job(workspace, one.id).error
    assert one.id in job(workspace, one.id).error
    assert "no number" in job_log(workspace, one.id).read_text()


def test_a_job_says_where_it_is_and_what_it_made(workspace, start):
    one = start("--customers", "60", "--seed", "3")
    assert (one.verb, one.arguments) == ("demo", ("--customers", "60", "--seed", "3"))
    seen = set()
    while not (now := job(workspace, one.id)).is_over:
        seen.add((now.stage, now.share, now.message))
        time.sleep(0.02)
    shares = sorted(share for stage, share, _ in seen if stage == "work")
    assert len(shares) >= 3, seen
    assert 0 <= shares[0] < shares[-1] < 1
    assert now.status == "done", now.error
    assert now.share == 1
    assert now.result["tables"] == {"customers": 60}
    assert now.created_at <= now.started_at <= now.finished_at
    dataset = workspace.path(now.result["dataset"])
    assert int((dataset / "niceness").read_text()) > os.nice(0), "a job must give way to the pages"
    assert [each.id for each in jobs.jobs(workspace)] == [one.id]


def test_progress_within_a_stage_is_written_five_times_a_second_at_most(workspace, start):
    one = start("--customers", "50")  # a second of work, fifty progress calls
    seen = set()
    while not (now := job(workspace, one.id)).is_over:
        seen.add(now.share)
    assert len(seen) <= 5 * (now.finished_at - now.started_at).total_seconds() + 2


def test_a_job_that_fails_says_why_in_words(workspace, start):
    ended = wait_for(workspace, start("--name", "too few"), "failed")
    assert ended.error == "There are 3 customers; at least 100 are needed. Bring more."
    assert ended.result is None


def test_a_surprise_has_a_number_and_never_a_customers_value(workspace, start):
    ended = wait_for(workspace, start("--name", "surprise"), "failed")
    assert "unexpected problem" in ended.error
    number = ended.error.split("(number ")[1].split(")")[0]
    log = (workspace.root / "logs" / "segmenter.log").read_text()
    assert number in log
    assert "make_demo" in log, "the log must say where it happened"
    assert "Traceback" not in job_log(workspace, ended.id).read_text()
    kept = [path for path in workspace.root.rglob("*") if path.is_file()]
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


def test_a_job_stops_within_three_seconds_and_leaves_nothing(workspace, start):
    one = start(*LONG)
    wait_until(lambda: job(workspace, one.id).stage == "work")
    began = time.monotonic()
    stopped = cancel_job(workspace, one.id)
    assert time.monotonic() - began < 3
    assert stopped.status == "cancelled"
    assert nothing_is_left_of(workspace)


def test_a_deaf_job_is_killed_with_its_children(workspace, start):
    one = start("--name", "stubborn")
    helper = workspace.root / "logs" / "helper"
    wait_until(lambda: helper.exists() and helper.read_text() != "")
    family = [process_of(workspace, one), psutil.Process(int(helper.read_text()))]
    stopped = cancel_job(workspace, one.id, grace_seconds=0.3)
    assert stopped.status == "cancelled"
    _, alive = psutil.wait_procs(family, timeout=2)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert nothing_is_left_of(workspace)


def test_a_killed_job_reads_interrupted_and_starts_again(workspace, start):
    one = start("--customers", "60")
    wait_until(lambda: job(workspace, one.id).stage == "work")
    process_of(workspace, one).kill()
    killed = wait_for(workspace, one, "interrupted", "done")
    assert killed.status == "interrupted"
    assert "start it again" in killed.error
    assert nothing_is_left_of(workspace)
    again = start_job(workspace, killed.verb, killed.arguments)
    assert (again.verb, again.arguments) == (one.verb, one.arguments)
    assert wait_for(workspace, again, "done", "failed", "interrupted").status == "done"
    assert job(workspace, one.id).status == "interrupted"


def test_a_job_that_died_before_its_first_word_reads_interrupted(workspace, monkeypatch):
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, "-c", "import os; os._exit(3)"))
    one = start_job(workspace, "demo", [])
    assert wait_for(workspace, one, "interrupted").started_at is None


def test_jobs_work_one_at_a_time_in_the_order_they_were_asked_for(workspace, start):
    first, second, third = start("--customers", "40"), start("--customers", "2"), start("--customers", "3")
    wait_until(lambda: job(workspace, second.id).stage == "waiting")
    assert job(workspace, second.id).status == "waiting"
    ended = [wait_for(workspace, one, "done") for one in (first, second, third)]
    assert ended[0].finished_at <= ended[1].started_at
    assert ended[1].finished_at <= ended[2].started_at


def test_a_waiting_job_can_be_stopped_and_one_behind_a_killed_job_gets_its_turn(workspace, start):
    first, second, third = start(*LONG), start(*LONG), start("--customers", "2")
    wait_until(lambda: job(workspace, second.id).stage == "waiting")
    assert cancel_job(workspace, second.id).status == "cancelled"
    wait_until(lambda: job(workspace, first.id).stage == "work")
    process_of(workspace, first).kill()
    assert wait_for(workspace, third, "done", "failed").status == "done"
    assert job(workspace, first.id).status == "interrupted"
    assert job(workspace, second.id).started_at is None


def test_a_job_outlives_the_app_and_the_terminal_that_started_it(workspace):
    app = (
        "import sys; from segmenter.workspace import Workspace, jobs;"
        f"jobs.COMMAND = (sys.executable, {FAKE!r});"
        f"ws = Workspace.open({str(workspace.root)!r});"
        "print(jobs.start_job(ws, 'demo', ['--customers', '40']).id, flush=True);"
        "input()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [sys.executable, "-c", app], **pipes, env=ENVIRONMENT, start_new_session=True
    ) as started:
        one = job(workspace, started.stdout.readline().strip())
        os.killpg(started.pid, signal.SIGKILL)  # as a closed terminal takes all that belongs to it
    assert not one.is_over, "it ended before the app did"
    assert wait_for(workspace, one, "done", "failed", "interrupted").status == "done"


def test_the_first_end_written_is_the_one_that_counts(workspace, start):
    one = start("--customers", "1")
    done = wait_for(workspace, one, "done")
    for status in ("cancelled", "interrupted", "failed"):
        jobs.finish(workspace, one.id, status, error="late")
    assert cancel_job(workspace, one.id) == done
    assert job(workspace, one.id) == done


def test_a_process_number_used_again_is_never_killed(workspace, start):
    one = start(*LONG)
    wait_until(lambda: job(workspace, one.id).stage == "work")
    real = process_of(workspace, one)
    bystander = subprocess.Popen(["sleep", "60"])
    with workspace.catalog.writing() as connection:
        connection.execute("UPDATE jobs SET process = ? WHERE id = ?", (bystander.pid, one.id))
    # The job hears of it through the catalog all the same.
    assert cancel_job(workspace, one.id).status == "cancelled"
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
    assert not real.is_running() or real.status() == psutil.STATUS_ZOMBIE


def test_a_command_cannot_take_over_a_job_that_is_not_waiting(workspace, start):
    one = wait_for(workspace, start("--customers", "1"), "done")
    again = run(FAKE, "demo", "--workspace", str(workspace.root), "--job", one.id)
    assert again.returncode == 1
    assert "not waiting" in again.stderr
    assert "Traceback" not in again.stderr
    assert job(workspace, one.id) == one


@pytest.mark.parametrize(
    "hostile", ["", "..", "../x", "job-../../x", "job-0123456789ab\n", "job-" + "g" * 12]
)
def test_no_id_of_a_job_leads_outside_its_folder(workspace, hostile):
    for ask in (job, cancel_job, job_log):
        with pytest.raises(NotFound):
            ask(workspace, hostile)


def test_an_unknown_job_is_not_found(workspace):
    with pytest.raises(NotFound, match="There is no job 'job-0123456789ab'"):
        job(workspace, "job-0123456789ab")

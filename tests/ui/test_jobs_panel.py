"""A background job as the reader sees it: under way, stopped, failed, put away."""

import time
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from segmenter.workspace import Workspace
from segmenter.workspace.jobs import Job, job, job_folder, start_job
from segmenter.workspace.owners import is_owned

PANEL = """
from segmenter.ui import jobs_panel
job = jobs_panel.newest_job("check")
if job is not None:
    jobs_panel.job_panel(
        job,
        doing="Reading",
        done="Read.",
        done_label="Go on",
        done_page="pages/data.py",
        on_done=lambda job: None,
    )
"""


def ended(workspace: Workspace, started: Job) -> Job:
    """The job once it has ended and its process is gone."""
    for _ in range(600):
        now = job(workspace, started.id)
        if now.is_over and not is_owned(job_folder(workspace, started.id)):
            return now
        time.sleep(0.1)
    raise AssertionError("the job did not end within a minute")


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Job]:
    """A workspace with one job that ended; the tests say how it ended."""
    folder = tmp_path_factory.mktemp("jobs")
    workspace = Workspace.open(folder / "workspace")
    return workspace, ended(workspace, start_job(workspace, "check", [str(folder / "missing.csv")]))


@pytest.fixture
def failed(run_once: tuple[Workspace, Job], monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    workspace, found = run_once
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(workspace.root))
    yield found
    written(found, "failed", found.error)


def written(found: Job, status: str, error: str | None = None) -> None:
    """Let the catalog say that the job stands so."""
    with Workspace.open().catalog.writing() as connection:
        connection.execute("UPDATE jobs SET status = ?, error = ? WHERE id = ?", (status, error, found.id))


def panel() -> AppTest:
    return AppTest.from_string(PANEL, default_timeout=30).run()


def test_a_failed_job_says_why_until_it_is_put_away(failed: Job) -> None:
    at = panel()
    assert not at.exception
    assert "missing.csv" in at.error[0].value
    assert at.error[0].proto.title == "Did not work: Reading"
    at = at.button[0].click().run()
    assert not at.error
    assert not at.button


def test_a_job_whose_process_is_gone_is_shown_as_interrupted(failed: Job) -> None:
    written(failed, "running")
    at = panel()
    assert at.warning[0].proto.title == "Interrupted: Reading"
    assert job(Workspace.open(), failed.id).status == "interrupted"


def test_a_job_that_ended_well_elsewhere_is_not_announced(failed: Job) -> None:
    written(failed, "done")
    assert not panel().button


def test_a_job_that_the_reader_watched_leads_to_its_result(failed: Job) -> None:
    written(failed, "done")
    at = AppTest.from_string(PANEL, default_timeout=60)
    at.session_state["jobs_watched"] = (failed.id,)
    at = at.run()
    assert at.markdown[0].value.startswith("Read. It took")
    assert at.button[0].label == "Go on"
    assert at.button[0].proto.type == "primary"


def test_a_stopped_job_says_that_nothing_was_lost(failed: Job) -> None:
    written(failed, "cancelled")
    assert panel().info[0].proto.title == "Stopped: Reading"


@pytest.mark.parametrize("status", ["cancelled", "interrupted", "failed"])
def test_what_a_job_that_ended_early_has_left_is_said(failed: Job, status: str) -> None:
    written(failed, status, failed.error)
    kept = PANEL.replace("on_done=lambda job: None", 'kept="The model was trained and kept."')
    at = AppTest.from_string(kept, default_timeout=30).run()
    (box,) = [*at.info, *at.warning, *at.error]
    assert "The model was trained and kept." in box.value


def test_a_running_job_can_be_stopped_from_the_panel(workspace: Workspace) -> None:
    started = start_job(workspace, "demo", ["--customers", "200000", "--seed", "1"])
    at = AppTest.from_string(PANEL.replace('"check"', '"demo"'), default_timeout=60).run()
    assert at.button[0].label == "Stop this work"
    at.button[0].click().run()
    assert ended(workspace, started).status == "cancelled"

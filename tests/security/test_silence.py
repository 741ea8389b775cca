"""An e-mail address, a phone number and an id in the data: in no log, no words of a job, no error."""

import io
import logging
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from segmenter import cli
from segmenter.workspace import Workspace
from segmenter.workspace.jobs import job, start_job
from tests.tables import here

CANARIES = ("canary.person@example.com", "+4915123456789", "CANARYID0042")
MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "id"
at = "day"
amount = "paid"
"""
ROW = f"{CANARIES[2]},{CANARIES[0]},{CANARIES[1]}\n"
FILES = {
    "cells of the wrong kind": "id,day,paid\n" + ROW * 30,
    "some good": "id,day,paid\n" + f"{CANARIES[2]},2025-01-01,5\n" * 50 + ROW * 30,
    "ragged": "id,day,paid\n" + f"{CANARIES[0]},{CANARIES[1]},{CANARIES[2]},more,more\n" * 30,
    "open quote": f'id,day,paid\n{CANARIES[2]},"{CANARIES[0]},5\n' + ROW * 30,
    "no header": ROW * 30,
    "damaged": "id,day,paid\n" + ROW + "\x00" + ROW,
    "one column": "id\n" + f"{CANARIES[2]}\n" * 20,
    "long cell": f"id,day,paid\n{CANARIES[2]},{CANARIES[0] * 100_000},1\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_what_cannot_be_read_is_told_without_a_word_of_it(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    report = here.check(FILES[kind], name="orders.csv")
    said = "\n".join([report.summary(), *(finding.message for finding in report.findings), caplog.text])
    if kind != "no header":  # the titles that were found are told, and here they are the first row
        assert not [canary for canary in CANARIES if canary in said], said


def test_a_crash_of_ours_leaves_no_cell_in_log_words_or_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "workspace"
    Workspace.open(root)
    (tmp_path / "orders.csv").write_text(FILES["some good"])
    (tmp_path / "mapping.toml").write_text(MAPPING)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError(f"could not convert {ROW}")

    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(said):
        for verb in (["ingest", str(tmp_path / "mapping.toml")], ["check", str(tmp_path / "orders.csv")]):
            with monkeypatch.context() as broken:
                broken.setattr("segmenter.tables.ingestion.run_confined", crash)
                assert cli.main([*verb, "--workspace", str(root)]) == 1
    logs = "".join(path.read_text() for path in root.rglob("*.log"))
    assert "RuntimeError" in logs
    assert not [canary for canary in CANARIES if canary in logs + said.getvalue()]


def test_the_words_of_a_job_that_failed_hold_no_cell(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    (tmp_path / "orders.csv").write_text(FILES["cells of the wrong kind"])
    (tmp_path / "mapping.toml").write_text(MAPPING)
    started = start_job(workspace, "ingest", [str(tmp_path / "mapping.toml")])
    end = time.monotonic() + 120
    while not job(workspace, started.id).is_over and time.monotonic() < end:
        time.sleep(0.1)
    ended = job(workspace, started.id)
    assert ended.status == "failed"
    kept = b"".join(path.read_bytes() for path in workspace.root.rglob("*") if path.is_file())
    assert not [canary for canary in CANARIES if canary.encode() in kept]

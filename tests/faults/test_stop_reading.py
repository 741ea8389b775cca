"""A long reading: how far it is grows all the way, and stopping it ends every process of it soon."""

import time
from pathlib import Path

import psutil
import pytest

from segmenter.tables import csv_rows, ingestion
from segmenter.tables.assembling import ingest_task
from segmenter.tables.mapping_file import mapping_from_toml
from segmenter.tables.sandbox import to_json
from segmenter.workspace import Workspace
from segmenter.workspace.jobs import cancel_job, job, start_job
from tests.workspace.children import wait_until
from tests.workspace.test_kill_training import process_of

MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "day"
amount = "total"
"""
ROWS = "".join(f"C{n % 700:04},2025-{n % 12 + 1:02}-{n % 28 + 1:02},{n % 90}.5\n" for n in range(20_000))


def test_the_share_that_is_done_grows_all_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "LONGEST_CELL", 1 << 14)  # small blocks, as a large file has many
    path, told = tmp_path / "orders.csv", []
    path.write_text("customer,day,total\n" + ROWS)
    (tmp_path / "out").mkdir()
    order = ingestion.FilesArguments(
        mapping=mapping_from_toml(MAPPING), paths={"orders.csv": path}, out=tmp_path / "out"
    )
    ingest_task(to_json(order), tmp_path, lambda stage, share, message="": told.append((stage, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    while_reading = [share for stage, share in told if stage == "reading"]
    assert len(set(while_reading)) > 20
    assert while_reading[-1] == pytest.approx(0.4, abs=0.02)


def test_stopping_a_reading_ends_all_its_processes_and_keeps_nothing(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    (tmp_path / "orders.csv").write_text("customer,day,total\n" + ROWS * 100)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    started = start_job(workspace, "ingest", [str(tmp_path / "mapping.toml")])

    def processes() -> list[psutil.Process]:
        process = process_of(workspace, started.id)
        return [] if process is None else [psutil.Process(process), *psutil.Process(process).children()]

    wait_until(lambda: job(workspace, started.id).message.startswith("Read "), seconds=120, every=0.05)
    reading = processes()
    assert len(reading) == 2, "the one that waits and the one that reads"
    began = time.monotonic()
    assert cancel_job(workspace, started.id).status == "cancelled"
    crowd = max(1.0, psutil.getloadavg()[0] / (psutil.cpu_count() or 1))  # others at work on the machine
    assert time.monotonic() - began < 3 * crowd + 1
    _, alive = psutil.wait_procs(reading, timeout=3)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
    assert workspace.records() == ()
    Workspace.open(workspace.root)
    assert list((workspace.root / "scratch").iterdir()) == []

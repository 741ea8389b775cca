"""Files become data sets and versions of them, and everything can be followed back to its files."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segmenter import bringing, cli, pipeline
from segmenter.errors import SettingsError
from segmenter.lineage import lineage, steps
from segmenter.results import open_dataset
from segmenter.tables.dataset import write_dataset
from segmenter.workspace import Workspace

MAPPING = """
[[transactions]]
file = "orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
"""
HEADER = "customer,when,paid\n"
APRIL = HEADER + "a,2026-04-01 10:20,10\nb,2026-04-03 09:15,5\n"
MAY = HEADER + "b,2026-04-03 09:15,5\nc,2026-05-02 18:40,7\n"


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def month(tmp_path: Path):
    """Writes a mapping and its orders into a folder; returns the mapping's path."""

    def write(name: str, orders: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "orders.csv").write_text(orders)
        (folder / "mapping.toml").write_text(MAPPING)
        return folder / "mapping.toml"

    return write


def answered(capsys, *arguments: str) -> tuple[int, dict]:
    code = cli.main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_months_are_added_and_the_way_back_leads_to_every_file(ws, month, capsys):
    april = pipeline.ingest(ws, month("april", APRIL), name="Shop")
    place = ("--workspace", str(ws.root))
    code, added = answered(capsys, "ingest", str(month("may", MAY)), "--append-to", april, *place)
    assert code == 0
    assert (added["name"], added["version"], added["follows"]) == ("Shop", 2, april)
    assert (added["tables"]["transactions"], added["set_aside"]["transactions"]) == (3, 1)
    assert open_dataset(ws, april).rows["transactions"] == 2, "the older version stays as it is"

    with ws.create("model", name="Spring model", parents=(added["dataset"],)) as model:
        (model.folder / "m").write_text("m")
    with ws.create("scores", name="Spring scores", parents=(model.id, added["dataset"])) as scores:
        (scores.folder / "s").write_text("s")
    with ws.create("audience", name="Best", parents=(scores.id,)) as audience:
        (audience.folder / "a").write_text("a")
    _, told = answered(capsys, "lineage", audience.id, *place)
    origin = told["lineage"]
    kinds = []
    while origin["made_from"]:
        kinds.append(origin["kind"])
        origin = origin["made_from"][0]
    assert kinds == ["audience", "scores", "model"]
    assert (origin["kind"], origin["version"], origin["follows"]) == ("dataset", 2, april)
    assert [(file["file"], file["rows"], file["sha256"]) for file in origin["files"]] == [
        ("orders.csv", 2, hashlib.sha256(orders.encode()).hexdigest()) for orders in (APRIL, MAY)
    ]
    sentences = [sentence for _, sentence in steps(lineage(ws, audience.id))]
    assert len(sentences) == len(set(sentences)) == 6
    assert sentences[3].startswith("Data set 'Shop', version 2, made on ")
    assert sentences[4].startswith(f"orders.csv, 2 rows, {len(APRIL)} bytes, read on ")


def test_a_replacement_holds_the_new_files_alone_under_the_old_name(ws, month):
    april = pipeline.ingest(ws, month("april", APRIL), name="Shop")
    may = pipeline.ingest(ws, month("may", MAY), replace=april)
    record = ws.record(may)
    assert (record.name, bringing.version_of(record)) == ("Shop", 2)
    assert bringing.version_before(ws, record) == ws.record(april)
    assert open_dataset(ws, may).rows["transactions"] == 2
    assert len(open_dataset(ws, may).sources) == 1
    ws.delete(april)
    assert bringing.version_before(ws, record) is None
    assert ws.record(may) == record, "a version does not go with the one that it follows"


def test_what_cannot_be_followed_is_said(ws, month):
    april = pipeline.ingest(ws, month("april", APRIL))
    with pytest.raises(SettingsError, match="one of the two"):
        pipeline.ingest(ws, month("may", MAY), append_to=april, replace=april)
    with ws.create("dataset", name="Demo shop", demo=True) as demo:
        (demo.folder / "d").write_text("d")
    with pytest.raises(SettingsError, match="demo of invented customers"):
        pipeline.ingest(ws, month("june", MAY), append_to=demo.id)


def test_the_same_files_are_the_same_data_set_whenever_they_are_read(ws, month, monkeypatch):
    april, may = month("april", APRIL), month("may", MAY)
    first = pipeline.ingest(ws, april, name="Shop")
    both = pipeline.ingest(ws, may, append_to=first)
    read = [file.read_at for file in lineage(ws, both).files]
    assert all(read)

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(days=40)

    monkeypatch.setattr(bringing, "datetime", Later)
    assert pipeline.ingest(ws, april, name="Shop") == first
    assert pipeline.ingest(ws, may, append_to=first) == both
    again = bringing.bring_in(ws, april, append_to=first)
    assert pipeline.ingest(ws, april, append_to=first) == again, "what is said of it holds no date either"
    assert [file.read_at for file in lineage(ws, both).files] == read, "it was read when it was read first"


def test_a_data_set_that_holds_the_time_of_its_reading_opens(ws, month):
    april = pipeline.ingest(ws, month("april", APRIL), name="Shop")
    about = open_dataset(ws, april)
    at = datetime(2026, 4, 30, 9, 30, tzinfo=UTC)
    with ws.create("dataset", name="Older") as older:
        write_dataset(older.folder, replace(about, sources=(replace(about.sources[0], read_at=at),)))
    (file,) = lineage(ws, older.id).files
    assert file.read_at == at

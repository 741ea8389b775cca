"""Addresses in names, cells and mappings: nothing is fetched; only the bytes of given files are read."""

import socket
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from segmenter.errors import SegmenterError
from segmenter.progress import Progress, silent
from segmenter.tables import ingestion
from segmenter.tables.child import TASKS
from segmenter.tables.dataset import Dataset
from segmenter.tables.ingestion import check_file
from segmenter.tables.locations import SETTING, allowed_locations
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import inspect_file
from segmenter.tables.sandbox import to_json
from tests.tables import here

ADDRESSES = (
    "http://169.254.169.254/latest/", "https://evil.example/x.csv", "ftp://evil.example/x.csv",
    "file:///etc/passwd", "s3://bucket/x.csv", "gs://bucket/x.csv", "hf://datasets/x", "//evil.example/x",
    "\\\\evil.example\\share\\x.csv", "data:text/csv,a", "jdbc:postgresql://evil.example/x",
)  # fmt: skip
COLUMNS = {"customer_id": "id", "at": "day", "amount": "amount"}


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach another machine, or to find one, which fails."""
    tried: list[Any] = []

    def refuse(*asked: Any, **_: Any) -> None:
        tried.append(asked)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


def ingested(address: str, base: Path) -> Dataset:
    """The data set of a mapping that names the address as its file, made in the folder `base`."""
    columns = {name: ColumnSource(column=title) for name, title in COLUMNS.items()}
    mapping = Mapping(tables={"transactions": (SourceMapping(file=address, columns=columns),)})
    return ingestion.ingest(mapping, base, base / "out", name="test", scratch=base)


def in_this_process(
    task: str, arguments: Any, *_: Any, folder: Path, progress: Progress = silent, **__: Any
) -> Any:
    """The child's work where the patched sockets see it."""
    module, name = TASKS[task]
    return getattr(import_module(module), name)(to_json(arguments), folder, progress)


def test_an_address_in_a_cell_or_a_title_is_a_word(connects: list[Any], tmp_path: Path) -> None:
    for address in ADDRESSES:
        rows = "".join(f'"{address}",2025-01-0{n % 9 + 1},{n},"{address}"\n' for n in range(20))
        assert here.check(f'customer_id,date,amount,"{address}"\n{rows}').rows_used == 20
    assert connects == []


def test_an_address_as_a_file_is_a_file_that_is_not_there(connects: list[Any], tmp_path: Path) -> None:
    for address in ADDRESSES:
        for act in (
            lambda address=address: inspect_file(Path(address)),
            lambda address=address: check_file(Path(address)),
            lambda address=address: ingested(address, tmp_path),
        ):
            with pytest.raises(SegmenterError):
                act()
    assert connects == []


@pytest.mark.parametrize("address", ["evil.example/x.csv", r"\\evil.example\share\x.csv", "www.evil.example"])
def test_an_address_that_is_the_name_of_a_file_means_that_file(
    address: str, connects: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_lies = tmp_path / address
    here_lies.parent.mkdir(parents=True, exist_ok=True)
    here_lies.write_text("id,day,amount\n" + "".join(f"c{n},2025-01-0{n},{n}\n" for n in range(1, 9)))
    monkeypatch.setattr(ingestion, "run_confined", in_this_process)
    assert ingested(address, tmp_path).rows["transactions"] == 8
    assert connects == []


def test_locations_are_allowed_without_asking_for_them(connects: list[Any], monkeypatch: Any) -> None:
    monkeypatch.setenv(SETTING, "lake=s3://bucket/prefix")
    assert [location.name for location in allowed_locations()] == ["lake"]
    assert connects == []

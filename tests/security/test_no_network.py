"""Addresses in names, cells and mappings: nothing is fetched; only the bytes of given files are read."""

import socket
from pathlib import Path
from typing import Any

import pytest

from segmenter.errors import SegmenterError
from segmenter.tables.ingestion import check_file
from segmenter.tables.locations import SETTING, allowed_locations
from segmenter.tables.reading import inspect_file
from tests.tables import here

ADDRESSES = (
    "http://169.254.169.254/latest/", "https://evil.example/x.csv", "ftp://evil.example/x.csv",
    "file:///etc/passwd", "s3://bucket/x.csv", "gs://bucket/x.csv", "hf://datasets/x", "//evil.example/x",
    "\\\\evil.example\\share\\x.csv", "data:text/csv,a", "jdbc:postgresql://evil.example/x",
)  # fmt: skip


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


def test_an_address_in_a_cell_or_a_title_is_a_word(connects: list[Any], tmp_path: Path) -> None:
    for address in ADDRESSES:
        rows = "".join(f'"{address}",2025-01-0{n % 9 + 1},{n},"{address}"\n' for n in range(20))
        assert here.check(f'customer_id,date,amount,"{address}"\n{rows}').rows_used == 20
    assert connects == []


def test_an_address_as_a_file_is_a_file_that_is_not_there(connects: list[Any], tmp_path: Path) -> None:
    for address in ADDRESSES:
        mapping = f'[[transactions]]\nfile = {address!r}\ncustomer_id = "a"\nat = "b"\namount = "c"\n'
        for act in (
            lambda address=address: inspect_file(Path(address)),
            lambda address=address: check_file(Path(address)),
            lambda mapping=mapping: here.preview(mapping, {}),
        ):
            with pytest.raises((SegmenterError, KeyError)):
                act()
    assert connects == []


def test_locations_are_allowed_without_asking_for_them(connects: list[Any], monkeypatch: Any) -> None:
    monkeypatch.setenv(SETTING, "lake=s3://bucket/prefix")
    assert [location.name for location in allowed_locations()] == ["lake"]
    assert connects == []

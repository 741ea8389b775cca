"""Uploads lie under tamed names inside the workspace, whatever they were called."""

import io
from typing import Any

import pytest
import streamlit as st

from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.ui import uploads
from segmenter.ui.browsers import COOKIE
from segmenter.workspace import Workspace

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/shadow",
    "C:\\Windows\\win.ini",
    "%2e%2e%2fsecret.csv",
    "con",
    "CON.csv",
    "nul.txt",
    "com1.csv",
    "a\x00b.csv",
    "line\nbreak.csv",
    "tab\tname.csv",
    "\u202egnp.csv",
    "\\\\server\\share\\x.csv",
    "." * 40,
    ".hidden",
    "-rf.csv",
    "~root.csv",
    "mapping.json",
    "mapping.toml",
    "x" * 300 + ".csv",
    "a" * 100 + "." + "b" * 100,
    "",
    " ",
    "名前.csv",
    "q'uote\".csv",
    "; rm -rf *.csv",
    "$(id).csv",
    "<script>.csv",
]


class Given(io.BytesIO):
    """Stands for what the upload widget hands over: bytes with a name."""

    def __init__(self, name: str, content: bytes = b"a,b\n1,2\n") -> None:
        super().__init__(content)
        self.name = name


@pytest.fixture
def upload(workspace: Workspace, state: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> uploads.Upload:
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "this one"})
    return uploads.current_or_new_upload()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leaves_the_folder_or_hides_or_replaces_ours(name: str, upload: uploads.Upload) -> None:
    upload.write_mapping(Mapping(tables={}))
    (file,) = upload.add([Given(name)])  # type: ignore[list-item]
    path = file.path()
    assert path.resolve().parent == upload.folder.resolve()
    assert path.read_bytes() == b"a,b\n1,2\n"
    assert file in upload.files
    assert len(path.name) <= 90
    assert not path.name.startswith((".", "-"))
    assert upload.read_mapping() == Mapping(tables={})


def test_readable_names_stay_readable() -> None:
    assert uploads.tamed_name("Q1 orders (final).csv") == "Q1-orders-final.csv"
    assert uploads.tamed_name("transcript.parquet") == "transcript.parquet"
    assert uploads.tamed_name("orders.csv.gz") == "orders.csv.gz"


def test_two_files_of_one_name_are_both_kept(upload: uploads.Upload) -> None:
    first, second = upload.add([Given("orders.csv", b"1"), Given("orders.csv", b"2")])  # type: ignore[list-item]
    assert (first.name, second.name) == ("orders.csv", "orders-2.csv")
    assert (first.path().read_bytes(), second.path().read_bytes()) == (b"1", b"2")


def test_removing_a_file_removes_what_the_mapping_says_about_it(upload: uploads.Upload) -> None:
    kept, gone = upload.add([Given("a.csv"), Given("b.csv")])  # type: ignore[list-item]
    source = SourceMapping(file="a.csv", columns={"customer_id": ColumnSource(column="a")})
    other = SourceMapping(file="b.csv", columns={"customer_id": ColumnSource(column="b")})
    upload.write_mapping(Mapping(tables={"customers": (source, other), "transactions": (other,)}))
    upload.remove(gone)
    assert upload.files == (kept,)
    assert upload.read_mapping() == Mapping(tables={"customers": (source,)})


def test_a_half_done_mapping_is_kept_as_it_is(upload: uploads.Upload) -> None:
    half = Mapping(tables={"transactions": (SourceMapping(file="a.csv", columns={}),)})
    upload.write_mapping(half)
    assert upload.read_mapping() == half


def test_a_mapping_written_elsewhere_finds_its_files_under_their_names_here(upload: uploads.Upload) -> None:
    (path,) = upload.add([Given("Q1 orders (final).csv")])  # type: ignore[list-item]
    columns = {"customer_id": ColumnSource(column="a")}
    elsewhere = SourceMapping(file="exports/Q1 orders (final).csv", columns=columns)
    here = uploads.with_tamed_names(Mapping(tables={"customers": (elsewhere,)}))
    assert here.files() == (path.name,)
    assert here.tables["customers"][0].columns == columns


def test_uploads_are_found_again_in_a_new_session_and_gone_once_discarded(
    upload: uploads.Upload, state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload.add([Given("a.csv")])  # type: ignore[list-item]
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "another"})
    state.clear()
    assert uploads.unfinished_uploads() == (), "not in another browser"
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "this one"})
    assert uploads.current_upload() is None
    (found,) = uploads.unfinished_uploads()
    uploads.resume_upload(found)
    assert uploads.current_upload() == upload
    uploads.discard_upload()
    assert not upload.folder.exists()
    assert uploads.current_upload() is None

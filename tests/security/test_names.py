"""Names that climb or name devices: whatever they are given to, nothing appears outside its folder."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from segmenter import cli
from segmenter.answers import printable
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.ui import uploads
from segmenter.workspace import Workspace
from tests.security.hostile import NAMES
from tests.ui.test_uploads import Given


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a workspace in it; nothing may appear beside the workspace."""
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "home" / "workspace"))
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(type(st.context), "cookies", {})
    Workspace.open(tmp_path / "home" / "workspace")
    return tmp_path / "home"


def outside(home: Path) -> list[Path]:
    return [path for path in home.parent.rglob("*") if not path.is_relative_to(home / "workspace")]


def test_an_upload_stays_in_its_folder_under_any_of_40_names(home: Path) -> None:
    before = outside(home)
    upload = uploads.current_or_new_upload()
    added = upload.add([Given(name) for name in NAMES])  # type: ignore[list-item]
    assert len({file.name for file in added}) == len(NAMES) >= 40
    for file in added:
        path = file.path()
        assert path.parent == upload.folder
        assert path.is_file()
        assert not path.is_symlink()
    assert outside(home) == before


def test_a_mapping_cannot_lead_out_of_its_folder_under_any_of_40_names(home: Path, capsys: Any) -> None:
    (home / "files").mkdir()
    (home.parent / "secret.csv").write_text("SECRETCELL,b\n1,2\n")
    for name in NAMES:
        columns = {key: ColumnSource(column="SECRETCELL") for key in ("customer_id", "at", "amount")}
        mapping = Mapping(tables={"transactions": (SourceMapping(file=name, columns=columns),)})
        upload = uploads.Upload(home / "files")
        upload.write_mapping(uploads.with_tamed_names(mapping))
        (tamed,) = upload.read_mapping().files()
        assert "/" not in tamed or uploads.is_on_server(tamed)
        path = home / "files" / "mapping.toml"
        path.write_text(
            f'[[transactions]]\nfile = {json.dumps(name)}\ncustomer_id = "a"\nat = "b"\namount = "c"\n'
        )
        assert cli.main(["ingest", str(path), "--confined"]) == 1, name
    assert "SECRETCELL" not in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["dataset", "audience"])
def test_a_name_of_something_stored_is_only_words(kind: Any, home: Path) -> None:
    before = outside(home)
    workspace = Workspace.open()
    for number, name in enumerate(NAMES):
        with workspace.create(kind, name=name) as draft:
            (draft.folder / "content").write_text(str(number))
        assert workspace.record(draft.id).name == name
        assert workspace.path(draft.id).parent == home / "workspace" / "artifacts" / kind
    assert outside(home) == before


def test_a_name_for_a_download_names_no_folder_and_no_device() -> None:
    for name in NAMES:
        for offered in (
            f"{uploads.tamed_name(name)}-card.html",
            f"{uploads.tamed_name(name).replace('.', '-')}.csv",
        ):
            assert offered.isascii()
            assert offered.isprintable()
            assert not set(offered) & set('/\\:*?"<>|')
            assert not offered.startswith((".", "-"))
            assert offered.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
            assert len(offered) < 120


@pytest.mark.parametrize(
    "name", ["a\nINFO forged.csv", "a\r\nINFO forged.csv", "\x1b[2Jgone.csv", "a\u2028b.csv"]
)
def test_a_name_makes_no_second_line_and_no_colour(name: str, home: Path, capsys: Any) -> None:
    path = home.parent / name
    path.write_text("a,b\n1,2\n")
    cli.main(["check", str(path)])
    cli.main(["check", str(path) + "gone"])
    said = "".join(capsys.readouterr())
    assert not [line for line in said.splitlines() if line.startswith("INFO forged")]
    assert "\x1b" not in said
    assert len(printable(name).splitlines()) == 1

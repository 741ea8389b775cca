"""The Data page where files on the server are allowed: found, chosen, mapped, read in place."""

import runpy
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from segmenter.tables.locations import SETTING
from segmenter.ui.uploads import Upload
from segmenter.workspace import Workspace
from tests.conftest import ROOT

ORDERS = "customer,when,paid\n" + "".join(
    f"C{n % 40:03},2025-{n % 12 + 1:02}-11,{n}.50\n" for n in range(120)
)
NEXT_MONTH = b"""
[[transactions]]
file = "exports:2024/orders.csv"
customer_id = "customer"
at = "when"
amount = "paid"
channel = { value = "letter" }
"""


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_runner, "_mpa_v1", runpy.run_path)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "exports" / "2024").mkdir(parents=True)
    (tmp_path / "exports" / "2024" / "orders.csv").write_text(ORDERS)
    (tmp_path / "exports" / "2024" / "people.csv").write_text("customer_id,age\nC001,40\nC002,50\n")
    monkeypatch.setenv(SETTING, f"exports={tmp_path / 'exports'}")
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "workspace"))
    return Workspace.open(tmp_path / "workspace")


def data_page() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    return at.switch_page("pages/data.py").run()


def from_server(at: AppTest) -> AppTest:
    return (
        next(c for c in at.segmented_control if c.label == "Where are the files?").set_value("server").run()
    )


def pick(at: AppTest, label: str, value: str) -> AppTest:
    return next(box for box in at.selectbox if box.label == label).set_value(value).run()


def press(at: AppTest, label: str) -> AppTest:
    at = next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    assert not at.error
    return at


def choose(at: AppTest, *names: str) -> AppTest:
    at = pick(from_server(at), "Folder", "2024")
    next(box for box in at.multiselect if box.label == "Files").set_value(list(names)).run()
    return press(at, "Use these files")


def upload_of(workspace: Workspace) -> Upload:
    (folder,) = (workspace.root / "uploads").iterdir()
    return Upload(folder)


def test_without_a_setting_there_is_only_the_upload(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SETTING)
    at = data_page()
    assert [c.label for c in at.segmented_control] == []
    assert at.get("file_uploader")


def test_files_on_the_server_are_found_mapped_and_not_copied(workspace: Workspace) -> None:
    at = choose(data_page(), "exports:2024/orders.csv", "exports:2024/people.csv")
    assert at.header[0].value.replace("\\", "") == (
        "Customers from exports:2024/people.csv; purchases from exports:2024/orders.csv."
    )
    assert str(at.dataframe[0].value.iloc[0, 0]).startswith("C0")
    assert not any(button.disabled for button in at.button if button.label == "Read the files")
    upload = upload_of(workspace)
    assert [file.name for file in upload.files] == ["exports:2024/orders.csv", "exports:2024/people.csv"]
    assert not list(workspace.root.rglob("*.csv"))


def test_a_list_says_how_large_and_how_old_a_file_is(workspace: Workspace) -> None:
    at = pick(from_server(data_page()), "Folder", "2024")
    (files,) = (box for box in at.multiselect if box.label == "Files")
    assert "orders.csv · 0.0 MB · " in files.options[0].replace("\\", "")
    at = pick(at, "Folder", "")
    assert "No table files here" in "\n".join(m.value for m in at.markdown)


def test_taking_a_file_out_leaves_it_on_the_server(workspace: Workspace, tmp_path: Path) -> None:
    at = choose(data_page(), "exports:2024/orders.csv", "exports:2024/people.csv")
    at = next(b for b in at.button if b.key == "remove_exports:2024/people.csv").click().run()
    assert at.header[0].value.replace("\\", "") == "Purchases from exports:2024/orders.csv."
    assert (tmp_path / "exports" / "2024" / "people.csv").exists()


def test_the_mapping_of_last_month_finds_its_files_on_the_server_by_itself(workspace: Workspace) -> None:
    at = data_page()
    (uploader,) = (u for u in at.get("file_uploader") if "files" in u.proto.label)
    uploader.set_value([("march.toml", NEXT_MONTH, "application/toml")])
    at = at.run()
    assert not at.error
    assert at.header[0].value.replace("\\", "") == "Purchases from exports:2024/orders.csv."
    assert next(field for field in at.text_input if field.label == "Value for every row").value == "letter"


def test_a_file_that_went_away_is_said_and_leaves_the_way_open(workspace: Workspace, tmp_path: Path) -> None:
    at = choose(data_page(), "exports:2024/orders.csv")
    (tmp_path / "exports" / "2024" / "orders.csv").unlink()
    at = at.run()
    assert "There is no file or folder '2024/orders.csv'" in at.error[0].value.replace("\\", "")
    assert any(c.label == "Where are the files?" for c in at.segmented_control)

"""Files for spreadsheets: no cell of any of them is one that a spreadsheet would run."""

import csv
import re
from pathlib import Path

import pytest

from segmenter.delivery.csv_file import TRIGGERS, write_csv
from segmenter.ui.dataset_report import set_aside_csv
from segmenter.workspace import Workspace
from tests.conftest import ROOT
from tests.security.hostile import FORMULAS
from tests.tables import here

MAPPING = 'transactions = [{file = "=cmd.csv", customer_id = "=id", at = "day", amount = "=1+1"}]'


def cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row]


@pytest.mark.parametrize("place", ["header", "id", "value"])
def test_no_cell_of_a_file_starts_with_what_a_spreadsheet_runs(place: str, tmp_path: Path) -> None:
    for formula in FORMULAS:
        given = {"header": "a", "id": "b", "value": "c", place: formula}
        write_csv(tmp_path / "out.csv", ["id", given["header"]], [[given["id"], given["value"]]])
        found = cells(tmp_path / "out.csv")
        assert not [cell for cell in found if cell.lstrip().startswith(TRIGGERS)], formula
        assert any(cell.endswith(formula.strip()) or formula in cell for cell in found), "it was lost"


def test_the_list_of_rows_set_aside_is_safe_to_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "workspace"))
    Workspace.open()
    content = "=id,day,=1+1\n" + "".join(f"C{n},2025-01-01,{n}\n" for n in range(30)) + "=cmd,never,=1+1\n"
    here.ingest(MAPPING, {"=cmd.csv": content}, tmp_path / "out")
    path = tmp_path / "set-aside.csv"
    path.write_bytes(set_aside_csv(tmp_path / "out" / "set_aside.parquet"))
    assert len(cells(path)) > 5
    assert not [cell for cell in cells(path) if cell.lstrip().startswith(TRIGGERS)]


def test_there_is_one_writer_of_such_files() -> None:
    writers = [
        path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("pages/*.py"), *ROOT.glob("segmenter/**/*.py")]
        if re.search(r"csv\.writer|to_csv\(|pa_csv\.write", path.read_text(encoding="utf-8"))
    ]
    assert writers == ["segmenter/delivery/csv_file.py"]

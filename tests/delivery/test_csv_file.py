"""Laws of a file that leaves: whole or absent, the rows it says, nothing a spreadsheet would run."""

import csv
import hashlib
from pathlib import Path

import pytest

from segmenter.delivery.csv_file import TRIGGERS, safe_cell, write_csv
from segmenter.errors import WorkspaceError

PAYLOADS = [
    *[trigger + "1+1" for trigger in TRIGGERS],
    "=cmd|' /C calc'!A0",
    "  =1+1",
    "@SUM(1)",
    '=HYPERLINK("http://x.example","y")',
    "-2+3",
    "+4912345",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_cell_starts_with_what_a_spreadsheet_runs(payload: str, tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    written = write_csv(path, ["customer_id", payload], [[payload, "plain"], ["plain", payload]])
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(TRIGGERS)]
    assert written.guarded_cells == 2
    assert "'" + payload in cells


def test_numbers_stay_numbers_and_plain_text_stays_as_it_is() -> None:
    assert safe_cell(-3.5) == -3.5
    assert safe_cell("00012") == "00012"
    assert safe_cell(None) == ""


def test_rows_and_checksum_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    written = write_csv(path, ["customer_id"], ([str(number)] for number in range(100)))
    assert written.rows == 100 == len(path.read_text(encoding="utf-8").splitlines()) - 1
    assert written.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_failure_in_the_middle_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    path.write_text("old", encoding="utf-8")

    def rows():  # type: ignore[no-untyped-def]
        yield ["1"]
        raise OSError(28, "No space left on device")

    with pytest.raises(WorkspaceError, match="No space left"):
        write_csv(path, ["customer_id"], rows())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="Choose a folder that exists"):
        write_csv(tmp_path / "nowhere" / "audience.csv", ["customer_id"], [])


def test_telephone_numbers_stay_as_a_telephone_wants_them_in_their_own_column_only() -> None:
    assert safe_cell("+33639988736", "phone") == "+33639988736"
    assert safe_cell("+33639988736", "customer_id") == "'+33639988736"
    for text in (
        "+33639988736+1",
        "+33 639 988 736",
        "+0339988736",
        "+12",
        "+1-800-FLOWERS",
        "=+33639988736",
    ):
        assert safe_cell(text, "phone") == "'" + text

"""What is kept in memory is never older than the file it was read from."""

import os
from pathlib import Path

from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.ui import cached
from segmenter.workspace import Workspace

WRONG = "customer,when,paid\nC1,2025-01-11,1.50\nC2,2025-01-12,2.50\n"
RIGHT = "customer,when,paid\nD1,2025-01-11,7.50\nD2,2025-01-12,8.50\n"
PURCHASES = Mapping(
    tables={
        "transactions": (
            SourceMapping(
                file="orders.csv",
                columns={
                    "customer_id": ColumnSource(column="customer"),
                    "at": ColumnSource(column="when"),
                    "amount": ColumnSource(column="paid"),
                },
            ),
        )
    }
)


def replace_file(path: Path, text: str) -> None:
    """Another file under the same name, written a second later: as large, so that only its time tells."""
    before = path.stat().st_mtime_ns if path.exists() else 1_750_000_000_000_000_000
    path.unlink(missing_ok=True)
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_a_corrected_file_under_the_name_of_a_wrong_one_is_read_anew(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    replace_file(path, WRONG)
    assert cached.source_files(path, path.name)[0].columns[0].samples == ("C1", "C2")
    assert list(cached.preview(tmp_path, PURCHASES, "transactions", 5)[0]["customer_id"]) == ["C1", "C2"]
    replace_file(path, RIGHT)
    assert cached.source_files(path, path.name)[0].columns[0].samples == ("D1", "D2")
    assert list(cached.preview(tmp_path, PURCHASES, "transactions", 5)[0]["customer_id"]) == ["D1", "D2"]


def test_a_file_that_stays_is_read_once(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    replace_file(path, WRONG)
    assert cached.source_files(path, path.name) is cached.source_files(path, path.name)

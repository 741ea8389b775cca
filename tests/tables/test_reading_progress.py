"""While a file of whichever kind is read, it is told how much of it is read."""

import json
from pathlib import Path

import pytest

from segmenter.tables import json_rows, workbook_rows
from segmenter.tables.text_table import read_text_table
from tests.tables.workbooks import xlsx

ROWS = [[f"c{n}", n] for n in range(95)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xlsx", xlsx({"A": [["id", "n"], *ROWS]})),
        ("t.jsonl", "\n".join(json.dumps({"id": id, "n": n}) for id, n in ROWS).encode()),
        ("t.json", json.dumps([{"id": id, "n": n} for id, n in ROWS]).encode()),
    ],
)
def test_the_share_grows_with_every_batch_and_ends_at_one(
    name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (json_rows, workbook_rows):
        monkeypatch.setattr(reader, "_BATCH_CELLS", 20)
    (tmp_path / name).write_bytes(content)
    told: list[float] = []
    read_text_table(tmp_path / name, name, tmp_path, told=lambda rows, share: told.append(share))
    assert told == pytest.approx([place / 10 for place in range(1, 11)])

"""Members of an audience -> a CSV file that a spreadsheet opens safely, written whole or not at all."""

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from segmenter.delivery.whole_file import whole_file

# What a spreadsheet takes for the start of a formula, full-width forms and control characters included.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# A telephone number (E.164) in the column for them: digits cannot be run, and an apostrophe ends every match.
PHONE_COLUMN = "phone"
TELEPHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """What was written: rows without the header, cells made harmless, SHA-256 of the bytes in hex."""

    rows: int
    guarded_cells: int
    sha256: str


def safe_cell(value: object, column: str = "") -> object:
    """The value, with an apostrophe in front of text that a spreadsheet would run. Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(TRIGGERS):
        is_telephone = column == PHONE_COLUMN and TELEPHONE.fullmatch(value)
        return value if is_telephone else "'" + value
    return "" if value is None else value


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> WrittenFile:
    """Write UTF-8 CSV. Raises WorkspaceError in plain words when the folder is missing, read-only or full;
    `path` is then as it was before.
    """
    n_rows = guarded = 0
    with whole_file(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow([safe_cell(name) for name in header])
        for row in rows:
            cells = [safe_cell(value, column) for column, value in zip(header, row, strict=True)]
            guarded += sum(
                cell is not value for cell, value in zip(cells, row, strict=True) if value is not None
            )
            writer.writerow(cells)
            n_rows += 1
        text.detach()  # what it held is written; the file stays open
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return WrittenFile(rows=n_rows, guarded_cells=guarded, sha256=digest)

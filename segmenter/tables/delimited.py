"""The first lines of a text file -> its layout: delimiter, quotes, where the rows begin, column names.

Runs in the limited child process. A layout that does not hold is refused here: a ragged file must not turn
into one column of text unnoticed.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from segmenter.errors import UnreadableFile
from segmenter.tables.headers import Record, find_header
from segmenter.tables.report import Finding

LONGEST_CELL = 16 << 20  # bytes; also the block that the reader works in

_SAMPLE = 1 << 20  # characters
_MOST_RECORDS = 1_000
_RARE_DELIMITERS = ("^", "~", "\x1f", "\x01", ":", " ")
_DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a text file is laid out.

    backslash: a quote inside a cell is written with a backslash, and not doubled. names: one per column,
    clean and unique. skip_lines: lines before the first row of data. first_row: its number in a spreadsheet.
    """

    delimiter: str
    backslash: bool
    names: tuple[str, ...]
    skip_lines: int
    first_row: int
    findings: tuple[Finding, ...]

    @property
    def description(self) -> str:
        """'separated by semicolon'."""
        return f"separated by {_DELIMITER_WORDS.get(self.delimiter, repr(self.delimiter))}"


def layout_of(path: Path, name: str) -> Layout:
    """The layout of UTF-8 text in `path`; `name` is the file as the user knows it.

    Raises UnreadableFile for text that is no table: nothing in it, too many columns, or ragged throughout.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(_SAMPLE)
        is_cut = bool(file.read(1))
    if not sample.strip():
        raise UnreadableFile(f"'{name}' is empty: it holds only blank lines. Export it again.")
    # Excel's own way to name the delimiter, in a line above the header.
    declared = re.match(r'"?sep=(.)"?(?:\r\n|\r|\n)', sample, re.IGNORECASE)
    body = sample[declared.end() :] if declared else sample
    if not body.strip():
        raise UnreadableFile(f"'{name}' is empty: it holds nothing but the name of its delimiter.")
    above = 1 if declared else 0
    backslash = _escapes_by_backslash(body)
    named = declared[1] if declared else _rare_delimiter(body)
    signs = (named,) if named else tuple(_DELIMITER_WORDS)
    records = {sign: _records(body, sign, backslash=backslash, is_cut=is_cut) for sign in signs}
    delimiter = _best_delimiter(records, name)
    header = find_header(records[delimiter], name)
    return Layout(
        delimiter=delimiter,
        backslash=backslash,
        names=header.names,
        skip_lines=header.lines + above,
        first_row=header.records + above + 1,
        findings=header.findings,
    )


def _rare_delimiter(text: str) -> str | None:
    """A sign that nearly no file uses, where every line has it as often and the header has no usual one."""
    lines = [line.strip("\r") for line in text.split("\n")[:_MOST_RECORDS] if line.strip()]
    if any(sign in lines[0] for sign in _DELIMITER_WORDS):
        return None
    complete = lines[:-1] if len(lines) > 2 else lines  # a sample may end inside the last
    for sign in _RARE_DELIMITERS:
        if {line.count(sign) for line in complete} == {lines[0].count(sign)} and lines[0].count(sign) > 1:
            return sign
    return None


def _escapes_by_backslash(text: str) -> bool:
    r"""Is a quote inside a cell written \" (as databases do) and never "" (as spreadsheets do)?"""
    backslash = re.search(r'\\"[^,;\t|\r\n]', text)
    doubled = re.search(r'[^,;\t|\r\n"]""[^,;\t|\r\n"]', text)
    return backslash is not None and doubled is None


def _records(text: str, delimiter: str, *, backslash: bool, is_cut: bool) -> list[Record]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        doublequote=not backslash,
        escapechar="\\" if backslash else None,
    )
    records = [Record(fields, reader.line_num) for fields in islice(reader, _MOST_RECORDS)]
    if is_cut and 1 < len(records) < _MOST_RECORDS:
        records.pop()  # the sample ends inside it
    return records


def _best_delimiter(records: dict[str, list[Record]], name: str) -> str:
    """The sign that cuts most records into the same number of cells, more than one."""
    scores: dict[str, tuple[float, int]] = {}
    for sign, found in records.items():
        counts = Counter(len(record.fields) for record in found if not record.is_blank)
        rows, width = max(((rows, width) for width, rows in counts.items() if width > 1), default=(0, 1))
        scores[sign] = (rows / max(counts.total(), 1), width)
    best = max(scores, key=lambda sign: scores[sign])
    if scores[best][0] >= 0.5 and _hangs_together(records[best], scores[best][1]):
        return best
    header = next(record for record in records[best] if not record.is_blank)
    unused = [sign for sign, (_, width) in scores.items() if width == 1]
    if len(header.fields) > 1 or not unused:
        raise UnreadableFile(
            f"The rows of '{name}' have different numbers of cells, so its columns cannot be told apart. "
            "Export it again as CSV, with texts in quotation marks."
        )
    if any(header.fields[0].count(sign) > 1 for sign in _DELIMITER_WORDS):
        raise UnreadableFile(
            f"Each line of '{name}' is one text in quotation marks, with the columns inside. Export it "
            "again, with quotation marks around single cells only."
        )
    return unused[0]


def _hangs_together(records: list[Record], width: int) -> bool:
    """Have most rows with cells at all that many? Lines above a header and below a table have one or two."""
    counts = Counter(len(record.fields) for record in records if not record.is_blank)
    rows = sum(count for cells, count in counts.items() if cells > max(2, width - 3))
    return counts[width] >= 0.6 * rows

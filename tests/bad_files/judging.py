"""What `check` has answered about a bad file -> what is wrong with the answer; nothing if it is right."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.bad_files.entry import CANARY, BadFile

MOST_SECONDS = 10.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of `check FILE --table T --json` gave: exit code, stdout, stderr, and how long it took.

    seconds: of the clock, or of the processors, which other work on the machine does not lengthen. stored:
    how many rows of the table, and of those set aside, lay on disk afterwards; None where nobody looked.
    """

    code: int
    out: str
    err: str
    seconds: float
    stored: tuple[int, int] | None = None

    @property
    def report(self) -> dict[str, Any]:
        """The JSON object of the last line; empty where there is none."""
        lines = self.out.strip().splitlines() or ["{}"]
        try:
            found = json.loads(lines[-1])
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def has_traceback(self) -> bool:
        return "Traceback" in self.out + self.err or "fault in Segmenter" in self.out + self.err


def faults(file: BadFile, answer: Answer, *, most_seconds: float = MOST_SECONDS) -> list[str]:
    """Everything that is not as it should be."""
    return [*_of_run(answer, most_seconds), *_of_report(file, answer.report), *_of_rows(answer)]


def stored_rows(folder: Path, table: str) -> tuple[int, int] | None:
    """How many rows a check in `folder` has stored and has set aside; None where it came to no table."""
    files = [folder / "out" / f"{name}.parquet" for name in (table, "set_aside")]
    if not files[0].exists():
        return None
    used, aside = (int(pq.read_metadata(file).num_rows) for file in files)
    return used, aside


def _of_run(answer: Answer, most_seconds: float) -> Iterator[str]:
    if answer.code != 0:
        yield f"exit code {answer.code}"
    if answer.has_traceback:
        yield "a traceback"
    if answer.seconds > most_seconds:
        yield f"{answer.seconds:.1f} seconds"
    if CANARY in answer.out + answer.err:
        yield "a cell in a message"


def _of_report(file: BadFile, report: dict[str, Any]) -> Iterator[str]:
    findings = report.get("findings", [])
    if report.get("verdict") != file.verdict:
        yield f"verdict {report.get('verdict')}, not {file.verdict}"
    codes = {finding["code"] for finding in findings if finding["severity"] != "note"}
    if codes != set(file.codes):
        yield f"found {sorted(codes)}, not {sorted(file.codes)}"
    rows_in = report.get("rows_in")
    if file.rows is not None and rows_in != file.rows:
        yield f"{rows_in} rows in, not {file.rows}"
    words = [finding["message"] for finding in findings if finding["severity"] != "note"]
    yield from _of_words(file, words)


def _of_rows(answer: Answer) -> Iterator[str]:
    """Rows in are rows stored, listed as set aside, or told to belong to no table: counted on disk."""
    if answer.stored is None:
        return
    used, aside = answer.stored
    rows_in, findings = answer.report.get("rows_in"), answer.report.get("findings", [])
    unmapped = sum(finding["rows"] for finding in findings if finding["code"] == "rows_not_mapped")
    if rows_in != used + aside + unmapped:
        yield f"{rows_in} rows in, {used} stored, {aside} listed as set aside"


def _of_words(file: BadFile, words: list[str]) -> Iterator[str]:
    if any(_CONTROL.search(text) for text in words):
        yield "signs in a message that a terminal would follow"
    if any(file.name not in text for text in words[1:]) or (words and file.name not in words[0]):
        yield "the file is not named"
    if not all(text.rstrip().endswith(".") for text in words):
        yield "a message without an end"
    if file.column is not None and not any(f"'{file.column}'" in text for text in words):
        yield f"column '{file.column}' is not named"
    if file.row is not None and not any(re.search(rf"\b{file.row}\b", text) for text in words):
        yield f"row {file.row} is not named"

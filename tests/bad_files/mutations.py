"""A random table, corrupted at random -> the law that no row is lost and no cell is told, whatever was done.

The table is read, typed and set aside as ever. Only the sorting and the checks of whole tables are left out,
which can change no count of a table whose rows may repeat; one example in fifty or so goes all the way.
"""

import tempfile
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from segmenter.errors import SegmenterError, UnreadableFile
from segmenter.progress import silent
from segmenter.tables.assembling import assemble
from segmenter.tables.checking import check_task
from segmenter.tables.guessing import guess_source
from segmenter.tables.ingestion import CheckArguments
from segmenter.tables.inspection import ragged_finding, source_file
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.report import Finding
from segmenter.tables.sandbox import to_json
from segmenter.tables.text_table import TextTable, read_text_table
from segmenter.tables.validation import SetAside
from tests.bad_files.corruptions import CORRUPTIONS, TITLES, Sheet, good_sheet
from tests.bad_files.entry import CANARY
from tests.bad_files.judging import stored_rows

FILE = "sales.csv"
MEANT = {
    "customer_id": ColumnSource(column="customer_id"),
    "at": ColumnSource(column="date"),
    "amount": ColumnSource(column="amount"),
    "quantity": ColumnSource(column="quantity"),
    "category": ColumnSource(column="note"),
}

# What may leave a file of which no table can be made; whatever else is done to one, it must be read.
DAMAGING = {"NUL bytes", "cut short", "stray quote", "stray byte", "shorten rows", "lengthen rows"}

mutated = settings(max_examples=500, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))

seeds = st.integers(0, 2**32 - 1)
chosen = st.lists(st.sampled_from(sorted(CORRUPTIONS)), unique=True, max_size=7)


def mutated_sheet(names: list[str], seed: int) -> Sheet:
    """Up to thirty rows, corrupted in the order of the names."""
    rng = Random(seed)
    sheet = good_sheet(rng.randrange(1, 30), rng)
    for name in names:
        CORRUPTIONS[name](sheet, rng)
    return sheet


def assert_nothing_is_lost_or_told(names: list[str], seed: int) -> None:
    """The law, for one table and its corruptions."""
    sheet = mutated_sheet(names, seed)
    with tempfile.TemporaryDirectory() as folder:
        was_read = True
        try:
            if seed % 50 == 7:
                _assert_the_check_loses_nothing(sheet, Path(folder))
            else:
                _assert_nothing_is_lost(_read(sheet.content(), Path(folder)), sheet, Path(folder))
        except SegmenterError as refusal:
            was_read = False
            _assert_nothing_is_told([str(refusal)])
    assert was_read or DAMAGING & set(names), "a file that is not damaged was refused"


def is_read(names: list[str], seed: int) -> bool:
    """Was a table, corrupted so, read and not refused?"""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _read(mutated_sheet(names, seed).content(), Path(folder))
        except UnreadableFile:
            return False
    return True


def _assert_the_check_loses_nothing(sheet: Sheet, folder: Path) -> None:
    (folder / FILE).write_bytes(sheet.content())
    work = folder / "work"
    work.mkdir()
    order = CheckArguments(path=folder / FILE, file=FILE, table="transactions")
    report = check_task(to_json(order), work, silent)
    _assert_nothing_is_told([finding.message for finding in report.findings])
    stored = stored_rows(work, "transactions")
    if stored is None:
        assert report.verdict == "reject"
    else:
        assert stored == (report.rows_used, report.rows_set_aside)
        assert report.rows_in == sum(stored)
    if sheet.is_countable:
        assert report.rows_in == len(sheet.rows)


def _read(content: bytes, folder: Path) -> TextTable:
    path = folder / FILE
    path.write_bytes(content)
    return read_text_table(path, FILE, folder / "text", told=lambda rows, share: None)


def _assert_nothing_is_lost(text: TextTable, sheet: Sheet, folder: Path) -> None:
    if sheet.is_countable:
        assert text.rows_seen == len(sheet.rows)
    assert text.rows_seen == text.rows + len(text.ragged)
    part = _mapped(text, folder)
    with SetAside(folder / "set_aside.parquet") as aside:
        assembled = assemble(
            Mapping(tables={"transactions": (part,)}), {part.source: text}, folder, aside, silent
        )
    tally, typed = aside.tally, assembled.tables["transactions"]
    lost = tally.set_aside.get("transactions", 0)
    assert tally.rows_in["transactions"] == text.rows_seen
    assert tally.rows_used("transactions") == text.rows_seen - lost
    assert pq.read_metadata(typed.path).num_rows == tally.rows_used("transactions")
    assert pq.read_metadata(folder / "set_aside.parquet").num_rows == lost
    findings: list[Finding] = [*assembled.findings, *tally.findings(), *ragged_finding(text)]
    _assert_nothing_is_told([finding.message for finding in findings])


def _mapped(text: TextTable, folder: Path) -> SourceMapping:
    """As the titles say; guessed where they were changed, too."""
    if text.names == tuple(TITLES):
        return SourceMapping(file=FILE, columns=MEANT)
    return guess_source(source_file(text, folder / FILE), "transactions")


def _assert_nothing_is_told(messages: list[str]) -> None:
    assert not [message for message in messages if CANARY in message.lower()]

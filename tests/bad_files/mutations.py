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

from segmenter.errors import SegmenterError
from segmenter.progress import silent
from segmenter.tables.assembling import assemble
from segmenter.tables.guessing import guess_source
from segmenter.tables.inspection import ragged_finding, source_file
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.report import Finding
from segmenter.tables.text_table import TextTable, read_text_table
from segmenter.tables.validation import SetAside
from tests.bad_files.corruptions import CORRUPTIONS, TITLES, Sheet, good_sheet
from tests.bad_files.entry import CANARY
from tests.tables.here import check

FILE = "sales.csv"
MEANT = {
    "customer_id": ColumnSource(column="customer_id"),
    "at": ColumnSource(column="date"),
    "amount": ColumnSource(column="amount"),
    "quantity": ColumnSource(column="quantity"),
    "category": ColumnSource(column="note"),
}

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
    content = sheet.content()
    if seed % 50 == 7:
        report = check(content, name=FILE)
        _assert_nothing_is_told([finding.message for finding in report.findings])
        assert report.rows_in == report.rows_used + report.rows_set_aside
    with tempfile.TemporaryDirectory() as folder:
        try:
            text = _read(content, Path(folder))
            _assert_nothing_is_lost(text, sheet, Path(folder))
        except SegmenterError as refusal:
            _assert_nothing_is_told([str(refusal)])


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

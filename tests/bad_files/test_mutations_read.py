"""Most damaged tables are read all the same; and the judges of bad files can find fault."""

import json
from typing import Any

import pytest

from segmenter.errors import UnreadableFile
from tests.bad_files import mutations
from tests.bad_files.entry import BadFile
from tests.bad_files.judging import Answer, faults
from tests.bad_files.mutations import DAMAGING, assert_nothing_is_lost_or_told, is_read

LEAST_SHARE = 0.7


@pytest.mark.parametrize("name", sorted(DAMAGING - {"NUL bytes"}))
def test_most_damaged_tables_are_read(name: str):
    assert sum(is_read([name], seed) for seed in range(40)) >= LEAST_SHARE * 40


def test_a_table_that_is_not_damaged_may_not_be_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mutations, "_read", refuse)
    assert_nothing_is_lost_or_told(["NUL bytes"], 1)
    with pytest.raises(AssertionError, match="refused"):
        assert_nothing_is_lost_or_told(["quote all"], 1)


def refuse(*_: Any) -> None:
    raise UnreadableFile("No.")


def test_a_row_that_is_neither_stored_nor_set_aside_is_a_fault():
    file = BadFile(name="s.csv", make=str, verdict="accept", rows=5)
    report = json.dumps({"verdict": "accept", "rows_in": 5, "findings": []})
    assert faults(file, Answer(0, report, "", 0.1, stored=(4, 1))) == []
    assert faults(file, Answer(0, report, "", 0.1, stored=(3, 1))) == [
        "5 rows in, 3 stored, 1 listed as set aside"
    ]

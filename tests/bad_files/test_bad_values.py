"""Every file of bad ids, numbers or dates gets its verdict, and words that name file, column and row."""

import pytest

from tests.bad_files.dates import DATES
from tests.bad_files.entry import BadFile
from tests.bad_files.ids import IDS
from tests.bad_files.numbers import NUMBERS
from tests.bad_files.running import assert_right


@pytest.mark.parametrize("file", [*IDS, *NUMBERS, *DATES], ids=lambda file: f"{file.category}-{file.name}")
def test_the_verdict_is_right_and_says_where(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=False)


@pytest.mark.parametrize("file", [IDS[1], NUMBERS[18], DATES[-1]], ids=lambda file: file.name)
def test_the_confined_child_says_the_same(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=True)

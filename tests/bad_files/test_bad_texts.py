"""Every file of bad encoding or structure gets its verdict, and words that name file, column and row."""

import pytest

from tests.bad_files.encoding import ENCODING
from tests.bad_files.entry import BadFile
from tests.bad_files.running import assert_right
from tests.bad_files.structure import STRUCTURE


@pytest.mark.parametrize("file", [*ENCODING, *STRUCTURE], ids=lambda file: file.name)
def test_the_verdict_is_right_and_says_where(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=False)


@pytest.mark.parametrize("file", [*ENCODING[::7], *STRUCTURE[::7]], ids=lambda file: file.name)
def test_the_confined_child_says_the_same(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=True)

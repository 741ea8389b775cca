"""Files of labels nothing follows from are told from good ones; hostile texts are texts like any other."""

import pytest

from tests.bad_files.entry import BadFile
from tests.bad_files.hostile import HOSTILE_HEADERS, HOSTILE_VALUES, PAYLOADS
from tests.bad_files.labels import LABELS
from tests.bad_files.running import assert_right


@pytest.mark.parametrize("file", LABELS, ids=lambda file: file.name)
def test_the_verdict_is_right_and_says_where(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=False)


@pytest.mark.parametrize("file", [*HOSTILE_VALUES, *HOSTILE_HEADERS], ids=lambda file: file.name[:40])
def test_a_hostile_text_is_read_like_any_other(file: BadFile, tmp_path):
    assert_right(file, tmp_path, confined=False)


def test_there_are_as_many_hostile_titles_as_promised():
    assert len(PAYLOADS) >= 31
    assert len(HOSTILE_HEADERS) >= 31

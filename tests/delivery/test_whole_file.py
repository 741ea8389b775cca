"""A file that a user named: whole or as it was, and readable by those who may."""

from pathlib import Path

import pytest

from segmenter.delivery.whole_file import FOR_EVERYBODY, OWN_ONLY, whole_file


def test_whoever_writes_and_fails_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    out.write_text("before")
    with pytest.raises(ZeroDivisionError), whole_file(out) as file:
        file.write(b"half of it")
        raise ZeroDivisionError
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("list.csv", "before")]


def test_an_unreadable_source_is_not_called_an_unwritable_target(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="corrupt"), whole_file(tmp_path / "list.csv"):
        raise OSError("corrupt file")  # as pyarrow says it: not the system's answer, so it has no number
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [OWN_ONLY, FOR_EVERYBODY])
def test_a_file_is_read_back_and_then_readable_as_asked(tmp_path: Path, mode: int) -> None:
    with whole_file(tmp_path / "out", mode=mode) as file:
        file.write(b"all of it")
        file.seek(0)
        assert file.read() == b"all of it"
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out").stat().st_mode & 0o777 == mode

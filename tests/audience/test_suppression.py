"""Whatever a list of people looks like, everybody on it is kept out."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from segmenter.audience.suppression import write_suppression
from segmenter.errors import MissingColumn, UnreadableFile


def listed(path: Path | None, folder: Path) -> set[str]:
    count = write_suppression(path, folder / "out.parquet", scratch=folder)
    values = pq.read_table(folder / "out.parquet").column("value").to_pylist()
    assert count == len(values) == len(set(values))
    return set(values)


def write(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_list_is_an_empty_list(tmp_path: Path) -> None:
    assert listed(None, tmp_path) == set()


def test_a_list_with_a_header_keeps_ids_as_text(tmp_path: Path) -> None:
    assert {"00012", "7"} <= listed(write(tmp_path, "customer_id\n00012\n7\n7\n"), tmp_path)


def test_the_first_line_of_a_bare_list_is_a_person_too(tmp_path: Path) -> None:
    assert {"a-1", "a-2", "a-3"} <= listed(write(tmp_path, "a-1\na-2\na-3\n"), tmp_path)


def test_ids_and_addresses_are_both_taken_and_other_columns_left_alone(tmp_path: Path) -> None:
    text = "Customer ID,E-Mail,Reason\nc1,one@example.com,unsubscribed\nc2,two@example.com,complaint\n"
    values = listed(write(tmp_path, text), tmp_path)
    assert {"c1", "c2", "one@example.com", "two@example.com"} <= values
    assert not values & {"unsubscribed", "complaint"}


def test_a_list_of_something_else_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="'customer_id' or 'email'"):
        listed(write(tmp_path, "colour,size\nred,10\nblue,12\n"), tmp_path)


def test_a_picture_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with pytest.raises(UnreadableFile, match=r"list\.csv"):
        listed(path, tmp_path)

"""Whatever a list of people looks like, everybody on it is kept out."""

from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.audience.suppression import write_suppression
from segmenter.errors import MissingColumn, UnreadableFile
from segmenter.tables.people_list import candidates
from tests.tables.workbooks import Rows, saved, xls, xlsx


def listed(path: Path | None, folder: Path) -> set[str]:
    write_suppression(path, folder / "out.parquet", scratch=folder)
    values = pq.read_table(folder / "out.parquet").column("value").to_pylist()
    assert len(values) == len(set(values))
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


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("customer_id,reason\nC00000001,asked\nC00000220,asked, by phone\n", {"C00000001", "C00000220"}),
        (
            "customer_id,email,reason\nC00000001,a@x.de,asked\nC00000220\n",
            {"C00000001", "a@x.de", "C00000220"},
        ),
        (
            'C00000001\nC00000220"\nC00000330\n"C00000440\n',
            {"C00000001", "C00000220", "C00000330", "C00000440"},
        ),
        ('customer_id,reason\nC1,"asked\nby phone"\nC2,"a, b"\n', {"C1", "C2"}),
        ('reason,customer_id\n"asked\nby phone",C1\n', {"C1"}),
        ("C00000001 C00000220\nC3\n", {"C00000001", "C00000220", "C3"}),
        ("customer_id\nC1 C2\nC3;C4\n", {"C1", "C2", "C3", "C4"}),
        ("customer_id\nC1/C2\nID:C3\n#C4\nid=C5\n", {"C1", "C2", "C3", "C4", "C5"}),
        (
            "email\nada＠x.de\n„ben@x.de“\ncal@x.de/deb@x.de\n",
            {"ada@x.de", "ben@x.de", "cal@x.de", "deb@x.de"},
        ),
        ("email\nAnna <anna@x.de>\nmailto:bob@x.de\n<cleo@x.de>;dan@x.de\n", {"anna@x.de", "bob@x.de"}),
        (
            "email\nmailto:bob@x.de?subject=stop\n'eve@x.de'\nfay@x.de.\n",
            {"bob@x.de", "eve@x.de", "fay@x.de"},
        ),
        (f"email\n{'a' * 300}@x.de\n", {f"{'a' * 300}@x.de"}),
        ("customer_id;note\nC1;write to new@x.de\n", {"C1", "new@x.de"}),
        ("Do not contact, as of March\n\nKunden-Nr.;Grund\nC1;bat\n", {"C1"}),
        ("C1,asked\nC2,asked, by phone\n", {"C1", "C2"}),
        ("C1,customer\nC2,prospect\n", {"C1", "C2"}),
        ("anna1,customer\nbob22,customer\n", {"anna1", "bob22"}),
        ("Müller GmbH\nMeier KG\n", {"Müller GmbH", "Meier KG"}),
        ("customer_id\n12.0\n\ufeffC2\u200b\n", {"12", "C2"}),
        ("sep=;\ncustomer_id;reason\nC1;a, b\n", {"C1"}),
        ("customer_id\rC1\rC2\r", {"C1", "C2"}),
        ("customer_id,reason,\nC1,asked,\nC2,asked\n", {"C1", "C2"}),
        ("billing customer number,email\nC1,a@x.de\nC2,\n", {"C1", "a@x.de", "C2"}),
    ],
)
def test_every_row_of_a_list_counts_however_it_is_written(
    tmp_path: Path, text: str, people: set[str]
) -> None:
    assert people <= listed(write(tmp_path, text), tmp_path)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("customer_id\nC1\n1E+05\n", "row 3"),
        ("customer_id,email\nC1,a@x.de\n1.2E+11,b@x.de\n", "row 3"),
        ("customer_id,email,reason\nC1,a@x.de,asked\n,,asked\n", "row 3"),
        ("C1\n---\nC2\n", "row 2"),
        ("customer_id\nC1\nNULL\nn/a\n", "rows 3, 4"),
    ],
)
def test_a_row_that_names_nobody_is_named_and_the_list_refused(tmp_path: Path, text: str, row: str) -> None:
    with pytest.raises(UnreadableFile, match=row) as refused:
        listed(write(tmp_path, text), tmp_path)
    assert "a@x.de" not in str(refused.value), "what stands in a cell is nobody's business"


def test_entries_are_the_rows_that_name_somebody(tmp_path: Path) -> None:
    text = "customer_id,email\nC1,a@x.de\n\n,,\nC2,b@x.de\nC3\n"
    assert write_suppression(write(tmp_path, text), tmp_path / "out.parquet", scratch=tmp_path) == 3


def test_a_header_with_nobody_below_it_is_a_list_of_nobody(tmp_path: Path) -> None:
    assert listed(write(tmp_path, "customer_id\n"), tmp_path) == set()


def test_a_parquet_list_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    table = {"customer_id": ["C1", None], "email": [None, "Anna <anna@x.de>"], "reason": ["asked", "C9"]}
    pq.write_table(pa.table(table), path)
    values = listed(path, tmp_path)
    assert {"C1", "anna@x.de"} <= values
    assert not values & {"asked", "C9"}


def read_as(content: bytes, name: str, folder: Path) -> tuple[set[str], int]:
    path = folder / name
    path.write_bytes(content)
    entries = write_suppression(path, folder / "out.parquet", scratch=folder)
    return set(pq.read_table(folder / "out.parquet").column("value").to_pylist()), entries


def test_every_sheet_of_a_workbook_counts(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "May": [["Unsubscribed in May"], [], ["Customer ID", "Name"], ["00012", "Eve"], [13.0, "C9"]],
        "Bare": [["a@x.de"], [None], ["two@x.de\nthree@x.de"]],
    }
    for name, content in (("list.xlsx", xlsx(sheets)), ("list.xls", xls(sheets))):
        values, entries = read_as(content, name, tmp_path)
        assert {"00012", "13", "a@x.de", "two@x.de", "three@x.de"} <= values
        assert not values & {"Eve", "C9"}
        assert entries == 5  # the title of the first sheet may be somebody's name


def test_a_workbook_in_which_somebody_may_be_overlooked_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["customer_id"], ["C1"], ["=A2"]):
        book.active.append(row)
    people = [["customer_id"], ["C1"]]
    for content, words in (
        (xlsx({"A": people, "B": people}, hidden=["B"]), r"has hidden sheets \(B\)"),
        (saved(book), "formula has no stored result"),
        (
            xlsx({"A": people, "B": [["customer_id", "x"], [None, "who?"]]}),
            "'list.xlsx, sheet B'.*row 2 holds",
        ),
        (xlsx({"A": [["customer_id"], [1_234_567_890_123_456_789]]}), "has lost ids: row 2"),
    ):
        with pytest.raises(UnreadableFile, match=words):
            read_as(content, "list.xlsx", tmp_path)


def test_json_lists_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    lines = b'{"customer": {"id": "00012"}, "why": "C9"}\n\n{"customer": {"email": "a@x.de"}}\n'
    values, entries = read_as(lines, "list.jsonl", tmp_path)
    assert {"00012", "a@x.de"} <= values and "C9" not in values
    assert entries == 2
    for content, words in (
        (lines + b'{"customer": {"id": \n', "row 4 holds"),
        (lines + b'{"emails": ["b@x.de"]}\n', "lists inside its records"),
    ):
        with pytest.raises(UnreadableFile, match=words):
            read_as(content, "list.jsonl", tmp_path)


@settings(derandomize=True, deadline=None, max_examples=10)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 10**6), st.sampled_from(["asked", 'sa"id', "a, b", "", "x;y", "\t", '"q"'])),
        min_size=1,
        max_size=8,
    ),
    sign=st.sampled_from([",", ";", "\t", "|"]),
    header=st.booleans(),
)
def test_nobody_is_lost_whatever_stands_beside_the_id(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str]], sign: str, header: bool
) -> None:
    lines = [f"customer_id{sign}reason"] if header else []
    lines += [f"C{customer:08d}{sign}{reason}" for customer, reason in rows]
    folder = tmp_path_factory.mktemp("list")
    values = listed(write(folder, "\n".join(lines) + "\n"), folder)
    assert {f"C{customer:08d}" for customer, _ in rows} <= values


def test_an_id_written_as_an_amount_is_that_id_too() -> None:
    for text in ("1,234", "1.234", "1 234", "1'234"):
        assert {text, "1234"} <= candidates(text)
    assert "12345" not in candidates("12,345,6")

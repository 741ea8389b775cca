"""JSON: numbers keep their digits, inner records become columns, other lines are set aside."""

import gzip
import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import UnreadableFile
from segmenter.tables.headers import MOST_COLUMNS
from segmenter.tables.text_table import TextTable
from tests.tables.here import cells_of, check, ingest, text_table

ORDERS = [
    {"customer_id": f"C{n % 7}", "at": f"2024-05-{n % 28 + 1:02}", "amount": n + 0.5} for n in range(20)
]


def lines(*records: object) -> bytes:
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records).encode()


def numbers_of(table: TextTable) -> list[int]:
    return [int(number) for numbers, _ in table.batches(()) for number in numbers]


def test_cells_are_what_is_written(tmp_path):
    full = '{"id": "00012", "n": 1.10, "long": 12345678901234567890, "e": 1E5, "b": true, "x": null}'
    other = '{"id": "a\\u00e9", "n": NaN, "b": false}'
    table = text_table("\n".join([full, '{"id": 00012}', other]), tmp_path, "t.jsonl")
    assert table.ragged == (2,)  # a number does not begin with 0
    assert cells_of(table) == [
        {"id": "00012", "n": "1.10", "long": "12345678901234567890", "e": "1E5", "b": "true", "x": None},
        {"id": "aé", "n": None, "long": None, "e": None, "b": "false", "x": None},
    ]


def test_inner_records_become_columns_and_lists_are_left_out(tmp_path):
    records = [
        {"id": 1, "customer": {"id": "C1", "address": {"city": "Köln"}}, "items": [{"sku": "a"}]},
        {"id": 2, "customer": {"id": "C2"}, "note": "late", "items": []},
        {"id": 3, "customer": None, "note": ["a", "list"]},
    ]
    table = text_table(lines(*records), tmp_path, "t.jsonl")
    assert set(table.names) == {"id", "customer", "customer.id", "customer.address.city", "note"}
    rows = cells_of(table)
    assert [row["customer.id"] for row in rows] == ["C1", "C2", None]
    assert rows[0]["customer.address.city"] == "Köln"
    assert [row["note"] for row in rows] == [None, "late", None]
    (finding,) = table.findings
    assert (finding.code, finding.column) == ("nested_column", "items")
    assert "3 in 2 columns" in finding.message


BROKEN = {
    "cut short": '{"customer_id": "C1", "at"',
    "no record": "[1, 2]",
    "a word": '"C1"',
    "a key twice": '{"customer_id": "C1", "customer_id": "C2"}',
    "a cell twice": '{"a.b": 1, "a": {"b": 2}}',
    "half a letter": '{"customer_id": "\\ud83d"}',
    "no end of brackets": "[" * 100_000,
    "two in a line": '{"a": 1} {"a": 2}',
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_line_that_is_no_record_is_set_aside_by_its_number(case, tmp_path):
    content = lines(*ORDERS[:3], "", BROKEN[case], *ORDERS[3:])
    table = text_table(content, tmp_path, "orders.jsonl")
    assert (table.rows, table.ragged, table.rows_seen) == (20, (5,), 21)
    assert numbers_of(table) == [1, 2, 3, *range(6, 23)]
    toml = (
        '[[transactions]]\nfile = "orders.jsonl"\ncustomer_id = "customer_id"\nat = "at"\namount = "amount"\n'
    )
    dataset = ingest(toml, {"orders.jsonl": content}, tmp_path / "out")
    assert (dataset.rows["transactions"], dataset.set_aside["transactions"]) == (20, 1)
    (aside,) = pq.read_table(tmp_path / "out" / "set_aside.parquet").to_pylist()
    assert (aside["file"], aside["row"], aside["reason"]) == ("orders.jsonl", 5, "broken_record")
    (said,) = [finding for finding in dataset.findings if finding.code == "broken_record"]
    assert said.message.startswith("1 row of 'orders.jsonl' holds no record, or one")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["record", "blank", *BROKEN]), min_size=1, max_size=40))
def test_every_line_is_a_row_or_set_aside(kinds):
    kinds = ["record", *kinds, "record", *["record"] * len(kinds)]  # a file of broken lines is no table
    content = lines(*({"record": ORDERS[0], "blank": " "}.get(kind) or BROKEN[kind] for kind in kinds))
    with tempfile.TemporaryDirectory() as folder:
        table = text_table(content, Path(folder), "t.ndjson")
        numbers = numbers_of(table)
    numbered = list(enumerate(kinds, 1))
    assert numbers == [number for number, kind in numbered if kind == "record"]
    assert list(table.ragged) == [number for number, kind in numbered if kind in BROKEN]
    assert table.rows_seen == table.rows + len(table.ragged)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ORDERS),
        json.dumps(ORDERS, indent=2),
        json.dumps({"orders": ORDERS, "page": 1}),
        json.dumps({"meta": {"rows": 20}, "data": ORDERS}, indent="\t"),
        lines(*ORDERS).decode(),
        lines(*ORDERS).decode().replace("\n", "\r\n"),
        "\ufeff" + lines(*ORDERS).decode(),
    ],
)
def test_documents_and_lines_give_the_same_rows(content, tmp_path):
    for name, made in (("o.json", content.encode()), ("o.json.gz", gzip.compress(content.encode()))):
        table = text_table(made, tmp_path, name)
        wanted = [{name: str(value) for name, value in order.items()} for order in ORDERS]
        assert cells_of(table) == wanted
        assert numbers_of(table) == list(range(1, 21))


def test_utf_16_and_other_names_are_read(tmp_path):
    assert text_table(lines(*ORDERS).decode().encode("utf-16"), tmp_path, "o.dat").rows == 20


def test_the_list_that_was_read_out_of_a_document_is_named(tmp_path):
    (finding,) = text_table(json.dumps({"orders": ORDERS, "page": 1}), tmp_path, "o.json").findings
    assert (finding.code, "'orders'" in finding.message) == ("list_in_document", True)


REFUSED = {
    "a list of lists": ("[[1, 2], [3, 4]]", "JSON, but no table"),
    "an empty list": ("[]", "JSON, but no table"),
    "an empty record": ("{}", "JSON, but no table"),
    "nothing but lists": ('{"a": [1, 2]}', "JSON, but no table"),
    "several lists": ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "several lists in it ('a', 'b')"),
    "a document cut short": (json.dumps(ORDERS)[:-20], "cut short or is damaged around line 1"),
    "a document that goes on and on": ("[" * 100_000, "JSON"),
    "columns without end": (
        lines(*({f"c{n}": 1} for n in range(MOST_COLUMNS + 1))),
        "more than 2,000 columns",
    ),
    "two documents": ("[]\n[]", "JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_json_that_is_no_table_is_refused_in_words(case, tmp_path):
    content, words = REFUSED[case]
    with pytest.raises(UnreadableFile) as refused:
        text_table(content, tmp_path, "t.json")
    assert words in str(refused.value)
    assert "'t.json'" in str(refused.value)


def test_a_line_beyond_all_measure_is_set_aside(tmp_path):
    content = lines(ORDERS[0], json.dumps({"customer_id": "x" * (17 << 20)}), ORDERS[1])
    table = text_table(content, tmp_path, "t.jsonl")
    assert (numbers_of(table), table.ragged) == ([1, 3], (2,))


def test_json_lines_are_checked_like_any_table():
    report = check(lines(*ORDERS), name="orders.jsonl")
    assert (report.verdict, report.rows_used) == ("accept", 20)


@pytest.mark.parametrize("name", ["orders.csv", "orders.TSV", "orders.txt"])
def test_json_that_is_named_like_a_table_of_text_is_refused_with_the_remedy(name, tmp_path):
    """It is most often what a system answers that would not give the table out."""
    with pytest.raises(UnreadableFile, match="holds JSON.*name the file .json"):
        text_table('[{"customer_id": "C1", "amount": 5}]', tmp_path, name)

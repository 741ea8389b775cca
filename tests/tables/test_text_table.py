"""Any readable file becomes the same text cells; every row that does not fit is known by its number."""

import gzip
import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmenter.errors import UnreadableFile
from segmenter.tables.text_table import TextTable
from tests.tables.here import cells_of, text_table

PLAIN = "id,name,amount\n00012,Zoë,12.50\n7,José,-3\n"
ROWS = [
    {"id": "00012", "name": "Zoë", "amount": "12.50"},
    {"id": "7", "name": "José", "amount": "-3"},
]


def numbers_of(table: TextTable) -> list[int]:
    return [int(number) for numbers, _ in table.batches(()) for number in numbers]


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


WAYS = {
    "plain": PLAIN.encode(),
    "with a byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16 big endian, no mark": PLAIN.encode("utf-16-be"),
    "UTF-32": PLAIN.encode("utf-32"),
    "Windows-1252": PLAIN.encode("cp1252"),
    "ISO-8859-1": PLAIN.encode("latin-1"),
    "gzip": gzip.compress(PLAIN.encode()),
    "gzip of UTF-16": gzip.compress(PLAIN.encode("utf-16")),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "Windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "old Mac line ends": PLAIN.replace("\n", "\r").encode(),
    "mixed line ends": PLAIN.replace("\n", "\r\n", 1).encode(),
    "no last line end": PLAIN.rstrip().encode(),
    "blank lines": PLAIN.replace("\n", "\n\n").encode(),
    "quoted": '"id","name","amount"\n"00012","Zoë","12.50"\n"7","José","-3"\n'.encode(),
    "Excel's own delimiter line": ("sep=;\r\n" + PLAIN.replace(",", ";")).encode(),
    "lines above the header": ("Sales report\nMarch\n\n" + PLAIN).encode(),
    "rows that end in a delimiter": PLAIN.replace("\n", ",\n").encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_table_is_read_however_it_was_written(way, tmp_path):
    rows = [
        {name: row[name] for name in ("id", "name", "amount")}
        for row in cells_of(text_table(WAYS[way], tmp_path))
    ]
    assert rows == ROWS


def test_an_encoding_that_is_not_declared_is_a_finding(tmp_path):
    assert [f.code for f in text_table(WAYS["Windows-1252"], tmp_path).findings] == ["encoding_guessed"]
    assert not text_table(WAYS["UTF-16"], tmp_path).findings


def test_japanese_and_mixed_encodings_are_recognised(tmp_path):
    japanese = text_table("id,name\n1,さくら\n2,ツバメ\n".encode("shift_jis"), tmp_path)
    assert cells_of(japanese)[0]["name"] == "さくら"
    mixed = text_table("id,name\n1,Zoë\n2,José\n".encode() + b"3,Andr\xe9\n", tmp_path)
    assert [row["name"] for row in cells_of(mixed)] == ["Zoë", "José", "André"]


def test_line_breaks_inside_quotes_belong_to_their_cell(tmp_path):
    table = text_table('id,address,amount\n1,"High Street 5,\nLondon, UK",5\n2,"a ""b""",6\n', tmp_path)
    assert [row["address"] for row in cells_of(table)] == ["High Street 5,\nLondon, UK", 'a "b"']


def test_quotes_escaped_as_databases_do_are_read(tmp_path):
    table = text_table('id,name\n1,"a \\"b\\" c"\n', tmp_path)
    assert cells_of(table)[0]["name"] == 'a "b" c'


def test_rows_with_another_number_of_cells_are_known_by_their_numbers(tmp_path):
    table = text_table("a,b,c\n1,2,3\n1,2\n4,5,6\n7,8,9,9\n7,8,9\n", tmp_path)
    assert table.ragged == (3, 5)
    assert table.rows_seen == 5
    assert numbers_of(table) == [2, 4, 6]


def test_row_numbers_count_what_stands_above_the_header(tmp_path):
    table = text_table("Report\na,b,c\n1,2,3\n", tmp_path)
    assert numbers_of(table) == [3]


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_every_row_is_either_stored_or_ragged_and_keeps_its_number(tmp_path, fits):
    if sum(fits) < len(fits) / 2 + 1:
        return  # a file that is mostly ragged is refused as a whole
    lines = ["1,2,3" if fit else "1,2" for fit in fits]
    table = text_table("a,b,c\n" + "\n".join(lines) + "\n", tmp_path)
    assert numbers_of(table) == [place for place, fit in enumerate(fits, 2) if fit]
    assert list(table.ragged) == [place for place, fit in enumerate(fits, 2) if not fit]


def test_only_the_first_rows_are_kept_when_asked_but_all_are_counted(tmp_path):
    table = text_table("a,b\n" + "1,2\n" * 100, tmp_path, keep=10)
    assert (table.rows, table.rows_seen) == (10, 100)


def test_parquet_of_every_type_becomes_text_that_reads_back(tmp_path):
    table = pa.table(
        {
            "text": ["00012", None],
            "whole": pa.array([9007199254740993, None], pa.int64()),
            "float": [72000.0, float("nan")],
            "flag": [True, None],
            "day": [date(2024, 3, 31), None],
            "at": pa.array([datetime(2024, 3, 31, 14, 5), None], pa.timestamp("ms")),
            "zoned": pa.array([datetime(2024, 3, 31, 12), None], pa.timestamp("us", "Europe/Berlin")),
            "exact": [Decimal("12.50"), None],
            "word": pa.array(["x", None]).dictionary_encode(),
        }
    )
    read = cells_of(text_table(parquet(table), tmp_path, "file.parquet"))
    assert read[0] == {
        "text": "00012",
        "whole": "9007199254740993",
        "float": "72000",
        "flag": "true",
        "day": "2024-03-31",
        "at": "2024-03-31 14:05:00.000000",
        "zoned": "2024-03-31 14:00:00.000000",  # the clock on the wall in Berlin
        "exact": "12.50",
        "word": "x",
    }
    assert set(read[1].values()) == {None}


def test_long_ids_stored_as_floats_keep_their_digits(tmp_path):
    """As whole numbers are stored once one is missing; from 2**53 on, digits are lost and that shows."""
    floats = [12_345_678_901.0, None, -10_000_000_000.0, 2.0**53 - 1, 2.0**53, 12_345_678_901.5, 7.0]
    read = cells_of(text_table(parquet(pa.table({"id": floats})), tmp_path, "file.parquet"))
    texts = ["12345678901", None, "-10000000000", "9007199254740991", "9.007199254740992e+15"]
    assert [row["id"] for row in read] == [*texts, "1.23456789015e+10", "7"]


def test_a_parquet_file_is_known_by_its_bytes_not_its_name(tmp_path):
    assert cells_of(text_table(parquet(pa.table({"a": [1]})), tmp_path, "file.csv")) == [{"a": "1"}]


def test_columns_of_lists_are_left_out_and_told(tmp_path):
    table = text_table(parquet(pa.table({"a": [1], "tags": [["x", "y"]]})), tmp_path, "file.parquet")
    assert table.names == ("a",)
    assert [finding.code for finding in table.findings] == ["nested_column"]


GOOD_PARQUET = parquet(pa.table({"a": list(range(1000))}))
REFUSED = {
    "empty": (b"", "holds no bytes"),
    "only blank lines": (b"\n\n \n", "only blank lines"),
    "header only": (b"a,b,c\n", "header but no rows"),
    "header only, no line end": (b"a,b,c", "header but no rows"),
    "NUL bytes": (b"a,b\n1,\x00\x00\n2,3\n4,5\n", "NUL bytes"),
    "NUL bytes late": (b"a,b\n" + b"1,2\n" * 300_000 + b"3,\x00\n", "NUL bytes"),
    "ragged": (b"a,b,c\n1\n1,2\n1,2,3,4\n1,2,3,4,5\n1,2,3,4,5,6\n", "different numbers of cells"),
    "unclosed quote": (b'a,b,c,d\n1,"2,3,4\n5,6,7,8\n5,6,7,8\n', "around row 2"),
    "late unclosed quote": (
        b"a,b,c,d\n" + b"1,2,3,4\n" * 50 + b'1,"2,3,4\n' + b"5,6,7,8\n" * 9,
        "around row 52",
    ),
    "too many columns": (",".join(f"c{n}" for n in range(5000)).encode() + b"\n1\n", "5,000 columns"),
    "longer header than rows": (b"a,b,c,d\n1,2\n3,4\n", "names 4 columns"),
    "JSON": (b"[[1, 2], [3, 4]]", "but holds JSON"),
    "web page": (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
    "XML": (b'<?xml version="1.0"?><a/>', "web page or XML"),
    "Excel, cut short": (b"PK\x03\x04" + bytes(60), "workbook or an archive that was cut short"),
    "old Excel, cut short": (b"\xd0\xcf\x11\xe0" + bytes(60), "could not be read as a workbook"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(60), "picture"),
    "program": (b"MZ\x90\x00" + bytes(60), "program"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "gzip cut short": (gzip.compress(PLAIN.encode() * 50)[:-20], "damaged gzip"),
    "gzip of nothing": (gzip.compress(b""), "no bytes"),
    "gzip of Excel": (gzip.compress(b"PK\x03\x04" + bytes(60)), "packed workbook"),
    "gzip bomb": (gzip.compress(bytes(210 << 20), 9), "200 times its size"),
    "Parquet cut short": (GOOD_PARQUET[:-40], "cut short"),
    "Parquet damaged": (b"PAR1" + b"\xff" * 300 + b"PAR1", "damaged Parquet"),
    "Parquet of lists": (parquet(pa.table({"a": [[1]]})), "no column of text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_in_words(case, tmp_path):
    content, words = REFUSED[case]
    with pytest.raises(UnreadableFile, match=words) as refusal:
        text_table(content, tmp_path)
    assert "'file.csv'" in str(refusal.value)


def test_a_text_file_that_calls_itself_parquet_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="named Parquet"):
        text_table(PLAIN, tmp_path, "file.parquet")


def test_a_parquet_bomb_is_refused_before_it_unpacks(tmp_path):
    # Each cell is the same megabyte: 2 GB of text from a file of a few kilobytes.
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array(["x" * (1 << 20)]))
    with pytest.raises(UnreadableFile, match="200 times its size"):
        text_table(parquet(pa.table({"a": words})), tmp_path, "file.parquet")


HEADERS = {
    "repeated": ("a,a,b\n1,2,3\n", ("a", "a (2)", "b"), ["repeated_header"]),
    "two repeated": (
        "a,b,a,b,a\n1,2,3,4,5\n",
        ("a", "b", "a (2)", "b (2)", "a (3)"),
        ["repeated_header", "repeated_header"],
    ),
    "twins": ("Total,total\n1,2\n", ("Total", "total"), ["similar_headers"]),
    "blank": ("a,,b\n1,2,3\n", ("a", "column 2", "b"), ["blank_header"]),
    "missing": ("1,2024-01-01\n2,2024-01-02\n", ("column 1", "column 2"), ["no_header"]),
    "all text": ("name,city\nAnna,Rome\n", ("name", "city"), []),
    "years as titles": ("customer,2023,2024\nA,5,6\n", ("customer", "2023", "2024"), []),
    "broken over lines": ('"first\nname",b\nx,1\n', ("first name", "b"), []),
    "unseen signs": ("a\u200bb,\ufeffc\x1b[31m\n1,2\n", ("a b", "c [31m"), []),
    "row names without a title": ('"a","b"\n"r1",1,2\n"r2",3,4\n', ("column 1", "a", "b"), []),
    "ends in a delimiter": ("a,b,\n1,2\n3,4\n", ("a", "b"), []),
    "hostile": ('"x""; DROP TABLE t; --",__proto__\n1,2\n', ('x"; DROP TABLE t; --', "__proto__"), []),
}


@pytest.mark.parametrize("case", HEADERS)
def test_every_column_gets_one_clean_name(case, tmp_path):
    content, names, codes = HEADERS[case]
    table = text_table(content, tmp_path)
    assert table.names == names
    assert [finding.code for finding in table.findings] == codes

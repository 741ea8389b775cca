"""Workbooks: every cell as the value it shows, every row under its number, and nothing that does harm."""

import io
import json
import random
import struct
import tempfile
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import MappingError, UnreadableFile
from segmenter.tables.cells import tidy
from segmenter.tables.guessing import guess_mapping
from segmenter.tables.ingestion import check_file
from segmenter.tables.inspection import inspect_task
from segmenter.tables.reading import InspectArguments, SourceFile, find_source
from segmenter.tables.sandbox import to_json
from segmenter.tables.text_table import TextTable, read_text_table
from segmenter.tables.workbook_rows import text_of
from tests.tables.here import cells_of, check, ingest, preview, text_table
from tests.tables.workbooks import saved, with_parts, xls, xlsx, xlsx_of

HEADER = ["customer_id", "at", "amount"]
ORDERS = [HEADER, ["00012", date(2024, 3, 31), 12.5], ["7", date(2024, 4, 1), 8.0]]
MAPPING = 'customer_id = "customer_id"\nat = "at"\namount = "amount"\n'

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
drawn_tables = st.lists(st.tuples(words, words, words), min_size=1, max_size=8)


def numbers_of(table: TextTable) -> list[int]:
    return [int(number) for numbers, _ in table.batches(()) for number in numbers]


def inspect(content: bytes, folder: Path, name: str = "book.xlsx") -> tuple[SourceFile, ...]:
    path = folder / name
    path.write_bytes(content)
    return inspect_task(to_json(InspectArguments(path=path, file=name)), folder, lambda *news: None)


def refusal(content: bytes, folder: Path, name: str = "book.xlsx") -> str:
    with pytest.raises(UnreadableFile) as refused:
        text_table(content, folder, name)
    assert f"'{name}" in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00012", "00012"),
        (12, "12"),
        (12.0, "12"),
        (0.1, "0.1"),
        (-3.0, "-3"),
        (1.5e-7, "1.5e-07"),
        (999_999_999_999_999.0, "999999999999999"),
        (9_007_199_254_740_991.0, "9007199254740991"),
        (float(2**53), "9.0071992547409920e+15"),  # as a spreadsheet shows it: no id any more
        (1e22, "1.0000000000000000e+22"),
        (float("nan"), ""),
        (float("inf"), ""),
        (True, "true"),
        (False, "false"),
        (date(2024, 3, 31), "2024-03-31"),
        (datetime(2024, 3, 31, 14, 5), "2024-03-31 14:05:00"),
        (time(14, 5), "14:05:00"),
        (timedelta(hours=26, minutes=5), "26:05:00"),
        ("", ""),
    ],
)
def test_a_value_becomes_the_text_that_reads_back_as_it(value, text):
    assert text_of(value) == text


@settings(max_examples=15, deadline=None)
@given(drawn_tables)
def test_the_same_table_gives_the_same_cells_in_every_format(rows):
    """A table of texts as CSV, Parquet, XLSX, XLS and JSON lines."""
    names = ["id", "name", "note"]
    rows = [(f"0{place}", *row[1:]) for place, row in enumerate(rows)]  # an id each, so that no row is blank
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    parquet = io.BytesIO()
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), parquet)
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [names, *rows]]
    files = {
        "t.csv": "\n".join(quoted).encode(),
        "t.parquet": parquet.getvalue(),
        "t.xlsx": xlsx({"Sheet1": [names, *rows]}),
        "t.xls": xls({"Sheet1": [names, *rows]}),
        "t.jsonl": "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode(),
    }
    wanted = [tidy(column).to_pylist() for column in columns]
    for name, content in files.items():
        with tempfile.TemporaryDirectory() as folder:
            table = text_table(content, Path(folder), name)
            read = [tidy(cells[name]) for _, cells in table.batches(table.names) for name in table.names]
        assert (name, [cells.to_pylist() for cells in read]) == (name, wanted)


def test_typed_cells_come_to_the_same_in_both_kinds_of_excel(tmp_path):
    rows = [
        ["id", "when", "paid", "yes"],
        ["a", datetime(2024, 3, 31, 14, 5), 0.1 + 0.2, True],
        [7, None, 12.0],
    ]
    new = cells_of(text_table(xlsx({"A": rows}), tmp_path, "t.xlsx"))
    old = cells_of(text_table(xls({"A": rows}), tmp_path, "t.xls"))
    assert new[0]["when"] == old[0]["when"] == "2024-03-31 14:05:00"
    assert (new[1]["id"], new[1]["paid"], new[1]["yes"]) == (old[1]["id"], old[1]["paid"], old[1]["yes"])
    assert float(str(new[0]["paid"])) == pytest.approx(float(str(old[0]["paid"])), rel=1e-15)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_rows_keep_the_numbers_that_the_spreadsheet_shows(is_blank):
    rows = [[None] if blank else [f"C{place}", 1.5] for place, blank in enumerate(is_blank)]
    content = xlsx({"A": [["customer_id", "amount"], *rows, ["C_last", 2]]})
    with tempfile.TemporaryDirectory() as folder:
        table = text_table(content, Path(folder), "t.xlsx")
        read = dict(zip((row["customer_id"] for row in cells_of(table)), numbers_of(table), strict=True))
    wanted = {f"C{place}": place + 2 for place, blank in enumerate(is_blank) if not blank}
    assert read == wanted | {"C_last": len(rows) + 2}


def test_titles_above_blank_columns_beside_and_a_total_below_are_told(tmp_path):
    rows = [["Orders of May", None, None, "made on 1 June"], [], [None, *HEADER]]
    rows += [[None, f"C{place:04}", date(2024, 5, 1 + place), 5.5] for place in range(9)]
    content = xlsx({"A": [*rows, [None, "Total", None, 49.5]]})
    table = text_table(content, tmp_path, "may.xlsx")
    assert table.names == tuple(HEADER)
    assert numbers_of(table)[:2] == [4, 5]
    report = check(content, name="may.xlsx")
    assert (report.rows_in, report.rows_used, report.verdict) == (10, 9, "accept_with_warnings")
    found = {finding.code: finding for finding in report.findings}
    assert found["total_row"].first_row == 13
    assert "(row 3)" in found["lines_above_header"].message


def test_a_title_of_two_cells_above_three_columns_is_no_header(tmp_path):
    rows = [["Report", "May"], *ORDERS]
    assert text_table(xlsx({"A": rows}), tmp_path, "t.xlsx").names == tuple(HEADER)


def test_a_column_that_is_filled_late_is_kept(tmp_path):
    rows = [[*HEADER, None, None]] + [["C1", date(2024, 5, 1), 5.5]] * 1_200
    table = text_table(xlsx({"A": [*rows, ["C1", date(2024, 5, 1), 5.5, None, "late"]]}), tmp_path, "t.xlsx")
    assert table.names == (*HEADER, "column 4")
    assert cells_of(table)[-1]["column 4"] == "late"


def test_long_numbers_are_refused_as_ids_and_named():
    rows = [HEADER] + [[1_234_567_890_123_456_789 + place, date(2024, 5, 1), 5.5] for place in range(3)]
    report = check(xlsx({"A": rows}), name="t.xlsx")
    assert (report.verdict, report.rows_used) == ("reject", 0)
    assert "unreadable_id" in {finding.code for finding in report.findings}


def test_numbers_of_sixteen_digits_are_said_to_be_doubtful():
    rows = [HEADER] + [[float(1_234_567_890_123_450 + place), date(2024, 5, 1), 5.5] for place in range(3)]
    report = check(xlsx({"A": rows}), name="t.xlsx")
    assert report.rows_used == 3
    assert "ids_from_floats" in {finding.code for finding in report.findings}


def test_formulas_without_results_errors_and_merged_cells_are_said(tmp_path):
    book = openpyxl.Workbook()
    for row in ORDERS:
        book.active.append(row)
    book.active.append(["C3", date(2024, 4, 2), "=1+1"])
    book.active.append(["C4", date(2024, 4, 2), "#N/A"])
    book.active["A7"] = "C5"
    book.active.merge_cells("A7:A8")
    table = text_table(saved(book), tmp_path, "t.xlsx")
    codes = {finding.code: finding.message for finding in table.findings}
    assert set(codes) == {"formula_without_value", "error_cells", "merged_cells"}
    assert "row 7" in codes["merged_cells"]
    assert [row["amount"] for row in cells_of(table)] == ["12.5", "8", "", "", ""]


def test_the_result_that_is_stored_with_a_formula_is_read(tmp_path):
    texts = ("customer_id", "n")
    header = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    row = '<c t="str"><f>"C"&amp;1</f><v>C1</v></c><c><f>1+1</f><v>2</v></c>'
    table = text_table(xlsx_of(f"<row>{header}</row><row>{row}</row>"), tmp_path, "t.xlsx")
    assert cells_of(table) == [{"customer_id": "C1", "n": "2"}]
    assert not table.findings


def test_names_of_files_are_not_believed(tmp_path):
    """A workbook named .csv is a workbook, an old one named .xlsx an old one; text named .xlsx is text."""
    for name, content in (
        ("a.csv", xlsx({"A": ORDERS})),
        ("a.xls", xlsx({"A": ORDERS})),
        ("a.xlsx", xls({"A": ORDERS})),
    ):
        assert text_table(content, tmp_path, name).rows == 2
    csv = b"customer_id,at,amount\n00012,2024-03-31,12.5\n"
    assert cells_of(text_table(csv, tmp_path, "orders.xlsx"))[0]["customer_id"] == "00012"


# Sheets

MAY_AND_JUNE = {"May": ORDERS, "June": [HEADER, ["9", date(2024, 6, 1), 3.25]]}


def test_every_sheet_with_something_in_it_is_a_source_of_its_own(tmp_path):
    notes = {"Notes": [["Please read"], ["carefully"]], "Empty": [], "Costs": [["x", "y"], [1, 2]]}
    files = inspect(xlsx({**MAY_AND_JUNE, **notes}, hidden=["Costs"]), tmp_path)
    assert [file.title for file in files] == [f"book.xlsx, sheet {name}" for name in ("May", "June", "Notes")]
    assert "Costs" in next(f.message for f in files[0].findings if f.code == "hidden_sheets")
    mapping = guess_mapping(files)
    assert [part.source for part in mapping.tables["transactions"]] == [
        ("book.xlsx", "May"),
        ("book.xlsx", "June"),
    ]
    assert list(mapping.tables) == ["transactions"]


def test_the_only_sheet_needs_no_name(tmp_path):
    """So that next month's workbook, whose sheet has another name, is read by the same mapping."""
    (file,) = inspect(xlsx({"Sheet1": ORDERS, "Sheet2": []}), tmp_path)
    assert file.source == ("book.xlsx", None)
    assert find_source([file], ("book.xlsx", "Sheet1")) is file


def test_a_source_is_found_by_file_and_sheet(tmp_path):
    files = inspect(xlsx(MAY_AND_JUNE), tmp_path)
    assert find_source(files, ("book.xlsx", "June")) is files[1]
    assert find_source(files, ("book.xlsx", None)) is files[0]
    assert find_source(files, ("book.xlsx", "July")) is None
    assert find_source(files, ("other.xlsx", None)) is None


def test_sheets_of_one_workbook_feed_one_table_and_are_named(tmp_path):
    parts = "".join(
        f'[[transactions]]\nfile = "book.xlsx"\nsheet = "{name}"\n{MAPPING}' for name in MAY_AND_JUNE
    )
    rows = {name: [*sheet, ["C", "no date", 1]] for name, sheet in MAY_AND_JUNE.items()}
    dataset = ingest(parts, {"book.xlsx": xlsx({**rows, "Notes": [["n"], ["x"]]})}, tmp_path / "out")
    assert (dataset.rows["transactions"], dataset.set_aside["transactions"]) == (3, 2)
    aside = pq.read_table(tmp_path / "out" / "set_aside.parquet").to_pylist()
    assert [(row["file"], row["row"]) for row in aside] == [
        ("book.xlsx, sheet May", 4),
        ("book.xlsx, sheet June", 3),
    ]
    said = {
        code: [f.message for f in dataset.findings if f.code == code]
        for code in ("other_sheets", "not_a_date")
    }
    (others,) = said["other_sheets"]
    assert "Notes" in others and "June" not in others
    assert [message.split("'")[1] for message in said["not_a_date"]] == [row["file"] for row in aside]


def test_a_check_reads_the_first_sheet_that_fits_and_names_the_others():
    report = check(xlsx({"Notes": [["a", "b"], ["c", "d"]], **MAY_AND_JUNE}), name="book.xlsx")
    assert (report.rows_in, report.rows_used, report.verdict) == (2, 2, "accept_with_warnings")
    (finding,) = [finding for finding in report.findings if finding.code == "other_sheets"]
    assert "Notes, June" in finding.message


def test_a_check_of_sheets_that_do_not_fit_says_what_the_first_lacks():
    report = check(
        xlsx({"Notes": [["a", "b"], ["c", "d"]], "More": [["e", "f"], ["g", "h"]]}), name="book.xlsx"
    )
    assert report.verdict == "reject"
    assert "'book.xlsx, sheet Notes' has no column" in report.summary()


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("Mai", "has no sheet 'Mai'. Did you mean 'May'?"),
        ("Profits", "It has: May, June."),
        ("Empty", "Sheet 'Empty' of 'book.xlsx' is empty"),
    ],
)
def test_a_sheet_that_is_not_there_is_an_error_of_the_mapping(sheet, words, tmp_path):
    toml = f'[[transactions]]\nfile = "book.xlsx"\nsheet = "{sheet}"\n{MAPPING}'
    with pytest.raises(MappingError) as refused:
        preview(toml, {"book.xlsx": xlsx({**MAY_AND_JUNE, "Empty": []})})
    assert words in str(refused.value)


def test_a_sheet_that_is_meant_twice_is_an_error_of_the_mapping():
    """Once as the first sheet and once by its name: its rows would be counted twice."""
    toml = "".join(f'[[transactions]]\nfile = "b.xlsx"\n{line}{MAPPING}' for line in ("", 'sheet = "May"\n'))
    with pytest.raises(MappingError, match="once with sheet 'May' and once without"):
        preview(toml, {"b.xlsx": xlsx(MAY_AND_JUNE)})


def test_a_sheet_of_a_csv_file_is_an_error_of_the_mapping():
    toml = f'[[transactions]]\nfile = "a.csv"\nsheet = "May"\n{MAPPING}'
    with pytest.raises(MappingError, match="which is no workbook"):
        preview(toml, {"a.csv": "customer_id,at,amount\nC1,2024-05-01,3\n"})


def test_a_hidden_sheet_is_read_where_the_mapping_names_it(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx(MAY_AND_JUNE, hidden=["June"]))
    table = read_text_table(path, path.name, tmp_path, sheet="June", told=lambda rows, share: None)
    assert cells_of(table)[0]["customer_id"] == "9"


def test_a_workbook_of_nothing_but_hidden_sheets_is_refused(tmp_path):
    content = with_parts(xlsx({"A": ORDERS, "B": []}, hidden=["A"]), {})
    assert "hidden" in refusal(content, tmp_path)


def test_a_sheet_of_libreoffice_is_read_with_its_row_numbers(tmp_path):
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>'
        for title in HEADER
    )
    cells = (
        '<table:table-cell office:value-type="string"><text:p>00012</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2024-03-31"/>'
        '<table:table-cell office:value-type="float" office:value="12.5"/>'
    )
    blank = '<table:table-row table:number-rows-repeated="{n}"><table:table-cell/></table:table-row>'
    rows = f"<table:table-row>{texts}</table:table-row>{blank.format(n=2)}"
    rows += f"<table:table-row>{cells}</table:table-row>{blank.format(n=1_048_572)}"
    content = f"<office:spreadsheet><table:table table:name='A'>{rows}</table:table></office:spreadsheet>"
    content = (
        f"<office:document-content {spaces}><office:body>{content}</office:body></office:document-content>"
    )
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
    table = text_table(archive_of({**parts, "META-INF/manifest.xml": b"<a/>"}), tmp_path, "book.ods")
    assert cells_of(table) == [{"customer_id": "00012", "at": "2024-03-31", "amount": "12.5"}]
    assert numbers_of(table) == [4]


# What does harm, or is no workbook

CELL = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/hostname">]>'
TEXT = '<row r="1"><c r="A1" t="inlineStr"><is><t>a&c;b</t></is></c></row>'


def archive_of(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def lying(archive: bytes, part: str, size: int) -> bytes:
    """The archive with another unpacked size stated for one of its parts, in its directory and before it."""
    changed = bytearray(archive)
    for signature, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = changed.find(signature)
        while at >= 0:
            if changed[at + name_at : at + name_at + len(part)] == part.encode():
                changed[at + size_at : at + size_at + 4] = struct.pack("<I", size)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def with_password(content: bytes) -> bytes:
    """An old workbook whose directory names what Excel stores under a password in place of the book."""
    name = "Workbook".encode("utf-16-le")
    locked = "EncryptedPackage".encode("utf-16-le")
    at = content.index(name)
    return content[:at] + locked + content[at + len(locked) :]


def with_old_password(content: bytes) -> bytes:
    """An old workbook whose second record says that the rest is encrypted."""
    at = content.index(b"\x09\x08\x10\x00\x00\x06") + 4 + 16
    return content[:at] + b"\x2f\x00" + content[at + 2 :]


HARMFUL = {
    "a cell at the far end": (xlsx_of(CELL + FAR), "reaches to row 1,048,576 and column 16,384"),
    "a cell far away, quoted in another way": (xlsx_of(CELL + FAR.replace('"', "'")), "reaches to row"),
    "cells beyond the end": (xlsx_of(CELL + FAR.replace("XFD1048576", "ZZZZZZ4294967295")), "reaches to row"),
    "entities that multiply": (xlsx_of(TEXT, before=LAUGHS), "damaged workbook"),
    "an entity from outside": (xlsx_of(TEXT, before=OUTSIDE), "damaged workbook"),
    "XML that ends early": (xlsx_of('<row r="1"><c r="A1"><v>1</v>'), "could not be read as a workbook"),
    "a text that is not there": (
        xlsx_of('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        "could not be read",
    ),
    "row nought": (xlsx_of('<row r="0"><c r="A0"><v>1</v></c></row>'), "could not be read"),
    "a bomb": (xlsx_of(CELL, parts={"xl/bomb.bin": bytes(230 << 20)}), "unpacks to 2"),
    "a size that is no true one": (lying(xlsx_of(CELL), "xl/worksheets/sheet1.xml", 20), "damaged workbook"),
    "texts larger than they say": (
        lying(
            xlsx_of(CELL, parts={"xl/sharedStrings.xml": b"<sst>" + bytes(9_999)}), "xl/sharedStrings.xml", 20
        ),
        "damaged workbook",
    ),
    "texts without end": (
        xlsx_of(CELL, parts={"xl/sharedStrings.xml": b'<sst count="1" uniqueCount="4000000000"></sst>'}),
        "damaged workbook",
    ),
    "no sheets": (with_parts(xlsx({"A": ORDERS}), {"xl/workbook.xml": b"<workbook/>"}), "nothing in it"),
    "nothing in it": (xlsx({"A": []}), "nothing in it"),
    "a header alone": (xlsx({"A": [HEADER]}), "a header but no rows"),
    "cut short": (xlsx({"A": ORDERS})[:3000], "cut short or damaged"),
    "an old one, cut short": (xls({"A": ORDERS})[:3000], "could not be read as a workbook"),
    "a password": (with_password(xls({"A": ORDERS})), "protected with a password"),
    "an old password": (with_old_password(xls({"A": ORDERS})), "protected with a password"),
    "a zip of files": (archive_of({"orders.csv": b"a,b\n1,2\n"}), "zip archive. Unpack it"),
    "a Word document": (archive_of({"word/document.xml": b"<a/>"}), "is a Word document"),
    "Apple Numbers": (archive_of({"Index/Document.iwa": b"x"}), "Apple Numbers"),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", "web page or XML inside"),
    "XML of an old Excel": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><a/>',
        "XML inside",
    ),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_what_does_harm_is_refused_in_words(case, tmp_path):
    content, words = HARMFUL[case]
    assert words in refusal(content, tmp_path, "book.xls")


def test_names_inside_the_archive_lead_nowhere(tmp_path):
    """Parts are never unpacked to disk; but who names one so means harm."""
    folder = tmp_path / "inside"
    folder.mkdir()
    for part in ("../../escaped.txt", "/tmp/escaped.txt", "xl/..\\..\\escaped.txt", "C:\\escaped.txt"):
        content = xlsx_of(CELL, parts={part: b"x"})
        with pytest.raises(UnreadableFile, match="leads out of the workbook"):
            text_table(content, folder, "book.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


def test_formats_without_cells_do_not_reach_anywhere(tmp_path):
    """Whole columns in colour, down to the last row, are a table like any other."""
    content = xlsx_of(CELL + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert text_table(content, tmp_path, "book.xlsx").rows == 1


def test_a_parser_that_dies_takes_nothing_with_it(tmp_path):
    """Cells in the last corner that an old workbook can name: laid out, they are a hundred gigabytes."""
    content = bytearray(xls({"A": [[1 / 3, 2 / 3]]}))
    last = content.rindex(struct.pack("<HH", 0x0203, 14)) + 4  # the record of a number: row, column ...
    content[last : last + 4] = struct.pack("<HH", 65_535, 65_535)
    path = tmp_path / "book.xls"
    path.write_bytes(content)
    report = check_file(path, scratch=tmp_path)
    assert (report.verdict, report.findings[0].file) == ("reject", "book.xls")
    assert "damaged, or needs more memory" in report.summary()


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_is_said_in_words(seed, tmp_path):
    """Bytes of the sheet's XML or of an old workbook overwritten: words or a table, never a crash."""
    rng = random.Random(seed)
    if seed % 2:
        content = bytearray(xls({"A": ORDERS * 20}))
        places = range(512, len(content))
    else:
        sheet = bytearray(
            zipfile.ZipFile(io.BytesIO(xlsx({"A": ORDERS * 20}))).read("xl/worksheets/sheet1.xml")
        )
        content, places = sheet, range(len(sheet))
    for place in rng.sample(places, max(1, len(content) // 2000 * (seed + 1))):
        content[place] = rng.randrange(256)
    made = (
        bytes(content)
        if seed % 2
        else with_parts(xlsx({"A": ORDERS}), {"xl/worksheets/sheet1.xml": bytes(content)})
    )
    try:
        table = text_table(made, tmp_path, "book.xlsx")
    except UnreadableFile as refused:
        assert "'book.xlsx" in str(refused)
    else:
        assert table.rows_seen == table.rows + len(table.ragged)

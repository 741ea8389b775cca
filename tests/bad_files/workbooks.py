"""Workbooks and JSON: with more than a table in them, cut short, swollen, or with what must not be run."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import openpyxl

from tests.bad_files.entry import CANARY, ROWS, SALES, accepted, rejected, sales, warned
from tests.tables.workbooks import saved, with_parts, xls, xlsx, xlsx_of

LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE a [<!ENTITY e0 "lol">{LAUGHS}]>'
FROM_OUTSIDE = '<!DOCTYPE a [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>'
TEXT = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
NEAR_AND_FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


def rows() -> list[list[Any]]:
    """The sales with dates and numbers of a spreadsheet's own."""
    made = [
        [SALES["customer_id"](n), date.fromisoformat(SALES["date"](n)), float(SALES["amount"](n))]
        for n in range(ROWS)
    ]
    return [["customer_id", "date", "amount"], *made]


def records() -> list[dict[str, Any]]:
    return [{name: make(n) for name, make in SALES.items()} for n in range(ROWS)]


def lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def with_formulas() -> bytes:
    """Amounts that no program has worked out yet."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"Sales": rows()})))
    for row in range(2, 6):
        book["Sales"].cell(row, 3, "=1+1")
    return saved(book)


def with_merged_cells() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"Sales": rows()})))
    book["Sales"].merge_cells("A5:A7")
    return saved(book)


def with_errors() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"Sales": rows()})))
    book["Sales"].cell(9, 3, "#N/A").data_type = "e"
    return saved(book)


def slipping() -> bytes:
    """A zip that would write outside its folder, were it unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../owned.csv", sales())
    return out.getvalue()


def zip_of_csv() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("sales.csv", sales())
    return out.getvalue()


def bomb() -> bytes:
    return with_parts(xlsx({"Sales": rows()}), {"xl/media/image1.bin": bytes(230 << 20)})


WORKBOOKS = [
    accepted("sales.xlsx", lambda: xlsx({"Sales": rows()})),
    accepted("old.xls", lambda: xls({"Sales": rows()})),
    accepted("xlsx_named.csv", lambda: xlsx({"Sales": rows()})),
    accepted("lines.jsonl", lambda: lines(records())),
    accepted("list.json", lambda: json.dumps(records())),
    warned("two_sheets.xlsx", lambda: xlsx({"Sales": rows(), "Notes": [["a", "b"], [1, 2]]}), "other_sheets"),
    warned(
        "title_above.xlsx", lambda: xlsx({"Sales": [["Sales of May"], [], *rows()]}), "lines_above_header"
    ),
    warned("formulas.xlsx", with_formulas, "formula_without_value", "missing", column="amount", row=2),
    warned("merged.xlsx", with_merged_cells, "missing", column="customer_id", row=6),
    warned("errors.xlsx", with_errors, "error_cells", "missing", column="amount", row=9),
    warned(
        "broken_line.jsonl", lambda: lines(records()) + '{"customer_id": "x', "broken_record", row=61, rows=61
    ),
    rejected(
        "names_that_lead_out.xlsx",
        lambda: with_parts(xlsx({"A": rows()}), {"../../owned.xml": b"<a/>"}),
        "unreadable_file",
    ),
    rejected(
        "other_sheets_only.xlsx",
        lambda: xlsx({"A": [["x", "y"], [1, 2]], "B": [["z"], [3]]}),
        "missing_column",
        "other_sheets",
    ),
    rejected("header_only.xlsx", lambda: xlsx({"Sales": rows()[:1]})),
    rejected("empty.xlsx", lambda: xlsx({"Sales": []})),
    rejected("cut.xlsx", lambda: xlsx({"Sales": rows()})[:-400]),
    rejected("first_half.xlsx", lambda: xlsx({"Sales": rows()})[:3_000]),
    rejected("cut.xls", lambda: xls({"Sales": rows()})[:3_000]),
    rejected("page_named.xlsx", lambda: "<html><table><tr><td>1</td></tr></table></html>"),
    rejected("far_cell.xlsx", lambda: xlsx_of(NEAR_AND_FAR)),
    rejected("billion_laughs.xlsx", lambda: xlsx_of(TEXT, before=BILLION_LAUGHS)),
    rejected("entity_from_outside.xlsx", lambda: xlsx_of(TEXT, before=FROM_OUTSIDE)),
    rejected("bomb.xlsx", bomb),
    rejected("slip.zip", slipping),
    rejected("sales.zip", zip_of_csv),
    rejected("word.xlsx", lambda: with_parts(zip_of_csv(), {"word/document.xml": b"<a/>"})),
    rejected("cut.json", lambda: json.dumps(records())[:-300]),
    rejected(
        "one_record.json", lambda: json.dumps({"error": {"code": 401, "message": CANARY}}), "missing_column"
    ),
    rejected("nested_deeply.json", lambda: "[" * 100_000 + "]" * 100_000),
]

"""Workbooks as bytes, made in the tests: as a spreadsheet program writes them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets; text is text, whatever it looks like."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                if value is not None:
                    cell = sheet.cell(number, place, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """The same in the format that Excel wrote before 2007."""
    book = xlwt.Workbook()
    formats = {
        date: xlwt.easyxf(num_format_str="yyyy-mm-dd"),
        datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"),
    }
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value, formats.get(type(value), xlwt.Style.default_style))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx_of(rows: str, *, before: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook whose one sheet has this XML between its sheetData tags; `parts` replace or add others."""
    sheet = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    )
    return with_parts(
        xlsx({"Sheet1": [["x"]]}), {"xl/worksheets/sheet1.xml": sheet.encode(), **(parts or {})}
    )


def with_parts(archive: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The archive with these parts in place of its own, or beside them."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts:
            if name not in old.namelist():
                new.writestr(name, parts[name])
    return file.getvalue()

"""A spreadsheet file (XLSX, XLSM, XLSB, XLS, ODS) -> its sheets, opened with calamine.

Runs in the limited child process. Whatever a crafted or damaged file does to the parser becomes
UnreadableFile in words, and a sheet that would take too much memory is refused before it is laid out.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from segmenter.errors import MappingError, UnreadableFile
from segmenter.tables.decoding import container_of
from segmenter.tables.workbook_zip import Reach, check_archive, reach_of_sheets

MOST_CELLS = 50_000_000  # of a sheet as a rectangle: calamine lays it out whole, about two gigabytes then
MOST_SHEETS = 200

_OLE = b"\xd0\xcf\x11\xe0"
_BOOK_BEGINS = b"\x09\x08\x10\x00\x00\x06"  # the first record of an XLS
_LOCK = 0x2F  # the record that tells how it is encrypted
_FIRST_RECORDS = 5
_LOCKED = (
    "'{name}' is protected with a password. Open it in your spreadsheet program, remove the password (in "
    "Excel: File, Info, Protect Workbook), save it, and bring it again."
)
_DAMAGED = (
    "'{name}' could not be read as a workbook: it is damaged, or of a kind that is not known. Open it in "
    "your spreadsheet program, save it as an Excel workbook (.xlsx) or as CSV UTF-8, and bring that file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """An opened workbook. sheets: those with cells that are not hidden, in order; hidden: the others with
    cells. reach: how far sheets reach, where that could be told beforehand.
    """

    name: str
    book: CalamineWorkbook
    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    reach: dict[str, Reach]

    def title(self, sheet: str) -> str:
        """'orders.xlsx', or 'orders.xlsx, sheet May' where it has several."""
        return self.name if (sheet,) == (*self.sheets, *self.hidden) else f"{self.name}, sheet {sheet}"

    def check_sheet(self, sheet: str) -> None:
        """Raise MappingError for a sheet that is not there, or has nothing in it."""
        known = (*self.sheets, *self.hidden)
        if sheet in known:
            return
        if sheet in self.book.sheet_names:
            raise MappingError(f"Sheet '{sheet}' of '{self.name}' is empty. Map another one, or take it out.")
        likely = get_close_matches(sheet, known, n=1, cutoff=0.5)
        hint = f"Did you mean '{likely[0]}'?" if likely else f"It has: {', '.join(known[:20])}."
        raise MappingError(f"'{self.name}' has no sheet '{sheet[:60]}'. {hint}")

    def open_sheet(self, sheet: str) -> CalamineSheet:
        """The sheet, laid out in memory. Raises UnreadableFile where that would be too much."""
        reach = self.reach.get(sheet)
        if reach is not None and reach.rows * reach.columns > MOST_CELLS:
            raise UnreadableFile(
                f"'{self.title(sheet)}' reaches to row {reach.rows:,} and column {reach.columns:,}, which is "
                "more than can be read: something may stand far away from the table. Delete the rows below "
                "and the columns beside the table, or save the sheet as CSV UTF-8."
            )
        with refusing_damage(self.name):
            return self.book.get_sheet_by_name(sheet)


def sheets_of(path: Path, name: str) -> tuple[str, ...]:
    """The sheets that hold anything and are not hidden; () for a file that is no workbook."""
    return open_workbook(path, name).sheets if container_of(path, name) == "workbook" else ()


def open_workbook(path: Path, name: str) -> Workbook:
    """The workbook in `path`, called `name` by the user. Raises UnreadableFile in words."""
    version = path.stat()
    return _open(path, name, version.st_size, version.st_mtime_ns)


@lru_cache(maxsize=1)
def _open(path: Path, name: str, size: int, mtime_ns: int) -> Workbook:
    """Sheets of one workbook are read one by one; `size` and `mtime_ns` are only parts of the key."""
    reach: dict[str, Reach] = {}
    with path.open("rb") as file:
        is_old = file.read(4) == _OLE
    if is_old:
        _refuse_locked(path, name)
    else:
        check_archive(path, name)
        reach = reach_of_sheets(path, name)
    with refusing_damage(name):
        # By its bytes: from a path, calamine would believe the ending of the name.
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(tables) > MOST_SHEETS:
        raise UnreadableFile(
            f"'{name}' has {len(tables):,} sheets; at most {MOST_SHEETS} can be read. Bring only those you "
            "need."
        )
    filled = [sheet for sheet in tables if _has_cells(book, name, sheet.name, reach)]
    if not filled:
        raise UnreadableFile(f"'{name}' is a workbook with nothing in it. Export it again, with the rows.")
    seen = [sheet.name for sheet in filled if sheet.visible == SheetVisibleEnum.Visible]
    return Workbook(
        name=name,
        book=book,
        sheets=tuple(seen),
        hidden=tuple(sheet.name for sheet in filled if sheet.name not in seen),
        reach=reach,
    )


@contextmanager
def refusing_damage(name: str) -> Iterator[None]:
    """Turn whatever calamine raises or panics with into UnreadableFile."""
    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(_DAMAGED.format(name=name)) from error
    except BaseException as error:
        # What Rust panics with is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(_DAMAGED.format(name=name)) from error


def _has_cells(book: CalamineWorkbook, name: str, sheet: str, reach: dict[str, Reach]) -> bool:
    if sheet in reach and reach[sheet].rows:
        return True
    with refusing_damage(name):
        return book.get_sheet_by_name(sheet).start is not None


def _refuse_locked(path: Path, name: str) -> None:
    """Raise UnreadableFile for a password; calamine would only say that it does not know the file.

    Of an XLSX the password makes an old container around the encrypted book, which its directory names; in an
    XLS it is told in one of the first records of the book.
    """
    content = path.read_bytes()
    at = content.find(_BOOK_BEGINS)
    kinds: set[int] = set()
    while 0 <= at <= len(content) - 4 and len(kinds) < _FIRST_RECORDS:
        kind, size = struct.unpack_from("<HH", content, at)
        if kind in kinds:
            break
        kinds.add(kind)
        at += 4 + size
    if _LOCK in kinds or "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile(_LOCKED.format(name=name))

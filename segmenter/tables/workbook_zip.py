"""A zip archive that may be a workbook -> how far its sheets reach, found out before anything parses them.

Runs in the limited child process. What unpacks beyond measure is refused by the sizes that the archive
states, and an archive that states them wrongly while its sheets are looked through.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from segmenter.errors import UnreadableFile

_BOMB_BYTES = 200 << 20  # unpacked sizes below this are never suspicious
_BOMB_RATIO = 100  # sheets shrink to a tenth, or to a thirtieth where they repeat themselves
_MOST_BYTES = 6 << 30
_MOST_PARTS = 20_000
_LARGEST_INDEX = 4 << 20  # bytes of the part that names the sheets
_CHUNK = 1 << 20

# A cell that closes at once (<c r="F30" s="5"/>) has a format and nothing in it.
_CELL = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br=["\']([A-Za-z]+)(\d+)["\'][^<>]*(?<!/)>')
_USUAL_CELL = b'<c r="'
_FAR_CELL = re.compile(rb'<c r="([A-Z]{2,})\d+"[^<>]*(?<!/)>')
_FIRST_COLUMNS = set(range(1, 27))
_ERROR = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\bt=["\']e["\']')
_FORMULA_ALONE = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:</c>|<v\s*/>|<v>\s*</v>)")
_TEXTS = re.compile(rb'<sst\b[^<>]*\buniqueCount="(\d+)"')
# Bounded, so that a tag made to be tried at every letter is tried at a few thousand only.
_SHEET = re.compile(rb"<(?:\w{1,64}:)?sheet\s[^<>]{0,8000}>")
_RELATION = re.compile(rb"<(?:\w{1,64}:)?Relationship\s[^<>]{0,8000}>")
_ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]{1,64})\s{0,8}=\s{0,8}(?:"([^"]*)"|\'([^\']*)\')')
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LEADS_OUT = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")

_OTHER_ARCHIVES = (
    ("word/", "is a Word document, not a table. Put the table into a workbook or a CSV file."),
    ("ppt/", "is a PowerPoint file, not a table. Put the table into a workbook or a CSV file."),
    (
        "Index/",
        "is an Apple Numbers document. In Numbers choose Export to, CSV or Excel, and bring that file.",
    ),
)
_DAMAGED = (
    "'{name}' is a damaged workbook. Open it in your spreadsheet program, save it anew, and bring that."
)
# What zipfile raises for archives that are damaged, encrypted, or packed in a way it does not know.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a sheet's cells take up, counted from its first row and column, formats left out.

    used: numbers of the columns with cells. errors: cells such as #N/A. unsolved: formulas of which no result
    is stored.
    """

    rows: int
    used: frozenset[int]
    errors: int
    unsolved: int

    @property
    def columns(self) -> int:
        return max(self.used, default=0)


def check_archive(path: Path, name: str) -> None:
    """Raise UnreadableFile for an archive that is no workbook, is damaged, or unpacks beyond measure."""
    with _opened(path, name) as archive:
        parts = archive.infolist()
        names = [part.filename.replace("\\", "/") for part in parts]
        is_workbook = any(re.fullmatch(r"xl/workbook\.(?:xml|bin)", part, re.IGNORECASE) for part in names)
        is_open_document = "content.xml" in names and _says_spreadsheet(archive)
        if not is_workbook and not is_open_document:
            raise UnreadableFile(f"'{name}' {_other_archive(names)}")
        if any(_LEADS_OUT.search(part) for part in names):
            raise UnreadableFile(
                f"'{name}' holds a part whose name leads out of the workbook, as no spreadsheet program "
                "writes. Do not use it; ask whoever sent it for the table as CSV."
            )
        unpacked = sum(part.file_size for part in parts)
        packed = max(path.stat().st_size, 1)
    too_dense = unpacked > max(_BOMB_BYTES, _BOMB_RATIO * packed)
    if too_dense or unpacked > _MOST_BYTES or len(parts) > _MOST_PARTS:
        raise UnreadableFile(
            f"'{name}' unpacks to {unpacked >> 20:,} MB, {unpacked // packed:,} times its size, as no "
            "workbook of customers does. If it is one, save its sheets as CSV and bring those."
        )


def reach_of_sheets(path: Path, name: str) -> dict[str, Reach]:
    """How far each sheet reaches, by its name; {} where sheets are written in another way (XLSB, ODS).

    Raises UnreadableFile where the archive is damaged, or is not what it states.
    """
    with _opened(path, name) as archive:
        try:
            sheets = _parts_of_sheets(archive)
            _read_through(archive, set(sheets.values()))
            return {sheet: _reach(archive, part) for sheet, part in sheets.items()}
        except _DAMAGE as error:
            raise UnreadableFile(_DAMAGED.format(name=name)) from error


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise UnreadableFile(
            f"'{name}' is a workbook or an archive that was cut short or damaged. Copy or export it again."
        ) from error


def _says_spreadsheet(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("mimetype") as part:
            return b"opendocument.spreadsheet" in part.read(200)
    except _DAMAGE:
        return False


def _other_archive(names: list[str]) -> str:
    for start, words in _OTHER_ARCHIVES:
        if any(part.startswith(start) for part in names):
            return words
    return "is a zip archive. Unpack it, and bring the files that are in it."


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> its part of the archive, as the workbook's index says."""
    known = {name.lower(): name for name in archive.namelist()}
    index = known.get("xl/workbook.xml")
    relations = known.get("xl/_rels/workbook.xml.rels")
    if index is None or relations is None:
        return {}
    targets = {said.get("Id", ""): said.get("Target", "") for said in _tags(archive, relations, _RELATION)}
    parts: dict[str, str] = {}
    for said in _tags(archive, index, _SHEET):
        target = targets.get(said.get("r:id", ""), "")
        place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        part = known.get(str(PurePosixPath(place)).lower())
        if part is not None:
            parts[said.get("name", "")] = part
    return parts


def _read_through(archive: zipfile.ZipFile, besides: set[str]) -> None:
    """Read what else calamine will read: a part that is not as large as it states raises BadZipFile."""
    for name in set(archive.namelist()) - besides:
        if name.lower().endswith((".xml", ".bin", ".rels")):
            with archive.open(name) as part:
                begin = part.read(_CHUNK)
                _refuse_document_type(begin)
                told = _TEXTS.search(begin)
                if told and int(told[1]) > archive.getinfo(name).file_size:
                    raise zipfile.BadZipFile("more texts than fit, for which calamine would set memory aside")
                while more := part.read(_CHUNK):
                    _refuse_document_type(more)


def _refuse_document_type(text: bytes) -> None:
    """No spreadsheet program writes one; it is how XML is made to swell, or to fetch other files."""
    if _DOCUMENT_TYPE.search(text):
        raise zipfile.BadZipFile("a document type, which no workbook has")


def _tags(archive: zipfile.ZipFile, part: str, tag: re.Pattern[bytes]) -> Iterator[dict[str, str]]:
    """The attributes of every such tag; entities other than those of XML itself are left as they stand."""
    with archive.open(part) as file:
        text = file.read(_LARGEST_INDEX)
    for found in tag.findall(text):
        pairs = _ATTRIBUTE.findall(found.decode("utf-8", "replace"))
        yield {key: _plain(first or second) for key, first, second in pairs}


def _plain(text: str) -> str:
    for sign, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(sign, letter)
    return text


def _reach(archive: zipfile.ZipFile, part: str) -> Reach:
    used: set[int] = set()
    rows = errors = unsolved = 0
    with archive.open(part) as file:
        for text in _pieces(file):
            _refuse_document_type(text)
            is_usual = text.startswith(_USUAL_CELL)
            last, columns = (_usual_cells if is_usual else _any_cells)(text)
            rows = max(rows, last)
            used |= columns
            errors += text.count(b't="e"') if is_usual else len(_ERROR.findall(text))
            unsolved += len(_FORMULA_ALONE.findall(text)) if b"<f" in text else 0
    return Reach(rows=rows, used=frozenset(used), errors=errors, unsolved=unsolved)


def _usual_cells(text: bytes) -> tuple[int, set[int]]:
    """The last row with a value, and the columns used, of cells as spreadsheet programs write them.

    Columns A to Z count as used together, which spares a look at every cell of most tables.
    """
    end = max(text.rfind(b"</v>"), text.rfind(b"</is>"))
    last = _CELL.match(text, max(0, text.rfind(_USUAL_CELL, 0, max(end, 0))))
    if last is None:
        return _any_cells(text)
    columns = {_column_number(column) for column in set(_FAR_CELL.findall(text))}
    return int(last[2]), columns | _FIRST_COLUMNS


def _any_cells(text: bytes) -> tuple[int, set[int]]:
    cells = _CELL.findall(text)
    rows = max((int(row) for row in {row for _, row in cells}), default=0)
    return rows, {_column_number(column) for column in {column for column, _ in cells}}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The text in pieces that end where a cell ends, so that nothing looked for is cut in two."""
    rest = b""
    while chunk := file.read(_CHUNK):
        text = rest + chunk
        end = text.rfind(b"<c ")
        if end <= 0:
            end = max(0, len(text) - 4096)
        rest = text[end:]
        yield text[:end]
    yield rest


def _column_number(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number

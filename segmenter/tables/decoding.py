"""Any file -> what it really is: Parquet, a workbook, or text in UTF-8. Names of files are never believed.

Runs in the limited child process. What is no table (a picture, a web page, a program) is refused by its first
bytes, with the remedy.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segmenter.errors import UnreadableFile

Container = Literal["parquet", "gzip", "workbook", "text"]

_CHUNK = 1 << 20
_BOMB_BYTES = 200 << 20  # unpacked sizes below this are never suspicious
_BOMB_RATIO = 200  # real tables shrink to a tenth or a thirtieth, not to a two-hundredth

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-mixed": "UTF-8 mixed with Windows-1252",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "shift_jis": "Shift-JIS (Japanese)",
    "cp1252": "Windows-1252 (Western European)",
    "latin-1": "ISO-8859-1 (Western European)",
}
_NUL_BYTES = (
    "'{name}' holds NUL bytes, which no table has, the first in row {line}: it is damaged, or no text. "
    "Export it again."
)

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip, and what Excel wrote before 2007
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", "is an empty zip archive. Bring the file that should be inside, unpacked."),
    (b"\x89PNG", "is a picture, not a table. Bring a CSV or Parquet file."),
    (b"\xff\xd8\xff", "is a picture, not a table. Bring a CSV or Parquet file."),
    (b"GIF8", "is a picture, not a table. Bring a CSV or Parquet file."),
    (b"%PDF", "is a PDF document, not a table. Export the table itself as CSV."),
    (b"MZ\x90", "is a program, not a table. Bring a CSV or Parquet file."),
    (b"\x7fELF", "is a program, not a table. Bring a CSV or Parquet file."),
    (b"BZh", "is packed with bzip2. Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "is packed with xz. Unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd. Unpack it, or pack it with gzip."),
    (b"7z\xbc\xaf", "is packed with 7-Zip. Unpack it, or pack it with gzip."),
    (b"Rar!", "is packed with RAR. Unpack it, or pack it with gzip."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """UTF-8 text of a file: `path` is the file itself where it was UTF-8 already, else a copy in scratch.

    guessed: the file does not say how its letters are written, so accents deserve a look.
    """

    path: Path
    encoding: str
    guessed: bool


def container_of(path: Path, name: str) -> Container:
    """What the file is, by its bytes; `name` is the file as the user knows it.

    Raises UnreadableFile for everything that holds no table.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(f"'{name}' is empty: it holds no bytes at all. Export it again.")
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if head[:4] == b"PAR1":
        if tail != b"PAR1" or size < 12:
            raise UnreadableFile(f"'{name}' is a Parquet file that was cut short. Copy or export it again.")
        return "parquet"
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head.startswith(_WORKBOOKS):
        return "workbook"
    for magic, message in _REFUSED:
        if head.startswith(magic):
            raise UnreadableFile(f"'{name}' {message}")
    _refuse_documents(name, head)
    if name.lower().endswith((".parquet", ".pq")):
        raise UnreadableFile(f"'{name}' is named Parquet, but is not a Parquet file. Export it again.")
    return "text"


def decode_text(path: Path, name: str, scratch: Path) -> DecodedText:
    """The text of a CSV or JSON file, plain or gzipped, as UTF-8 in a file. `scratch`: a folder for the copy.

    Raises UnreadableFile for damaged or bomb-like gzip and for bytes that are no text.
    """
    plain = path
    if container_of(path, name) == "gzip":
        plain = scratch / "unpacked"
        _unpack(path, name, plain)
        if container_of(plain, name.removesuffix(".gz")) != "text":
            raise UnreadableFile(
                f"'{name}' is a packed workbook, or another file than text. Unpack it first."
            )
    encoding, guessed = _encoding_of(plain, name)
    if encoding == "utf-8":
        return DecodedText(path=plain, encoding=_NAMES[encoding], guessed=False)
    target = scratch / "decoded"
    errors = _MIXED if encoding == "utf-8-mixed" else "strict"
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-mixed"))(errors=errors)
    with target.open("w", encoding="utf-8", newline="") as copy:
        try:
            for chunk in _chunks(plain):
                copy.write(decoder.decode(chunk))
            copy.write(decoder.decode(b"", True))
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"'{name}' says it is {_NAMES[encoding]} text, but it is damaged. Save it as CSV UTF-8."
            ) from error
    return DecodedText(path=target, encoding=_NAMES[encoding], guessed=guessed)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _refuse_documents(name: str, head: bytes) -> None:
    """Web pages are text, so that only their first signs tell them from a table."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"insert into ", b"create table ", b"-- mysql dump", b"--\n-- postgresql")):
        raise UnreadableFile(f"'{name}' is a database dump, not a table. Export the table itself as CSV.")
    if not start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<script", b"<table", b"<meta")):
        return
    if b"schemas-microsoft-com:office" in start or name.lower().endswith((".xls", ".xlsx")):
        raise UnreadableFile(
            f"'{name}' is named or made like an Excel workbook, but is a web page or XML inside. Open it in "
            "Excel, choose File, Save as, Excel workbook (.xlsx), and bring that file."
        )
    raise UnreadableFile(
        f"'{name}' is a web page or XML, not a table: often the log-in page of the system it should come "
        "from. Export it again while logged in."
    )


def _unpack(path: Path, name: str, target: Path) -> None:
    """Unpack gzip into `target`. Raises UnreadableFile for damage and for bombs."""
    unpacked = 0
    limit = max(_BOMB_BYTES, _BOMB_RATIO * path.stat().st_size)
    with gzip.open(path, "rb") as packed, target.open("wb") as plain:
        while True:
            try:
                chunk = packed.read(_CHUNK)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise UnreadableFile(f"'{name}' is a damaged gzip file. Copy or pack it again.") from error
            if not chunk:
                break
            unpacked += len(chunk)
            if unpacked > limit:
                raise UnreadableFile(
                    f"'{name}' unpacks to more than {_BOMB_RATIO} times its size. If it really is a table, "
                    "unpack it first and bring the unpacked file."
                )
            plain.write(chunk)


def _encoding_of(path: Path, name: str) -> tuple[str, bool]:
    """The encoding, and whether it is a guess. Reads the whole file: one odd byte may come at the end."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding, False
    if b"\x00" in head:
        return _utf16_without_mark(name, head), True
    line = 1
    for chunk in _chunks(path):
        if b"\x00" in chunk:
            raise UnreadableFile(_NUL_BYTES.format(name=name, line=line + _lines_before_nul(chunk)))
        line += chunk.count(b"\n")
    if _decodes(path, "utf-8"):
        return "utf-8", False
    well_formed, broken = _count_utf8(path)
    if well_formed >= broken:
        return "utf-8-mixed", True
    if _decodes(path, "shift_jis") and _has_kana(path):
        return "shift_jis", True
    return ("cp1252" if _decodes(path, "cp1252") else "latin-1"), True


def _utf16_without_mark(name: str, head: bytes) -> str:
    """Western text in UTF-16 has a NUL in nearly every second byte, always on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.2 * len(head) and even < 0.05 * odd:
        return "utf-16-le"
    if even > 0.2 * len(head) and odd < 0.05 * even:
        return "utf-16-be"
    raise UnreadableFile(_NUL_BYTES.format(name=name, line=1 + _lines_before_nul(head)))


def _lines_before_nul(chunk: bytes) -> int:
    return chunk.count(b"\n", 0, chunk.index(b"\x00"))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _count_utf8(path: Path) -> tuple[int, int]:
    """How many letters beyond ASCII are well-formed UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors=_MIXED)
    letters = sum(
        len(text) - len(text.encode("ascii", "ignore")) for text in map(decoder.decode, _chunks(path))
    )
    strict = codecs.getincrementaldecoder("utf-8")(errors="ignore")
    well_formed = sum(
        len(text) - len(text.encode("ascii", "ignore")) for text in map(strict.decode, _chunks(path))
    )
    return well_formed, letters - well_formed


def _has_kana(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("shift_jis")(errors="strict")
    text = decoder.decode(next(_chunks(path), b""))
    return any("\u3040" <= letter <= "\u30ff" for letter in text)


def _byte_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 in a file that otherwise is: read as Western European."""
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    return broken.decode("cp1252", "replace"), error.end


_MIXED = "segmenter-cp1252-bytes"
codecs.register_error(_MIXED, _byte_as_cp1252)

"""Rows of several files, sheets or exports -> the part of the table that each row came from."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from segmenter.errors import MappingError
from segmenter.tables.cells import tidy
from segmenter.tables.contracts import TableContract
from segmenter.tables.header_words import plain_title
from segmenter.tables.mapping import ColumnSource
from segmenter.tables.reading import SourceFile
from segmenter.tables.source_rows import SourceRows

MOST_PARTS = 200  # exports in one file; a column with more words than this says something else
_MOST_WORDS = 24  # of a column that is proposed as the one that names the part
_TITLES = (
    "sheet",
    "sheet name",
    "source file",
    "source sheet",
    "file",
    "file name",
    "filename",
    "export",
    "blatt",
    "tabelle",
    "tabellenblatt",
    "datei",
    "dateiname",
    "quelldatei",
    "feuille",
    "fichier",
    "nom du fichier",
    "hoja",
    "archivo",
    "nombre del archivo",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One export of a table: a file, its sheet, and the word of the column that names the part, if any."""

    file: str
    sheet: str | None = None
    word: str | None = None
    column: str | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells the part from others, whichever comes first in the mapping."""
        return self.file, self.sheet or "", self.word or ""


@dataclass(slots=True)
class PartNumbers:
    """The parts of one table, in the order in which their rows were met; a part's place is its number."""

    parts: list[Part] = field(default_factory=list)
    _known: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def of(self, source: SourceRows, cells: dict[str, pa.Array], rows: int) -> pa.Array:
        """The number of each row's part, int64 of shape (rows,). Raises MappingError for too many parts."""
        column = source.mapping.part
        if column is None:
            return pa.array(np.full(rows, self._number(source, None), dtype=np.int64))
        words = tidy(cells[column]).dictionary_encode()
        numbers = [self._number(source, word) for word in words.dictionary.to_pylist()]
        found = pa.array(numbers, pa.int64()).take(words.indices)
        return found.fill_null(self._number(source, None)) if found.null_count else found

    def _number(self, source: SourceRows, word: str | None) -> int:
        part = Part(file=source.file, sheet=source.mapping.sheet, word=word, column=source.mapping.part)
        number = self._known.setdefault(part.name, len(self.parts))
        if number == len(self.parts):
            if word is not None and self._words(part) == MOST_PARTS:
                raise MappingError(
                    f"Column '{source.mapping.part}' of '{source.file}' holds more than {MOST_PARTS} "
                    "different words, so it does not say from which export a row came. Choose another column "
                    "as 'part', or none."
                )
            self.parts.append(part)
        return number

    def _words(self, part: Part) -> int:
        """How many parts of its file or sheet are known by a word."""
        return sum(
            known.word is not None and (known.file, known.sheet) == (part.file, part.sheet)
            for known in self.parts
        )


def guess_part(file: SourceFile, contract: TableContract, columns: dict[str, ColumnSource]) -> str | None:
    """The column that seems to say from which sheet or export each row came; None where there is none.

    Titles decide, and that there are few words in it: a wrong guess changes nothing unless two of its parts
    hold the same rows of the same days. columns: what the file's other columns mean. A table whose rows have
    a key needs no parts.
    """
    taken = {name for source in columns.values() for name in source.columns()}
    for column in () if contract.key else file.columns:
        is_free = column.name not in taken and column.distinct <= _MOST_WORDS
        if is_free and column.missing_share == 0 and plain_title(column.name) in _TITLES:
            return column.name
    return None

"""Uploaded files -> what is in them: rows, columns, examples, guessed types. What the mapping page shows.

All parsing happens in a limited child process (sandbox.py); here are its results and the way to ask for them.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segmenter.errors import UnreadableFile
from segmenter.progress import Progress, silent
from segmenter.tables.mapping import Source
from segmenter.tables.report import Finding
from segmenter.tables.sandbox import check_readable, limits_for, passing_folder, run_confined

SAMPLE_ROWS = 20_000  # by which the columns of a file are judged
PEOPLE_FILE = "people.parquet"

SourceType = Literal["text", "number", "time", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumn:
    """A column of a file, judged by its first SAMPLE_ROWS rows.

    samples: up to five different cells, cut to a readable length. words: all different cells, most frequent
    first, where there are few enough to be a list of words; else (). missing_share: in [0, 1]. distinct: how
    many different cells. type: what at least nine of ten cells can be read as. ambiguous_dates: are there
    dates such as 03/04/2024, and none that shows which number is the day?
    """

    name: str
    type: SourceType
    samples: tuple[str, ...]
    words: tuple[str, ...] = ()
    missing_share: float = 0.0
    distinct: int = 0
    ambiguous_dates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file, or a sheet of a workbook, that could be read.

    sheet: as a mapping names it; None where the file has only one. rows: all of them, those that do not fit
    the header included. called: its name in a mapping, where that is not the name of `path`.
    """

    path: Path
    sheet: str | None = None
    rows: int
    columns: tuple[SourceColumn, ...]
    findings: tuple[Finding, ...] = ()
    description: str = ""
    called: str = ""

    @property
    def name(self) -> str:
        return self.called or self.path.name

    @property
    def source(self) -> Source:
        """Which file, and which sheet of it."""
        return self.name, self.sheet

    @property
    def title(self) -> str:
        """'orders.xlsx, sheet May', as messages call it."""
        return source_title(self.source)

    def column(self, name: str) -> SourceColumn | None:
        """The column of that name, None where there is none."""
        return next((column for column in self.columns if column.name == name), None)


def source_title(source: Source) -> str:
    """'orders.csv'; 'orders.xlsx, sheet May'."""
    file, sheet = source
    return file if sheet is None else f"{file}, sheet {sheet}"


def find_source(files: Iterable[SourceFile], source: Source) -> SourceFile | None:
    """What a mapping means by a file and a sheet. No sheet: the first one; the only one goes by any name."""
    name, sheet = source
    of_file = [file for file in files if file.name == name]
    if len(of_file) > 1 and sheet is not None:
        of_file = [file for file in of_file if file.sheet == sheet]
    return of_file[0] if of_file else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectArguments:
    """What the child needs to inspect one file."""

    path: Path
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleListArguments:
    """What the child needs to read a list of people."""

    path: Path
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """A list of people as it was read. entries: rows that name somebody, the header not among them."""

    entries: int


def inspect_file(
    path: Path, *, name: str | None = None, scratch: Path | None = None, progress: Progress = silent
) -> tuple[SourceFile, ...]:
    """What is in a file: one table, or one for each sheet of a workbook that has cells and is not hidden.

    Raises UnreadableFile in words where there is none. name: what the user calls it, where that is not the
    name of `path`. scratch: where passing files go; without it, the system's folder for such files.
    """
    if not path.is_file():
        raise UnreadableFile(f"There is no file '{path.name}'. Check the name and the folder.")
    check_readable(path)
    with passing_folder(scratch) as folder:
        return run_confined(
            "inspect",
            InspectArguments(path=path.resolve(), file=name or path.name),
            tuple[SourceFile, ...],
            folder=folder,
            readable=[path],
            limits=limits_for([path]),
            progress=progress,
        )


def read_people_list(path: Path, out: Path, *, scratch: Path) -> PeopleList:
    """Write every value of a list that may be an id or an address to `out` (Parquet, one column `value`).

    Raises UnreadableFile for a file that is no list, and for one of which a row names nobody; MissingColumn
    for a table of something else.
    """
    if not path.is_file():
        raise UnreadableFile(f"There is no file '{path.name}'. Check the name and the folder.")
    check_readable(path)
    with passing_folder(scratch) as folder:
        people = run_confined(
            "people",
            PeopleListArguments(path=path.resolve(), file=path.name),
            PeopleList,
            folder=folder,
            readable=[path],
            limits=limits_for([path]),
        )
        shutil.copyfile(folder / PEOPLE_FILE, out)
    return people

"""A mapping -> a dataset folder; a file -> a verdict; a mapping in the making -> a preview.

The work is done by a limited child process (assembling.py); this side gives it the paths and takes what it
made.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from segmenter.errors import MappingError, UnreadableFile
from segmenter.hashing import Erased
from segmenter.progress import Progress, part, silent
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Dataset, SourceRecord, write_dataset
from segmenter.tables.locations import server_file
from segmenter.tables.mapping import Mapping, check_mapping
from segmenter.tables.report import ValidationReport, unreadable_report
from segmenter.tables.sandbox import check_readable, limits_for, passing_folder, run_confined, unchanged
from segmenter.tables.sources import source_records

if TYPE_CHECKING:
    import pandas as pd  # only its name: a process that reads a file must not wait for it

PREVIEW_FILE = "preview.parquet"
FETCHED = "fetched"  # beside a mapping: files of object stores that need not be fetched again


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesArguments:
    """What the child needs for a mapping. paths: the file of each name that the mapping uses.

    sources: what is known of the files from outside. earlier: folder of the data set that they are added to.
    erased: customers whose rows are set aside.
    """

    mapping: Mapping
    paths: dict[str, Path]
    out: Path
    name: str = ""
    sources: tuple[SourceRecord, ...] = ()
    earlier: Path | None = None
    erased: Erased | None = None
    taken: frozenset[str] = frozenset()  # titles of outcomes that the mapping of a preview does not name


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckArguments:
    """What the child needs to check one file for one table."""

    path: Path
    file: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAnswer:
    """titles: of the preview's columns, in order; contract names, and the user's own for attributes."""

    titles: tuple[str, ...]
    report: ValidationReport


def ingest(
    mapping: Mapping,
    base: Path,
    out: Path,
    *,
    name: str,
    scratch: Path,
    confined: bool = True,
    earlier: Path | None = None,
    erased: Erased | None = None,
    progress: Progress = silent,
) -> Dataset:
    """Fill the folder `out` with the dataset that the mapping describes (see dataset.py).

    base: the folder that the mapping's file names are relative to. confined: refuse files outside `base`, as
    must be where the mapping comes from somebody else than the person who starts this; those of an allowed
    location (locations.py) are read all the same. earlier: folder of a dataset that the files are added to;
    it stays as it is. erased: customers whose rows are set aside. Besides the tables, `out` gets dataset.json
    and set_aside.parquet. Raises UnreadableFile, MappingError, or InputError with the first problem that
    makes the data unusable; then `out` holds nothing of use.
    """
    before = sorted(earlier.iterdir()) if earlier else []
    out.mkdir(parents=True, exist_ok=True)
    with passing_folder(scratch) as folder:
        paths = _paths(mapping, base, folder, confined=confined, progress=part(progress, 0.0, 0.2))
        is_fetched = any(path.is_relative_to(folder) for path in paths.values())
        with unchanged(list(paths.values())):
            dataset = run_confined(
                "ingest",
                FilesArguments(
                    mapping=mapping,
                    paths=paths,
                    out=out.resolve(),
                    name=name,
                    sources=source_records(mapping, paths),
                    earlier=earlier and earlier.resolve(),
                    erased=erased,
                ),
                Dataset,
                folder=folder,
                readable=[*paths.values(), *before],
                writable=[out],
                limits=limits_for([*paths.values(), *before]),
                progress=part(progress, 0.2, 1.0) if is_fetched else progress,
            )
    write_dataset(out, dataset)
    return dataset


def preview(
    mapping: Mapping,
    base: Path,
    table: str,
    *,
    n: int = 20,
    scratch: Path | None = None,
    confined: bool = True,
) -> tuple["pd.DataFrame", ValidationReport]:
    """The first `n` rows that one table would get, and what became of the first rows of its files.

    The columns are those that are mapped, and the attributes under the user's own names. Of each file only
    the first rows that belong to the table are looked at (assembling.PREVIEW_ROWS), and reported on.
    """
    only = replace(mapping, tables={table: mapping.tables.get(table, ())})
    with passing_folder(scratch) as folder:
        paths = _paths(only, base, folder, confined=confined, whole=False)
        answer = run_confined(
            "preview",
            FilesArguments(mapping=only, paths=paths, out=folder, taken=mapping.outcome_titles()),
            PreviewAnswer,
            folder=folder,
            readable=list(paths.values()),
            limits=limits_for(list(paths.values())),
        )
        rows = pq.read_table(folder / PREVIEW_FILE).slice(0, n).to_pandas()
    rows.columns = list(answer.titles)
    return rows, answer.report


def check_file(path: Path, table: str = "transactions", *, scratch: Path | None = None) -> ValidationReport:
    """What would become of a file as one table, its columns guessed. Stores nothing, and never raises for bad
    files: a file that cannot be read is a verdict like any other. Raises MappingError for an unknown table.
    """
    if table not in TABLES:
        raise MappingError(f"There is no table '{table}'; the tables are: {', '.join(TABLES)}.")
    if not path.is_file():
        raise UnreadableFile(f"There is no file '{path.name}'. Check the name and the folder.")
    check_readable(path)
    with passing_folder(scratch) as folder:
        try:
            return run_confined(
                "check",
                CheckArguments(path=path.resolve(), file=path.name, table=table),
                ValidationReport,
                folder=folder,
                readable=[path],
                limits=limits_for([path]),
            )
        except UnreadableFile as error:
            return unreadable_report(str(error), path.name, table)


def _paths(
    mapping: Mapping,
    base: Path,
    passing: Path,
    *,
    confined: bool,
    whole: bool = True,
    progress: Progress = silent,
) -> dict[str, Path]:
    """The mapping's files where they lie. Raises MappingError for one that is missing or out of bounds.

    passing: a folder for what an object store hands over, where there is no such folder beside the mapping.
    """
    check_mapping(mapping, whole=whole)
    root = base.resolve()
    paths: dict[str, Path] = {}
    for file in mapping.files():
        on_server = server_file(file)
        if on_server is not None:
            location, place = on_server
            keep = root / FETCHED if (root / FETCHED).is_dir() else passing
            paths[file] = location.file(place, keep=keep, progress=progress)
            continue
        path = (root / file).resolve()
        if confined and not path.is_relative_to(root):
            raise MappingError(
                f"The mapping names '{file}', which lies outside the folder of the files. Put it there, and "
                "name it without a path."
            )
        if not path.is_file():
            raise MappingError(
                f"The mapping names '{file}', but there is no such file in '{base.name or base}'."
            )
        check_readable(path)
        paths[file] = path
    return paths

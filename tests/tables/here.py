"""The child's tasks, run in this process: the same work as in the sandbox, without a process each."""

import tempfile
from pathlib import Path

from segmenter.errors import UnreadableFile
from segmenter.hashing import Erased
from segmenter.progress import silent
from segmenter.tables.assembling import ingest_task, preview_task
from segmenter.tables.cells import unmarked
from segmenter.tables.checking import check_task
from segmenter.tables.dataset import Dataset, write_dataset
from segmenter.tables.ingestion import CheckArguments, FilesArguments, PreviewAnswer
from segmenter.tables.inspection import source_file
from segmenter.tables.mapping import Mapping
from segmenter.tables.mapping_file import mapping_from_toml
from segmenter.tables.reading import SourceFile
from segmenter.tables.report import ValidationReport, unreadable_report
from segmenter.tables.sandbox import to_json
from segmenter.tables.sources import source_records
from segmenter.tables.text_table import TextTable, read_text_table


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def text_table(
    content: str | bytes, folder: Path, name: str = "file.csv", keep: int | None = None
) -> TextTable:
    """A file with that content, read as text."""
    path = folder / name
    path.write_bytes(as_bytes(content))
    return read_text_table(path, name, folder / "text", keep=keep, told=lambda rows, share: None)


def cells_of(table: TextTable) -> list[dict[str, str | None]]:
    """The rows of a text table, as the user's column names and text, unmarked."""
    rows: list[dict[str, str | None]] = []
    for _, columns in table.batches(table.names):
        lists = {name: unmarked(column).to_pylist() for name, column in columns.items()}
        rows += [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    return rows


def inspect(content: str | bytes, folder: Path, name: str = "file.csv") -> SourceFile:
    return source_file(text_table(content, folder, name), folder / name)


def check(content: str | bytes, table: str = "transactions", name: str = "file.csv") -> ValidationReport:
    """The verdict on a file with that content."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_bytes(as_bytes(content))
        folder = Path(scratch) / "work"
        folder.mkdir()
        try:
            return check_task(to_json(CheckArguments(path=path, file=name, table=table)), folder, silent)
        except UnreadableFile as error:
            return unreadable_report(str(error), name, table)


def ingest(
    toml: str,
    files: dict[str, str | bytes],
    out: Path,
    earlier: Path | None = None,
    erased: Erased | None = None,
) -> Dataset:
    """The dataset of a mapping and its files, written into `out`; earlier: a dataset they are added to."""
    return ingest_mapping(mapping_from_toml(toml), files, out, earlier, erased)


def ingest_mapping(
    mapping: Mapping,
    files: dict[str, str | bytes],
    out: Path,
    earlier: Path | None = None,
    erased: Erased | None = None,
) -> Dataset:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        paths = write_files(files, Path(scratch))
        order = FilesArguments(
            mapping=mapping,
            paths=paths,
            out=out,
            name="test",
            sources=source_records(mapping, paths),
            earlier=earlier,
            erased=erased,
        )
        dataset = ingest_task(to_json(order), Path(scratch), silent)
    write_dataset(out, dataset)
    return dataset


def preview(toml: str, files: dict[str, str | bytes]) -> PreviewAnswer:
    with tempfile.TemporaryDirectory() as scratch:
        paths = write_files(files, Path(scratch))
        order = FilesArguments(mapping=mapping_from_toml(toml), paths=paths, out=Path(scratch))
        return preview_task(to_json(order), Path(scratch), silent)


def write_files(files: dict[str, str | bytes], folder: Path) -> dict[str, Path]:
    paths = {name: folder / name for name in files}
    for name, content in files.items():
        paths[name].write_bytes(as_bytes(content))
    return paths

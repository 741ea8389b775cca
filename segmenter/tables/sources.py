"""The files of a mapping -> what is remembered of each: name, sheet and bytes.

A file's bytes are counted and hashed as they lie on the disk; nothing is parsed here.
"""

from collections.abc import Mapping as Files
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from segmenter.tables.dataset import SourceRecord
from segmenter.tables.mapping import Mapping, Source


def source_records(mapping: Mapping, paths: Files[str, Path]) -> tuple[SourceRecord, ...]:
    """One record per file and sheet, in the order of the mapping; how many rows each has is not known yet."""
    digests = {file: _digest(paths[file]) for file in mapping.files()}
    return tuple(
        SourceRecord(
            file=file,
            sheet=sheet,
            size_bytes=paths[file].stat().st_size,
            sha256=digests[file],
            rows=0,
        )
        for file, sheet in mapping.sources()
    )


def with_rows(records: tuple[SourceRecord, ...], rows: Files[Source, int]) -> tuple[SourceRecord, ...]:
    """The records with the rows that were read from each file and sheet."""
    return tuple(replace(record, rows=rows.get((record.file, record.sheet), 0)) for record in records)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()

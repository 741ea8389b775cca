"""Anything in the workspace -> where it comes from: through scores, model and data set back to the files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from segmenter.bringing import FOLLOWS, READ_AT, version_of
from segmenter.errors import DamagedArtifact, NotFound
from segmenter.figures import count_of, moment, size_in_words
from segmenter.results import open_dataset
from segmenter.tables.dataset import SourceRecord
from segmenter.workspace import ArtifactRecord, Kind, Workspace

KIND_WORDS: dict[Kind, str] = {
    "dataset": "Data set",
    "model": "Model",
    "evaluation": "Test result",
    "scores": "Scores",
    "audience": "Audience",
    "comparison": "Comparison",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One thing, what it was made from, and (a data set) the files it was read from, the oldest first.

    version, follows: of a data set; follows is the id of the one before it, which may be gone.
    """

    id: str
    kind: Kind
    name: str
    made_at: datetime
    demo: bool
    made_from: tuple["Origin", ...]
    files: tuple[SourceRecord, ...] = ()
    version: int = 1
    follows: str | None = None

    @property
    def sentence(self) -> str:
        """'Data set 'Shop', version 2, made on 26 Nov 2026, 11:04'."""
        version = f", version {self.version}" if self.version > 1 else ""
        invented = " (demo: invented customers)" if self.demo and self.kind == "dataset" else ""
        return f"{KIND_WORDS[self.kind]} '{self.name}'{version}{invented}, made on {moment(self.made_at)}"


def lineage(ws: Workspace, artifact_id: str) -> Origin:
    """Where an artifact comes from. Raises NotFound."""
    record = ws.record(artifact_id)
    is_data = record.kind == "dataset"
    return Origin(
        id=record.id,
        kind=record.kind,
        name=record.name,
        made_at=record.created_at,
        demo=record.demo,
        made_from=tuple(lineage(ws, parent) for parent in record.parents),
        files=files_of(ws, record) if is_data else (),
        version=version_of(record) if is_data else 1,
        follows=record.details.get(FOLLOWS) if is_data else None,
    )


def steps(origin: Origin) -> Iterator[tuple[int, str]]:
    """The way back in words: (depth, sentence), each thing once, files below their data set."""
    told: set[str] = set()

    def walk(each: Origin, depth: int) -> Iterator[tuple[int, str]]:
        if each.id in told:
            return
        told.add(each.id)
        yield depth, each.sentence
        # A model comes before the data that it and its scores share, so that these stand below the model.
        for parent in each.made_from:
            yield from walk(parent, depth + 1)
        for file in each.files:
            yield depth + 1, file_sentence(file)
        if each.kind == "dataset" and not each.files and not each.demo:
            yield depth + 1, "Its files were not recorded: it was read by an earlier version of Segmenter"

    return walk(origin, 0)


def file_sentence(file: SourceRecord) -> str:
    """'orders.csv, 12,040 rows, 1.2 MB, read on 26 Nov 2026, 11:04'."""
    sheet = f", sheet '{file.sheet}'" if file.sheet else ""
    size, rows = size_in_words(file.size_bytes), count_of(file.rows, "row")
    read = f", read on {moment(file.read_at)}" if file.read_at else ""
    return f"{file.file}{sheet}, {rows}, {size}{read}"


def files_of(ws: Workspace, record: ArtifactRecord) -> tuple[SourceRecord, ...]:
    """The files that a data set was made from, with the moment when each was read."""
    try:
        files = open_dataset(ws, record.id).sources
    except (DamagedArtifact, NotFound):
        return ()  # the way back to the data set is known all the same
    times = {sha256: datetime.fromisoformat(at) for sha256, at in record.details.get(READ_AT, {}).items()}
    return tuple(replace(file, read_at=file.read_at or times.get(file.sha256)) for file in files)

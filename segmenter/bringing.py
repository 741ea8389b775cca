"""Files and their mapping -> a data set: new, added to one that is there, or in the place of one.

A data set never changes. What is added to it, or brought in its place, makes a new version that says which
one it follows; the older one stays, with all that was made from it, until it is deleted.
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from segmenter.errors import NotFound, SettingsError
from segmenter.progress import Progress, silent
from segmenter.tables import ingestion
from segmenter.tables.mapping_file import read_mapping
from segmenter.workspace import ArtifactRecord, Workspace
from segmenter.workspace.erasures import check_none_since, erased_so_far

# Among a data set's details: which one it follows, how ('append' or 'replace'), and the how-many-th it is.
FOLLOWS: Final = "follows"
HOW: Final = "how"
VERSION: Final = "version"
# When each file was read for the first time, by its SHA-256: in the catalog, for the same files are the same
# data set whenever they are read.
READ_AT: Final = "read_at"


def bring_in(
    ws: Workspace,
    mapping_path: Path,
    *,
    files: Path | None = None,
    confined: bool = False,
    name: str | None = None,
    append_to: str | None = None,
    replace: str | None = None,
    progress: Progress = silent,
) -> str:
    """Files and their mapping -> data set. `files`: their folder; `confined`: a mapping may not lead out.

    append_to: id of a data set whose rows come first; replace: id of one that the new files stand for from
    now on. Raises SettingsError for both at once, and for demo data; NotFound; WorkspaceError where somebody
    was erased meanwhile.
    """
    before = _version_to_follow(ws, append_to, replace)
    mapping, erased = read_mapping(mapping_path), erased_so_far(ws.catalog)
    title = name or (before.name if before else mapping_path.stem)
    with ws.create("dataset", name=title) as draft, ws.scratch() as own:
        dataset = ingestion.ingest(
            mapping,
            files or mapping_path.parent,
            draft.folder,
            name=title,
            scratch=own,
            confined=confined,
            earlier=ws.path(append_to) if append_to else None,
            erased=erased,
            progress=progress,
        )
        # Asked at the moment at which the data set appears: an erasure that ends later finds it there.
        draft.checks.append(partial(check_none_since, erased=erased))
        draft.details = {"rows": dataset.rows, "set_aside": dataset.set_aside}
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        known = before.details.get(READ_AT, {}) if before and append_to else {}
        draft.details[READ_AT] = {**dict.fromkeys((file.sha256 for file in dataset.sources), now), **known}
        if before is not None:
            how = "append" if append_to else "replace"
            draft.details |= {FOLLOWS: before.id, HOW: how, VERSION: version_of(before) + 1}
    return draft.id


def version_of(record: ArtifactRecord) -> int:
    """The how-many-th version of its data a data set is; 1 for one that follows none."""
    return int(record.details.get(VERSION, 1))


def version_before(ws: Workspace, record: ArtifactRecord) -> ArtifactRecord | None:
    """The data set that this one follows; None where it follows none, or that one is gone."""
    try:
        return ws.record(record.details[FOLLOWS]) if FOLLOWS in record.details else None
    except NotFound:
        return None


def _version_to_follow(ws: Workspace, append_to: str | None, replace: str | None) -> ArtifactRecord | None:
    if append_to and replace:
        raise SettingsError(
            "New files are either added to a data set or take its place. Choose one of the two."
        )
    follows = append_to or replace
    if follows is None:
        return None
    record = ws.find("dataset", follows)
    if record.demo:
        raise SettingsError(
            f"'{record.name}' is a demo of invented customers. Bring your files as a data set of their own."
        )
    return record

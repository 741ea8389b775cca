"""Where new files go: a data set of their own, into one that is there, or in the place of one."""

from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from segmenter.bringing import FOLLOWS
from segmenter.ui.format import plain
from segmenter.ui.session import current
from segmenter.ui.versions import called
from segmenter.workspace import ArtifactRecord

How = Literal["new", "append", "replace"]
OFFERED: Final = 3  # data sets that new files may follow; the one that pages show comes first
OPTIONS: Final[dict[How, str]] = {"append": "--append-to", "replace": "--replace"}
EXPLAINED: Final[dict[How, str]] = {
    "new": "A data set of its own, under a name of its own.",
    "append": "No row counts twice, and customers who are there already get the newer values.",
    "replace": "The new files stand for all of it. The older version stays until you delete it.",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """What becomes of the files. followed: the data set they are added to or replace; None: a new one."""

    how: How = "new"
    followed: ArtifactRecord | None = None

    @property
    def words(self) -> list[str]:
        """What the command that reads the files is told."""
        return [] if self.followed is None else [f"{OPTIONS[self.how]}={self.followed.id}"]


def ask_destination(key: str) -> Destination:
    """Ask, where there are data of one's own that the files could belong to. `key`: of this set of files."""
    records = _latest_versions()
    choices = [
        Destination(),
        *(Destination(how, record) for record in records for how in OPTIONS),
    ]
    if len(choices) == 1:
        return choices[0]
    picked = st.radio(
        "Where do these files go?",
        range(len(choices)),
        format_func=lambda place: _label(choices[place], records),
        captions=[EXPLAINED[choice.how] for choice in choices],
        key=f"destination_{key}",
        persist_state="session",
    )
    return choices[picked or 0]


def _latest_versions() -> list[ArtifactRecord]:
    """Data sets of the reader's own that no other version follows, the one in use first."""
    session = current()
    records = session.workspace.records("dataset")
    followed = {record.details.get(FOLLOWS) for record in records}
    own = [record for record in records if not record.demo and record.id not in followed]
    return sorted(own, key=lambda record: record.id != session.dataset_id)[:OFFERED]


def _label(choice: Destination, records: list[ArtifactRecord]) -> str:
    if choice.followed is None:
        return "A new data set"
    name = plain(called(choice.followed, records))
    return f"Add to {name}" if choice.how == "append" else f"Replace {name}"

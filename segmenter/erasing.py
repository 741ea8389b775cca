"""One customer -> gone from everything stored, and never read in again.

The rows go from every data set, from scores, reasons, audiences and ledgers, from what was deleted lately
too; files that were uploaded and not read yet go altogether. What stays is a salted digest, by which the id
is recognised when it comes again, and the date. Figures that were worked out before stay as they were: they
name nobody. A file that was sent out cannot be called back. The id is written to no log and no list of jobs.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from segmenter.campaign import MEMBERS_FILE
from segmenter.errors import InputError
from segmenter.progress import Progress, silent
from segmenter.tables.contracts import TABLES
from segmenter.without_customer import WithoutCustomer, rows_per_file, status_in
from segmenter.workspace import Kind, Workspace
from segmenter.workspace.erasures import remember, to_recognise
from segmenter.workspace.rewriting import all_records

WAITING: Final = ("uploads", "suppression")  # folders of files that people brought and nobody has read in


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure rewrites or has rewritten; it does not say whom.

    rows: taken out of data sets; rewritten: kind -> how many artifacts held the customer; sent: names of the
    audiences in whose file the customer was; waiting: uploads that go unread.
    """

    rows: int
    rewritten: dict[Kind, int]
    sent: tuple[str, ...]
    waiting: int

    @property
    def is_known(self) -> bool:
        """Whether anything stored held the customer."""
        return bool(self.rewritten)


def what_erasing_takes(ws: Workspace, customer_id: str) -> Erasure:
    """What erasing this customer would rewrite; changes nothing. Raises InputError for an empty id."""
    customer_id = _checked(customer_id)
    rows, kinds, sent = 0, Counter[Kind](), []
    for record in all_records(ws.catalog):
        folder = ws.artifacts.folder(record.id)
        counts = rows_per_file(folder, customer_id)
        if counts:
            kinds[record.kind] += 1
        if record.kind == "dataset":
            rows += sum(count for path, count in counts.items() if path.stem in TABLES)
        if record.kind == "audience" and status_in(folder / MEMBERS_FILE, customer_id) == "exported":
            sent.append(record.name)
    return Erasure(rows=rows, rewritten=dict(kinds), sent=tuple(sent), waiting=len(_waiting(ws)))


def erase_customer(ws: Workspace, customer_id: str, *, progress: Progress = silent) -> Erasure:
    """Erase a customer everywhere, whole or not at all. Raises InputError; WorkspaceError when disturbed."""
    customer_id = _checked(customer_id)
    progress("looking", 0.0, "Looking where the customer is")
    erasure = what_erasing_takes(ws, customer_id)
    # First: a file that is read later would bring the customer back before anybody is recognised.
    for folder in _waiting(ws):
        shutil.rmtree(folder)
    progress("rewriting", 0.2, "Rewriting everything that holds the customer")
    digest = to_recognise(ws.catalog).digest(customer_id)
    ws.rewrite(
        WithoutCustomer(customer_id, datetime.now(UTC).date()),
        also=lambda connection: remember(connection, digest),
    )
    return erasure


def _checked(customer_id: str) -> str:
    if not customer_id.strip():
        raise InputError("Say which customer to erase: the id as it stands in your files.")
    return customer_id.strip()


def _waiting(ws: Workspace) -> tuple[Path, ...]:
    folders = (folder for name in WAITING for folder in (ws.root / name).glob("*"))
    return tuple(folder for folder in folders if folder.is_dir())

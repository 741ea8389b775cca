"""One customer -> gone from everything stored, and never read in again.

The rows go from every data set, from scores, reasons, audiences and ledgers, from what was deleted lately
too; files that were uploaded and not read yet go altogether, and so do remembered answers that name the
customer. What stays is a pseudonym (hashing.py), by which the id is recognised when it comes again, however
it is spelled, and the date. Whoever holds the workspace can try ids out against it; to them it hides little.
Figures that were worked out before stay as they were: they name nobody. A file that was sent out cannot be
called back. No log and no list of jobs shows the id.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from segmenter.campaign import MEMBERS_FILE
from segmenter.errors import InputError
from segmenter.hashing import plain_id
from segmenter.progress import Progress, silent
from segmenter.tables.contracts import TABLES
from segmenter.tables.remembered import forget
from segmenter.without_customer import WithoutCustomer, rows_per_file, spellings_in, status_in
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
        spellings = spellings_in(folder, customer_id)
        if spellings:
            kinds[record.kind] += 1
        if record.kind == "dataset":
            counts = [rows_per_file(folder, spelling) for spelling in spellings]
            rows += sum(n for each in counts for path, n in each.items() if path.stem in TABLES)
        if record.kind == "audience":
            became = {status_in(folder / MEMBERS_FILE, spelling) for spelling in spellings}
            sent += [record.name] if "exported" in became else []
    return Erasure(rows=rows, rewritten=dict(kinds), sent=tuple(sent), waiting=len(_waiting(ws)))


def erase_customer(
    ws: Workspace, customer_id: str, *, even_unknown: bool = False, progress: Progress = silent
) -> Erasure:
    """Erase a customer everywhere, whole or not at all; `even_unknown`: also one whom nothing stored holds.

    Raises InputError, changing nothing, for an empty and for an unknown id; WorkspaceError when disturbed.
    """
    customer_id = _checked(customer_id)
    progress("looking", 0.0, "Looking where the customer is")
    erasure = what_erasing_takes(ws, customer_id)
    if not (erasure.is_known or even_unknown):
        raise InputError(
            "Nothing stored holds a customer with this id, so nothing was changed. Check how it is written. "
            "To have its rows set aside whenever it comes, confirm that (command line: --even-unknown)."
        )
    # First: a file that is read later would bring the customer back before anybody is recognised.
    for folder in _waiting(ws):
        shutil.rmtree(folder)
    forget(ws.root / "mappings", lambda word: plain_id(word) == customer_id)
    progress("rewriting", 0.2, "Rewriting everything that holds the customer")
    digest = to_recognise(ws.catalog).digest(customer_id)
    ws.rewrite(
        WithoutCustomer(customer_id, datetime.now(UTC).date()),
        also=lambda connection: remember(connection, digest),
    )
    return erasure


def _checked(customer_id: str) -> str:
    if not plain_id(customer_id):
        raise InputError("Say which customer to erase: the id as it stands in your files.")
    return plain_id(customer_id)


def _waiting(ws: Workspace) -> tuple[Path, ...]:
    folders = (folder for name in WAITING for folder in (ws.root / name).glob("*"))
    return tuple(folder for folder in folders if folder.is_dir())

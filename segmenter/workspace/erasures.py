"""Who was erased from a workspace: pseudonyms, and beside them the salt that makes them (hashing.py)."""

import secrets
import sqlite3
from datetime import UTC, datetime
from typing import Final

from segmenter.errors import WorkspaceError
from segmenter.hashing import Erased
from segmenter.workspace.catalog import Catalog, to_json

SALT: Final = "erasure_salt"  # a setting of the workspace; it leaves the workspace in no file


def erased_so_far(catalog: Catalog) -> Erased | None:
    """Everybody who was erased; None where nobody was."""
    with catalog.reading() as connection:
        digests = _digests(connection)
    return Erased(salt=catalog.setting(SALT), digests=digests) if digests else None


def check_none_since(connection: sqlite3.Connection, erased: Erased | None) -> None:
    """Within a transaction: raise WorkspaceError where somebody was erased beside those known before."""
    if _digests(connection) != (erased.digests if erased else frozenset()):
        raise WorkspaceError("A customer was erased while the files were read. Read them again.")


def _digests(connection: sqlite3.Connection) -> frozenset[str]:
    return frozenset(digest for (digest,) in connection.execute("SELECT digest FROM erasures"))


def to_recognise(catalog: Catalog) -> Erased:
    """Nobody yet, with the workspace's salt, which is made at the first need."""
    with catalog.writing() as connection:
        # Two who erase at once must not have a salt each.
        connection.execute(
            "INSERT OR IGNORE INTO settings (key, value) VALUES (?, ?)",
            (SALT, to_json(secrets.token_hex(32))),
        )
    return Erased(salt=catalog.setting(SALT), digests=frozenset())


def remember(connection: sqlite3.Connection, digest: str) -> None:
    """Note that somebody was erased, within the transaction that erases."""
    connection.execute(
        "INSERT OR IGNORE INTO erasures (digest, erased_at) VALUES (?, ?)",
        (digest, datetime.now(UTC).isoformat()),
    )

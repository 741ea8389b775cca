"""The catalog's tables, as the list of steps that made them.

A workspace remembers how many steps it has taken (PRAGMA user_version); opening it takes the missing ones, in
order, in one transaction. A released step is never changed: append another.
"""

import sqlite3
from pathlib import Path

from segmenter.errors import WorkspaceError

# Marks the file as Segmenter's (PRAGMA application_id; the letters SEGM): no foreign database is touched.
APPLICATION = 0x5345474D

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # One row per finished artifact; rowids rise in the order of registration.
        """CREATE TABLE artifacts (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            created_at TEXT NOT NULL,
            demo INTEGER NOT NULL,
            details TEXT NOT NULL
        ) STRICT""",
        # One row per artifact and artifact it was made from; a parent cannot go while a child is there.
        """CREATE TABLE parents (
            child TEXT NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
            parent TEXT NOT NULL REFERENCES artifacts (id) DEFERRABLE INITIALLY DEFERRED,
            place INTEGER NOT NULL,
            PRIMARY KEY (child, parent)
        ) STRICT""",
        "CREATE INDEX children ON parents (parent)",
        # One row per setting of the workspace; values are JSON.
        "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        # One row per background job, in the order they were asked for.
        """CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            verb TEXT NOT NULL,
            arguments TEXT NOT NULL,
            status TEXT NOT NULL
                CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
            stage TEXT NOT NULL DEFAULT '',
            share REAL NOT NULL DEFAULT 0,
            message TEXT NOT NULL DEFAULT '',
            result TEXT,
            error TEXT,
            process INTEGER,
            cancel_asked INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            started_at TEXT,
            heard_at TEXT,
            finished_at TEXT
        ) STRICT""",
    ),
    (
        # Of what is in the trash: since when, and the artifact whose deletion took it along (or itself).
        "ALTER TABLE artifacts ADD COLUMN deleted_at TEXT",
        "ALTER TABLE artifacts ADD COLUMN deleted_with TEXT",
        # One row per customer who was erased: a pseudonym; whoever holds this file can try ids against it.
        "CREATE TABLE erasures (digest TEXT PRIMARY KEY, erased_at TEXT NOT NULL) STRICT",
    ),
)


def is_current(connection: sqlite3.Connection, root: Path) -> bool:
    """Whether every step has been taken. Raises WorkspaceError for a newer or a foreign catalog."""
    (steps,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION and (tables or steps or application):
        raise WorkspaceError(
            f"The file 'catalog.sqlite' in '{root}' is not Segmenter's. "
            "Choose another folder with --workspace or SEGMENTER_WORKSPACE."
        )
    if steps > len(MIGRATIONS):
        raise WorkspaceError(
            f"The workspace '{root}' was written by a newer Segmenter (its catalog has version {steps}; "
            f"this one reads up to {len(MIGRATIONS)}). Update Segmenter, or choose another folder with "
            "--workspace or SEGMENTER_WORKSPACE."
        )
    return bool(steps == len(MIGRATIONS))


def migrate(connection: sqlite3.Connection, root: Path) -> None:
    """Take the missing steps, all or none. `connection` is in autocommit mode and alone."""
    # Readers and writers do not wait for each other in WAL mode; the mode is kept in the file.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not is_current(connection, root):
            (steps,) = connection.execute("PRAGMA user_version").fetchone()
            for step in MIGRATIONS[steps:]:
                for statement in step:
                    connection.execute(statement)
            # A PRAGMA takes no parameters; both values are our own whole numbers.
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS):d}")
            connection.execute(f"PRAGMA application_id = {APPLICATION:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise

"""A chain of SQL steps: each one becomes a table that the next can read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segmenter.engines.protocol import Engine, Parameters
from segmenter.engines.sql import read_sql


@contextmanager
def passing_folder(engine: Engine) -> Iterator[Path]:
    """A folder in the engine's scratch that is gone at the end, whatever happened."""
    with tempfile.TemporaryDirectory(dir=engine.scratch, prefix="steps-") as folder:
        yield Path(folder)


def stage(engine: Engine, folder: Path, package: str, name: str, parameters: Parameters) -> int:
    """Run `name`.sql of `package` and register its result as table `name`; returns its rows.

    The table is readable while `folder` exists.
    """
    return stage_text(engine, folder, name, read_sql(package, name), parameters)


def stage_text(engine: Engine, folder: Path, name: str, sql: str, parameters: Parameters) -> int:
    """As `stage`, for a text that is not a file as it stands."""
    path = folder / f"{name}.parquet"
    rows = engine.write(sql, parameters, path)
    engine.register(name, path)
    return rows

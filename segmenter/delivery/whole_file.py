"""A name that a user chose -> a file of that name, written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from segmenter.errors import WorkspaceError

OWN_ONLY = 0o600  # what lists customers is for whoever asked for it
FOR_EVERYBODY = 0o644


@contextmanager
def whole_file(path: Path, *, mode: int = OWN_ONLY) -> Iterator[BufferedRandom]:
    """A file to write and read back, named `path` only when all went well; until then under another name.

    mode: who may read it. Raises WorkspaceError in plain words when the folder is missing, read-only or full;
    `path` is then as it was before, as after any other error of whoever writes, which is passed on.
    """
    unfinished = None
    try:
        with NamedTemporaryFile("w+b", dir=path.parent, prefix=".writing-", delete=False) as file:
            unfinished = Path(file.name)
            yield cast(BufferedRandom, file)  # it passes everything on to one
            file.flush()
            if mode != OWN_ONLY:  # a temporary file is made so; some drives refuse any change of it
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        unfinished.replace(path)
        unfinished = None
    except OSError as error:
        if error.errno is None:  # no answer of the system: whoever writes could not read what to write
            raise
        raise WorkspaceError(
            f"The file '{path.name}' could not be written to '{path.parent}': {error.strerror or error}. "
            "Choose a folder that exists, can be written to and has room."
        ) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)

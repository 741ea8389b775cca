"""A workspace in a temporary folder, and one small artifact to keep in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from segmenter.workspace import Workspace

Store = Callable[..., str]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def store(workspace: Workspace) -> Store:
    """Stores an artifact with one file of this text; returns its id."""

    def store_text(
        text: str,
        kind: str = "dataset",
        name: str = "Spring",
        parents: tuple[str, ...] = (),
        demo: bool = False,
    ) -> str:
        with workspace.create(kind, name=name, parents=parents, demo=demo) as draft:
            (draft.folder / "content.txt").write_text(text)
        return draft.id

    return store_text

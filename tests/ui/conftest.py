"""A workspace of its own for each test of the app's parts, and a session state that is a plain dictionary."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from segmenter.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Empty; the app's parts find it through SEGMENTER_WORKSPACE."""
    monkeypatch.setenv("SEGMENTER_WORKSPACE", str(tmp_path / "workspace"))
    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What one reader's session holds."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def store(
    workspace: Workspace, kind: str, name: str, parents: tuple[str, ...] = (), *, demo: bool = False
) -> str:
    """An artifact with next to nothing in it; its id."""
    with workspace.create(kind, name=name, parents=parents, demo=demo) as draft:  # type: ignore[arg-type]
        (draft.folder / "name.txt").write_text(f"{name} {parents}")
    return draft.id

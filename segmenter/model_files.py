"""A trained model -> one file that another workspace can load, and back, checked."""

from pathlib import Path

from segmenter.model import artifact
from segmenter.results import check_imported
from segmenter.workspace import Workspace


def export_model(ws: Workspace, model: str, out: Path) -> Path:
    """Write a model as one file that another workspace can load."""
    artifact.export_model(ws.path(model), out)
    return out


def import_model(ws: Workspace, path: Path, *, name: str | None = None) -> str:
    """Load a model file made by Segmenter, checked before anything is kept. Raises ModelFileError."""
    with ws.create("model", name=name or path.stem) as draft:
        model = artifact.import_model(path, draft.folder)
        check_imported(path, model.settings, draft.folder)
    return draft.id

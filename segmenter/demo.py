"""The demo: a small shop with its trained model, made once, kept in data/demo, installed in a second.

`python -m segmenter.demo` makes the bundle anew: it runs the same stages as any data set, in a workspace of
its own, and copies what they left. A test makes it again and compares.
"""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from segmenter import pipeline
from segmenter.errors import DamagedArtifact
from segmenter.progress import Progress, part, silent
from segmenter.results import newest_child, read_json, write_json
from segmenter.workspace import Workspace
from segmenter.workspace.artifacts import Kind

BUNDLE = Path(__file__).resolve().parents[1] / "data" / "demo"
CUSTOMERS = 12_000
SEED = 7

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One artifact of the bundle; its files lie in a folder named after its id."""

    id: str
    kind: Kind
    name: str
    parents: tuple[str, ...]
    details: dict[str, object]


def install_demo(ws: Workspace, *, bundle: Path = BUNDLE, progress: Progress = silent) -> str:
    """Copy the demo's data set, model, evaluation and scores into the workspace, marked as demo.

    Returns the model's id; what is there already stays as it is. Raises DamagedArtifact when a file of the
    bundle is not the one that was made.
    """
    model = ""
    pieces = read_json(bundle / "demo.json", list[Piece])
    for place, piece in enumerate(pieces):
        progress("demo", place / len(pieces), f"Installing the demo's {piece.kind}")
        with ws.create(piece.kind, name=piece.name, parents=piece.parents, demo=True) as draft:
            shutil.copytree(bundle / piece.id, draft.folder, dirs_exist_ok=True)
            draft.details = dict(piece.details)
        if draft.id != piece.id:
            raise DamagedArtifact(
                f"The demo's {piece.kind} is not the one that was made: a file in '{bundle / piece.id}' was "
                "changed. Get the program's files again, or run `make demo`."
            )
        if piece.kind == "model":
            model = draft.id
    return model


def remove_demo(ws: Workspace) -> tuple[str, ...]:
    """Delete everything marked as demo, audiences made from it included. Returns the ids removed."""
    removed: list[str] = []
    for record in ws.records("dataset"):
        if record.demo:
            dependants = [other.id for other in ws.dependants(record.id)]
            removed += ws.delete(record.id, dependants=dependants)
    return tuple(removed)


def make_bundle(
    bundle: Path, *, customers: int = CUSTOMERS, seed: int = SEED, progress: Progress = silent
) -> None:
    """Make the demo shop, train on it, evaluate, score, and leave the results in `bundle`."""
    with TemporaryDirectory() as folder:
        ws = Workspace.open(Path(folder) / "workspace")
        dataset = pipeline.make_demo(ws, customers=customers, seed=seed, progress=part(progress, 0.0, 0.1))
        model = pipeline.train_and_report(
            ws, dataset=dataset, name="Demo model", progress=part(progress, 0.1, 1.0)
        )
        children = [newest_child(ws, kind, model) for kind in ("evaluation", "scores")]
        records = [ws.record(dataset), ws.record(model), *(child for child in children if child)]
        shutil.rmtree(bundle, ignore_errors=True)
        bundle.mkdir(parents=True)
        for record in records:
            shutil.copytree(ws.path(record.id), bundle / record.id)
        pieces = [
            Piece(id=r.id, kind=r.kind, name=r.name, parents=r.parents, details=r.details) for r in records
        ]
        write_json(bundle / "demo.json", pieces)


def _log(stage: str, share: float, message: str = "") -> None:
    logger.info("%3.0f %%  %s  %s", 100 * share, stage, message)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make_bundle(BUNDLE, progress=_log)

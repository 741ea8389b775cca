"""A trained model -> another of the same customers, at once: the same network, some of its weights moved."""

from dataclasses import dataclass, replace

import torch

from segmenter.model import artifact
from segmenter.results import REPORT_FILE, open_report, write_json
from segmenter.settings import TrainingSettings
from segmenter.workspace import Workspace


@dataclass(frozen=True)
class ComparedPair:
    """A workspace with two models of one data set and their comparison."""

    workspace: Workspace
    model: str
    other: str
    comparison: str


def add_model(
    ws: Workspace, model: str, *, settings: TrainingSettings | None = None, name: str = "Other", **cutoffs
) -> str:
    """A model beside `model`, whose p_prompted looks at features otherwise. cutoffs: fields to change."""
    report, record = open_report(ws, model), ws.record(model)
    two_stage = artifact.load_model(ws.path(model))
    settings = settings or report.settings.replaced(
        correction=replace(report.settings.correction, organic_share=0.8, fall_back=False)
    )
    width = two_stage.heads["intent"].weight.shape[-1]
    noise = torch.randn(width, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        two_stage.heads["intent"].weight += 0.4 * noise
        two_stage.heads["intent"].bias += 0.3
    two_stage.settings = settings
    with ws.create("model", name=name, parents=record.parents, demo=record.demo) as draft:
        artifact.save_model(two_stage, report.training, draft.folder)
        changed = replace(report, settings=settings, cutoffs=replace(report.cutoffs, **cutoffs))
        write_json(draft.folder / REPORT_FILE, changed)
        draft.details = report.details()
    return draft.id

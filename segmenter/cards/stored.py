"""A workspace and a model -> what is stored of it: objects to reason with, values with their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import msgspec

from segmenter import results
from segmenter.cards.card import Figure, Said
from segmenter.cards.forms import FORMS
from segmenter.errors import DamagedArtifact, NotFound
from segmenter.evaluation.comparison import Evaluation
from segmenter.results import ModelReport
from segmenter.summary import ScoresSummary
from segmenter.tables.dataset import Dataset
from segmenter.workspace import ArtifactRecord, Workspace

REPORT, EVALUATION, SUMMARY = "report.json", "evaluation.json", "summary.json"
DATASET, MODEL, CATALOG = "dataset.json", "model.json", "catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResults:
    """What is stored of one model; None for what is not there. trees: the same as JSON values, by file.

    The catalog counts as a file: it knows the model's name, and the ids of its evaluation and scores.
    """

    record: ArtifactRecord
    report: ModelReport
    evaluation: Evaluation | None
    summary: ScoresSummary | None
    dataset: Dataset | None
    trees: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        record: ArtifactRecord,
        report: ModelReport,
        *,
        evaluation: Evaluation | None = None,
        summary: ScoresSummary | None = None,
        dataset: Dataset | None = None,
        model_file: Mapping[str, Any] | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> Self:
        """model_file: what of model.json a card tells; ids: of the evaluation and the scores."""
        found = {REPORT: report, EVALUATION: evaluation, SUMMARY: summary, DATASET: dataset}
        trees = {file: msgspec.to_builtins(each) for file, each in found.items() if each is not None}
        trees[MODEL] = dict(model_file or {})
        trees[CATALOG] = {**msgspec.to_builtins(record), **(ids or {})}
        return cls(
            record=record,
            report=report,
            evaluation=evaluation,
            summary=summary,
            dataset=dataset,
            trees=trees,
        )

    @property
    def untested(self) -> str | None:
        """Why the model could not be tested, where that was tried."""
        return results.why_untested(self.record)

    def value(self, source: str) -> Any:
        """The stored value at 'file: path'; None where there is none."""
        file, _, path = source.partition(": ")
        return value_at(self.trees.get(file), path)

    def figure(self, form: str, *sources: str) -> Figure:
        """The stored values in words: a figure that can be traced."""
        return Figure(FORMS[form](*(self.value(source) for source in sources)), form, sources)

    def said(self, template: str, **figures: tuple[str, ...]) -> Said:
        """A sentence with stored values in its {places}: place -> (form, source, ...)."""
        filled = {place: self.figure(*form_and_sources) for place, form_and_sources in figures.items()}
        words = template.format_map({place: figure.words for place, figure in filled.items()})
        return Said(words, tuple(filled.values()))


def value_at(tree: Any, path: str) -> Any:
    """What lies in a JSON tree at 'a.b[2].c'; None where the path leads nowhere."""
    for step in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list | tuple) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def open_stored(ws: Workspace, model: str) -> StoredResults:
    """Everything stored of a model. Raises NotFound, or DamagedArtifact where its report cannot be read."""
    record, report = ws.record(model), results.open_report(ws, model)
    tested, scores = results.newest_child(ws, "evaluation", model), results.latest_scores(ws, model)
    ids = {"evaluation": tested.id if tested else None, "scores": scores}
    return StoredResults.of(
        record,
        report,
        evaluation=results.open_evaluation(ws, model),
        summary=results.open_summary(ws, scores) if scores else None,
        dataset=_dataset(ws, report),
        model_file=_model_file(ws, model),
        ids={name: id for name, id in ids.items() if id},
    )


def _dataset(ws: Workspace, report: ModelReport) -> Dataset | None:
    """What the model learned from; None where it is not in this workspace (a model from a file)."""
    try:
        return results.open_dataset(ws, report.dataset)
    except NotFound:
        return None


def _model_file(ws: Workspace, model: str) -> dict[str, Any]:
    """The few values of model.json that a card tells; none where it cannot be read."""
    try:
        whole = results.read_json(ws.artifacts.path(model) / MODEL, dict[str, Any])
    except DamagedArtifact:
        return {}
    encoder = whole.get("encoder", {})
    names = {
        kind: [{"name": feature["name"]} for feature in encoder.get(kind, ())]
        for kind in ("numeric_features", "category_features")
    }
    return {"version": whole.get("version"), "torch_version": whole.get("torch_version"), "encoder": names}

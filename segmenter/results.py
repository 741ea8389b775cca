"""What the stages left in the workspace, read back: small results by id, cheap enough for a page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from segmenter.comparing.comparison import ModelComparison
from segmenter.cutoffs import Cutoffs
from segmenter.engines import Engine, open_engine, read_sql
from segmenter.errors import DamagedArtifact, ModelFileError, NotEnoughData, SettingsError
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.eligibility import Eligibility
from segmenter.evaluation.eligibility import eligibility as judge_eligibility
from segmenter.evaluation.leakage import Suspicion
from segmenter.evaluation.rfm_segments import RfmSegments
from segmenter.evaluation.rfm_segments import rfm_segments as sort_by_rfm
from segmenter.features.tables import register_dataset
from segmenter.labels.intent import IntentEvidence
from segmenter.labels.tables import segment_counts as count_segments
from segmenter.model.two_stage import TrainingReport
from segmenter.reasons.customers import CUSTOMERS_FILE, find_customer
from segmenter.reasons.explaining import EXPLANATION_FILE
from segmenter.reasons.explanation import CustomerReasons, Explanation
from segmenter.settings import TrainingSettings, Windows
from segmenter.summary import ScoresSummary, sum_counts
from segmenter.tables.dataset import Dataset, read_dataset
from segmenter.workspace import ArtifactRecord, Kind, Workspace

T = TypeVar("T")

logger = logging.getLogger(__name__)

REPORT_FILE = "report.json"
LEDGER_FILE = "ledger.parquet"
COMPARISON_FILE = "comparison.json"

# Among a model's details: why it could not be tested, in words; and the days on which customers that it had
# learned from were erased.
UNTESTED = "untested"
ERASED_ON = "erased_on"

# Above this many days the timeline counts by week: a chart needs no more points.
DAYS_BY_DAY = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """A model's card: what it learned from, how, and what stands behind it.

    given: cutoff -> given label -> customers, of everybody in the population (the test fold too).
    evidence: what the training windows say about intent, strongest first. suspicious: features that may know
    the outcome, or tell nothing; a report from before they were looked for has none.
    """

    dataset: str
    dataset_name: str
    cutoffs: Cutoffs
    settings: TrainingSettings
    training: TrainingReport
    given: dict[str, dict[str, int]]
    evidence: tuple[IntentEvidence, ...]
    created_at: datetime
    suspicious: tuple[Suspicion, ...] = ()

    def details(self) -> dict[str, object]:
        """What a list of models shows."""
        return {
            "cutoffs": [str(cutoff) for cutoff in self.cutoffs.train],
            "outcome_days": self.settings.windows.outcome_days,
            "segments": sum_counts(self.given),
            "correction": self.training.correction.sentence,
        }


def dataset_folder(ws: Workspace, dataset: str) -> Path:
    """Folder of a data set's Parquet files. Raises NotFound."""
    return ws.artifacts.path(dataset)


def open_dataset(ws: Workspace, dataset: str) -> Dataset:
    """What a data set holds. Raises NotFound."""
    return read_dataset(dataset_folder(ws, dataset))


def open_report(ws: Workspace, model: str) -> ModelReport:
    """A model's card. Raises NotFound, or DamagedArtifact when it cannot be read."""
    return read_json(ws.artifacts.path(model) / REPORT_FILE, ModelReport)


def open_evaluation(ws: Workspace, model: str) -> Evaluation | None:
    """The newest evaluation of a model, or None."""
    found = newest_child(ws, "evaluation", model)
    if found is None:
        return None
    return Evaluation.from_json((ws.artifacts.path(found.id) / "evaluation.json").read_bytes())


def is_evaluation_complete(ws: Workspace, model: str) -> bool:
    """Whether the newest evaluation of a model can be read and holds everything that one made now would."""
    try:
        found = open_evaluation(ws, model)
    except DamagedArtifact:
        return False
    return found is not None and found.is_complete


@contextmanager
def noting_why_untested(ws: Workspace, model: str) -> Iterator[None]:
    """Around a test: that a model has too few customers to be tested is remembered with the model."""
    try:
        yield
    except NotEnoughData as error:
        ws.catalog.note(model, **{UNTESTED: str(error)})
        raise


def why_untested(record: ArtifactRecord) -> str | None:
    """Why this model could not be tested; None where it was, or where nobody has tried."""
    return record.details.get(UNTESTED)


def comparison_of(ws: Workspace, model: str, other: str) -> str | None:
    """Id of the newest comparison of `model` with `other`, in that order; None where none can be read."""
    # Parents are kept once each and in order: a model compared with itself stands there once.
    pair = tuple(dict.fromkeys((model, other)))
    made = [record.id for record in ws.catalog.records("comparison") if record.parents[:-1] == pair]
    return next((each for each in made if _is_readable(ws, each)), None)


def _is_readable(ws: Workspace, comparison: str) -> bool:
    """Whether a stored comparison is whole, and of a form that this version knows."""
    try:
        open_comparison(ws, comparison)
    except DamagedArtifact:
        return False
    return True


def open_comparison(ws: Workspace, comparison: str) -> ModelComparison:
    """A stored comparison of two models. Raises NotFound, or DamagedArtifact when it cannot be read."""
    return ModelComparison.from_json((ws.artifacts.path(comparison) / COMPARISON_FILE).read_bytes())


def latest_scores(ws: Workspace, model: str) -> str | None:
    """Id of the newest scores made by a model, or None."""
    found = newest_child(ws, "scores", model)
    return found.id if found else None


def open_summary(ws: Workspace, scores: str) -> ScoresSummary:
    """The summary of a scoring run. Raises NotFound."""
    return read_json(ws.artifacts.path(scores) / "summary.json", ScoresSummary)


def open_explanation(ws: Workspace, scores: str) -> Explanation | None:
    """What the score looks at. None for scores from before reasons were kept, and with hidden units.

    Raises NotFound.
    """
    path = ws.artifacts.path(scores) / EXPLANATION_FILE
    return read_json(path, Explanation) if path.exists() else None


def open_reasons(ws: Workspace, scores: str, customer_id: str | None = None) -> CustomerReasons | None:
    """Why one customer has their score; None where nobody scored has that id. No id: the best-ranked one."""
    folder = ws.artifacts.path(scores)
    with ws.scratch() as own, open_engine(allowed=(folder,), scratch=own) as engine:
        engine.register("scores", folder / "scores.parquet")
        engine.register("reasons", folder / CUSTOMERS_FILE)
        return find_customer(engine, customer_id)


def newest_child(ws: Workspace, kind: Kind, parent: str) -> ArtifactRecord | None:
    """The newest artifact of a kind that was made from `parent`."""
    return next((record for record in ws.catalog.records(kind) if parent in record.parents), None)


def segment_counts(ws: Workspace, dataset: str, cutoff: date, windows: Windows) -> dict[str, int]:
    """Customers per given label at a cutoff, and 'exposed': those whom a campaign could have reached."""
    with dataset_engine(ws, dataset) as engine:
        return count_segments(engine, open_dataset(ws, dataset), windows, cutoff)


def activity(ws: Workspace, dataset: str) -> dict[str, tuple[tuple[date, int], ...]]:
    """Rows per day (per week above 400 days) of each dated table, for the charts of what the data cover."""
    with dataset_engine(ws, dataset) as engine:
        frame = engine.frame(read_sql("segmenter.tables", "daily_activity"), {"days_by_day": DAYS_BY_DAY})
    counts: dict[str, list[tuple[date, int]]] = {}
    for table, day, rows in zip(frame["table_name"], frame["day"], frame["n_rows"], strict=True):
        counts.setdefault(str(table), []).append((day.date(), int(rows)))
    return {table: tuple(points) for table, points in counts.items()}


def eligibility(ws: Workspace, dataset: str, outcome_days: int) -> Eligibility:
    """Whether a model can be trained on a data set with that outcome window, and what would help."""
    with dataset_engine(ws, dataset) as engine:
        return judge_eligibility(engine, open_dataset(ws, dataset), outcome_days)


def rfm_segments(ws: Workspace, dataset: str) -> RfmSegments:
    """The RFM segments of all customers on the day the data end. Raises NotEnoughData."""
    with dataset_engine(ws, dataset) as engine:
        return sort_by_rfm(engine, open_dataset(ws, dataset))


@contextmanager
def dataset_engine(ws: Workspace, dataset: str, *also: Path) -> Iterator[Engine]:
    """An engine with the data set's tables registered; it may read the data set and use `also`."""
    folder = dataset_folder(ws, dataset)
    with ws.scratch() as own, open_engine(allowed=(folder, *also), scratch=own) as engine:
        register_dataset(engine, folder)
        yield engine


def check_imported(path: Path, settings: TrainingSettings, folder: Path) -> None:
    """Whether the report that came with the model file `path`, now in `folder`, is one, and that model's.

    Raises ModelFileError: pages and scoring would trust it.
    """
    told = f"'{path.name}' cannot be used as a model: "
    remedy = ". Choose a file that Segmenter saved, or train the model again."
    try:
        report = read_json(folder / REPORT_FILE, ModelReport)
    except (DamagedArtifact, SettingsError) as error:
        raise ModelFileError(f"{told}it does not say what it was trained on{remedy}") from error
    if report.settings != settings:
        raise ModelFileError(f"{told}it says two things of how it was trained{remedy}")


def read_json(path: Path, type: type[T]) -> T:
    """A stored result. Raises DamagedArtifact when it is not what was written."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=type)
    except (OSError, msgspec.DecodeError) as error:
        logger.warning("%s cannot be read: %r", path, str(error))
        raise DamagedArtifact(
            f"What is stored of '{path.parent.name}' cannot be read. Delete it and make it again."
        ) from error


def write_json(path: Path, result: object) -> None:
    """Write a result where `read_json` finds it; `path` lies in a draft that nobody sees yet."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1))

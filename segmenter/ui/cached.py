"""Small stored results -> memory, once: every cached call of the app, keyed by ids and frozen settings.

Artifacts never change under their id, so an id is a safe key, and the frozen results are shared between
sessions without a copy. A table is never a key: Streamlit hashes only a sample of a large one.
"""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from segmenter import campaign, results
from segmenter.audience.preview import AudiencePreview
from segmenter.audience.selection import Ranking
from segmenter.cards.card import ModelCard
from segmenter.cards.making import make_card
from segmenter.cards.stored import open_stored
from segmenter.comparing.comparison import ModelComparison
from segmenter.cutoffs import Cutoffs, suggest_cutoffs
from segmenter.errors import NotEnoughData, NotFound
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.eligibility import Eligibility
from segmenter.evaluation.rfm_segments import RfmSegments
from segmenter.lineage import Origin, lineage
from segmenter.progress import Progress, silent
from segmenter.reasons.explanation import CustomerReasons, Explanation
from segmenter.results import ModelReport
from segmenter.settings import Windows
from segmenter.summary import ScoresSummary
from segmenter.tables import ingestion, reading
from segmenter.tables.dataset import Dataset
from segmenter.tables.locations import server_file
from segmenter.tables.mapping import Mapping
from segmenter.tables.mapping_file import mapping_to_toml
from segmenter.tables.report import ValidationReport
from segmenter.workspace import Workspace
from segmenter.workspace.folder import workspace_folder

_MOST_SOURCE_FILES = 64

Version = tuple[int, int] | None  # of a file: its size and when it was written


def workspace() -> Workspace:
    """The workspace this server works in: SEGMENTER_WORKSPACE, or ./workspace."""
    return _workspace(workspace_folder())


@st.cache_resource(show_spinner=False, max_entries=8)
def _workspace(folder: Path) -> Workspace:
    return Workspace.open(folder)


@st.cache_resource(show_spinner=False, max_entries=64)
def dataset(dataset_id: str) -> Dataset:
    """What a data set holds: rows, coverage, findings."""
    return results.open_dataset(workspace(), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def origin(artifact_id: str) -> Origin:
    """Where an artifact comes from, back to the files."""
    return lineage(workspace(), artifact_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def report(model_id: str) -> ModelReport:
    """A model's card: data, cutoffs, settings, training, evidence."""
    return results.open_report(workspace(), model_id)


@st.cache_resource(show_spinner=False, max_entries=32)
def evaluation(model_id: str, evaluation_id: str) -> Evaluation:
    """The stored evaluation of a model; its id is part of the key, so a new one is read anew."""
    found = results.open_evaluation(workspace(), model_id)
    if found is None:
        raise NotFound("This model's test result is gone. Train the model again to test it.")
    return found


@st.cache_resource(show_spinner=False, max_entries=32)
def model_card(model_id: str, evaluation_id: str, scores_id: str) -> ModelCard:
    """A model's card; the ids of its test and scores are only parts of the key, so a new one is read."""
    return make_card(open_stored(workspace(), model_id))


@st.cache_resource(show_spinner=False, max_entries=32)
def summary(scores_id: str) -> ScoresSummary:
    """The stored summary of a scoring run: counts, curves, profiles."""
    return results.open_summary(workspace(), scores_id)


@st.cache_resource(show_spinner=False, max_entries=32)
def comparison(comparison_id: str) -> ModelComparison:
    """Two models beside each other: lists, movers, the test."""
    return results.open_comparison(workspace(), comparison_id)


@st.cache_resource(show_spinner=False, max_entries=32)
def explanation(scores_id: str) -> Explanation | None:
    """What the score looks at; None where no reasons were kept with the scores."""
    return results.open_explanation(workspace(), scores_id)


@st.cache_resource(show_spinner=False, max_entries=256)
def customer_reasons(scores_id: str, customer_id: str | None) -> CustomerReasons | None:
    """Why one customer has their score; no id: the best-ranked one. None where nobody has that id."""
    return results.open_reasons(workspace(), scores_id, customer_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def suggested_cutoffs(dataset_id: str, outcome_days: int) -> Cutoffs:
    """Cutoffs to start from: the last feasible ones, with a period kept unseen. Raises NotEnoughData."""
    return suggest_cutoffs(dataset(dataset_id), outcome_days)


@st.cache_resource(show_spinner="Counting customers in each segment", max_entries=256)
def segment_counts(dataset_id: str, cutoff: date, windows: Windows) -> dict[str, int]:
    """Customers per given label at a cutoff, and how many were 'exposed', before anything is trained."""
    return results.segment_counts(workspace(), dataset_id, cutoff, windows)


@st.cache_resource(show_spinner=False, max_entries=64)
def activity(dataset_id: str) -> dict[str, tuple[tuple[date, int], ...]]:
    """Rows per day or week of each dated table, for the charts that show what the data cover."""
    return results.activity(workspace(), dataset_id)


@st.cache_resource(show_spinner="Counting what there is to learn from", max_entries=64)
def eligibility(dataset_id: str, outcome_days: int) -> Eligibility:
    """Whether the data are enough to train on, and what would help most."""
    return results.eligibility(workspace(), dataset_id, outcome_days)


@st.cache_resource(show_spinner="Sorting customers by their purchases", max_entries=64)
def rfm_segments(dataset_id: str) -> RfmSegments | None:
    """Who the customers are by their purchases alone; None where nothing is dated."""
    with suppress(NotEnoughData):
        return results.rfm_segments(workspace(), dataset_id)
    return None


def audience_preview(
    scores_id: str, top: float, by: Ranking, suppress: str | None = None, holdout: float = 0.0
) -> AudiencePreview:
    """What an audience of this size would be. `suppress`: path of a stored list."""
    tested = results.newest_child(workspace(), "evaluation", summary(scores_id).model)
    return _audience_preview(scores_id, top, by, suppress, holdout, tested.id if tested else "")


@st.cache_resource(show_spinner=False, max_entries=512)
def _audience_preview(
    scores_id: str, top: float, by: Ranking, suppress: str | None, holdout: float, evaluation_id: str
) -> AudiencePreview:
    """`evaluation_id` is only a part of the key: what to expect is read off the test of the model."""
    return campaign.preview_audience(
        workspace(),
        scores=scores_id,
        top=top,
        by=by,
        suppress=Path(suppress) if suppress else None,
        holdout=holdout,
    )


def source_files(path: Path, name: str, progress: Progress = silent) -> tuple[reading.SourceFile, ...]:
    """What is in a file, a workbook's sheets one by one; read anew when another file took its name.

    Raises UnreadableFile.
    """
    known, key = _source_files(), (path, name, _version(path))
    if key not in known:
        found = reading.inspect_file(path, name=name, progress=progress)
        for oldest in list(known)[: len(known) - _MOST_SOURCE_FILES + 1]:
            known.pop(oldest, None)
        known[key] = found
    return known[key]


@st.cache_resource(show_spinner=False)
def _source_files() -> dict[tuple[Path, str, Version], tuple[reading.SourceFile, ...]]:
    """What was read, oldest first. A dictionary, since a cached function could not show its progress."""
    return {}


def _version(path: Path) -> Version:
    """What changes when a corrected file is brought under the name of a wrong one; None where none is."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_size, now.st_mtime_ns


def preview(folder: Path, mapping: Mapping, table: str, rows: int) -> tuple[pd.DataFrame, ValidationReport]:
    """The first rows of a table as it would be read, and what becomes of the first rows of its files.

    Raises MappingError for what is missing.
    """
    versions = tuple(_version_of(folder, source.file) for source in mapping.tables.get(table, ()))
    return _preview(folder, mapping_to_toml(mapping), table, rows, versions, mapping)


def _version_of(folder: Path, file: str) -> Version:
    on_server = server_file(file)
    if on_server is None:
        return _version(folder / file)
    location, place = on_server
    return _version(location.file(place, keep=folder / ingestion.FETCHED))


@st.cache_resource(show_spinner="Reading the first rows", max_entries=64)
def _preview(
    folder: Path, text: str, table: str, rows: int, versions: tuple[Version, ...], _mapping: Mapping
) -> tuple[pd.DataFrame, ValidationReport]:
    """`text` and `versions` are only parts of the key: they stand for the mapping and for its files."""
    with workspace().scratch() as scratch:
        return ingestion.preview(_mapping, folder, table, n=rows, scratch=scratch)

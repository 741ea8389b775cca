"""A trained model -> files for people: one that another workspace can load, and the correction ledger."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from segmenter.delivery.csv_file import write_csv
from segmenter.model import artifact
from segmenter.results import LEDGER_FILE, check_imported
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


def has_ledger(ws: Workspace, model: str) -> bool:
    """Whether a correction of labels was tried, so that there is a ledger of it."""
    return (ws.path(model) / LEDGER_FILE).exists()


def ledger_head(ws: Workspace, model: str, rows: int) -> pd.DataFrame:
    """The first rows of a model's correction ledger, most organic first (model/ledger.py)."""
    with pq.ParquetFile(ws.path(model) / LEDGER_FILE) as file:
        batch = next(file.iter_batches(rows), None)
    return pd.DataFrame() if batch is None else batch.to_pandas()


def write_ledger(ws: Workspace, model: str, out: Path) -> Path:
    """Write a model's correction ledger as CSV that a spreadsheet opens safely."""
    with pq.ParquetFile(ws.path(model) / LEDGER_FILE) as file:
        header = [name for name in file.schema_arrow.names if not name.startswith("__")]
        rows = (
            list(row.values()) for batch in file.iter_batches(columns=header) for row in batch.to_pylist()
        )
        write_csv(out, header, rows)
    return out

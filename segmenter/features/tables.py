"""Validated tables -> one row per customer, made only of what was known before the cutoff."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine, Parameters, read_sql
from segmenter.engines.staging import passing_folder, stage
from segmenter.features.catalog import recent_days
from segmenter.progress import Progress, silent
from segmenter.settings import Windows
from segmenter.tables.contracts import HISTORY_COLUMNS
from segmenter.tables.dataset import Attribute, Dataset, is_customer_level

PACKAGE = "segmenter.features"

DATASET_TABLES = (
    "customers",
    "attributes",
    "transactions",
    "engagements",
    "campaigns",
    "assignments",
    "intents",
    "outcomes",
)
NEWER_TABLES = ("outcomes",)  # data sets from before they were known have no file of them

# In this order: each step may read the tables before it.
STEPS = (
    "population",
    "orders",
    "receipts",
    "purchase_features",
    "rhythm_features",
    "basket_features",
    "preference_features",
    "engagement_features",
    "conversion_features",
    "exposure_features",
)

# What a customers file says of purchases; empty where there is a table of them.
_HISTORY = [("customer_id", pa.string()), *((name, pa.float64()) for name in HISTORY_COLUMNS)]
NO_HISTORY = pa.schema(_HISTORY).empty_table()

_ATTRIBUTE_NAME = re.compile(r"attr_(num|cat|date)_[1-9][0-9]{0,3}")
_ATTRIBUTE_MARK = "/* attribute columns */"

_ATTRIBUTE_COLUMN = {
    "numeric": "CAST(attributes.{name} AS DOUBLE) AS {name}",
    "category": "CAST(attributes.{name} AS VARCHAR) AS {name}",
    # A date at or after the cutoff is not known yet.
    "date": """CASE
        WHEN attributes.{name} < CAST(:cutoff AS TIMESTAMP) THEN CAST(
            DATE_DIFF('microsecond', attributes.{name}, CAST(:cutoff AS TIMESTAMP)) AS DOUBLE
        ) / 86400000000
    END AS {name}""",
}


def register_dataset(engine: Engine, folder: Path) -> None:
    """Make the Parquet files of a data set readable under their table names."""
    for name in DATASET_TABLES:
        path = folder / f"{name}.parquet"
        if path.exists() or name not in NEWER_TABLES:
            engine.register(name, path)


def customer_features(
    engine: Engine,
    dataset: Dataset,
    windows: Windows,
    cutoff: date,
    path: Path,
    *,
    progress: Progress = silent,
) -> int:
    """Write customer_id, our features and every attribute, sorted by customer_id; returns the rows.

    Sensitive attributes are among the columns, so that an older model finds what it learned from;
    `feature_specs(dataset)` leaves them out. Numeric columns are DOUBLE (NULL = unknown), categories VARCHAR.
    One row per customer of the population at `cutoff`. The data set's tables must be registered. Attributes
    have no date; they count as known. Where the data set is customer-level, so does the history that the
    customers file gives.
    """
    parameters = feature_parameters(windows, cutoff)
    with passing_folder(engine) as folder:
        for done, name in enumerate(STEPS):
            progress("features", done / (len(STEPS) + 1), name.replace("_", " "))
            stage(engine, folder, PACKAGE, name, parameters)
        if is_customer_level(dataset):
            stage(engine, folder, PACKAGE, "given_history", parameters)
        else:
            pq.write_table(NO_HISTORY, folder / "given_history.parquet")
            engine.register("given_history", folder / "given_history.parquet")
        return engine.write(customer_features_sql(dataset.attributes), parameters, path)


def feature_parameters(windows: Windows, cutoff: date) -> Parameters:
    """What the SQL files of this package are given."""
    short, medium, long = recent_days(windows)
    return {
        "cutoff": cutoff,
        "attribution_days": windows.attribution_days,
        "recent_days_1": short,
        "recent_days_2": medium,
        "recent_days_3": long,
    }


def customer_features_sql(attributes: Iterable[Attribute]) -> str:
    """customer_features.sql with one column more per attribute.

    The only SQL text that is put together here, and only of our own names: users' column names stay in the
    data set's description. Raises ValueError for any other name.
    """
    columns = []
    for attribute in attributes:
        if not _ATTRIBUTE_NAME.fullmatch(attribute.name):
            raise ValueError(
                f"An attribute column is named attr_num_1, attr_cat_1 or so; got {attribute.name!r}."
            )
        columns.append(",\n    " + _ATTRIBUTE_COLUMN[attribute.kind].format(name=attribute.name))
    return read_sql(PACKAGE, "customer_features").replace(_ATTRIBUTE_MARK, "".join(columns))

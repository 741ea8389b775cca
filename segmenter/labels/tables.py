"""Validated tables -> what each customer did after the cutoff: segments, purchases, exposure, arm, intent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import Engine, Parameters, read_sql
from segmenter.engines.staging import passing_folder, stage, stage_text
from segmenter.settings import Windows
from segmenter.tables.dataset import Dataset, is_customer_level

GivenLabel = Literal["engaged", "unengaged", "inactive", "browsing"]
GIVEN_LABELS: tuple[GivenLabel, ...] = get_args(GivenLabel)

PACKAGE = "segmenter.labels"
FEATURES_PACKAGE = "segmenter.features"

NO_MARGINS = pa.table({"customer_id": pa.array([], pa.string()), "margin": pa.array([], pa.float64())})

# The same texts that make features, run to the end of the outcome window: one rule for what an order, a valid
# offer and a redemption are, on both sides of the cutoff.
STEPS_TO_THE_END = (
    (FEATURES_PACKAGE, "orders"),
    (FEATURES_PACKAGE, "receipts"),
    (PACKAGE, "redemptions"),
)


def customer_outcomes(engine: Engine, dataset: Dataset, windows: Windows, cutoff: date, path: Path) -> int:
    """Write one row per customer of the population at `cutoff`, sorted by customer_id; returns the rows.

    Columns: customer_id; given_label (a GivenLabel); exposed; looked; purchases and amount (net of returns)
    in the outcome window; margin, what is left of the amount, NULL where the data give none; engagements
    (qualifying ones in it); organic_completion (redeemed in it without having seen the offer); arm
    ('treatment', 'control' or NULL) by the first trial of the window, and trial, the campaign_id of that
    trial; intent ('prompted', 'organic' or NULL).

    The data set's tables must be registered. It is for the caller to see that the data reach to the end of
    the outcome window: customers would look inactive where nothing was recorded yet. Customer-level data sets
    say themselves what became of whom (given_outcomes.sql).
    """
    with _staged(engine, windows, cutoff) as (folder, parameters):
        if has_margins(dataset):
            stage(engine, folder, PACKAGE, "margins", parameters)
        return engine.write(read_sql(PACKAGE, _outcomes_of(dataset)), parameters, path)


def _outcomes_of(dataset: Dataset) -> str:
    return "given_outcomes" if _says_outcomes(dataset) else "customer_outcomes"


def _says_outcomes(dataset: Dataset) -> bool:
    return is_customer_level(dataset) and dataset.has("outcomes")


def has_margins(dataset: Dataset) -> bool:
    """Whether the purchases say what is left of their amounts."""
    return "margin_amount" in dataset.mapped.get("transactions", ())


def segment_counts(engine: Engine, dataset: Dataset, windows: Windows, cutoff: date) -> dict[str, int]:
    """Customers per given label (all four are there), and 'exposed': those a campaign could have reached."""
    with outcome_tables(engine, dataset, windows, cutoff) as parameters:
        found = engine.frame(read_sql(PACKAGE, "segment_counts"), parameters).set_index("given_label")
    counts: dict[str, int] = {label: int(found["customers"].get(label, 0)) for label in GIVEN_LABELS}
    return {**counts, "exposed": int(found["exposed_customers"].sum())}


@contextmanager
def outcome_tables(
    engine: Engine, dataset: Dataset, windows: Windows, cutoff: date, among: np.ndarray | None = None
) -> Iterator[Parameters]:
    """Tables population, orders, receipts, redemptions, arms and customer_outcomes, while the block runs.

    among: ids of the only customers who are to be in population and customer_outcomes; None for everybody.
    Yields the parameters for texts that read them.
    """
    with _staged(engine, windows, cutoff) as (folder, parameters):
        if among is not None:
            pq.write_table(pa.table({"customer_id": pa.array(among, pa.string())}), folder / "among.parquet")
            engine.register("chosen_customers", folder / "among.parquet")
            stage(engine, folder, PACKAGE, "chosen_population", parameters)
            engine.register("population", folder / "chosen_population.parquet")
        stage_text(engine, folder, "customer_outcomes", read_sql(PACKAGE, _outcomes_of(dataset)), parameters)
        if _says_outcomes(dataset):
            stage(engine, folder, PACKAGE, "given_arms", parameters)
            engine.register("arms", folder / "given_arms.parquet")
        yield parameters


@contextmanager
def _staged(engine: Engine, windows: Windows, cutoff: date) -> Iterator[tuple[Path, Parameters]]:
    parameters = outcome_parameters(windows, cutoff)
    until_the_end = {**parameters, "cutoff": windows.outcome_end(cutoff)}
    with passing_folder(engine) as folder:
        stage(engine, folder, FEATURES_PACKAGE, "population", parameters)
        for package, name in STEPS_TO_THE_END:
            stage(engine, folder, package, name, until_the_end)
        stage(engine, folder, PACKAGE, "arms", parameters)
        # Empty, but for whoever asks for margins: purchases stored before there were any have no such column.
        pq.write_table(NO_MARGINS, folder / "no_margins.parquet")
        engine.register("margins", folder / "no_margins.parquet")
        yield folder, parameters


def outcome_parameters(windows: Windows, cutoff: date) -> Parameters:
    """What the SQL files of this package are given."""
    return {
        "cutoff": cutoff,
        "before_start": cutoff - timedelta(days=windows.outcome_days),
        "outcome_end": windows.outcome_end(cutoff),
        "attribution_days": windows.attribution_days,
        "view_qualifies": "view" in windows.engagement_kinds,
        "click_qualifies": "click" in windows.engagement_kinds,
        "redeem_qualifies": "redeem" in windows.engagement_kinds,
    }

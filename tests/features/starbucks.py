"""The Starbucks events (simulated by their publisher) -> a data set folder, without reading files."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from segmenter.tables.dataset import Attribute, Dataset
from tests.features.world import write_world

ORIGIN = pd.Timestamp("2018-07-01")
KINDS = {"offer received": "exposure", "offer viewed": "view", "offer completed": "redeem"}


def write_starbucks(source: Path, folder: Path) -> Dataset:
    """All events, the offers as campaigns with their validity, and the profile as attributes."""
    events = pd.read_parquet(source / "transcript.parquet")
    events["at"] = (ORIGIN + pd.to_timedelta(events["time_hours"], unit="h")).dt.as_unit("us")
    events = events.rename(columns={"person_id": "customer_id", "offer_id": "campaign_id"})
    bought = events[events["event"] == "transaction"]
    touched = events[events["event"] != "transaction"]
    touched = touched.assign(kind=touched["event"].map(KINDS))
    people = pd.read_parquet(source / "profile.parquet").rename(
        columns={"person_id": "customer_id", "became_member_on": "joined_at"}
    )
    offers = pd.read_parquet(source / "portfolio.parquet").rename(columns={"offer_id": "campaign_id"})
    offers = offers.assign(valid_days=offers["duration_hours"] / 24, offer=offers["offer_type"])
    return write_world(
        folder,
        customers=_arrow(people[["customer_id", "joined_at"]]),
        transactions=_arrow(bought[["customer_id", "at", "amount"]]),
        engagements=_arrow(touched[["customer_id", "at", "kind", "campaign_id"]]),
        campaigns=_arrow(offers[["campaign_id", "offer", "valid_days"]]),
        attribute_list=[
            Attribute(name="attr_num_1", label="age", kind="numeric"),
            Attribute(name="attr_num_2", label="income", kind="numeric"),
            Attribute(name="attr_cat_1", label="gender", kind="category"),
        ],
        attributes=people.rename(
            columns={"age": "attr_num_1", "income": "attr_num_2", "gender": "attr_cat_1"}
        )[["customer_id", "attr_num_1", "attr_num_2", "attr_cat_1"]]
        .astype(object)
        .where(people.notna().all(axis=1), None)
        .to_dict("records"),
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)

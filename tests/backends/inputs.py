"""The world on which engines must agree: every awkward value on purpose, and each step's tables made once."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from segmenter.engines import open_engine, read_sql
from segmenter.engines.staging import stage
from segmenter.features.tables import STEPS, feature_parameters, register_dataset
from segmenter.labels.tables import outcome_parameters
from segmenter.settings import Windows
from segmenter.tables.dataset import Attribute
from tests.features.world import write_world

CUTOFF = date(2026, 3, 1)
WINDOWS = Windows(outcome_days=10, attribution_days=3)
N_CUSTOMERS = 150

ATTRIBUTES = (
    Attribute(name="attr_num_1", label="income", kind="numeric"),
    Attribute(name="attr_cat_1", label="town", kind="category"),
    Attribute(name="attr_date_1", label="birthday", kind="date"),
)

FEATURE_PARAMETERS = feature_parameters(WINDOWS, CUTOFF)
LABEL_PARAMETERS = outcome_parameters(WINDOWS, CUTOFF)
UNTIL_THE_END = {**LABEL_PARAMETERS, "cutoff": WINDOWS.outcome_end(CUTOFF)}


def write_inputs(folder: Path, rng: np.random.Generator) -> None:
    """Write every table: the data set, the steps of features and labels, and what the other packages read."""
    write_dataset_tables(folder, rng)
    with open_engine(allowed=[folder], scratch=folder / "scratch", threads=2) as engine:
        register_dataset(engine, folder)

        def step(package: str, name: str, parameters: Any, file: str) -> None:
            engine.write(read_sql(package, name), parameters, folder / f"{file}.parquet")
            engine.register(name, folder / f"{file}.parquet")

        for name in (*STEPS, "given_history"):
            step("segmenter.features", name, FEATURE_PARAMETERS, name)
        for name in ("orders", "receipts"):
            step("segmenter.features", name, UNTIL_THE_END, f"{name}_until_the_end")
        step("segmenter.labels", "redemptions", UNTIL_THE_END, "redemptions")
        step("segmenter.labels", "arms", LABEL_PARAMETERS, "arms")
        step("segmenter.labels", "margins", LABEL_PARAMETERS, "margins")
        step("segmenter.labels", "customer_outcomes", LABEL_PARAMETERS, "customer_outcomes")
    write_typed_rows(folder, rng)
    write_overlap(folder)
    write_audience_tables(folder, rng)
    with open_engine(allowed=[folder], scratch=folder / "scratch", threads=2) as engine:
        for name in ("customers", "scores", "suppression"):
            engine.register(name, folder / f"{name}.parquet")
        for name in ("contacts", "barred_customers"):
            stage(engine, folder, "segmenter.audience", name, {})


def write_dataset_tables(folder: Path, rng: np.random.Generator) -> None:
    """Ids that look like numbers, moments to the microsecond, ties, holes and rows on the cutoff itself."""
    ids = [f"{i:05d}" if i % 3 else f"ü'{i}\"" for i in range(N_CUSTOMERS)]
    start = datetime(2025, 10, 1)

    def moments(n: int) -> list[datetime]:
        seconds = rng.integers(0, 170 * 86_400, n)
        found = [start + timedelta(seconds=int(s), microseconds=int(s) % 7 * 142_857) for s in seconds]
        on_edges = [datetime(2026, 3, 1), datetime(2026, 3, 11), datetime(2026, 2, 26)]
        return [on_edges[i % 3] if i % 19 == 0 else moment for i, moment in enumerate(found)]

    def some(values: list[Any], n: int) -> list[Any]:
        return [values[i] for i in rng.integers(0, len(values), n)]

    n, m = 1_500, 2_500
    amounts = rng.normal(25, 20, n).round(2)
    transactions = {
        "customer_id": some(ids, n),
        "at": moments(n),
        "amount": amounts,
        "order_id": some([None, None, "1", "2", "3"], n),
        "quantity": some([None, 1.0, 2.0, 7.0], n),
        "discount_amount": some([None, 0.0, 1.25], n),
        "margin_amount": [None if i % 5 == 0 else a for i, a in enumerate((amounts * 0.3).round(2))],
        "category": some([None, "tea", "coffee", "Ähre"], n),
        "channel": some([None, "web", "shop"], n),
        "is_return": some([True, False, None, None], n),
    }
    engagements = {
        "customer_id": some(ids[:120], m),
        "at": moments(m),
        "kind": some(["exposure", "exposure", "impression", "view", "click", "redeem"], m),
        "campaign_id": some([None, "k1", "k2", "k3", "k4"], m),
    }
    campaigns = {
        "campaign_id": ["k1", "k2", "k3", "k4"],
        "valid_days": [7.0, None, 2.5, 30.0],
        "starts_at": [None, None, datetime(2025, 1, 1), datetime(2026, 3, 5)],
    }
    assignments = {
        "customer_id": some(ids, 120),
        "campaign_id": some(["k1", "k2"], 120),
        "at": moments(120),
        "arm": some(["treatment", "control"], 120),
    }
    people = ids[:100]
    customers = {
        "customer_id": people,
        "joined_at": [moment if i % 4 else None for i, moment in enumerate(moments(100))],
        "consent_email": some([True, False, None], 100),
        "days_since_last_purchase": some([None, 3.0, 41.5], 100),
        "purchase_count": some([None, 1.0, 7.0], 100),
        "monetary_value": some([None, 0.1, 99.9], 100),
        "email": [  # some mailboxes have two customers
            f" Person{i + (i % 7 == 3)}@Example.org " if i % 5 else None for i in range(96)
        ]
        + ["Anna <a@x.de>", "mailto:b@x.de?subject=hi", "c@x.de; 'd'@x.de.", "none"],
    }
    # A file of outcomes beside tables of purchases is read for its own steps only.
    outcomes = {
        "customer_id": people[:90],
        "segment": some([None, None, "engaged", "unengaged", "inactive"], 90),
        "bought": some([True, False, None], 90),
        "reacted": some([True, False, None], 90),
        "amount": some([None, 0.1, 12.75], 90),
        "arm": some([None, "treatment", "control"], 90),
    }
    intents = {"customer_id": people[:60], "intent": some(["prompted", "organic"], 60)}
    attributes = [
        {"customer_id": person, "attr_num_1": float(i) / 7, "attr_cat_1": "Ulm" if i % 2 else None}
        | {"attr_date_1": datetime(2026, 2, 20) + timedelta(days=i % 20)}
        for i, person in enumerate(people[:80])
    ]
    write_world(
        folder,
        customers=pa.table(customers),
        transactions=pa.table(transactions),
        engagements=pa.table(engagements),
        campaigns=pa.table(campaigns),
        assignments=pa.table(assignments),
        intents=pa.table(intents),
        outcomes=pa.table(outcomes),
        attribute_list=ATTRIBUTES,
        attributes=attributes,
    )


def write_typed_rows(folder: Path, rng: np.random.Generator) -> None:
    """Rows as files gave them: with their origin, and with keys that come again."""
    for name in (
        "customers",
        "campaigns",
        "assignments",
        "intents",
        "outcomes",
        "transactions",
        "engagements",
    ):
        table = pq.read_table(folder / f"{name}.parquet")
        again = table.take(rng.integers(0, table.num_rows, table.num_rows + 5))
        order = pa.array(range(again.num_rows), pa.int64())
        again = again.append_column("source_order", order).append_column("source_row", order)
        again = again.append_column("source_file", pa.array(["a.csv"] * again.num_rows))
        parts = pa.array(rng.integers(0, 3, again.num_rows), pa.int64())
        again = again.append_column("source_part", parts)
        pq.write_table(again, folder / f"typed_{name}.parquet")
        pq.write_table(again.slice(0, again.num_rows // 2), folder / f"kept_{name}.parquet")


def write_overlap(folder: Path) -> None:
    """Parts of the purchases, of which two overlap and one does not, and what the steps before leave."""
    typed = pq.read_table(folder / "typed_transactions.parquet")
    pq.write_table(typed.slice(0, 300), folder / "lost_transactions.parquet")
    pq.write_table(
        pq.read_table(folder / "typed_engagements.parquet").slice(0, 300),
        folder / "lost_engagements.parquet",
    )
    start, end = datetime(2025, 10, 1), datetime(2026, 4, 1)
    parts = {
        "source_part": pa.array([0, 1, 2], pa.int64()),
        "age": pa.array([2, 0, 1], pa.int64()),
        "n_rows": pa.array([40, 60, 20], pa.int64()),
        **{name: [start] * 3 for name in ("first_at", "shared_from")},
        **{name: [end, end, datetime(2026, 1, 1)] for name in ("last_at", "shared_until")},
    }
    pq.write_table(pa.table(parts), folder / "parts.parquet")
    pairs = {"source_part": pa.array([0, 1], pa.int64()), "other_part": pa.array([1, 0], pa.int64())}
    pq.write_table(pa.table(pairs), folder / "real_pairs.parquet")
    with open_engine(allowed=[folder], scratch=folder / "scratch", threads=2) as engine:
        engine.register("typed_rows", folder / "typed_transactions.parquet")
        engine.register("lost_rows", folder / "lost_transactions.parquet")
        engine.register("parts", folder / "parts.parquet")
        engine.register("real_pairs", folder / "real_pairs.parquet")
        for name, file in (("transactions_copies", "copies"), ("overlapping_rows", "overlapping_rows")):
            sql = read_sql("segmenter.tables", name)
            engine.write(sql, {"keep_oldest": False}, folder / f"{file}.parquet")
            engine.register(file, folder / f"{file}.parquet")


def write_audience_tables(folder: Path, rng: np.random.Generator) -> None:
    """Scores of everybody, a suppression list of ids and addresses, and an audience."""
    ids = pq.read_table(folder / "population.parquet")["customer_id"].to_pylist()
    n = len(ids)
    scores = {
        "customer_id": ids,
        "score": rng.random(n),
        "expected_value": rng.random(n) * 50,
        "segment": ["engaged" if i % 3 else "inactive" for i in range(n)],
        "rank": (rng.permutation(n) + 1).astype(np.int64),
        "rank_value": (rng.permutation(n) + 1).astype(np.int64),
        "holdout_draw": rng.random(n),
    }
    pq.write_table(pa.table(scores), folder / "scores.parquet")
    barred = [
        ids[3],
        ids[10],
        ids[22].lstrip("0").upper(),
        "person7@example.org",
        "PERSON11@EXAMPLE.ORG",
        "nobody",
    ]
    pq.write_table(pa.table({"value": barred}), folder / "suppression.parquet")
    pq.write_table(pa.table({"customer_id": ids[::3]}), folder / "chosen_customers.parquet")
    members = {
        "customer_id": ids[:50],
        "place": pa.array(range(1, 51), pa.int64()),
        "status": ["exported" if i % 4 else "held_out" for i in range(50)],
    }
    pq.write_table(pa.table(members), folder / "audience_members.parquet")

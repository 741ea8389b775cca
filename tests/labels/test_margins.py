"""What is left of purchases, by hand: rows with a margin, rows without, and data that give none."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from segmenter.features.catalog import feature_specs
from segmenter.samples import Sample, stack_examples
from segmenter.settings import TrainingSettings, Windows
from segmenter.tables.dataset import Dataset
from tests.features.world import outcomes_of, write_world

CUTOFF = date(2026, 3, 1)
WINDOWS = Windows(outcome_days=10)


def bought(customer_id: str, at: str, amount: float, margin: float | None) -> dict[str, object]:
    return {"customer_id": customer_id, "at": at, "amount": amount, "margin_amount": margin}


def world(folder: Path, *purchases: dict[str, object]) -> Dataset:
    """Customers a, b and c, who joined before the cutoff; margins are mapped."""
    joined = [{"customer_id": name, "joined_at": "2026-01-01"} for name in "abc"]
    dataset = write_world(folder, customers=joined, transactions=purchases)
    dataset.mapped["transactions"] = ("customer_id", "at", "amount", "margin_amount")
    return dataset


def margins(folder: Path, dataset: Dataset) -> dict[str, float]:
    found: dict[str, float] = outcomes_of(folder, dataset, WINDOWS, CUTOFF)["margin"].to_dict()
    return found


def test_margins_of_the_window_are_added_up_and_a_return_takes_its_own_away(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        bought("a", "2026-02-28", 50, 40),  # before the window
        bought("a", "2026-03-01", 20, 8),
        bought("a", "2026-03-05", 10, -1.5),  # sold below cost
        bought("b", "2026-03-02", 30, 12),
        bought("b", "2026-03-04", -30, -12),
    )
    assert margins(tmp_path, dataset) == {"a": 6.5, "b": 0.0, "c": 0.0}


def test_a_row_without_a_margin_counts_with_what_is_left_of_the_others(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        bought("a", "2026-02-01", 80, 20),
        bought("a", "2026-03-02", 20, 10),  # 30 are left of 100: 30 %
        bought("a", "2026-03-03", 40, None),
        bought("b", "2026-03-03", 10, None),
    )
    assert margins(tmp_path, dataset) == pytest.approx({"a": 10 + 0.3 * 40, "b": 3.0, "c": 0.0})


def test_where_no_margin_is_given_there_is_none_and_not_zero(tmp_path: Path) -> None:
    dataset = world(tmp_path, bought("a", "2026-03-02", 20, None))
    assert pd.isna(list(margins(tmp_path, dataset).values())).all()


def test_purchases_stored_before_there_were_margins_still_read(tmp_path: Path) -> None:
    dataset = world(tmp_path, bought("a", "2026-03-02", 20, 5))
    dataset.mapped["transactions"] = ("customer_id", "at", "amount")
    path = tmp_path / "transactions.parquet"
    pq.write_table(pq.read_table(path).drop_columns("margin_amount"), path)
    found = outcomes_of(tmp_path, dataset, WINDOWS, CUTOFF)
    assert found["margin"].isna().all()
    assert found.loc["a", "amount"] == 20


@pytest.mark.parametrize(("margin", "value_of", "learned"), [(4.0, "margin", 4.0), (None, "amount", 10.0)])
def test_the_model_learns_margins_where_there_are_some(
    margin: float | None, value_of: str, learned: float, tmp_path: Path
) -> None:
    dataset = world(tmp_path)
    ids = [f"c{number}" for number in range(90)]
    outcomes = pd.DataFrame(
        {
            "customer_id": ids,
            "given_label": ["engaged", "unengaged", "inactive"] * 30,
            "exposed": True,
            "looked": True,
            "purchases": 1,
            "amount": 10.0,
            "margin": pd.Series([margin] * 90, dtype="float64"),
            "organic_completion": False,
            "intent": None,
        }
    )
    features = pd.DataFrame({"customer_id": ids} | {spec.name: 0.0 for spec in feature_specs(dataset)})
    sample = Sample(cutoff=CUTOFF, features=features, outcomes=outcomes)
    examples = stack_examples([sample], dataset, TrainingSettings(test_share=0.0))
    assert examples.value_of == value_of
    assert set(examples.amount) == {learned}

"""What became of customers as their own file says it: labels by hand, and a history that is told."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from segmenter.labels.intent import intent_evidence
from segmenter.settings import Windows
from tests.features.world import engine_over, features_of, outcomes_of, write_world

DAY = date(2026, 3, 1)
WINDOWS = Windows(outcome_days=10, attribution_days=2)

# What the file says, and the label that follows; None: not among the learned.
LABELS: list[tuple[dict[str, object], str | None]] = [
    ({"bought": True}, "engaged"),  # without arms, everybody counts as contacted
    ({"bought": True, "arm": "treatment"}, "engaged"),
    ({"bought": True, "arm": "control"}, "unengaged"),
    ({"bought": False, "arm": "treatment"}, "inactive"),
    ({"bought": False, "arm": "control"}, "inactive"),
    ({"bought": True, "arm": "treatment", "reacted": False}, "unengaged"),
    ({"bought": True, "arm": "treatment", "reacted": True}, "engaged"),
    ({"bought": False, "arm": "treatment", "reacted": True}, "browsing"),
    ({"bought": False, "arm": "control", "reacted": True}, "inactive"),  # a visit that no campaign asked for
    ({"segment": "unengaged"}, "unengaged"),
    ({"segment": "inactive", "bought": True, "arm": "treatment"}, "inactive"),  # a given label stands
    ({"arm": "treatment", "amount": 5.0}, None),  # nothing says what became of them
]


def outcomes(folder: Path, rows: list[dict[str, object]]) -> pd.DataFrame:
    ids = [f"c{place:02d}" for place in range(len(rows))]
    dataset = write_world(
        folder,
        customers=[{"customer_id": each} for each in ids],
        outcomes=[{"customer_id": each, **row} for each, row in zip(ids, rows, strict=True)],
    )
    return outcomes_of(folder, dataset, WINDOWS, DAY)


def test_labels_follow_from_who_was_contacted_and_who_bought(tmp_path: Path) -> None:
    found = outcomes(tmp_path, [row for row, _ in LABELS])["given_label"]
    expected = {f"c{place:02d}": label for place, (_, label) in enumerate(LABELS) if label is not None}
    assert found.to_dict() == expected


def test_a_purchase_without_an_amount_counts_one_and_no_purchase_counts_nothing(tmp_path: Path) -> None:
    rows = [{"bought": True}, {"bought": True, "amount": 12.5}, {"bought": False, "amount": 3.0}]
    found = outcomes(tmp_path, rows)
    assert found["amount"].tolist() == [1.0, 12.5, 0.0]
    assert found["purchases"].tolist() == [1, 1, 0]
    assert found["exposed"].all()
    assert found["margin"].isna().all()


def test_the_columns_are_those_of_outcomes_that_are_counted(tmp_path: Path) -> None:
    told = outcomes(tmp_path / "told", [{"bought": True}])
    counted = write_world(
        tmp_path / "counted",
        customers=[{"customer_id": "a", "joined_at": "2026-01-01"}],
        transactions=[{"customer_id": "a", "at": "2026-02-01", "amount": 5.0}],
    )
    assert list(told) == list(outcomes_of(tmp_path / "counted", counted, WINDOWS, DAY))


def test_a_holdout_in_the_file_is_the_strongest_evidence_there_is(tmp_path: Path) -> None:
    """Of 1,000 contacted 300 buy, of 1,000 left out 180: six of ten engaged would have bought anyway."""
    arms = {"treatment": 300, "control": 180}
    rows = [
        {"customer_id": f"{arm}-{n}", "bought": n < buyers, "arm": arm}
        for arm, buyers in arms.items()
        for n in range(1_000)
    ]
    dataset = write_world(
        tmp_path, customers=[{"customer_id": row["customer_id"]} for row in rows], outcomes=rows
    )
    with engine_over(tmp_path) as engine:
        evidence, *others = intent_evidence(engine, dataset, WINDOWS, DAY)
    assert (evidence.kind, others) == ("randomised", [])
    assert evidence.organic_share == pytest.approx(0.6)


def test_a_history_that_is_told_becomes_the_features_of_its_name(tmp_path: Path) -> None:
    dataset = write_world(
        tmp_path,
        customers=[
            {"customer_id": "all", "days_since_last_purchase": 3, "purchase_count": 4, "monetary_value": 50},
            {"customer_id": "no count", "days_since_last_purchase": 9, "monetary_value": 20},
            {"customer_id": "nothing"},
        ],
        outcomes=[{"customer_id": "all", "bought": True}],
    )
    found = features_of(tmp_path, dataset, WINDOWS, DAY)
    measures = found[["days_since_last_purchase", "purchase_count", "monetary_value"]]
    assert measures.loc["all"].tolist() == [3, 4, 50]
    assert measures.loc["no count"].isna().tolist() == [False, True, False]
    assert measures.loc["nothing"].fillna(-1).tolist() == [-1, 0, 0]


def test_where_purchases_are_counted_nothing_else_is_believed_of_them(
    tmp_path: Path,
) -> None:
    dataset = write_world(
        tmp_path,
        customers=[{"customer_id": "a", "purchase_count": 40, "monetary_value": 900}],
        transactions=[{"customer_id": "a", "at": "2026-02-01", "amount": 5.0}],
    )
    found = features_of(tmp_path, dataset, WINDOWS, DAY)
    assert found[["purchase_count", "monetary_value"]].to_numpy().tolist() == [[1, 5]]


def test_without_dates_nothing_comes_before_or_after(tmp_path: Path) -> None:
    rows = [{"customer_id": f"{n}", "segment": "engaged" if n % 2 else "unengaged"} for n in range(400)]
    customers = [{"customer_id": row["customer_id"], "joined_at": "2020-01-01"} for row in rows]
    dataset = write_world(tmp_path, customers=customers, outcomes=rows)
    with engine_over(tmp_path) as engine:
        evidence = intent_evidence(engine, dataset, WINDOWS, DAY)
    assert [each.kind for each in evidence] == ["given_labels"]

"""A file with one row per customer goes the whole way: read, learned from, tested, scored, selected."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmenter import pipeline
from segmenter.errors import NotEnoughData
from segmenter.results import open_dataset, open_evaluation, open_report, open_summary
from segmenter.workspace import Workspace
from tests.conftest import QUICK

CUSTOMERS = 4_000
MAPPING = """
[[customers]]
file = "trial.csv"
customer_id = "Customer"
monetary_value = "Spent"

[[outcomes]]
file = "trial.csv"
customer_id = "Customer"
bought = "Bought"
amount = "Paid"
arm = { column = "Group", values = { mail = "treatment", nothing = "control" } }
at = { value = "2025-05-01" }
"""


@dataclass(frozen=True, slots=True)
class Trained:
    """A workspace with a data set, a model of it, and what is true of its customers."""

    workspace: Workspace
    dataset: str
    model: str
    moved: pd.Series  # customer_id -> by how much the mail raises the chance to buy


def trial(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Series]:
    """Young customers are moved by the mail; rich ones buy anyway; who is which is all that matters."""
    age, spent = rng.uniform(18, 80, CUSTOMERS), rng.gamma(2, 60, CUSTOMERS)
    anyway = 0.05 + 0.45 * (spent > 120)
    moved = np.where(age < 40, 0.35, 0.02)
    mailed = rng.random(CUSTOMERS) < 0.5
    bought = rng.random(CUSTOMERS) < anyway + mailed * moved
    ids = [f"{n:05d}" for n in range(CUSTOMERS)]
    frame = pd.DataFrame(
        {
            "Customer": ids,
            "Age": age.round(1),
            "Spent": spent.round(2),
            "Noise": rng.choice(["a", "b", "c"], CUSTOMERS),
            "Group": np.where(mailed, "mail", "nothing"),
            "Bought": np.where(bought, "yes", "no"),
            "Paid": np.where(bought, 20.0, 0.0),
        }
    )
    return frame, pd.Series(moved, index=ids)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("customer-level")
    frame, moved = trial(np.random.default_rng(7))
    frame.to_csv(folder / "trial.csv", index=False)
    (folder / "trial.toml").write_text(MAPPING)
    workspace = Workspace.open(folder / "workspace")
    dataset = pipeline.ingest(workspace, folder / "trial.toml")
    model = pipeline.train_and_report(workspace, dataset=dataset, settings=QUICK)
    return Trained(workspace, dataset, model, moved)


def test_what_became_of_customers_is_never_among_what_a_model_may_know(trained: Trained) -> None:
    dataset = open_dataset(trained.workspace, trained.dataset)
    assert {attribute.label for attribute in dataset.attributes} == {"Age", "Noise"}
    assert dataset.rows["customers"] == dataset.rows["outcomes"] == CUSTOMERS


def test_the_one_campaign_is_the_cutoff_and_the_test_is_on_unseen_customers(trained: Trained) -> None:
    cutoffs = open_report(trained.workspace, trained.model).cutoffs
    assert [str(day) for day in (*cutoffs.train, cutoffs.test)] == ["2025-05-01", "2025-05-01"]
    assert not cutoffs.unseen_period


def test_the_holdout_says_how_many_would_have_bought_anyway(trained: Trained) -> None:
    (evidence,) = open_report(trained.workspace, trained.model).evidence
    assert evidence.kind == "randomised"
    assert evidence.interval is not None
    low, high = evidence.interval
    assert low < 0.66 < high  # by how the customers were made


def test_those_whom_the_mail_moves_are_ranked_first_and_rfm_does_not_find_them(trained: Trained) -> None:
    scores = trained.workspace.records("scores")[0]
    ranked = pd.read_parquet(trained.workspace.path(scores.id) / "scores.parquet")
    assert len(ranked) == CUSTOMERS
    best = ranked.nsmallest(CUSTOMERS // 5, "rank")["customer_id"]
    loyal = ranked.loc[ranked["rfm_segment"] == "Loyal", "customer_id"]
    everybody = trained.moved.mean()
    assert trained.moved[best].mean() > 1.5 * everybody
    assert len(loyal) > CUSTOMERS // 20
    assert trained.moved[loyal].mean() < 1.2 * everybody


def test_the_test_says_that_rfm_had_to_do_without_some_of_its_measures(trained: Trained) -> None:
    evaluation = open_evaluation(trained.workspace, trained.model)
    assert evaluation is not None
    notes = " ".join(evaluation.notes)
    assert "RFM is made without the time since the last purchase and the number of purchases" in notes


def test_an_audience_can_be_selected(trained: Trained, tmp_path: Path) -> None:
    scores = trained.workspace.records("scores")[0].id
    audience = pipeline.build_audience(
        trained.workspace, scores=scores, top=0.1, out=tmp_path / "audience.csv", holdout=0.1
    )
    assert audience.funnel.selected == CUSTOMERS // 10
    assert open_summary(trained.workspace, scores).never_bought == 0


def test_next_months_customers_need_no_outcomes_to_be_scored(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("Customer,Age,Spent,Noise\nx1,25,200,a\nx2,70,10,b\n")
    (tmp_path / "new.toml").write_text(
        '[[customers]]\nfile = "new.csv"\ncustomer_id = "Customer"\nmonetary_value = "Spent"\n'
    )
    dataset = pipeline.ingest(trained.workspace, tmp_path / "new.toml")
    scores = pipeline.score(trained.workspace, model=trained.model, dataset=dataset)
    ranked = pd.read_parquet(trained.workspace.path(scores) / "scores.parquet")
    assert ranked.sort_values("rank")["customer_id"].tolist() == ["x1", "x2"]


def test_another_cutoff_than_the_campaign_is_refused_in_words(trained: Trained) -> None:
    day = pd.Timestamp("2025-04-01").date()
    with pytest.raises(NotEnoughData, match="one campaign, which began on 2025-05-01"):
        pipeline.train(trained.workspace, dataset=trained.dataset, cutoffs=(day,))

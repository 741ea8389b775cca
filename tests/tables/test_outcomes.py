"""A file of outcomes: what it must say, what is wrong with it, and what never becomes an attribute."""

import pyarrow.parquet as pq
import pytest

from segmenter.errors import MappingError, MissingColumn
from segmenter.tables.dataset import is_customer_level
from segmenter.tables.mapping_file import mapping_from_toml
from tests.tables.here import check, ingest

PEOPLE = '[[customers]]\nfile = "trial.csv"\ncustomer_id = "id"\n'
OUTCOMES = '[[outcomes]]\nfile = "trial.csv"\ncustomer_id = "id"\n'


def trial(rows: list[tuple[str, str]]) -> str:
    """Customers, each in an arm and with or without a purchase."""
    lines = [f"{place},{20 + place % 50},{arm},{bought}" for place, (arm, bought) in enumerate(rows)]
    return "\n".join(["id,age,arm,bought", *lines]) + "\n"


EVEN = [(arm, bought) for arm in ("treatment", "control") for bought in ("yes", "no")] * 30

# What is wrong with a trial, and what is said of it.
TRIALS = {
    "nothing": (EVEN, set()),
    "everybody bought": ([("treatment", "yes")] * 40, {"one_outcome"}),
    "nobody bought": ([("treatment", "no"), ("control", "no")] * 40, {"one_outcome"}),
    "four positives": (EVEN[1::2] + [("treatment", "yes")] * 4, {"few_outcomes", "no_unengaged"}),
    "no control": ([("treatment", "yes"), ("treatment", "no")] * 40, {"no_unengaged", "one_arm"}),
    "nine of ten": (EVEN + [("treatment", "yes"), ("treatment", "no")] * 300, {"uneven_arms"}),
}


@pytest.mark.parametrize("name", TRIALS)
def test_what_keeps_a_model_from_learning_is_said(name):
    rows, codes = TRIALS[name]
    report = check(trial(rows), "outcomes")
    assert {finding.code for finding in report.findings} == codes
    assert report.verdict == (
        "reject" if "one_outcome" in codes else "accept_with_warnings" if codes else "accept"
    )


def test_a_trial_of_which_only_one_arm_came_shows_nothing(tmp_path):
    rows = [(arm, bought) for arm, bought in EVEN if arm == "treatment"]
    mapping = PEOPLE + OUTCOMES + 'bought = "bought"\narm = "arm"\n'
    dataset = ingest(mapping, {"trial.csv": trial(rows)}, tmp_path)
    assert "one_arm" in {finding.code for finding in dataset.findings}


def test_columns_of_outcomes_become_no_attributes(tmp_path):
    mapping = PEOPLE + OUTCOMES + 'bought = "bought"\narm = "arm"\n'
    dataset = ingest(mapping, {"trial.csv": trial(EVEN)}, tmp_path)
    assert [attribute.label for attribute in dataset.attributes] == ["age"]
    assert is_customer_level(dataset)


def test_a_day_stands_for_the_campaign_where_no_file_says_it(tmp_path):
    dated = trial(EVEN).replace("id,age", "id,member since").replace(",20,", ",2024-02-28,")
    for age in range(21, 70):
        dated = dated.replace(f",{age},", ",2023-01-01,")
    dataset = ingest(PEOPLE + OUTCOMES + 'bought = "bought"\n', {"trial.csv": dated}, tmp_path)
    assert str(dataset.coverage["outcomes"].first) == "2024-02-29 00:00:00"
    (finding,) = (finding for finding in dataset.findings if finding.code == "campaign_day")
    assert "2024-02-29" in finding.message


WRONG = {
    "nothing said": (PEOPLE + OUTCOMES, MissingColumn, "'segment' or for 'bought'"),
    "nobody known": (OUTCOMES + 'bought = "bought"', MappingError, "who they are"),
    "a model that knows": (
        PEOPLE + 'attributes = ["age", "bought"]\n' + OUTCOMES + 'bought = "bought"',
        MappingError,
        "predicts nothing",
    ),
    "no factor": (
        PEOPLE + 'monetary_value = { column = "age", factor = 0 }\n',
        MappingError,
        "above zero",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mapping_of_outcomes_that_cannot_work_is_refused_in_words(name):
    toml, kind, words = WRONG[name]
    with pytest.raises(kind, match=words):
        mapping_from_toml(toml)


def test_a_factor_turns_months_into_days(tmp_path):
    mapping = PEOPLE + 'days_since_last_purchase = { column = "age", factor = 30.4 }\n' + OUTCOMES
    ingest(mapping + 'bought = "bought"\n', {"trial.csv": trial(EVEN)}, tmp_path)
    days = pq.read_table(tmp_path / "customers.parquet")["days_since_last_purchase"].to_pylist()
    assert min(days) == pytest.approx(20 * 30.4)

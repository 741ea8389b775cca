"""A file of outcomes: what it must say, what is wrong with it, and what never becomes an attribute."""

import pyarrow.parquet as pq
import pytest

from segmenter.errors import MappingError, MissingColumn
from segmenter.tables.dataset import is_customer_level
from segmenter.tables.ingestion import preview as preview_of
from segmenter.tables.mapping_file import mapping_from_toml
from tests.tables.here import check, ingest, preview

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


def leaking(lines: int = 80) -> str:
    """Customers of whom every fourth bought, with what came of it: spend, an order and a day of payment."""
    rows = []
    for n in range(lines):
        bought = n % 4 == 0
        paid_on, parcel = f"2025-03-{1 + n % 28:02}" if bought else "", str(100 + n) if n % 8 == 0 else ""
        rows.append(f"c{n},{20 + n % 40},{n % 2},{12.5 * bought},{paid_on},{parcel},{int(bought)}")
    return "\n".join(["id,age,newsletter,spend,paid_on,parcel,bought", *rows]) + "\n"


ONE_FILE = PEOPLE + OUTCOMES + 'bought = "bought"\n'
TWO_FILES = PEOPLE + OUTCOMES.replace("trial.csv", "after.csv") + 'bought = "bought"\n'
BY_SEGMENT = (
    PEOPLE + OUTCOMES + ('segment = { column = "bought", values = { 1 = "engaged", 0 = "inactive" } }\n')
)


@pytest.mark.parametrize("mapping", [ONE_FILE, TWO_FILES, BY_SEGMENT], ids=["one", "two files", "segment"])
def test_what_only_buyers_have_is_no_attribute(tmp_path, mapping):
    # The other file has its rows in another order: customers are found by their ids.
    header, *rows = leaking().splitlines()
    files = {"trial.csv": leaking(), "after.csv": "\n".join([header, *reversed(rows)])}
    dataset = ingest(mapping, files, tmp_path)
    assert [attribute.label for attribute in dataset.attributes] == ["age", "newsletter"]
    left_out = [each for each in dataset.findings if each.code == "attribute_left_out"]
    assert [each.column for each in left_out] == ["spend", "paid_on", "parcel"]
    assert all("goes exactly with what became" in each.message for each in left_out)
    # Nor does the day of payment say when the campaign began.
    assert dataset.coverage["outcomes"].first.year > 2025


def test_what_the_mapping_names_is_an_attribute_with_a_warning(tmp_path):
    mapping = ONE_FILE.replace('"id"\n', '"id"\nattributes = ["age", "spend"]\n', 1)
    dataset = ingest(mapping, {"trial.csv": leaking()}, tmp_path)
    assert [attribute.label for attribute in dataset.attributes] == ["age", "spend"]
    (said,) = (each for each in dataset.findings if each.code == "tells_the_outcome")
    assert (said.column, said.severity) == ("spend", "warning")


@pytest.mark.parametrize("named", ["", 'attributes = ["age"]\n'])
def test_a_stored_attribute_that_turns_out_to_tell_the_outcome_goes(tmp_path, named):
    ingest(PEOPLE, {"trial.csv": leaking()}, tmp_path / "before")
    mapping = ONE_FILE.replace('"id"\n', f'"id"\n{named}', 1)
    dataset = ingest(mapping, {"trial.csv": leaking()}, tmp_path / "after", tmp_path / "before")
    assert [attribute.label for attribute in dataset.attributes] == ["age", "newsletter"]


def test_a_few_customers_with_a_word_each_prove_nothing(tmp_path):
    rows = "\n".join(f"c{n},town{n % 20},{n % 2}" for n in range(40))
    dataset = ingest(ONE_FILE, {"trial.csv": f"id,town,bought\n{rows}\n"}, tmp_path)
    assert [attribute.label for attribute in dataset.attributes] == ["town"]


def test_a_title_that_says_what_came_of_a_campaign_is_warned_of(tmp_path):
    content = leaking().replace("newsletter", "visit")
    dataset = ingest(ONE_FILE, {"trial.csv": content}, tmp_path)
    (said,) = (each for each in dataset.findings if each.code == "outcome_among_attributes")
    assert (said.column, said.severity) == ("visit", "warning")
    report = preview(PEOPLE, {"trial.csv": content}).report
    assert "outcome_among_attributes" in {each.code for each in report.findings}


def test_a_date_that_lies_ahead_is_not_when_the_campaign_began(tmp_path):
    rows = "\n".join(f"c{n},2024-02-{1 + n % 28:02},2099-01-0{1 + n % 9},{n % 2}" for n in range(60))
    content = f"id,member since,valid_until,bought\n{rows}\n"
    dataset = ingest(ONE_FILE, {"trial.csv": content}, tmp_path)
    assert str(dataset.coverage["outcomes"].first) == "2024-02-29 00:00:00"


def test_what_is_not_used_beside_purchases_is_said(tmp_path):
    buys = "id,day,paid\n" + "".join(f"c{n},2025-01-{1 + n % 28:02},5\n" for n in range(80))
    mapping = PEOPLE + 'purchase_count = "age"\n' + OUTCOMES + 'bought = "bought"\n'
    table = '[[transactions]]\nfile = "buys.csv"\ncustomer_id = "id"\nat = "day"\namount = "paid"\n'
    files = {"trial.csv": leaking(), "buys.csv": buys}
    said = [
        (each.code, each.severity, each.column)
        for each in ingest(mapping + table, files, tmp_path / "beside").findings
        if "because rows of purchases are there" in each.message
    ]
    assert said == [("outcomes_not_used", "note", None), ("history_not_used", "note", "purchase_count")]
    alone = ingest(mapping, files | {"buys.csv": ""}, tmp_path / "alone")
    assert not {each.code for each in alone.findings} & {"outcomes_not_used", "history_not_used"}


def test_the_preview_of_customers_shows_no_column_of_outcomes(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text(leaking(), encoding="utf-8")
    rows, _ = preview_of(mapping_from_toml(ONE_FILE), tmp_path, "customers", scratch=tmp_path)
    assert "age" in rows and "bought" not in rows

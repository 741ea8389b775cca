"""Reading the test frame: what is refused, what is left out with a note."""

import numpy as np
import pandas as pd
import pytest

from segmenter.errors import NotEnoughData
from segmenter.evaluation.population import read_population


def with_labels(frame: pd.DataFrame, engaged: int) -> pd.DataFrame:
    labels = np.where(np.arange(len(frame)) < engaged, "engaged", "inactive")
    return frame.assign(given_label=labels)


@pytest.mark.parametrize(("customers", "engaged"), [(100, 19), (100, 81), (10, 5)])
def test_too_few_positives_or_others_are_said_in_words(make_customers, customers: int, engaged: int) -> None:
    with pytest.raises(NotEnoughData, match=f"found {engaged} engaged and {customers - engaged} others"):
        read_population(with_labels(make_customers(customers), engaged), None)


def test_twenty_positives_and_twenty_others_are_enough(make_customers) -> None:
    population = read_population(with_labels(make_customers(40), 20), None)
    assert population.segments == {"engaged": 20, "unengaged": 0, "inactive": 20, "browsing": 0}


def test_only_engaged_customers_are_positives(make_customers) -> None:
    frame = make_customers(500)
    population = read_population(frame, None)
    assert np.array_equal(population.positive, (frame["given_label"] == "engaged").to_numpy())
    assert sum(population.segments.values()) == population.customers == 500


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns=["score", "arm"]), "lacks the columns score, arm"),
        (lambda frame: pd.concat([frame, frame.head(1)]), "one row per customer"),
        (
            lambda frame: frame.assign(given_label=frame["given_label"].replace("browsing", "curious")),
            "curious",
        ),
        (
            lambda frame: frame.assign(given_label=frame["given_label"].replace("browsing", None)),
            "must be one of",
        ),
        (lambda frame: frame.assign(score=frame["score"].where(frame.index > 3)), "finite score"),
    ],
)
def test_a_frame_that_breaks_its_contract_is_refused(make_customers, change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_population(change(make_customers(300)), None)


def test_a_baseline_without_scores_is_left_out_with_a_note(make_customers) -> None:
    population = read_population(make_customers(300).drop(columns="response"), None)
    assert set(population.rankings) == {"segmenter", "value", "rfm", "uncorrected", "random"}
    assert any("'response'" in note for note in population.notes)


def test_known_organic_customers_leave_the_second_kind_of_positives(make_customers) -> None:
    frame = with_labels(make_customers(300), 100)
    assert read_population(frame, None).not_organic is None
    frame["organic_completion"] = pd.array([True] * 10 + [None] * 290, dtype="boolean")
    frame["intent"] = ["prompted"] * 20 + ["organic"] * 30 + [None] * 250
    not_organic = read_population(frame, None).not_organic
    assert not_organic is not None
    assert np.flatnonzero(not_organic).tolist() == [*range(10, 20), *range(50, 100)]


def test_a_second_curve_needs_twenty_customers_not_known_to_be_organic(make_customers) -> None:
    frame = with_labels(make_customers(300), 100)
    frame["organic_completion"] = np.arange(300) < 85
    population = read_population(frame, None)
    assert population.not_organic is None
    assert any("Only 15 engaged customers" in note for note in population.notes)


def test_a_holdout_too_small_to_show_is_noted_and_none_is_no_news(make_customers) -> None:
    frame = make_customers(300)
    assert read_population(frame, None).notes == ()
    frame["arm"] = np.where(np.arange(300) < 5, "control", "treatment")
    population = read_population(frame, None)
    assert population.trial is None
    assert any("295 contacted and 5 held-back" in note for note in population.notes)


def test_browsing_customers_count_as_inactive_as_they_did_in_training(make_customers) -> None:
    frame = make_customers(500).assign(p_engaged=0.2, p_unengaged=0.2, p_inactive=0.6)
    population = read_population(frame, None)
    happened = population.chances["inactive"].happened
    assert happened.sum() == population.segments["inactive"] + population.segments["browsing"]
    assert population.segments["browsing"] > 0
    assert sum(chance.happened.sum() for chance in population.chances.values()) == 500

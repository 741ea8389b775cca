"""Laws of cutoffs: history before each, a whole outcome window after each, the test never inside training."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.cutoffs import data_end, data_start, scoring_day, suggest_cutoffs, with_test
from segmenter.errors import NotEnoughData
from segmenter.tables.dataset import Coverage, Dataset

FIRST = datetime(2026, 1, 1, 9, 30)


def dataset(days: int) -> Dataset:
    """A data set whose transactions cover that many days from 1 January 2026."""
    last = FIRST + timedelta(days=days - 1)
    return Dataset(
        name="shop",
        rows={"transactions": 10},
        set_aside={},
        mapped={"transactions": ("customer_id", "at", "amount")},
        attributes=(),
        coverage={"transactions": Coverage(first=FIRST, last=last)},
        findings=(),
    )


@settings(derandomize=True, deadline=None, max_examples=200)
@given(days=st.integers(1, 2000), outcome_days=st.integers(1, 200))
def test_suggested_cutoffs_fit_the_data_and_keep_the_test_apart(days: int, outcome_days: int) -> None:
    data = dataset(days)
    if days < 2 * outcome_days:
        with pytest.raises(NotEnoughData):
            suggest_cutoffs(data, outcome_days)
        return
    cutoffs = suggest_cutoffs(data, outcome_days)
    window = timedelta(days=outcome_days)
    assert list(cutoffs.train) == sorted(set(cutoffs.train))
    assert all(cutoff - window >= data_start(data) for cutoff in cutoffs.train)
    assert cutoffs.test + window <= data_end(data)
    if cutoffs.unseen_period:
        assert all(cutoff + window <= cutoffs.test for cutoff in cutoffs.train)
    else:
        assert cutoffs.train == (cutoffs.test,)


def test_the_starbucks_span_keeps_a_week_unseen() -> None:
    # 30 days from 1 July: chosen cutoffs 8 and 15 July, a week each; 22 to 29 July is unseen and complete.
    cutoffs = with_test(dataset(30), (date(2026, 1, 15), date(2026, 1, 8)), 7)
    assert cutoffs.train == (date(2026, 1, 8), date(2026, 1, 15))
    assert cutoffs.test == date(2026, 1, 22)
    assert cutoffs.unseen_period


def test_a_late_cutoff_shares_its_period_with_the_test() -> None:
    cutoffs = with_test(dataset(30), (date(2026, 1, 22),), 7)
    assert (cutoffs.test, cutoffs.unseen_period) == (date(2026, 1, 22), False)


def test_a_window_past_the_data_is_refused_with_the_last_possible_cutoff() -> None:
    with pytest.raises(NotEnoughData, match="last possible cutoff is 2026-01-24"):
        with_test(dataset(30), (date(2026, 1, 25),), 7)


def test_a_cutoff_without_history_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="no history"):
        with_test(dataset(30), (date(2026, 1, 1),), 7)


def test_the_data_end_with_the_purchases_whatever_else_goes_on() -> None:
    """Where purchases are missing, everybody would look inactive."""
    data = dataset(100)
    later = Coverage(first=FIRST, last=FIRST + timedelta(days=300))
    earlier = Coverage(first=FIRST, last=FIRST + timedelta(days=50))
    purchases = data.coverage["transactions"]
    for engagements in (later, earlier):
        both = replace(data, coverage={"engagements": engagements, "transactions": purchases})
        assert data_end(both) == data_end(data)
    assert data_end(replace(data, coverage={"engagements": later})) == later.last.date() + timedelta(days=1)


def test_a_scoring_day_needs_history_before_it_and_data_up_to_about_it() -> None:
    data = dataset(100)
    start, end = data_start(data), data_end(data)
    assert scoring_day(data, None, 30) == end
    for day in (start + timedelta(days=1), end, end + timedelta(days=30)):
        assert scoring_day(data, day, 30) == day
    for day in (start, date(1990, 1, 1)):
        with pytest.raises(NotEnoughData, match=f"begin on {start}"):
            scoring_day(data, day, 30)
    for day in (end + timedelta(days=31), date.max):
        with pytest.raises(NotEnoughData, match="everybody would look inactive"):
            scoring_day(data, day, 30)


def test_a_cutoff_at_the_end_of_the_calendar_is_refused_in_words() -> None:
    with pytest.raises(NotEnoughData, match="last possible cutoff"):
        with_test(dataset(100), (date.max,), 30)

"""The time axis: what the data cover, and the windows on it."""

from datetime import date, timedelta

import pytest

from segmenter.plots.timeline import WindowsOnAxis, coverage_chart, coverage_in_words, timeline_chart

DAY = date(2025, 1, 6)
ACTIVITY = {
    "assignments": ((DAY, 5),),
    "transactions": tuple((DAY + timedelta(days=7 * week), 10 + week) for week in (0, 1, 3, 4)),
    "engagements": ((DAY + timedelta(days=14), 7), (DAY + timedelta(days=21), 0)),
}


def strips(dark: bool = False) -> dict[str, dict[date, int]]:
    figure = coverage_chart(ACTIVITY, dark=dark)
    return {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in figure.data}


def test_each_table_has_its_strip_in_the_order_of_the_work() -> None:
    assert list(strips()) == ["Purchases", "Campaign touches", "Trial groups"]


def test_no_row_is_lost_or_made_up() -> None:
    assert sum(strips()["Purchases"].values()) == 10 + 11 + 13 + 14


def test_a_week_without_rows_is_drawn_as_a_gap() -> None:
    assert strips()["Purchases"][DAY + timedelta(days=14)] == 0


def test_days_stay_days_when_the_data_are_daily() -> None:
    daily = {"transactions": ((DAY, 1), (DAY + timedelta(days=3), 2))}
    figure = coverage_chart(daily, dark=False)
    assert len(figure.data[0].x) == 4
    assert "per day" in figure.layout.annotations[0].text


def test_a_table_without_rows_takes_no_room() -> None:
    activity = {"transactions": ((DAY, 3),), "engagements": ((DAY, 0),)}
    assert [trace.name for trace in coverage_chart(activity, dark=False).data] == ["Purchases"]
    assert not coverage_chart({}, dark=False).data


@pytest.mark.parametrize("dark", [False, True])
def test_every_window_lies_on_the_axis_where_it_lies_in_time(dark: bool) -> None:
    windows = WindowsOnAxis(
        train=(DAY, DAY + timedelta(days=30)), test=DAY + timedelta(days=60), outcome_days=30
    )
    figure = timeline_chart(ACTIVITY, windows, dark=dark)
    boxes = sorted((s.x0, s.x1) for s in figure.layout.shapes if s.type == "rect")
    starts = [DAY, DAY + timedelta(days=30), DAY + timedelta(days=60)]
    assert boxes == [(start, start + timedelta(days=30)) for start in starts]
    words = [a.text for a in figure.layout.annotations]
    assert "learns from what happens here" in words
    assert "tested on what happens here" in words


def test_no_test_window_is_drawn_when_no_period_is_left_for_it() -> None:
    windows = WindowsOnAxis(train=(DAY,), test=DAY, outcome_days=30)
    figure = timeline_chart(ACTIVITY, windows, dark=False)
    assert len([s for s in figure.layout.shapes if s.type == "rect"]) == 1
    assert "tested on what happens here" not in [a.text for a in figure.layout.annotations]


def test_the_words_name_each_table_its_rows_and_its_period() -> None:
    words = coverage_in_words(ACTIVITY)
    assert "Purchases: 48 rows from 06 Jan 2025 to 03 Feb 2025" in words
    assert "Campaign touches: 7 rows from 20 Jan 2025 to 20 Jan 2025" in words
    assert coverage_in_words({}) == "No dated rows."

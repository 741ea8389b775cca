"""Dates are read as the whole column shows them; a date that can be read two ways raises a doubt."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.tables.cells import tidy
from segmenter.tables.time_columns import (
    outside_plausible,
    read_counted_times,
    read_formatted_times,
    read_times,
    survey_times,
)
from tests.tables.here import ingest

NEW_YEAR = datetime(2024, 1, 1)


def survey(cells):
    return survey_times([tidy(pa.array(cells, pa.string()))])


def read(cells):
    return read_times(tidy(pa.array(cells, pa.string())), survey(cells).form()).to_pylist()


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-03-31", datetime(2024, 3, 31)),
        ("2024-03-31T14:05:06", datetime(2024, 3, 31, 14, 5, 6)),
        ("2024-03-31 14:05:06.123456789", datetime(2024, 3, 31, 14, 5, 6, 123456)),
        ("2024-3-1", datetime(2024, 3, 1)),
        ("2024/03/31 14:05", datetime(2024, 3, 31, 14, 5)),
        ("20240331", datetime(2024, 3, 31)),
        ("31.03.2024 14:05", datetime(2024, 3, 31, 14, 5)),
        ("31.03.24", datetime(2024, 3, 31)),
        ("31/03/2024", datetime(2024, 3, 31)),
        ("03/31/2024 2:05 PM", datetime(2024, 3, 31, 14, 5)),
        ("03/31/2024 12:05 am", datetime(2024, 3, 31, 0, 5)),
        ("31 March 2024", datetime(2024, 3, 31)),
        ("March 3rd, 2024 at 5:30 pm", datetime(2024, 3, 3, 17, 30)),
        ("31-Mar-2024", datetime(2024, 3, 31)),
        ("Sun, 31 Mar 2024 10:00:00 +0000", datetime(2024, 3, 31, 10)),
        ("3. März 2024", datetime(2024, 3, 3)),
        ("12 févr. 2024", datetime(2024, 2, 12)),
        ("3 de agosto de 2024", datetime(2024, 8, 3)),
        ("1711843200", datetime(2024, 3, 31)),
        ("1711843200000", datetime(2024, 3, 31)),
        ("45382", datetime(2024, 3, 31)),
        ("45382.5", datetime(2024, 3, 31, 12)),
    ],
)
def test_dates_are_read_in_the_ways_that_people_write_them(cell, moment):
    assert read([cell]) == [moment]


@pytest.mark.parametrize(
    "cell", ["2024-02-30", "1900-01-00", "31.04.2024", "2024-01-01 25:00", "soon", "12", "2024-13-01", "1.2"]
)
def test_what_is_no_moment_of_the_calendar_is_not_read(cell):
    assert read([cell, "2024-03-31"])[0] is None


def test_one_date_shows_the_order_for_the_whole_column():
    assert read(["03/04/2024", "25/04/2024"])[0] == datetime(2024, 4, 3)
    assert read(["03/04/2024", "04/25/2024"])[0] == datetime(2024, 3, 4)


def test_dates_that_can_be_read_two_ways_are_called_ambiguous():
    assert survey(["03/04/2024", "05/06/2024"]).is_ambiguous
    assert not survey(["03/04/2024", "25/06/2024"]).is_ambiguous
    assert not survey(["03.04.2024"]).is_ambiguous  # with points the day is first everywhere


def test_an_afternoon_makes_an_undecided_column_american_but_no_less_ambiguous():
    assert survey(["03/04/2024 2:00 PM"]).is_ambiguous
    assert read(["03/04/2024 2:00 PM"]) == [datetime(2024, 3, 4, 14)]


def test_contradicting_orders_are_seen_and_the_fewer_are_not_read():
    cells = ["25/04/2024", "26/04/2024", "04/25/2024"]
    assert survey(cells).is_contradictory
    assert read(cells) == [datetime(2024, 4, 25), datetime(2024, 4, 26), None]


def test_summer_and_winter_time_keep_the_clock_and_other_zones_go_to_utc():
    assert read(["2024-01-01T10:00:00+01:00", "2024-07-01T10:00:00+02:00"]) == [
        datetime(2024, 1, 1, 10),
        datetime(2024, 7, 1, 10),
    ]
    assert read(["2024-01-01T10:00:00Z", "2024-07-01T10:00:00+05:30"]) == [
        datetime(2024, 1, 1, 10),
        datetime(2024, 7, 1, 4, 30),
    ]


def test_counted_times_begin_at_their_origin():
    cells = pa.array(["0", "36", "1.5", "x", "1e11"])
    assert read_counted_times(cells, "hours", NEW_YEAR).to_pylist() == [
        NEW_YEAR,
        NEW_YEAR + timedelta(hours=36),
        NEW_YEAR + timedelta(hours=1.5),
        None,
        None,
    ]


def test_a_given_format_settles_the_order_and_a_time_behind_it_is_read_as_well():
    cells = pa.array(["03/04/2024", "03/04/2024 14:05", "31/12/2024", None])
    assert read_formatted_times(cells, "%m/%d/%Y").to_pylist() == [
        datetime(2024, 3, 4),
        datetime(2024, 3, 4, 14, 5),
        None,
        None,
    ]


def test_what_systems_write_for_unknown_is_implausible():
    times = pa.array(
        [datetime(1900, 1, 1), datetime(1970, 1, 1), datetime(2024, 1, 1), datetime(2999, 1, 1), None]
    )
    assert outside_plausible(times.cast(pa.timestamp("us"))).to_pylist() == [True, True, False, True, False]


WAYS = ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
days = st.dates(date(1995, 1, 1), date(2040, 1, 1))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(days, min_size=1, max_size=15), st.sampled_from(WAYS))
def test_what_is_written_is_read_back(values, way):
    moments = [datetime(day.year, day.month, day.day) for day in values]
    assert read([moment.strftime(way) for moment in moments]) == moments


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(days, min_size=1, max_size=15), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_with_slashes_either_the_days_are_right_or_a_doubt_is_raised(values, way):
    cells = [day.strftime(way) for day in values]
    is_right = read(cells) == [datetime(day.year, day.month, day.day) for day in values]
    assert is_right or survey(cells).is_ambiguous


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.text(max_size=14) | st.from_regex(r"[0-9/.: T-]{1,20}", fullmatch=True), min_size=1, max_size=8
    )
)
def test_no_text_breaks_the_reader(cells):
    assert len(read(cells)) == len(cells)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2024-01-15T12:00:00Z", "2024-01-15 13:00"),
        ("2024-07-15T12:00:00Z", "2024-07-15 14:00"),
        ("2024-03-31T00:59:00Z", "2024-03-31 01:59"),
        ("2024-03-31T01:00:00Z", "2024-03-31 03:00"),  # the hour from 2 to 3 was never shown
        ("2024-10-27T00:30:00Z", "2024-10-27 02:30"),
        ("2024-10-27T01:30:00Z", "2024-10-27 02:30"),  # the hour from 2 to 3 was shown twice
        ("2024-06-30 23:30:00 -0500", "2024-07-01 06:30"),
        ("2024-07-15 12:00:00", "2024-07-15 12:00"),  # names no zone: it is the clock already
        ("1721044800", "2024-07-15 14:00"),
    ],
)
def test_times_that_name_a_zone_are_brought_to_the_clock_of_the_data(cell, clock):
    form = survey([cell]).form(zone="Europe/Berlin")
    (read,) = read_times(tidy(pa.array([cell], pa.string())), form).to_pylist()
    assert f"{read:%Y-%m-%d %H:%M}" == clock


def test_times_with_and_without_a_zone_are_each_read_as_they_say():
    cells = ["2024-07-15T12:00:00Z", "2024-07-15 12:00:00", None, "soon"]
    form = survey(cells).form(zone="America/New_York")
    read = read_times(tidy(pa.array(cells, pa.string())), form).to_pylist()
    assert [moment and moment.hour for moment in read] == [8, 12, None, None]


@pytest.mark.parametrize(
    ("cell", "format"),
    [
        ("2026-07-01T23:30:00+0000", "%Y-%m-%dT%H:%M:%S%z"),
        ("2026-07-02T08:30:00+0900", "%Y-%m-%dT%H:%M:%S%z"),
        ("2026-07-01T23:30:00Z", "%Y-%m-%dT%H:%M:%SZ"),
        ("01.07.2026 23:30 UTC", "%d.%m.%Y %H:%M %Z"),
        ("07/01/2026 23:30Z", "%m/%d/%Y"),
    ],
)
def test_a_zone_in_a_stated_format_is_brought_to_the_clock_that_counts(cell: str, format: str):
    read = read_formatted_times(pa.array([cell, None]), format, "Europe/Berlin")
    assert read.to_pylist() == [datetime(2026, 7, 2, 1, 30), None]


def test_in_a_stated_format_cells_without_a_zone_and_columns_without_a_clock_stay():
    written = [datetime(2026, 7, 1, 23, 30)]
    cells = pa.array(["01.07.2026 23:30"])
    assert read_formatted_times(cells, "%d.%m.%Y", "Europe/Berlin").to_pylist() == written
    cells = pa.array(["2026-07-01T23:30:00+0000"])
    assert read_formatted_times(cells, "%Y-%m-%dT%H:%M:%S%z").to_pylist() == written


def test_the_zone_of_the_data_reaches_a_stated_format_and_leaves_counts_alone(tmp_path: Path):
    rows = "id,day,n,amount\na,2026-07-01T23:30:00+0000,24,1\nb,2026-07-01T12:00:00+0000,48,2\n"
    table = '[data]\ntime_zone = "Europe/Berlin"\n[[transactions]]\nfile = "s.csv"\ncustomer_id = "id"\n'
    formatted = 'at = {column = "day", format = "%Y-%m-%dT%H:%M:%S%z"}\namount = "amount"\n'
    counted = 'at = {column = "n", unit = "hours", origin = "2026-07-01"}\namount = "amount"\n'
    moments = {}
    for name, at in (("formatted", formatted), ("counted", counted)):
        ingest(table + at, {"s.csv": rows}, tmp_path / name)
        stored = pq.read_table(tmp_path / name / "transactions.parquet").sort_by("at")
        moments[name] = stored.column("at").to_pylist()
    assert moments["formatted"] == [datetime(2026, 7, 1, 14), datetime(2026, 7, 2, 1, 30)]
    assert moments["counted"] == [datetime(2026, 7, 2), datetime(2026, 7, 3)]

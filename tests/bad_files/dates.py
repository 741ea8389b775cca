"""Files whose dates can be read in two ways, in none, or lie where no purchase lies."""

from datetime import date, timedelta

from tests.bad_files.entry import SALES, accepted, at, in_category, rejected, sales, some, warned

FIRST = date(2024, 1, 3)
GERMAN = ("Jan.", "Febr.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")
FRENCH = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
SPANISH = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def dated(format: str, step: int = 5) -> str:
    """Sales on days that lie five days apart, in a strftime format."""
    return sales(date=lambda n: (FIRST + timedelta(days=step * n)).strftime(format))


def counted(unit: float, rows: int = 60) -> str:
    """Sales whose dates are counted since 1970, `unit` to the second."""
    return sales(rows, date=lambda n: int((1_704_283_200 + 432_000 * n) * unit))


def with_months(months: tuple[str, ...]) -> str:
    return sales(date=lambda n: f"{1 + n % 28}. {months[n % 12]} {2023 + n % 2}")


def clock(make) -> str:
    """Sales at moments; `make` is given the row and the day."""
    return sales(date=lambda n: make(n, SALES["date"](n)))


DATES = in_category(
    "dates",
    [
        accepted("with_times.csv", lambda: clock(lambda n, d: f"{d} {n % 24:02d}:{n % 60:02d}:07")),
        accepted("iso_utc.csv", lambda: clock(lambda n, d: f"{d}T{n % 24:02d}:10:00.123Z")),
        accepted(
            "summer_and_winter.csv",
            lambda: clock(lambda n, d: f"{d}T10:00:00+0{2 if '-04-' < d[4:8] < '-10-' else 1}:00"),
        ),
        accepted("day_first.csv", lambda: dated("%d/%m/%Y")),
        accepted("month_first.csv", lambda: dated("%m/%d/%Y")),
        accepted("am_and_pm.csv", lambda: dated("%m/%d/%Y %I:%M %p")),
        accepted("german.csv", lambda: dated("%d.%m.%Y")),
        accepted("compact.csv", lambda: dated("%Y%m%d")),
        accepted("slashes_year_first.csv", lambda: dated("%Y/%m/%d")),
        accepted("months_english.csv", lambda: dated("%b %d, %Y")),
        accepted("months_german.csv", lambda: with_months(GERMAN)),
        accepted("months_french.csv", lambda: with_months(FRENCH)),
        accepted("months_spanish.csv", lambda: with_months(SPANISH)),
        accepted(
            "hour_that_never_was.csv",
            lambda: clock(lambda n, d: "2024-03-31 02:30:00" if n == 5 else f"{d} 10:00:00"),
        ),
        accepted("leap_day.csv", lambda: sales(**at(5, "2024-02-29", "date"))),
        warned(
            "day_or_month_first.csv",
            lambda: sales(date=lambda n: f"0{1 + n % 9}/0{1 + n % 7}/2024"),
            "ambiguous_dates",
            column="date",
        ),
        warned(
            "few_in_the_other_order.csv",
            lambda: sales(date=lambda n: "02/13/2024" if n == 5 else f"{13 + n % 9}/02/2024"),
            "contradictory_dates",
            "not_a_date",
            column="date",
            row=7,
        ),
        warned(
            "several_ways.csv",
            lambda: clock(lambda n, d: d if n % 2 else f"{13 + n % 9}.02.2024"),
            "mixed_dates",
            column="date",
        ),
        warned(
            "words_among_numbers.csv",
            lambda: clock(lambda n, d: d if n % 2 else f"{1 + n % 9} March 2024"),
            "mixed_dates",
            column="date",
        ),
        warned("two_digit_years.csv", lambda: dated("%d.%m.%y"), "two_digit_years", column="date"),
        warned(
            "excel_days.csv",
            lambda: sales(date=lambda n: 45_290 + 5 * n),
            "numbers_as_dates",
            column="date",
        ),
        warned(
            "excel_days_and_times.csv",
            lambda: sales(date=lambda n: f"{45_290 + 5 * n}.{n % 10}"),
            "numbers_as_dates",
            column="date",
        ),
        warned(
            "some_excel_days.csv",
            lambda: clock(lambda n, d: 45_290 + n if n % 10 == 0 else d),
            "not_a_date",
            column="date",
            row=2,
        ),
        warned("unix_seconds.csv", lambda: counted(1), "numbers_as_dates", column="date"),
        warned("unix_milliseconds.csv", lambda: counted(1e3), "numbers_as_dates", column="date"),
        warned("unix_nanoseconds.csv", lambda: counted(1e9), "numbers_as_dates", column="date"),
        warned(
            "several_zones.csv",
            lambda: clock(lambda n, d: f"{d}T10:00:00{('Z', '+05:00', '-08:00')[n % 3]}"),
            "mixed_zones",
            column="date",
        ),
        warned(
            "zones_now_and_then.csv",
            lambda: clock(lambda n, d: f"{d}T10:00:00" + "+02:00" * (n % 2)),
            "mixed_zones",
            column="date",
        ),
        warned(
            "thirtieth_of_february.csv",
            lambda: sales(**at(9, "2024-02-30", "date")),
            "not_a_date",
            column="date",
            row=9,
        ),
        warned(
            "thirteenth_month.csv",
            lambda: sales(**at(9, "2024-13-01", "date")),
            "not_a_date",
            column="date",
            row=9,
        ),
        warned(
            "day_nought.csv",
            lambda: sales(**some("1900-01-00", "date")),
            "not_a_date",
            column="date",
            row=2,
        ),
        warned(
            "year_1900.csv",
            lambda: sales(**some("1900-01-01", "date")),
            "date_out_of_range",
            column="date",
            row=2,
        ),
        warned(
            "year_1970.csv",
            lambda: sales(**some("1970-01-01", "date")),
            "date_out_of_range",
            column="date",
            row=2,
        ),
        warned(
            "year_9999.csv",
            lambda: sales(**some("9999-12-31", "date")),
            "date_out_of_range",
            column="date",
            row=2,
        ),
        warned(
            "year_mistyped.csv",
            lambda: sales(**at(7, "20224-01-05", "date")),
            "not_a_date",
            column="date",
            row=7,
        ),
        warned(
            "a_date_of_the_future.csv", lambda: sales(**at(7, "2091-01-05", "date")), "future_dates", "gap"
        ),
        warned(
            "all_in_the_future.csv",
            lambda: clock(lambda n, d: d.replace("2024", "2090")),
            "future_dates",
        ),
        warned("one_day.csv", lambda: clock(lambda n, d: "2024-03-01"), "one_day"),
        warned(
            "words.csv",
            lambda: sales(**some("yesterday", "date")),
            "not_a_date",
            column="date",
            row=2,
        ),
        warned("some_missing.csv", lambda: sales(**some("", "date")), "missing", column="date", row=2),
        rejected(
            "all_missing.csv",
            lambda: clock(lambda n, d: ""),
            "no_rows_left",
            "missing",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "all_words.csv",
            lambda: clock(lambda n, d: "soon"),
            "no_rows_left",
            "not_a_date",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "no_day_of_the_calendar.csv",
            lambda: clock(lambda n, d: "2024-02-30"),
            "no_rows_left",
            "not_a_date",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "day_and_month_by_turns.csv",
            lambda: sales(date=lambda n: f"02/{13 + n % 9}/2024" if n % 2 else f"{13 + n % 9}/02/2024"),
            "unusable_dates",
            "not_a_date",
            "most_rows_unreadable",
            column="date",
            row=3,
            rows=60,
        ),
        rejected(
            "only_times_of_day.csv",
            lambda: clock(lambda n, d: f"{n % 24:02d}:30"),
            "no_rows_left",
            "not_a_date",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "months_without_days.csv",
            lambda: clock(lambda n, d: d[:7]),
            "no_rows_left",
            "not_a_date",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "only_years.csv",
            lambda: clock(lambda n, d: d[:4]),
            "no_rows_left",
            "not_a_date",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "all_in_1900.csv",
            lambda: clock(lambda n, d: d.replace("2024", "1900")),
            "no_rows_left",
            "date_out_of_range",
            column="date",
            row=2,
            rows=60,
        ),
        rejected(
            "buddhist_years.csv",
            lambda: clock(lambda n, d: d.replace("2024", "2567")),
            "no_rows_left",
            "date_out_of_range",
            column="date",
            row=2,
            rows=60,
        ),
    ],
)

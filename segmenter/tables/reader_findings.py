"""What a column reader saw on the way -> findings: guesses it had to make, and ids it had to clean."""

from collections.abc import Iterator
from typing import Any

from segmenter.tables.column_readers import ColumnReader
from segmenter.tables.report import Finding, Severity
from segmenter.tables.source_rows import SourceRows

# code -> how serious it is, and what is said after "In 'orders.csv', column 'Date': "
_MESSAGES: dict[str, tuple[Severity, str]] = {
    "mixed_decimals": (
        "warning",
        "some numbers have a decimal comma and some a decimal point. They were read with a decimal {sign}; "
        "{rows:,} cells say otherwise and could not be read. Export them with one sign.",
    ),
    "ambiguous_numbers": (
        "warning",
        "numbers such as 1,234 or 1.234 may mean a thousand or one. They were read with a decimal {sign}. "
        "If that is wrong, say in the mapping which sign is the decimal sign.",
    ),
    "mixed_currencies": (
        "problem",
        "amounts are in several currencies ({currencies}) and cannot be added up. Convert them to one.",
    ),
    "ambiguous_dates": (
        "warning",
        "dates such as 03/04/2024 do not say which number is the day, and no date of the column settles it. "
        "They were read with {order}. To be sure, say the format in the mapping: %d/%m/%Y or %m/%d/%Y.",
    ),
    "contradictory_dates": (
        "warning",
        "a few dates put day and month in the other order. The column was read with {order}; {rows:,} dates "
        "do not fit that, and others may be wrong unseen. Export the dates as 2024-03-31.",
    ),
    "unusable_dates": (
        "problem",
        "many dates put the day first and many the month, so that 03/04/2024 cannot be told. Export the "
        "dates as 2024-03-31.",
    ),
    "mixed_dates": (
        "warning",
        "dates are written in several ways, and each was read in its own. Check some in the preview.",
    ),
    "two_digit_years": (
        "warning",
        "{rows:,} dates name the year by two digits; it was taken for the last number, 70 to 99 for the last "
        "century, and the others for this one. Export the dates as 2024-03-31.",
    ),
    "mixed_zones": (
        "warning",
        "times name different time zones, or only some name one. Those that name one were brought to the "
        "clock of {clock}.",
    ),
    "numbers_as_dates": ("warning", "bare numbers were read as {numeric}. Check some in the preview."),
    "ids_are_flags": (
        "problem",
        "the ids are all yes and no, or true and false. Choose the column that tells one from another.",
    ),
    "ids_with_decimals": (
        "warning",
        "{rows:,} ids look like 12.0, as after a detour over a spreadsheet{first}, and were read as 12. "
        "Check that they have not lost leading zeros.",
    ),
    "ids_cleaned": ("note", "{rows:,} ids had white space around them, which was taken off."),
    "invisible_signs": (
        "warning",
        "{rows:,} ids hold signs that nobody sees, or accents in two parts{first}; they were cleaned of "
        "them. Check where they come from.",
    ),
    "ids_merged": (
        "warning",
        "{rows:,} ids differ from another one only by white space or by signs that nobody sees{first}; they "
        "count as the same customer. Check whether they are.",
    ),
    "ids_from_floats": (
        "note",
        "the ids were stored as decimal numbers; more than 15 digits cannot have survived that.",
    ),
    "several_treatments": (
        "note",
        "{rows} different words stand for customers who were contacted, and count as one treatment. If they "
        "are treatments of their own, bring one at a time.",
    ),
    "ids_as_dates": (
        "warning",
        "{rows:,} ids look like dates{first}, as where a spreadsheet has turned them into some. Check that "
        "the right column is mapped, and export the ids as text.",
    ),
    "placeholder_ids": (
        "warning",
        "{rows:,} rows belong to a customer called NULL, unknown, guest or 0{first}, as if that were one "
        "person. Remove these rows unless it is.",
    ),
    "mostly_placeholder_ids": (
        "problem",
        "{rows:,} rows, more than half, belong to a customer called NULL, unknown, guest or 0{first}. Choose "
        "the column that tells one customer from another.",
    ),
}
_ORDER_WORDS = {
    "day_first": "the day first (03/04 is 3 April)",
    "month_first": "the month first (03/04 is March 4)",
}
_NUMERIC_WORDS = {
    "epoch_seconds": "seconds since 1970",
    "epoch_milliseconds": "milliseconds since 1970",
    "epoch_microseconds": "microseconds since 1970",
    "epoch_nanoseconds": "nanoseconds since 1970",
    "excel_days": "Excel's day numbers",
}

Seen = tuple[str, int, dict[str, Any]]  # code, rows, what the message names; 'first_row' where it is known


def reader_findings(reader: ColumnReader, rows: SourceRows) -> list[Finding]:
    """The findings of one column, after it was read; none for a constant."""
    if reader.source.column is None:
        return []
    found = []
    for code, count, names in (
        *_numbers(reader),
        *_times(reader),
        *_ids(reader, rows),
        *_choices(reader),
    ):
        severity, message = _MESSAGES[code]
        first_row = names.get("first_row")
        first = "" if first_row is None else f" (the first in row {first_row})"
        found.append(
            Finding(
                code=code,
                message=f"In '{rows.file}', column '{reader.source.column}': "
                + message.format(rows=count, first=first, **names),
                severity=severity,
                table=rows.table,
                file=rows.file,
                column=reader.source.column,
                rows=count,
                first_row=first_row,
            )
        )
    return found


def _numbers(reader: ColumnReader) -> Iterator[Seen]:
    survey = reader.numbers
    if survey is None or reader.source.column is None:
        return
    sign = {",": "comma", ".": "point"}[reader.decimals[reader.source.column]]
    if reader.source.decimal is None and survey.is_mixed:
        yield "mixed_decimals", min(survey.shows_comma, survey.shows_point), {"sign": sign}
    if reader.source.decimal is None and survey.is_ambiguous:
        yield "ambiguous_numbers", survey.undecided, {"sign": sign}
    if len(survey.currencies) > 1:
        yield "mixed_currencies", 0, {"currencies": ", ".join(sorted(survey.currencies))}


def _times(reader: ColumnReader) -> Iterator[Seen]:
    survey, form = reader.times, reader.form
    if survey is None or form is None:
        return
    order = {"order": _ORDER_WORDS[form.order]}
    if survey.is_ambiguous and reader.source.day_first is None:
        yield "ambiguous_dates", survey.undecided, order
    if survey.is_contradictory:
        fewer, more = sorted((survey.day_first, survey.month_first))
        yield "unusable_dates" if fewer > 0.05 * more else "contradictory_dates", fewer, order
    if len(survey.known_styles) > 1:
        yield "mixed_dates", 0, {}
    if survey.short_years:
        yield "two_digit_years", survey.short_years, {}
    if survey.is_mixed_zones:
        yield "mixed_zones", 0, {"clock": form.zone or "UTC"}
    if form.numeric in _NUMERIC_WORDS:
        yield "numbers_as_dates", 0, {"numeric": _NUMERIC_WORDS[form.numeric]}


def _choices(reader: ColumnReader) -> Iterator[Seen]:
    if reader.contract.name == "arm":
        values = {word.casefold(): ours for word, ours in reader.source.values.items()}
        treatments = {word for word in reader.words if values.get(word, word) == "treatment"}
        if len(treatments) > 1:
            yield "several_treatments", len(treatments), {}


def _ids(reader: ColumnReader, rows: SourceRows) -> Iterator[Seen]:
    if not reader.contract.is_id:
        return
    notes = reader.notes

    def noted(code: str, seen: str) -> Seen:
        return code, notes.count(seen), {"first_row": notes.first_rows[seen]}

    if reader.are_flags:
        yield "ids_are_flags", 0, {}
    for code in ("ids_as_dates", "ids_with_decimals"):
        if notes.count(code):
            yield noted(code, code)
    cleaned = next((c for c in ("ids_merged", "invisible_signs", "ids_cleaned") if notes.count(c)), None)
    if cleaned:
        yield noted(cleaned, cleaned)
    placeholders = notes.count("placeholder_ids")
    if reader.contract.name == "customer_id" and placeholders > 1 and not reader.are_flags:
        is_most = placeholders > 0.5 * notes.cells
        yield noted("mostly_placeholder_ids" if is_most else "placeholder_ids", "placeholder_ids")
    if reader.source.column in rows.text.float_columns:
        yield "ids_from_floats", 0, {}

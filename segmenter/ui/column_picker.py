"""One contract column -> the question which column of the file it is, with sample values beside it."""

from calendar import month_name
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final, Literal

import streamlit as st

from segmenter.tables.contracts import ColumnContract
from segmenter.tables.mapping import ColumnSource, Unit
from segmenter.tables.reading import SourceColumn
from segmenter.tables.time_text import leading_numbers, split_time
from segmenter.ui.format import plain

Decimal = Literal[".", ","]
NOT_GIVEN: Final = ""  # no file has a column without a name once it is read
CONSTANT: Final = "\x00constant"
COLUMN_WORDS: Final[Mapping[str, str]] = {
    "customer_id": "Customer id",
    "joined_at": "Customer since",
    "consent_email": "May be e-mailed",
    "consent_ads": "May be shown ads",
    "email": "E-mail",
    "phone": "Phone",
    "first_name": "First name",
    "last_name": "Last name",
    "country": "Country",
    "postcode": "Postcode",
    "at": "When",
    "amount": "Amount paid",
    "order_id": "Order id",
    "quantity": "Pieces",
    "discount_amount": "Discount",
    "margin_amount": "Margin",
    "category": "Product category",
    "channel": "Channel",
    "is_return": "Is a return",
    "kind": "What happened",
    "campaign_id": "Campaign id",
    "name": "Name",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "offer": "Offer",
    "contact_cost": "Cost of a contact",
    "offer_cost": "Cost of a redeemed offer",
    "valid_days": "Days the offer is valid",
    "arm": "Contacted or left out",
    "intent": "Intent",
    "evidence": "How it is known",
    "segment": "Given label",
    "bought": "Bought",
    "reacted": "Reacted",
    "days_since_last_purchase": "Days since the last purchase",
    "purchase_count": "Purchases before",
    "monetary_value": "Spent before",
}
FORMAT_WORDS: Final = {
    "": "As dates, read automatically",
    "%d.%m.%Y": "Day.month.year (31.12.2025)",
    "%d/%m/%Y": "Day/month/year (31/12/2025)",
    "%m/%d/%Y": "Month/day/year (12/31/2025)",
}
UNIT_WORDS: Final[dict[Unit, str]] = {
    "hours": "Counted in hours",
    "days": "Counted in days",
    "weeks": "Counted in weeks",
    "minutes": "Counted in minutes",
    "seconds": "Counted in seconds",
    "milliseconds": "Counted in milliseconds",
}
CHOICE_WORDS: Final = {
    NOT_GIVEN: "Leave these rows out",
    "exposure": "Sent or received",
    "impression": "Shown",
    "view": "Opened or viewed",
    "click": "Clicked",
    "redeem": "Offer used",
    "treatment": "To be contacted",
    "control": "Left out by chance",
    "prompted": "Bought because of the campaign",
    "organic": "Would have bought anyway",
    "engaged": "Engaged: reached, and bought",
    "unengaged": "Unengaged: bought without it",
    "inactive": "Inactive: did not buy",
}
MONTHS: Final = month_name[1:]
SAMPLE_LETTERS: Final = 44
DECIMAL_WORDS: Final[dict[Decimal | None, str]] = {
    None: "Read automatically",
    ".": "Point (1,234.50)",
    ",": "Comma (1.234,50)",
}


def pick_column(
    contract: ColumnContract, columns: Mapping[str, SourceColumn], chosen: ColumnSource | None, *, key: str
) -> ColumnSource | None:
    """The reader's answer for one contract column; None where the file does not have it.

    `chosen` is the answer so far, `columns` the file's columns by name; `key` makes the widgets' keys unique.
    """
    label = COLUMN_WORDS.get(contract.name, contract.name)
    options = [NOT_GIVEN, *columns, *([] if contract.required and contract.is_id else [CONSTANT])]
    picked = st.selectbox(
        f"{label} (needed)" if contract.required else label,
        options,
        index=options.index(_current(chosen, options)),
        format_func=_option_words,
        key=f"{key}_column",
        help=contract.description,
    )
    if picked == NOT_GIVEN:
        return None
    if picked == CONSTANT:
        return _pick_constant(contract, chosen, key)
    column = columns[picked]
    st.caption(f"For example {_samples(column)}")
    kept = chosen if chosen is not None and chosen.column == picked else None
    source = kept or ColumnSource(column=picked)
    if contract.type == "time":
        return _pick_time(source, column, key)
    if contract.type == "number":
        return _pick_number(source, columns, key)
    return source


def _current(chosen: ColumnSource | None, options: list[str]) -> str:
    if chosen is None:
        return NOT_GIVEN
    wanted = chosen.column if chosen.column is not None else CONSTANT
    return wanted if wanted in options else NOT_GIVEN


def _option_words(option: str) -> str:
    return {NOT_GIVEN: "Not in this file", CONSTANT: "The same for every row"}.get(option, option)


def _samples(column: SourceColumn) -> str:
    """As many examples as fit on a line or two; at least one."""
    shown: list[str] = []
    for value in column.samples:
        if shown and sum(map(len, shown)) + len(value) > SAMPLE_LETTERS:
            break
        shown.append(value[:SAMPLE_LETTERS])
    return " · ".join(map(plain, shown)) if shown else "nothing: the column is empty"


def _pick_constant(contract: ColumnContract, chosen: ColumnSource | None, key: str) -> ColumnSource | None:
    """One value for every row: a choice from the contract's words, or free text."""
    before = str(chosen.value) if chosen is not None and chosen.value is not None else ""
    if contract.choices:
        options = list(contract.choices)
        picked = st.selectbox(
            "Value for every row",
            options,
            index=options.index(before) if before in options else 0,
            format_func=lambda option: CHOICE_WORDS.get(option, option),
            key=f"{key}_value",
            help=contract.description,
        )
        return ColumnSource(value=picked)
    text = st.text_input(
        "Value for every row", before, key=f"{key}_value", max_chars=100, help=contract.description
    ).strip()
    return ColumnSource(value=text) if text else None


def _pick_time(source: ColumnSource, column: SourceColumn, key: str) -> ColumnSource:
    """How times are written; a counted time also needs the day it counts from."""
    before: str = source.unit or source.format or _unit_in_title(column)
    words = dict([*FORMAT_WORDS.items(), *UNIT_WORDS.items()])
    if column.type not in ("number", "text") and not before:
        return source
    way = st.selectbox(
        "How it is written",
        list(words) if before in words else [before, *words],
        index=list(words).index(before) if before in words else 0,
        format_func=lambda option: words.get(option, option),
        key=f"{key}_way",
        help="Dates are read as the column shows them; say it where that goes wrong.",
    )
    unit = next((unit for unit in UNIT_WORDS if unit == way), None)
    if unit is None:
        return replace(source, unit=None, origin=None, format=way or None)
    origin = st.date_input(
        "Counted from",
        source.origin.date() if source.origin else date(date.today().year - 1, 1, 1),
        min_value=date(1900, 1, 1),
        key=f"{key}_origin",
        help="The day on which the count is zero. Where it is unknown, any day will do.",
    )
    return replace(source, unit=unit, origin=datetime.combine(origin, time()), format=None)


def _unit_in_title(column: SourceColumn) -> str:
    """'time_hours' -> 'hours': what the title of a column of numbers says they count; else ''."""
    units = [unit for unit in UNIT_WORDS if unit[:-1] in column.name.lower()]
    return units[0] if units and column.type == "number" else ""


def pick_words(
    contract: ColumnContract, source: ColumnSource, column: SourceColumn, *, key: str
) -> ColumnSource:
    """The file's words -> ours, one question per word. Words left out are filtered by the caller."""
    before = {
        word: source.values.get(word, word if word in contract.choices else NOT_GIVEN)
        for word in column.words
    }
    if not before:
        st.caption(f"{plain(column.name)} holds too many different words to ask about each of them.")
        return source
    unknown = sum(meaning == NOT_GIVEN for meaning in before.values())
    left_out = f", {unknown} left out" if unknown else ""
    title = f"What the {len(before)} words in {plain(column.name)} mean{left_out}"
    values = {}
    with st.expander(title, expanded=unknown == len(before)), st.grid(4, min_column_width=200):
        for number, (word, known) in enumerate(before.items()):
            with st.container():
                options = [NOT_GIVEN, *contract.choices]
                meaning = st.selectbox(
                    f"'{plain(word[:40])}' means",
                    options,
                    index=options.index(known),
                    format_func=lambda option: CHOICE_WORDS.get(option, option),
                    key=f"{key}_word{number}",
                    help="Rows with a word that is left out do not become part of this table.",
                )
            if meaning:
                values[word] = meaning
    return replace(source, values=values or source.values)


def pick_day_first(samples: Sequence[str], before: bool | None, *, key: str) -> bool | None:
    """Which number of dates such as 03/04/2024 is the day: asked, because a guess would be wrong unseen."""
    shown = next((sample for sample in samples if _two_days(sample)), "03/04/2024")
    first, second = _two_days(shown) or (3, 4)
    words = {True: f"{first} {MONTHS[second - 1]}", False: f"{MONTHS[first - 1]} {second}"}
    return st.segmented_control(
        f"Does {plain(shown)} mean {words[True]} or {words[False]}? (needed)",
        [True, False],
        default=before,
        format_func=words.__getitem__,
        key=f"{key}_day_first",
        help="No date in the file shows which number is the day, so that only you can tell.",
    )


def _two_days(sample: str) -> tuple[int, int] | None:
    """The two numbers of a date that could both be the day, where they differ."""
    numbers = leading_numbers(split_time(sample)[0])
    return numbers if numbers and numbers[0] != numbers[1] and max(numbers) <= 12 else None


def _pick_number(source: ColumnSource, columns: Mapping[str, SourceColumn], key: str) -> ColumnSource:
    """The decimal sign, and a second column to multiply by, behind a small button."""
    with st.popover("Number format", type="tertiary"):
        decimals = list(DECIMAL_WORDS)
        decimal = st.selectbox(
            "Decimal sign",
            decimals,
            index=decimals.index(source.decimal),
            format_func=DECIMAL_WORDS.__getitem__,
            key=f"{key}_decimal",
            help="Only needed where the preview shows 1234 for 12.34, or the other way round.",
        )
        factors = [NOT_GIVEN, *columns]
        times = st.selectbox(
            "Multiply by",
            factors,
            index=factors.index(source.times) if source.times in factors else 0,
            format_func=lambda option: option or "nothing",
            key=f"{key}_times",
            help="For a file that has the price of one piece and the number of pieces.",
        )
        factor = st.number_input(
            "Times a fixed number",
            value=source.factor,
            min_value=0.0001,
            placeholder="1",
            key=f"{key}_factor",
            help="0.01 makes euros of cents, 30.4 makes days of months.",
        )
    return replace(source, decimal=decimal, times=times or None, factor=None if factor == 1 else factor)

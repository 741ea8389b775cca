"""A mapping -> in which currency and on whose clock its data are: asked once for all tables."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import available_timezones

import streamlit as st

from segmenter.tables.currency import USUAL, guess_currency
from segmenter.tables.mapping import Mapping
from segmenter.tables.reading import SourceFile
from segmenter.ui.format import plain

NOT_STATED: Final = ""


def with_first_guesses(mapping: Mapping, files: Sequence[SourceFile]) -> Mapping:
    """The mapping with the currency that the files show and the reader's own clock, where not said."""
    guess = guess_currency(files, mapping)
    return replace(
        mapping,
        currency=mapping.currency or (guess.code if guess is not None else None),
        time_zone=mapping.time_zone or _zone_of_reader(),
    )


def edit_about(mapping: Mapping, files: Sequence[SourceFile], *, key: str) -> Mapping:
    """Show currency and time zone and return the mapping as the reader has it now."""
    with st.container(horizontal=True):
        with st.container(width=320):
            currency = _ask_currency(mapping, files, key)
        with st.container(width=320):
            zone = _ask_zone(mapping, key)
    return replace(mapping, currency=currency, time_zone=zone)


def _ask_currency(mapping: Mapping, files: Sequence[SourceFile], key: str) -> str | None:
    before = mapping.currency or NOT_STATED
    options = list(dict.fromkeys([NOT_STATED, *([before] if before else []), *USUAL]))
    said = st.selectbox(
        "Currency of all amounts",
        options,
        index=options.index(before),
        format_func=lambda code: code or "Not stated",
        accept_new_options=True,
        key=f"{key}_currency",
        help="All amounts must be in one currency, because they are added up. Another one is typed as three "
        "letters.",
    )
    code = (said or "").strip().upper()
    if code and not re.fullmatch("[A-Z]{3}", code):
        st.caption("A currency is three letters, such as EUR or USD.")
        return mapping.currency
    guess = guess_currency(files, mapping)
    if guess is not None and guess.code == code:
        st.caption(f"As {plain(guess.because)} shows.")
    elif guess is not None and code:
        st.caption(f"But {plain(guess.because)} shows {guess.code}.")
    else:
        st.caption("Nothing in the files tells it." if not code else "As you say.")
    return code or None


def _ask_zone(mapping: Mapping, key: str) -> str | None:
    before, own = mapping.time_zone or NOT_STATED, _zone_of_reader()
    zones = (NOT_STATED, before, own or NOT_STATED, *sorted(available_timezones()))
    options = list(dict.fromkeys(zones))
    said = st.selectbox(
        "Clock that the times show",
        options,
        index=options.index(before),
        format_func=lambda zone: zone.replace("_", " ") or "Not stated",
        key=f"{key}_time_zone",
        help="Times that name a zone of their own are brought to this clock. Others are taken as they are.",
    )
    st.caption(
        "As your browser has it." if said and said == own else "Most files name no zone, and need none."
    )
    return said or None


def _zone_of_reader() -> str | None:
    zone = st.context.timezone
    return zone if zone in available_timezones() else None

"""A file's columns and their words -> the question which of its rows belong to a table."""

from collections.abc import Mapping as Dictionary

import streamlit as st

from segmenter.tables.contracts import TableContract
from segmenter.tables.mapping import ColumnSource, SourceMapping
from segmenter.tables.reading import SourceColumn

Filters = dict[str, tuple[str, ...]]

ONE_OF, NONE_OF = "is one of", "is none of"


def pick_rows(
    source: SourceMapping, columns: Dictionary[str, SourceColumn], settled: set[str], key: str
) -> tuple[Filters, Filters]:
    """Which rows of the file belong to the table: the words that they must have, and those they must not.

    One condition per line, all of which must hold; a last empty line asks for a further one. `settled`:
    columns whose words were asked for already, as what happened in an engagement.
    """
    before = [(column, ONE_OF, words) for column, words in source.where.items() if column not in settled]
    before += [(column, NONE_OF, words) for column, words in source.unless.items()]
    where: Filters = {}
    unless: Filters = {}
    with st.expander("Only some rows of this file", expanded=bool(before)):
        for place, (column, way, words) in enumerate([*before, ("", ONE_OF, ())]):
            taken = {name for name, *_ in before} - {column}
            free = [name for name in columns if name not in taken and name not in settled]
            chosen = _ask_condition(columns, free, (column, way, words), key=f"{key}_where{place}")
            if chosen is not None:
                (where if chosen[1] == ONE_OF else unless)[chosen[0]] = chosen[2]
    return where, unless


def _ask_condition(
    columns: Dictionary[str, SourceColumn],
    free: list[str],
    before: tuple[str, str, tuple[str, ...]],
    *,
    key: str,
) -> tuple[str, str, tuple[str, ...]] | None:
    """One line: a column, one of or none of, and the words. None where no column or word is chosen."""
    column_before, way_before, words_before = before
    # Columns of few words first: those are the ones that tell kinds of rows apart.
    wordy = sorted(free, key=lambda name: not columns[name].words)
    options = ["", *dict.fromkeys([*([column_before] if column_before else []), *wordy])]
    name_field, way_field, words_field = st.columns([2, 1.2, 3], vertical_alignment="bottom")
    column = name_field.selectbox(
        "Rows where",
        options,
        index=options.index(column_before),
        format_func=lambda option: option or "every row counts",
        key=f"{key}_column",
        help="For a file that holds several kinds of rows, such as purchases and opened mails.",
    )
    if not column:
        return None
    ways = [ONE_OF, NONE_OF]
    way = way_field.selectbox(
        "Condition",
        ways,
        index=ways.index(way_before),
        key=f"{key}_way",
        help="Whether rows with the words count, or all rows without them.",
    )
    known = columns[column].words if column in columns else ()
    chosen = words_before if column == column_before else ()
    words = words_field.multiselect(
        "Words",
        list(dict.fromkeys([*chosen, *known])),
        default=list(chosen),
        key=f"{key}_words_{column}",
        accept_new_options=True,
        placeholder="Choose words, or type them",
        help="Exactly as the file writes them.",
    )
    return (column, way or ONE_OF, tuple(words)) if words else None


def rows_by_words(
    contract: TableContract, picked: dict[str, ColumnSource], columns: Dictionary[str, SourceColumn]
) -> Filters:
    """Columns whose words were each given a meaning or left out -> the words kept; () where all are."""
    filters: Filters = {}
    for name, source in picked.items():
        if contract.column(name).type == "choice" and source.column and columns[source.column].words:
            words = columns[source.column].words
            kept = tuple(word for word in words if word in source.values)
            filters[source.column] = kept if len(kept) < len(words) else ()
    return filters

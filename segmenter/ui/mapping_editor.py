"""Uploaded files -> which column is what, table by table, with guesses filled in and a live preview."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.guessing import guess_mapping
from segmenter.tables.header_words import comparable_title
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceColumn, SourceFile, find_source
from segmenter.tables.report import by_severity
from segmenter.ui.blocks import Block, blocks_of
from segmenter.ui.column_picker import pick_column, pick_day_first, pick_words
from segmenter.ui.format import TABLE_WORDS, count_of, number, plain, with_table_words
from segmenter.ui.mapping_words import first_to_look_at, open_dates, table_label
from segmenter.ui.row_filters import pick_rows, rows_by_words
from segmenter.ui.sensitive_columns import ask_reasons
from segmenter.ui.uploads import Upload

MOST_FINDINGS: Final = 3
REVISION: Final = "mapping_revision"


def pick_table(upload: Upload, mapping: Mapping, files: Sequence[SourceFile]) -> str:
    """The table to look at; each says how many files fill it."""
    first = first_to_look_at(mapping, files)
    picked = st.segmented_control(
        "Table",
        list(TABLES),
        default=first,
        required=True,
        format_func=lambda table: table_label(table, mapping),
        key=f"table_{upload.folder.name}_{len(files)}",  # a further file may have the next question
        help="Each table is filled from one or more files; a file may fill several tables.",
    )
    return picked or first


def edit_table(upload: Upload, files: Sequence[SourceFile], mapping: Mapping, table: str) -> Mapping:
    """Show how files fill one table and return the mapping as the reader has it now."""
    contract = TABLES[table]
    st.markdown(contract.description)
    sources = mapping.tables.get(table, ())
    # After a file was added or taken out, places shift: new keys keep a widget from showing a neighbour's
    # answer.
    key = f"{upload.folder.name}_{revision()}_{table}"
    kept = list(sources)
    taken_out: set[int] = set()
    outcomes = mapping.outcome_titles()
    for block in blocks_of(sources, files):
        edited, left_out = _edit_block(contract, block, outcomes, key=f"{key}_{block.places[0]}")
        taken_out |= left_out
        for place in block.places:
            kept[place] = replace(edited, file=sources[place].file, sheet=sources[place].sheet)
    fed_by = [file for source in sources if (file := find_source(files, source.source)) is not None]
    added = _ask_for_file(contract, [file for file in files if file not in fed_by], bool(fed_by), key=key)
    if added or taken_out:
        start_afresh()
    left = (*(part for place, part in enumerate(kept) if place not in taken_out), *added)
    tables = {**mapping.tables, table: left}
    return share_answers(
        replace(mapping, tables={name: parts for name, parts in tables.items() if parts}), table
    )


def share_answers(mapping: Mapping, table: str) -> Mapping:
    """The mapping with who and when of one table also answered where the same file feeds another.

    Only what is missing there is filled in; an answer that was given stays.
    """
    answers = {source.source: source.columns for source in mapping.tables.get(table, ())}

    def filled(other: str, source: SourceMapping) -> SourceMapping:
        given = answers.get(source.source, {})
        shared: dict[str, ColumnSource] = {
            name: given[name]
            for name in ("customer_id", "at")
            if name in given and name in TABLES[other].required
        }
        days = {column.column: column.day_first for column in given.values() if column.day_first is not None}
        own = {
            name: replace(column, day_first=days[column.column])
            if column.day_first is None
            and column.column in days
            and TABLES[other].column(name).type == "time"
            else column
            for name, column in source.columns.items()
        }
        return replace(source, columns={**shared, **own})

    return replace(
        mapping,
        tables={
            other: sources if other == table else tuple(filled(other, source) for source in sources)
            for other, sources in mapping.tables.items()
        },
    )


def start_afresh() -> None:
    """Let every question start from the mapping again, not from what the page remembers."""
    st.session_state[REVISION] = revision() + 1


def revision() -> int:
    """A part of every question's key: another one makes it start from the mapping again."""
    return int(st.session_state.get(REVISION, 0))


def _edit_block(
    contract: TableContract, block: Block, hidden: frozenset[str], *, key: str
) -> tuple[SourceMapping, set[int]]:
    """Files of one kind feeding the table: their answers, and the places of those that were taken out.

    hidden: titles of columns that say what became of customers, which no model may know.
    """
    with st.container(border=True):
        head, remove = st.columns([5, 1.4], vertical_alignment="center")
        pressed = remove.button(
            "Take out",
            key=f"{key}_remove",
            width="stretch",
            help="The table is no longer filled from here. The file itself stays.",
        )
        if block.file is None:
            head.markdown(
                f"**{plain(block.name)}** is not among the uploaded files. Upload it, or take it out."
            )
            return block.source, set(block.places) if pressed else set()
        head.markdown(f"**{plain(block.name)}** · {number(block.file.rows)} rows")
        if pressed:
            return block.source, set(block.places)
        left_out = _pick_files(block, key)
        _show_findings(block.file)
        columns = {column.name: column for column in block.file.columns}
        picked = _pick_columns(contract, block.source, block.file, key)
        by_words = rows_by_words(contract, picked, columns)
        where, unless = pick_rows(block.source, columns, set(by_words), key)
        where |= {column: words for column, words in by_words.items() if words}
        attributes = block.source.attributes
        if contract.name == "customers":
            attributes = _pick_attributes(block.source, picked, columns, hidden, key)
        edited = replace(block.source, columns=picked, where=where, unless=unless, attributes=attributes)
        return replace(edited, reasons=ask_reasons(contract.name, edited, columns, key=key)), left_out


def _pick_files(block: Block, key: str) -> set[int]:
    """The places of the files of a block that the reader does not want here."""
    if len(block.titles) == 1:
        return set()
    titles = dict(zip(block.places, block.titles, strict=True))
    with st.popover(f"What you say here holds for {count_of(len(titles), 'file')}", type="tertiary"):
        kept = st.multiselect(
            "Files with the same columns",
            list(titles),
            default=list(titles),
            format_func=titles.__getitem__,
            key=f"{key}_files",
            help="They are asked about once. Take one out, and this table gets nothing from it.",
        )
    return set(titles) - set(kept)


def _show_findings(file: SourceFile) -> None:
    """What the reader should know of a file before choosing its columns, as two columns of one title."""
    for finding in by_severity(file.findings)[:MOST_FINDINGS]:
        show = st.caption if finding.severity == "note" else st.warning
        show(plain(with_table_words(finding.message)))
    if len(file.findings) > MOST_FINDINGS:
        st.caption(f"{len(file.findings) - MOST_FINDINGS} more remarks follow in the report after reading.")


def _pick_columns(
    contract: TableContract, source: SourceMapping, file: SourceFile, key: str
) -> dict[str, ColumnSource]:
    """A picker per contract column: the needed and the mapped ones first, the rest behind an expander."""
    columns = {column.name: column for column in file.columns}
    first = [c for c in contract.columns if c.required or c.name in source.columns]
    later = [c for c in contract.columns if c not in first]
    picked: dict[str, ColumnSource | None] = {}
    with st.grid(3, min_column_width=220):
        for column in first:
            with st.container():
                picked[column.name] = pick_column(
                    column, columns, source.columns.get(column.name), key=f"{key}_{column.name}"
                )
    for column in first:
        choice = picked[column.name]
        if column.type == "choice" and choice is not None and choice.column is not None:
            picked[column.name] = pick_words(
                column, choice, columns[choice.column], key=f"{key}_{column.name}"
            )
    said = {name: choice for name, choice in picked.items() if choice is not None}
    said = _say_which_day(replace(source, columns=said), file, key)
    if later:
        with st.expander(f"More columns ({len(later)})"), st.grid(3, min_column_width=220):
            for column in later:
                with st.container():
                    choice = pick_column(column, columns, None, key=f"{key}_{column.name}")
                    if choice is not None:
                        said[column.name] = choice
    return said


def _say_which_day(source: SourceMapping, file: SourceFile, key: str) -> dict[str, ColumnSource]:
    """The columns, those of dates such as 03/04/2024 with what they mean: asked once for all of a file."""
    unclear = open_dates(source, file)
    if not unclear:
        return source.columns
    column = file.column(unclear[0].column or "")
    before = next((one.day_first for one in unclear if one.day_first is not None), None)
    said = pick_day_first(column.samples if column is not None else (), before, key=key)
    return {
        name: replace(one, day_first=said) if one in unclear else one for name, one in source.columns.items()
    }


def _pick_attributes(
    source: SourceMapping,
    picked: dict[str, ColumnSource],
    columns: Dictionary[str, SourceColumn],
    hidden: frozenset[str],
    key: str,
) -> tuple[str, ...] | None:
    """Which further columns describe the customer; None means all of them."""
    used = {name for choice in picked.values() for name in choice.columns()}
    free = [name for name in columns if name not in used and comparable_title(name) not in hidden]
    if not free:
        return None
    before = [name for name in (source.attributes if source.attributes is not None else free) if name in free]
    chosen = st.multiselect(
        "Further columns the model may use",
        free,
        default=before,
        key=f"{key}_attributes",
        help="Leave out what a customer would not want to find in a model, such as health or religion.",
    )
    return None if len(chosen) == len(free) else tuple(chosen)


def _ask_for_file(
    contract: TableContract, free: Sequence[SourceFile], is_fed: bool, *, key: str
) -> tuple[SourceMapping, ...]:
    """A file to fill the table from; empty when none was asked for.

    Files that feed the table already are not offered: the same rows twice would double every purchase.
    """
    if not free:
        st.caption(f"More {TABLE_WORDS[contract.name].lower()} in another file? Add it under 'Files' below.")
        return ()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {file.title: file for file in free}
        title = st.selectbox(
            "Fill from a further file" if is_fed else "Fill from",
            list(titles),
            index=None if is_fed else 0,  # what is there already suffices more often than not
            placeholder="Choose a file",
            key=f"{key}_file",
            width=320,
            help="A file may fill several tables: a log of events and purchases fills two.",
        )
        if st.button("Add", key=f"{key}_add", disabled=title is None) and title is not None:
            file = titles[title]
            found = guess_mapping([file]).tables.get(contract.name, ())
            return found or (SourceMapping(file=file.name, sheet=file.sheet, columns={}),)
    return ()

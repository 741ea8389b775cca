"""Uploaded files -> which column is what, table by table, with guesses filled in and a live preview."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from segmenter.errors import SegmenterError
from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.guessing import guess_mapping
from segmenter.tables.mapping import ColumnSource, Mapping, SourceMapping
from segmenter.tables.reading import SourceColumn, SourceFile, find_source, source_title
from segmenter.tables.report import by_severity
from segmenter.ui import cached
from segmenter.ui.column_picker import COLUMN_WORDS, pick_column
from segmenter.ui.format import TABLE_WORDS, count_of, listed, number, plain, with_table_words
from segmenter.ui.sensitive_columns import ask_reasons
from segmenter.ui.uploads import Upload

PREVIEW_ROWS: Final = 8
REVISION: Final = "mapping_revision"


def pick_table(upload: Upload, mapping: Mapping) -> str:
    """The table to look at; each says how many files fill it."""
    picked = st.segmented_control(
        "Table",
        list(TABLES),
        default="transactions",
        required=True,
        format_func=lambda table: _table_label(table, mapping),
        key=f"table_{upload.folder.name}",
        help="Each table is filled from one or more files; a file may fill several tables.",
    )
    return picked or "transactions"


def edit_table(upload: Upload, files: Sequence[SourceFile], mapping: Mapping, table: str) -> Mapping:
    """Show how files fill one table and return the mapping as the reader has it now."""
    contract = TABLES[table]
    st.markdown(contract.description)
    sources = mapping.tables.get(table, ())
    # After a file was added or taken out, places shift: new keys keep a widget from showing a neighbour's
    # answer.
    key = f"{upload.folder.name}_{st.session_state.get(REVISION, 0)}_{table}"
    edited = [
        _edit_source(contract, source, files, key=f"{key}_{place}") for place, source in enumerate(sources)
    ]
    kept = tuple(source for source in edited if source is not None)
    fed_by = [file for source in sources if (file := find_source(files, source.source)) is not None]
    added = _ask_for_file(contract, [file for file in files if file not in fed_by], bool(fed_by), key=key)
    if added or len(kept) < len(sources):
        start_afresh()
    tables = {**mapping.tables, table: (*kept, *added)}
    return share_answers(
        replace(mapping, tables={name: parts for name, parts in tables.items() if parts}), table
    )


def share_answers(mapping: Mapping, table: str) -> Mapping:
    """The mapping with who and when of one table also answered where the same file feeds another.

    Only what is missing there is filled in; an answer that was given stays.
    """
    answers = {source.source: source.columns for source in mapping.tables.get(table, ())}

    def filled(other: str, source: SourceMapping) -> SourceMapping:
        shared: dict[str, ColumnSource] = {
            name: answers[source.source][name]
            for name in ("customer_id", "at")
            if name in answers.get(source.source, {}) and name in TABLES[other].required
        }
        return replace(source, columns={**shared, **source.columns})

    return replace(
        mapping,
        tables={
            other: sources if other == table else tuple(filled(other, source) for source in sources)
            for other, sources in mapping.tables.items()
        },
    )


def start_afresh() -> None:
    """Let every question start from the mapping again, not from what the page remembers."""
    st.session_state[REVISION] = st.session_state.get(REVISION, 0) + 1


def show_preview(upload: Upload, mapping: Mapping, table: str) -> None:
    """The first rows of the table as it would be read, or in words what keeps it from being read."""
    if not mapping.tables.get(table) or _gaps(table, mapping, upload):
        return
    st.subheader("What will be read", anchor=False)
    try:
        rows, report = cached.preview(upload.folder, mapping, table, PREVIEW_ROWS)
    except SegmenterError as error:
        st.warning(plain(with_table_words(str(error))))
        return
    if rows.empty:
        st.markdown("None of the first rows belongs to this table, so there is nothing to show here yet.")
        return
    st.caption(f"Of the first rows of the files: {plain(with_table_words(report.summary()))}")
    st.dataframe(
        rows.rename(columns=COLUMN_WORDS),
        hide_index=True,
        placeholder="",
        alt=f"The first rows of the table {TABLE_WORDS[table].lower()} as they would be read.",
        key=f"preview_{table}",
    )


def still_needed(mapping: Mapping, upload: Upload) -> list[str]:
    """What keeps the mapping from being read, one sentence each; empty when it can be."""
    if not mapping.tables.get("transactions"):
        return ["Purchases: fill this table from one of your files; nothing can be learned without it."]
    return [sentence for table in mapping.tables for sentence in _gaps(table, mapping, upload)]


def _gaps(table: str, mapping: Mapping, upload: Upload) -> list[str]:
    names = {path.name for path in upload.files}
    sentences = []
    for source in mapping.tables[table]:
        words = [COLUMN_WORDS[name] for name in TABLES[table].required if name not in source.columns]
        if source.file not in names:
            sentences.append(f"{TABLE_WORDS[table]}: upload {source.file}, or take it out.")
        elif words:
            title = source_title(source.source)
            sentences.append(f"{TABLE_WORDS[table]}: say which column of {title} is {listed(words)}.")
    return sentences


def in_words(mapping: Mapping) -> str:
    """'Purchases from orders.csv; campaign touches from mail.csv and app.csv.'"""
    parts = [
        f"{TABLE_WORDS[table].lower()} from "
        f"{listed([plain(source_title(source.source)) for source in sources])}"
        for table, sources in mapping.tables.items()
        if sources
    ]
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if parts else "No table is mapped yet."


def _table_label(table: str, mapping: Mapping) -> str:
    n = len(mapping.tables.get(table, ()))
    return f"{TABLE_WORDS[table]} · {count_of(n, 'file')}" if n else TABLE_WORDS[table]


def _edit_source(
    contract: TableContract, source: SourceMapping, files: Sequence[SourceFile], *, key: str
) -> SourceMapping | None:
    """One file feeding the table. None when the reader took it out."""
    with st.container(border=True):
        head, remove = st.columns([5, 1.4], vertical_alignment="center")
        file = find_source(files, source.source)
        title = plain(source_title(source.source))
        if file is None:
            head.markdown(f"**{title}** is not among the uploaded files. Upload it, or take it out.")
            return None if remove.button("Take out", key=f"{key}_remove", width="stretch") else source
        head.markdown(f"**{title}** · {number(file.rows)} rows")
        if remove.button("Take out", key=f"{key}_remove", width="stretch"):
            return None
        _show_findings(file)
        columns = {column.name: column for column in file.columns}
        picked = _pick_columns(contract, source, columns, key)
        by_words = rows_by_words(contract, picked, columns)
        where = {
            **_pick_rows(source, columns, set(by_words), key),
            **{c: w for c, w in by_words.items() if w},
        }
        attributes = source.attributes
        if contract.name == "customers":
            attributes = _pick_attributes(source, picked, columns, key)
        edited = replace(source, columns=picked, where=where, attributes=attributes)
        return replace(edited, reasons=ask_reasons(contract.name, edited, columns, key=key))


def _show_findings(file: SourceFile) -> None:
    """What the reader should know of a file before choosing its columns, as two columns of one title."""
    for finding in by_severity(file.findings):
        show = st.caption if finding.severity == "note" else st.warning
        show(plain(with_table_words(finding.message)))


def _pick_columns(
    contract: TableContract, source: SourceMapping, columns: Dictionary[str, SourceColumn], key: str
) -> dict[str, ColumnSource]:
    """A picker per contract column: the needed and the mapped ones first, the rest behind an expander."""
    first = [c for c in contract.columns if c.required or c.name in source.columns]
    later = [c for c in contract.columns if c not in first]
    picked: dict[str, ColumnSource | None] = {}
    with st.grid(3, min_column_width=220):
        for column in first:
            with st.container():
                picked[column.name] = pick_column(
                    column, columns, source.columns.get(column.name), key=f"{key}_{column.name}"
                )
    if later:
        with st.expander(f"More columns ({len(later)})"), st.grid(3, min_column_width=220):
            for column in later:
                with st.container():
                    picked[column.name] = pick_column(column, columns, None, key=f"{key}_{column.name}")
    return {name: choice for name, choice in picked.items() if choice is not None}


def _pick_rows(
    source: SourceMapping, columns: Dictionary[str, SourceColumn], settled: set[str], key: str
) -> dict[str, tuple[str, ...]]:
    """Which rows of the file belong to the table: those whose cell is one of the chosen words.

    `settled`: columns whose words were asked for already, as what happened in an engagement.
    """
    filters = {column: words for column, words in source.where.items() if column not in settled}
    with st.expander("Only some rows of this file", expanded=bool(filters)):
        wordy = [name for name, column in columns.items() if column.words and name not in settled]
        options = ["", *dict.fromkeys([*filters, *wordy])]
        before = next(iter(filters), "")
        column = st.selectbox(
            "Rows where",
            options,
            index=options.index(before),
            format_func=lambda option: option or "every row counts",
            key=f"{key}_where",
            help="For a file that holds several kinds of rows, such as purchases and opened mails.",
        )
        if not column:
            return {}
        chosen = filters.get(column, ())
        known = columns[column].words if column in columns else ()
        words = list(dict.fromkeys([*chosen, *known]))
        kept = st.multiselect("is one of", words, default=list(chosen), key=f"{key}_where_{column}")
        others = {name: values for name, values in filters.items() if name != before}
        return {**others, column: tuple(kept)} if kept else others


def rows_by_words(
    contract: TableContract, picked: dict[str, ColumnSource], columns: Dictionary[str, SourceColumn]
) -> dict[str, tuple[str, ...]]:
    """Columns whose words were each given a meaning or left out -> the words kept; () where all are."""
    filters: dict[str, tuple[str, ...]] = {}
    for name, source in picked.items():
        if contract.column(name).type == "choice" and source.column and columns[source.column].words:
            words = columns[source.column].words
            kept = tuple(word for word in words if word in source.values)
            filters[source.column] = kept if len(kept) < len(words) else ()
    return filters


def _pick_attributes(
    source: SourceMapping, picked: dict[str, ColumnSource], columns: Dictionary[str, SourceColumn], key: str
) -> tuple[str, ...] | None:
    """Which further columns describe the customer; None means all of them."""
    used = {name for choice in picked.values() for name in choice.columns()}
    free = [name for name in columns if name not in used]
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
        )
        if st.button("Add", key=f"{key}_add", disabled=title is None) and title is not None:
            file = titles[title]
            found = guess_mapping([file]).tables.get(contract.name, ())
            return found or (SourceMapping(file=file.name, sheet=file.sheet, columns={}),)
    return ()

"""A mapping and its files -> the first rows of a table as it would be read."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from segmenter.errors import SegmenterError
from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.mapping import Mapping
from segmenter.tables.reading import SourceFile
from segmenter.ui import cached
from segmenter.ui.column_picker import CHOICE_WORDS, COLUMN_WORDS
from segmenter.ui.format import TABLE_WORDS, plain, with_table_words
from segmenter.ui.mapping_words import gaps
from segmenter.ui.uploads import Upload

PREVIEW_ROWS: Final = 8


def show_preview(upload: Upload, files: Sequence[SourceFile], mapping: Mapping, table: str) -> None:
    """The first rows of the table as it would be read, or in words what keeps it from being read."""
    if not mapping.tables.get(table) or gaps(table, mapping, files):
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
        _in_our_words(rows, TABLES[table]).rename(columns=COLUMN_WORDS),
        hide_index=True,
        placeholder="",
        alt=f"The first rows of the table {TABLE_WORDS[table].lower()} as they would be read.",
        key=f"preview_{table}",
    )


def _in_our_words(rows: pd.DataFrame, contract: TableContract) -> pd.DataFrame:
    """The preview with choices as the page calls them, and days without a time where none has one."""
    shown = rows.copy()
    for column in contract.columns:
        if column.name not in shown:
            continue
        cells = shown[column.name]
        if column.type == "choice":
            shown[column.name] = cells.map(lambda word: CHOICE_WORDS.get(word, word))
        elif column.type == "time" and (cells.dropna() == cells.dropna().dt.normalize()).all():
            shown[column.name] = cells.dt.date
    return shown

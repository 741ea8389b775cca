"""The quality report of a data set: the verdict, and per table what was checked, found and done."""

from typing import Final

import pandas as pd
import streamlit as st

from segmenter.tables.dataset import Dataset
from segmenter.tables.quality import TableQuality, about_files, table_quality, verdict_in_words
from segmenter.ui.format import TABLE_WORDS, count_of, number, plain, with_table_words

_SIGNS: Final = {
    None: ":green[:material/check_circle: In order]",
    "note": ":blue[:material/info: Note]",
    "warning": ":orange[:material/warning: Worth a look]",
    "problem": ":red[:material/error: Problem]",
}


def show_verdict(dataset: Dataset) -> None:
    """One line, with a sign and a colour: can the data be used?"""
    severity, words = verdict_in_words(dataset)
    if severity is None:
        st.success(words, icon=":material/check_circle:")
    elif severity == "warning":
        st.warning(words, icon=":material/warning:")
    else:
        st.error(words, icon=":material/error:")


def show_quality(dataset: Dataset) -> None:
    """A fold per table, open where something deserves a look, and one for what is true of whole files."""
    st.subheader("What was checked", anchor=False)
    for table in TABLE_WORDS:
        if dataset.rows.get(table) or dataset.set_aside.get(table):
            _show_table(table_quality(dataset, table))
    files = about_files(dataset)
    if files:
        with st.expander(f"The files · {count_of(len(files), 'remark')}"):
            for finding in files:
                st.markdown(f"{_SIGNS[finding.severity]}  {plain(with_table_words(finding.message))}")


def _show_table(quality: TableQuality) -> None:
    found = [check for check in quality.checks if check.severity is not None]
    worth_a_look = any(check.severity != "note" for check in found)
    title = (
        f"{TABLE_WORDS[quality.table]} · {number(quality.rows_used)} of {number(quality.rows_in)} rows used"
        f" · {count_of(len({check.check for check in quality.checks}), 'check')}, "
        f"{count_of(len(found), 'remark')}"
    )
    with st.expander(title, expanded=worth_a_look):
        st.table(
            pd.DataFrame(
                {
                    "checked": [check.check for check in quality.checks],
                    "result": [_SIGNS[check.severity] for check in quality.checks],
                    "rows": [number(check.rows) if check.rows else "" for check in quality.checks],
                    "what was done": [check.done for check in quality.checks],
                    "what was found": [plain(with_table_words(check.message)) for check in quality.checks],
                }
            ),
            hide_index=True,
            border="horizontal",
        )

"""Template files: what each table may look like, to download and fill in."""

from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from segmenter.tables.contracts import TABLES, TableContract
from segmenter.tables.dictionary import type_in_words
from segmenter.ui.column_picker import COLUMN_WORDS
from segmenter.ui.components import download
from segmenter.ui.format import TABLE_WORDS

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "data" / "templates"


def show_templates() -> None:
    """Every table: what it is for, its columns, and a small file to fill in."""
    with st.expander("What files are needed, and templates to fill in"):
        st.markdown(
            "Only a file of **purchases** is indispensable. Every further table adds to what can be said: "
            "**campaign touches** show who reacts, **trial groups** prove what a campaign changes. "
            "Your own column names are fine; you say on this page which is which."
        )
        for contract in TABLES.values():
            st.subheader(TABLE_WORDS[contract.name], anchor=False)
            st.markdown(contract.description)
            st.table(_columns(contract), hide_index=True, border="horizontal")
            download(
                f"Template for {TABLE_WORDS[contract.name].lower()}",
                partial(template, contract.name),
                file_name=f"{contract.name}.csv",
                mime="text/csv",
                key=f"template_{contract.name}",
            )


def template(table: str) -> bytes:
    """A CSV file with the table's header and a few rows of invented customers."""
    return (TEMPLATES / f"{table}.csv").read_bytes()


def _columns(contract: TableContract) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "column": [column.name for column in contract.columns],
            "is": [COLUMN_WORDS.get(column.name, column.name) for column in contract.columns],
            "needed": ["yes" if column.required else "" for column in contract.columns],
            "type": [type_in_words(column) for column in contract.columns],
        }
    )

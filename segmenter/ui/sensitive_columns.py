"""Sensitive columns of a customers file -> the reasons for which the model may use them, if any are given."""

from collections.abc import Mapping as Dictionary

import streamlit as st

from segmenter.tables.mapping import SourceMapping
from segmenter.tables.reading import SourceColumn
from segmenter.tables.sensitive import sensitive_topic
from segmenter.ui.format import plain

LONGEST_REASON = 300


def ask_reasons(
    table: str, source: SourceMapping, columns: Dictionary[str, SourceColumn], *, key: str
) -> dict[str, str]:
    """Column -> why the model may use it. Columns without a reason are stored, but kept out of the model."""
    if table != "customers":
        return source.reasons
    mapped = {name for choice in source.columns.values() for name in choice.columns()}
    names = source.attributes if source.attributes is not None else [n for n in columns if n not in mapped]
    topics = {
        name: topic
        for name in names
        if name in columns and (topic := sensitive_topic(name, columns[name].words or columns[name].samples))
    }
    if not topics:
        return {}
    st.markdown(
        "**Sensitive columns** are kept out of the model. Customers do not expect to be chosen by them, and "
        "advertising networks refuse audiences made with them. If there is a good reason to use one, write "
        "it here; it is kept with the data and shown on the model card."
    )
    answers = {
        name: st.text_input(
            f"Why the model may use '{plain(name)}', which is about {topic}",
            value=source.reasons.get(name, ""),
            max_chars=LONGEST_REASON,
            placeholder="Left empty: it is kept out",
            key=f"{key}_reason_{name}",
            help="For example: the campaign is for families, and customers gave this answer for it.",
        )
        for name, topic in topics.items()
    }
    return {name: answer.strip() for name, answer in answers.items() if answer.strip()}

"""The foot of the sidebar: which workspace, data and model the pages show, and on what evidence."""

import streamlit as st

from segmenter.errors import SegmenterError
from segmenter.ui import cached
from segmenter.ui.evidence_card import evidence_words
from segmenter.ui.format import day, plain
from segmenter.ui.session import Session, current
from segmenter.ui.versions import called


def footer() -> None:
    """Two quiet lines; nothing that is not there is named."""
    session = current()
    with st.sidebar:
        st.caption(_data_line(session))
        if session.model:
            st.caption(_model_line(session))


def _data_line(session: Session) -> str:
    workspace = f"Workspace **{plain(session.workspace.root.name)}**"
    if session.dataset is None:
        return f"{workspace} · no data yet"
    dataset = cached.dataset(session.dataset.id)
    last = max((c.last for c in dataset.coverage.values() if c.last), default=None)
    until = f" · data as of {day(last)}" if last else ""
    return f"{workspace} · data **{plain(called(session.dataset))}**{until}"


def _model_line(session: Session) -> str:
    assert session.model
    name = f"Model **{plain(session.model.name)}**"
    if not session.model.parents:
        return f"{name} · loaded from a file"  # its evidence is about other data than these
    try:
        evidence = cached.report(session.model.id).evidence
    except SegmenterError:
        return name  # the page says what is wrong with the model
    return f"{name} · evidence: {evidence_words(evidence[0])}" if evidence else name

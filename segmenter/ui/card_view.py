"""The parts of the Model card page: the evidence ladder, the sections, and where each figure is stored."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from segmenter.cards.card import Fact, Ladder, ModelCard, Rung, Said, Section, Table
from segmenter.cards.card_file import card_html
from segmenter.ui.components import download
from segmenter.ui.format import plain
from segmenter.ui.uploads import tamed_name

OPEN = ("purpose", "performance", "groups", "correction", "limits", "misuse")
FOLDED = ("data", "segments", "method", "provenance")


def offer_file(card: ModelCard) -> None:
    """The card as a file of its own, made when it is asked for."""
    download(
        "Download the model card",
        lambda: card_html(card).encode("utf-8"),
        file_name=f"{tamed_name(card.name)}-card.html",
        mime="text/html",
        key="download_card",
        primary=True,
    )


def show_ladder(ladder: Ladder) -> None:
    """Every rung with whether it is there; the one the model stands on is open."""
    st.header("What stands behind it", anchor=False)
    st.markdown(f"Would the engaged have bought anyway? {plain(ladder.sentence.words)}")
    for rung in ladder.rungs:
        with st.expander(f"**{rung.title}**: {rung.state}", expanded=rung == ladder.stands_on):
            _show_rung(rung)
    with st.container(border=True):
        st.markdown(f"**The next step.** {plain(ladder.next_step.words)}")


def show_sections(card: ModelCard) -> None:
    """What a reader must know openly, the rest folded."""
    for key in OPEN:
        section = card.section(key)
        st.header(section.title, anchor=False)
        _show_section(section)
        if section.details or any(table.is_detail for table in section.tables):
            with st.expander("How this is computed"):
                _show_details(section)
    st.header("The record", anchor=False)
    for key in FOLDED:
        section = card.section(key)
        with st.expander(section.title):
            _show_section(section)
            _show_details(section)
    with st.expander("Where each figure is stored"):
        _show_places(card)


def _show_rung(rung: Rung) -> None:
    st.caption(f"{plain(rung.strength[0].upper() + rung.strength[1:])}.")
    _show_facts(
        (*rung.findings, Fact("What it leaves open", Said(rung.cannot)), Fact("What it takes", rung.needed))
    )


def _show_section(section: Section) -> None:
    for sentence in section.sentences:
        st.markdown(plain(sentence.words))
    if section.points:
        st.markdown("\n".join(f"- {plain(point.words)}" for point in section.points))
    _show_facts(section.facts)
    for table in section.tables:
        if not table.is_detail:
            _show_table(table)


def _show_details(section: Section) -> None:
    for table in section.tables:
        if table.is_detail:
            _show_table(table)
    _show_facts(section.details)


def _show_facts(facts: Sequence[Fact]) -> None:
    if facts:
        st.markdown("\n".join(f"- **{plain(fact.label)}**: {plain(fact.words)}" for fact in facts))


def _show_table(table: Table) -> None:
    st.caption(plain(table.caption))
    rows = pd.DataFrame([[cell.words for cell in row] for row in table.rows], columns=list(table.columns))
    kinds = zip(table.columns, table.kinds, strict=True)
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            column: st.column_config.TextColumn(column, alignment="right" if kind == "number" else "left")
            for column, kind in kinds
        },
        alt=f"{table.caption}: {'; '.join(_told(table, row) for row in table.rows)}.",
    )


def _told(table: Table, row: Sequence[Said]) -> str:
    """A row for who cannot see the table."""
    name, *cells = (cell.words for cell in row)
    return f"{name}: " + ", ".join(f"{c} {v}" for c, v in zip(table.columns[1:], cells, strict=True))


def _show_places(card: ModelCard) -> None:
    st.markdown("Every figure of this card is read from a stored result of this model. Nothing is typed in.")
    rows = [(about, said.words, said.source) for about, said in card.said() if said.figures]
    st.dataframe(
        pd.DataFrame(rows, columns=["About", "Shown", "Stored at"]),
        hide_index=True,
        alt="Every figure of the card with the file and the place in it where it is stored.",
    )

"""The pieces every page is made of, so that all pages read alike: header, answer, cards, charts, details."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from segmenter.ui.notices import tell_what_was_done
from segmenter.ui.session import current

PAGES: Final = {
    "Start": "pages/start.py",
    "Data": "pages/data.py",
    "Training": "pages/training.py",
    "Segments": "pages/segments.py",
    "Reasons": "pages/reasons.py",
    "Performance": "pages/performance.py",
    "Compare": "pages/compare.py",
    "Model card": "pages/card.py",
    "Audience": "pages/audience.py",
}
CHART_SETTINGS: Final = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure: what it is, how large, and a short qualification under it."""

    label: str
    value: str
    note: str = ""
    help: str | None = None


def dark() -> bool:
    """True when the reader's page is dark; charts take their colours from it."""
    return st.context.theme.type == "dark"


def page_header(title: str, sentence: str = "") -> None:
    """The page's name, the demo badge while the demo is shown, and what question the page answers."""
    tell_what_was_done()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        if current().demo:
            st.badge("Demo", color="orange", help="Invented customers. Remove the demo on the Start page.")
    if sentence:
        st.markdown(sentence)


def answer(sentence: str) -> None:
    """The page's answer in one plain sentence, directly under the control that changes it."""
    st.header(sentence, anchor=False)


def empty_state(sentence: str, label: str, page: str) -> None:
    """What is missing, and one button that leads there."""
    with st.container(border=True):
        st.markdown(sentence)
        if st.button(label, type="primary", key=f"empty_{page}"):
            st.switch_page(page)


def metric_row(cards: Sequence[Card]) -> None:
    """Cards of equal size in one row; on a phone they wrap."""
    grid = st.grid(len(cards), min_column_width=150, gap="small")
    for card in cards:
        with grid:
            st.metric(
                card.label,
                card.value,
                delta=card.note or None,
                delta_color="off",
                delta_arrow="off",
                help=card.help,
                border=True,
                height="stretch",
            )


def charts_side_by_side() -> Sequence[Any]:
    """Two columns for two charts; on a phone the second goes under the first."""
    return st.columns(2, gap="medium")


def chart(
    figure: Any, *, key: str, alt: str, table: pd.DataFrame, title: str = "", caption: str = ""
) -> None:
    """A figure with its name, what it shows, a text alternative, and its numbers in an expander.

    `figure` is a plotly figure; `alt` says in one or two sentences what a reader would see.
    """
    if title:
        st.subheader(title, anchor=False)
    if caption:
        st.caption(caption)
    # Streamlit's own chart theme overwrites fonts and margins that segmenter.plots sets for both themes.
    st.plotly_chart(figure, theme=None, config=CHART_SETTINGS, key=key, alt=alt)
    with st.expander("Show the numbers", type="compact"):
        st.dataframe(table, hide_index=True, alt=f"The numbers behind the chart: {alt}", key=f"{key}_numbers")


def how_computed(explanation: str) -> None:
    """The place for technical terms: what was computed, and from what."""
    with st.expander("How this is computed"):
        st.markdown(explanation)


def download(
    label: str, make: Callable[[], bytes], *, file_name: str, mime: str, key: str, primary: bool = False
) -> None:
    """A download whose bytes are made when it is pressed, so that nothing waits in memory until then."""
    st.download_button(
        label,
        data=make,
        file_name=file_name,
        mime=mime,
        key=key,
        on_click="ignore",
        type="primary" if primary else "secondary",
    )

"""The router: finds the page that was asked for, runs it, and says in words what went wrong.

streamlit run app.py
"""

from pathlib import Path

import streamlit as st

from segmenter.ui import messages, navigation, sidebar

MARK = str(Path(__file__).parent / "segmenter" / "ui" / "mark.svg")

st.set_page_config(page_title="Segmenter", page_icon=MARK, layout="wide", initial_sidebar_state="auto")
st.logo(MARK, size="large")

page = navigation.current_page(navigation.all_pages())
navigation.readable_accents()
with messages.explained():
    sidebar.footer()  # before the page: one that lacks something stops there
with messages.explained():
    page.run()

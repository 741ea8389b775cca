"""Start: what Segmenter does, the demo in one press, and where you are on the way."""

import streamlit as st

from segmenter import demo
from segmenter.ui import journey
from segmenter.ui.components import page_header
from segmenter.ui.removal import ask_demo_removal
from segmenter.ui.session import Session, choose_dataset, choose_model, current

WHAT_IT_DOES = {
    "Learn": "Segmenter reads your customer and campaign files and learns which customers buy because of a "
    "campaign, and which would have bought anyway.",
    "Check": "It ranks every customer by that, and shows how well the ranking did on customers and weeks "
    "it had not seen.",
    "Choose": "You decide how many customers to contact, see what to expect of them, and download the list.",
}


def show_demo(session: Session) -> None:
    """Install the demo where needed and go to its gain curve."""
    with st.spinner("Unpacking the demo"):
        choose_model(demo.install_demo(session.workspace))
    st.switch_page("pages/performance.py")


def welcome(session: Session) -> None:
    """Nothing is here yet: what this is, and the two ways in."""
    with st.grid(len(WHAT_IT_DOES), min_column_width=220):
        for title, sentence in WHAT_IT_DOES.items():
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{title}**  \n{sentence}")
    with st.container(horizontal=True):
        if st.button("Try it with demo data", type="primary"):
            show_demo(session)
        if st.button("Use my own files"):
            st.switch_page("pages/data.py")
    st.caption("The demo is a shop with invented customers and a trained model. It can be removed again.")


def way(session: Session) -> None:
    """Something is here: the steps, the next one, and the demo's coming and going."""
    journey.show_way(journey.steps(session))
    shown = next((record for record in session.workspace.records("dataset") if record.demo), None)
    with st.container(horizontal=True):
        if shown is None and st.button("Try it with demo data"):
            show_demo(session)
        if session.demo and st.button("Use my own files"):
            st.session_state["data_view"] = "add"
            st.switch_page("pages/data.py")
        if shown and not session.demo and st.button("Look at the demo"):
            choose_dataset(shown.id)
            st.rerun()
        if shown and st.button("Remove the demo"):
            ask_demo_removal(session.workspace)


session = current()
if session.dataset is None and session.model is None:
    page_header("Find the customers a campaign can move")
    welcome(session)
else:
    page_header("Start", "Where you are on the way from customer files to a list you can send.")
    way(session)

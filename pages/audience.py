"""Audience: how many customers to contact, what that would bring, and the file of them."""

import streamlit as st

from segmenter.ui import audience_controls, audience_view, cached, needs, saved_audiences
from segmenter.ui.components import answer, page_header
from segmenter.ui.suspicions import warn_of_leaks

page_header("Audience", "How many customers should the campaign contact, and who are they?")
ready = needs.scores("so that there is somebody to choose from")
summary = cached.summary(ready.scores_id)
evaluation = cached.evaluation(ready.model_id, ready.evaluation_id) if ready.evaluation_id else None

choice = audience_controls.ask_size(summary.value_of)
warn_of_leaks(cached.report(summary.model).suspicious)
answer(audience_view.audience_sentence(choice, summary, evaluation))
cards = st.container()  # filled last: who is left out or held back changes what to expect
audience_view.show_charts(choice, summary, evaluation)

st.header("From selected to the file", anchor=False)
choice = audience_controls.ask_exclusions(choice)
preview = audience_view.preview_of(ready.scores_id, choice, summary, evaluation)
with cards:
    audience_view.show_cards(choice, preview, summary, evaluation)
audience_view.show_funnel(preview.funnel, consent_mapped=summary.consent_mapped)
saved_audiences.ask_save(ready, choice, preview.funnel.exported)
saved_audiences.show_saved(ready.workspace)
audience_view.show_how(summary)

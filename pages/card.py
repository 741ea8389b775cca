"""Model card: what a model is, what stands behind it, and what it must not be used for."""

from segmenter.ui import cached, card_view, needs
from segmenter.ui.components import answer, page_header
from segmenter.ui.format import plain
from segmenter.ui.suspicions import warn_of_leaks

page_header("Model card", "What must be known of this model before it is trusted?")
ready = needs.model("so that there is something to describe")
card = cached.model_card(ready.model_id, ready.evaluation_id, ready.scores_id)
warn_of_leaks(cached.report(ready.model_id).suspicious)
answer(plain(card.answer.words))
card_view.offer_file(card)
card_view.show_ladder(card.ladder)
card_view.show_sections(card)

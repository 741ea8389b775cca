"""Segments: who the customers are as far as campaigns are concerned, and what sets each group apart."""

from segmenter.ui import cached, needs, segments_view
from segmenter.ui.components import answer, page_header

page_header("Segments", "Who reacts to campaigns, who buys without them, and who is silent?")
ready = needs.scores("so that your customers can be sorted into segments")
summary = cached.summary(ready.scores_id)
days = cached.report(summary.model).settings.windows.outcome_days
answer(segments_view.segment_sentence(summary, days))
segments_view.show_counts(summary)
segments_view.show_distributions(summary)
segments_view.show_profiles(summary.profiles)
segments_view.show_rfm(summary)
segments_view.show_limits(summary)

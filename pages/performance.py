"""Performance: how well the model's ranking finds the engaged, beside RFM and other rankings."""

from segmenter.ui import cached, calibration_view, groups_view, methods_view, needs, performance_view
from segmenter.ui.components import answer, page_header
from segmenter.ui.reach import reach_sentence
from segmenter.ui.suspicions import warn_of_leaks

page_header("Performance", "How many of the right customers would a campaign reach?")
ready = needs.evaluation("so that its ranking can be compared with RFM")
evaluation = cached.evaluation(ready.model_id, ready.evaluation_id)
depth = performance_view.ask_depth()
report = cached.report(ready.model_id)
warn_of_leaks(report.suspicious)
answer(reach_sentence(evaluation, "score", depth))
performance_view.show_cards(evaluation, depth)
performance_view.tell_margin(report)
performance_view.show_gains(evaluation, depth)
performance_view.offer_retest(evaluation, ready)
performance_view.show_limits(evaluation, report)
others, as_many, come_true, among = performance_view.closer()
with others:
    methods_view.show_methods(evaluation)
    methods_view.show_paper_ranking(evaluation, depth)
with as_many:
    performance_view.show_table1(evaluation)
with come_true:
    calibration_view.show_calibration(evaluation)
    calibration_view.show_money(evaluation)
with among:
    groups_view.show_groups(evaluation)

"""What a model learned, in words: the correction, the evidence, the customers it learned from."""

import streamlit as st

from segmenter.evaluation.leakage import CEILING, FLOOR, MARGIN
from segmenter.model.report import CorrectionReport
from segmenter.results import ModelReport
from segmenter.ui.components import Card, how_computed, metric_row
from segmenter.ui.evidence_card import evidence_line
from segmenter.ui.format import count_of, day, duration, number, plain, share, without_auc
from segmenter.ui.suspicions import tell_useless, warn_of_leaks


def show_model(report: ModelReport, *, tested: bool, from_file: bool = False) -> None:
    """The card of the current model. `tested`: an evaluation of it is stored; `from_file`: it was loaded."""
    if from_file:
        st.caption(f"Loaded from a file. On the data it was trained on, **{plain(report.dataset_name)}**:")
    warn_of_leaks(report.suspicious)
    correction = report.training.correction
    st.markdown(plain(without_auc(correction.sentence)))
    evidence_line(report.evidence, when="in the training period")
    metric_row(
        [
            Card(
                label="Learned from",
                value=number(report.training.customers),
                note=f"{count_of(len(report.cutoffs.train), 'cutoff')}",
                help="Customers with a known outcome, counted once per cutoff; customers kept for testing "
                "are not among them.",
            ),
            Card(
                label="Buyers",
                value=number(report.training.trained_on),
                note="within reach",
                help="Stage 2, which tells prompted from organic, learns only from the engaged and unengaged "
                "customers within reach of a campaign.",
            ),
            Card(
                label="Doubted",
                value=share(correction.flipped_share) if correction.applied else "0%",
                note="of the engaged",
                help="Engaged customers that the model treats as ones who would have bought anyway.",
            ),
        ]
    )
    if tested:
        st.caption(f"Tested on what happened after {day(report.cutoffs.test)}, {_test_words(report)}.")
    tell_useless(report.suspicious)
    how_computed(_details(report))


def _test_words(report: ModelReport) -> str:
    if report.cutoffs.unseen_period:
        return "a period and customers the model has not seen"
    return "customers the model has not seen, in a period it has"


def _details(report: ModelReport) -> str:
    correction, windows = report.training.correction, report.settings.windows
    cutoffs = ", ".join(day(cutoff) for cutoff in report.cutoffs.train)
    expected = share(correction.organic_share) if correction.organic_share is not None else "not known"
    return f"""
- **Data**: {plain(report.dataset_name)}; cutoffs {cutoffs}; outcome window {windows.outcome_days} days;
  a purchase counts as following a reaction within {windows.attribution_days} days.
- **Stage 1** tells engaged, unengaged and inactive customers apart; **stage 2** tells the engaged from the
  unengaged among customers within reach, and gives the prompted score.
- **Correction**: method {correction.method}, tau {correction.tau:g}, expected organic share {expected}
  ({plain(correction.share_source)}), flipped
  {share(correction.flipped_share, digits=1)}{_judged(correction)}.
- **Training** took {report.training.epochs} epochs and {duration(report.training.seconds)};
  seed {report.settings.seed}.
- **Leakage check**: each feature alone, on customers it was not learned from, in pairs of an engaged customer
  and another buyer, and of a buyer and somebody else. An undated column is named where it puts more pairs in
  the right order than the best dated feature by {100 * MARGIN:.0f} in 100 (and at least {FLOOR:.0%} of
  them), or {CEILING:.0%} whatever the others do. {_left_out(report)}
"""


def _left_out(report: ModelReport) -> str:
    names = report.settings.leave_out
    return f"Left out: {plain(', '.join(names))}." if names else "No feature was left out."


def _judged(correction: CorrectionReport) -> str:
    if correction.auc_corrected is None or correction.auc_uncorrected is None:
        return ""
    return (
        f"; on customers kept back, judged by {correction.judged_by}: AUC {correction.auc_corrected:.3f} "
        f"with the correction, {correction.auc_uncorrected:.3f} without"
    )

"""What the correction of labels found: who would have bought anyway, what speaks for it, its ledger, and how
much hangs on it.
"""

import pandas as pd
import streamlit as st

from segmenter import model_files
from segmenter.labels.intent import what_is_known
from segmenter.model.report import Check, CorrectionReport, ShareTried
from segmenter.results import ModelReport
from segmenter.ui import cached
from segmenter.ui.components import Card, download, how_computed, metric_row
from segmenter.ui.format import number, plain, share

ROWS_SHOWN = 100
STABLE_DEPTH = 0.2

SHORT = {
    "intent": "tells the engaged better",
    "extra buyers": "keeps extra buyers",
    "extra sales": "keeps extra sales",
}

QUESTIONS = {
    "intent": "Tells engaged customers from alike ones who bought without looking",
    "extra buyers": "Ranks extra buyers first",
    "extra sales": "Ranks extra sales first",
}

COMPUTED = """
Every customer is judged by the one member of the ensemble that has not learned from them. Who bought without
looking shows what customers of that kind buy anyway; they are weighted by the odds of looking, so that they
stand for those who did look. The first figure is an AUC (0.5 is guessing), the others the area between the
curve of what looking added and a random order, as a share of the total.
{figures}

The network in use lies between one that believes every label and one that doubts them in full. Ten steps were
tried, the weakest first; the step before the first objection is used, so that trying ten is no more lenient
than trying one.
"""

SHARE_WORDS = {"low": "fewer", "estimate": "as estimated", "high": "more"}


def show_correction(model_id: str, report: ModelReport) -> None:
    """The section of the Training page. A model that was trained without correction has none."""
    correction = report.training.correction
    if correction.estimated_share is None and not correction.by_epoch:
        return
    st.subheader("Who would have bought anyway?", anchor=False)
    metric_row(_cards(correction))
    if correction.estimated_share is not None and what_is_known(report.evidence).no_effect_shown:
        st.caption(
            "This share rests on the comparison of alike customers alone; the randomised holdout does not "
            "confirm that anybody was prompted."
        )
    if correction.checks:
        asked = "it must tell the engaged apart better, and must not lose extra buyers or extra sales."
        st.markdown(
            f"The correction is used only as far as customers kept back speak for it: {asked}"
            if report.settings.correction.fall_back
            else f"This model uses the correction in full, for comparison. To be used otherwise, {asked}"
        )
        st.table(_checks(correction), hide_index=True, border="horizontal")
        if not correction.applied and all(check.passed for check in correction.checks):
            st.markdown(f"It is not used all the same: {plain(correction.fallback_reason or '')}.")
        how_computed(COMPUTED.format(figures="".join(map(_figures, correction.checks))))
    _show_shares(correction)
    _show_printed(correction)
    if model_files.has_ledger(cached.workspace(), model_id):
        with st.expander("Correction ledger: every engaged customer, and what was believed"):
            _ledger(model_id, used=correction.applied)


def _cards(correction: CorrectionReport) -> list[Card]:
    estimated, note = "not known", "no comparison"
    if correction.estimated_share is not None and correction.estimated_interval is not None:
        low, high = correction.estimated_interval
        estimated, note = share(correction.estimated_share), f"{share(low)} to {share(high)}"
    used, doubted = "Not used", f"would doubt {share(correction.flipped_share)}"
    if correction.applied:
        used, doubted = "Used", f"{share(correction.flipped_share)} doubted"
        if 0 < correction.strength < 1:
            used, doubted = "Used in part", f"{share(correction.strength)} of the way"
    return [
        Card(
            label="Bought anyway",
            value=estimated,
            note=note,
            help="With its 95% interval. Of the customers who looked at a campaign and bought: as many as "
            "alike customers who did not look would lead one to expect. Where people look because they are "
            "about to buy anyway, the true share is higher; a randomised holdout would tell.",
        ),
        Card(
            label="Correction",
            value=used,
            note=doubted,
            help="Used: the ranking counts doubted customers as ones who would have bought anyway. Used in "
            "part: it goes that way only as far as customers kept back bear it out. Not used: every engaged "
            "customer counts alike, for the reason given above.",
        ),
    ]


def _show_shares(correction: CorrectionReport) -> None:
    """How the list would differ if fewer or more of the engaged would have bought anyway."""
    if not correction.shares:
        return
    st.markdown("**If that share were another**")
    fifth = next((each for each in correction.stable if each.depth == STABLE_DEPTH), None)
    if fifth is not None:
        st.markdown(
            f"Of the best {share(fifth.depth)} of customers, **{share(fifth.shared)}** are the same "
            "whichever of these shares is true, with the labels corrected in full."
        )
    st.table(
        pd.DataFrame(
            {
                "would have bought anyway": [
                    f"{SHARE_WORDS[each.name]}: {share(each.share)}" for each in correction.shares
                ],
                f"same best {share(STABLE_DEPTH)} as estimated": [
                    share(each.overlap) for each in correction.shares
                ],
                "on customers kept back": [_borne_out(each) for each in correction.shares],
            }
        ),
        hide_index=True,
        border="horizontal",
    )
    st.caption(
        "Each was trained for this comparison and is not used. The overlap counts customers on both lists "
        "out of those on either. The Compare page trains whole models with another share."
    )


def _borne_out(tried: ShareTried) -> str:
    if not tried.checks:
        return "nothing can tell"
    failed = [check for check in tried.checks if not check.passed]
    if not failed:
        return "nothing speaks against it"
    return "not shown: " + ", ".join(SHORT[check.name] for check in failed)


def _show_printed(correction: CorrectionReport) -> None:
    """What the loss as the paper prints it would have done to the same customers."""
    printed = correction.printed
    if printed is None:
        return
    counted = (
        f"As the paper prints its correction, **{share(printed.flipped_share)}** of the engaged would now "
        "count as ones who would have bought anyway"
    )
    if printed.collapsed is None:
        st.markdown(f"{counted}. It did not collapse here; it is kept for comparison and not used.")
        return
    st.markdown(
        f"{counted}, and hardly anybody would be left to learn from: each doubt causes the next. It is shown "
        "for comparison and not used."
    )


def _checks(correction: CorrectionReport) -> pd.DataFrame:
    """What was asked of customers kept back, at the strength that is judged and at full strength."""
    table = {"does it ...": [QUESTIONS[check.name] for check in correction.checks]}
    tried = {each.strength: each.checks for each in correction.strengths}
    judged = next((strength for strength, checks in tried.items() if checks == correction.checks), 1.0)
    if judged < 1 and 1.0 in tried:
        table[f"{share(judged)} of the way"] = [_verdict(check) for check in correction.checks]
        table["all the way"] = [_verdict(check) for check in tried[1.0]]
    else:
        table["with the correction"] = [_verdict(check) for check in correction.checks]
    return pd.DataFrame(table)


def _verdict(check: Check) -> str:
    if check.name == "intent":
        return "yes, better" if check.passed else "not shown"
    return "yes, as well" if check.passed else "not shown: may lose some"


def _figures(check: Check) -> str:
    return (
        f"\n- {QUESTIONS[check.name]}: {check.corrected:.3f} with, {check.uncorrected:.3f} without "
        f"(standard error of the difference {check.standard_error:.3f})."
    )


def _ledger(model_id: str, *, used: bool) -> None:
    workspace = cached.workspace()
    head = model_files.ledger_head(workspace, model_id, ROWS_SHOWN)
    told = "This is what the ranking rests on." if used else "Not used: what it would have believed."
    st.caption(
        f"{told} One row per engaged customer and cutoff that the model learned from, the most doubted "
        f"first; the first {number(len(head))} are shown."
    )
    shown = pd.DataFrame(
        {
            "customer": head["customer_id"],
            "cutoff": head["cutoff"],
            "would have bought anyway": head["organic"].map(share),
            "models agree": head["agreeing"].map(share),
            "doubted since pass": head["since_epoch"].map("{:.0f}".format).replace("nan", ""),
            "why": head["reason"].fillna("counts as prompted"),
        }
    )
    st.dataframe(shown, hide_index=True, alt="The correction ledger, the most doubted customers first.")
    download(
        "Download the ledger",
        lambda: _file(model_id),
        file_name="correction-ledger.csv",
        mime="text/csv",
        key="download_ledger",
    )


def _file(model_id: str) -> bytes:
    workspace = cached.workspace()
    with workspace.scratch() as scratch:
        return model_files.write_ledger(workspace, model_id, scratch / "ledger.csv").read_bytes()

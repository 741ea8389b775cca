"""What was read, what was set aside and why, what the data cover, and what they make possible."""

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from segmenter.plots.timeline import coverage_chart, coverage_in_words
from segmenter.tables.dataset import Dataset, is_customer_level
from segmenter.ui import cached
from segmenter.ui.components import Card, answer, chart, dark, download, metric_row
from segmenter.ui.eligibility_view import show_eligibility
from segmenter.ui.format import TABLE_WORDS, count_of, listed, number, period
from segmenter.ui.quality_view import show_quality, show_verdict
from segmenter.ui.removal import ask_removal
from segmenter.ui.rfm_view import show_rfm
from segmenter.ui.session import choose_dataset
from segmenter.ui.set_aside_file import set_aside_csv
from segmenter.ui.versions import called
from segmenter.workspace import ArtifactRecord

# What each table that may be missing would add.
MAKES_POSSIBLE: Final = {
    "customers": "what is known about the person (age, region, consent) helps to tell customers apart",
    "engagements": "without campaign touches nobody can be called engaged, so no model can be trained",
    "campaigns": "costs and how long an offer is valid, so that late purchases are not credited to it",
    "assignments": "a holdout by chance is the strongest evidence of what a campaign changes",
}


def pick_dataset(records: tuple[ArtifactRecord, ...], current_id: str) -> None:
    """Which data set to look at, where there are several."""
    names = {record.id: called(record, records) for record in records}
    if len(names) > 1:
        picked = st.selectbox(
            "Data set",
            list(names),
            index=list(names).index(current_id),
            format_func=names.__getitem__,
            help="All pages show this data set and the newest model made from it.",
        )
        if picked != current_id:
            choose_dataset(picked)
            st.rerun()


def show_dataset(dataset_id: str, folder: Path) -> None:
    """The report on one data set."""
    dataset = cached.dataset(dataset_id)
    answer(summary(dataset))
    show_verdict(dataset)
    given = [table for table in TABLE_WORDS if dataset.rows.get(table) or dataset.set_aside.get(table)]
    metric_row(
        [
            Card(
                label=TABLE_WORDS[table],
                value=number(dataset.rows.get(table, 0)),
                note=_aside(dataset, table),
            )
            for table in given
        ]
    )
    show_eligibility(dataset_id, dataset)
    _show_missing(dataset)
    _show_coverage(dataset_id)
    show_quality(dataset)
    _offer_set_aside(dataset, folder)
    if dataset.has("transactions") and not dataset.has("engagements"):
        show_rfm(dataset_id)
    with st.container(horizontal=True):
        if st.button("Delete this data set"):
            ask_removal(cached.workspace(), dataset_id)


def summary(dataset: Dataset) -> str:
    """'152,031 rows from 1 Jul to 30 Jul 2018; 12 rows were set aside.'"""
    rows, aside = sum(dataset.rows.values()), sum(dataset.set_aside.values())
    moments = [moment for c in dataset.coverage.values() for moment in (c.first, c.last) if moment]
    reach = f", {period(min(moments), max(moments))}" if moments else ""
    left = f"{count_of(aside, 'row')} set aside" if aside else "none set aside"
    return f"{count_of(rows, 'row')} read{reach}; {left}."


def _aside(dataset: Dataset, table: str) -> str:
    aside = dataset.set_aside.get(table, 0)
    return f"{number(aside)} set aside" if aside else "all rows used"


def _show_missing(dataset: Dataset) -> None:
    if is_customer_level(dataset):
        return  # one file stands for all of them
    missing = [table for table in MAKES_POSSIBLE if not dataset.has(table)]
    if missing:
        with st.expander(f"Not there: {listed([TABLE_WORDS[table].lower() for table in missing])}"):
            for table in missing:
                st.markdown(f"- **{TABLE_WORDS[table]}**: {MAKES_POSSIBLE[table]}.")


def _show_coverage(dataset_id: str) -> None:
    activity = cached.activity(dataset_id)
    if activity:
        table = pd.DataFrame(
            [(TABLE_WORDS[name], day, rows) for name, points in activity.items() for day, rows in points],
            columns=["table", "from", "rows"],
        )
        chart(
            coverage_chart(activity, dark=dark()),
            key="coverage",
            title="What the data cover",
            alt=f"Rows over time. {coverage_in_words(activity)}",
            table=table,
        )


def _offer_set_aside(dataset: Dataset, folder: Path) -> None:
    aside, path = sum(dataset.set_aside.values()), folder / "set_aside.parquet"
    if aside and path.exists():
        download(
            f"Download the list of {count_of(aside, 'row')} set aside",
            lambda: set_aside_csv(path),
            file_name="set-aside.csv",
            mime="text/csv",
            key="download_set_aside",
        )

"""The Training page's questions: when to learn from, how many cutoffs, what these hold, and the start."""

from datetime import date

import pandas as pd
import streamlit as st

from segmenter.cutoffs import Cutoffs, data_end, data_start, with_test
from segmenter.evaluation.population import MIN_PER_CLASS
from segmenter.plots.timeline import WindowsOnAxis, coverage_in_words, timeline_chart
from segmenter.settings import TrainingSettings, Windows
from segmenter.tables.dataset import Dataset, is_customer_level
from segmenter.ui import cached
from segmenter.ui.components import Card, answer, chart, dark, metric_row
from segmenter.ui.format import SEGMENT_MEANING, SEGMENT_WORDS, count_of, day, number, share
from segmenter.ui.training_choices import (
    USUAL_CAMPAIGN_DAYS,
    TrainingChoice,
    last_cutoff_range,
    most_cutoffs,
    stacked_cutoffs,
    usual_outcome_days,
)


def ask_windows(dataset_id: str, dataset: Dataset) -> tuple[int, Cutoffs]:
    """The outcome window in days and the cutoffs. Raises NotEnoughData where the data allow none."""
    if is_customer_level(dataset):
        return _ask_days_of_campaign(dataset_id)
    start, end = data_start(dataset), data_end(dataset)
    days_field, last_field, count_field = st.columns([1, 2.4, 1], gap="medium", vertical_alignment="bottom")
    days = days_field.number_input(
        "Days to predict",
        min_value=1,
        max_value=max(1, (end - start).days // 2),
        value=usual_outcome_days((end - start).days),
        key=f"outcome_days_{dataset_id}",
        persist_state="session",
        help="How long after the cutoff the model looks for a reaction and a purchase. "
        "Choose about as long as your campaigns take to work.",
    )
    suggested = cached.suggested_cutoffs(dataset_id, days)
    first, last = last_cutoff_range(start, end, days)
    cutoff = suggested.train[-1]
    if first < last:
        cutoff = last_field.slider(
            "Last cutoff",
            min_value=first,
            max_value=last,
            value=cutoff,
            format="D MMM YYYY",
            key=f"cutoff_{dataset_id}_{days}",
            persist_state="session",
            help="What happened before this day is what the model may know; what happened in the days after "
            "it is what it learns to predict.",
        )
    most = most_cutoffs(first, cutoff, days)
    count = count_field.number_input(
        "Cutoffs",
        min_value=1,
        max_value=most,
        value=min(most, len(suggested.train)),
        key=f"cutoff_count_{dataset_id}_{days}_{most}",
        help="Several cutoffs, one window apart, give the model more examples and more seasons.",
    )
    return days, with_test(dataset, stacked_cutoffs(cutoff, count, days), days)


def _ask_days_of_campaign(dataset_id: str) -> tuple[int, Cutoffs]:
    """One row per customer and one campaign: no cutoff to choose, only how long the file looks."""
    days = st.number_input(
        "Days the outcomes cover",
        min_value=1,
        max_value=730,
        value=USUAL_CAMPAIGN_DAYS,
        width=240,
        key=f"outcome_days_{dataset_id}",
        persist_state="session",
        help="For how many days after the campaign the file says what became of each customer. It changes no "
        "score, only what the pages call the window.",
    )
    return days, cached.suggested_cutoffs(dataset_id, days)


def show_timeline(dataset_id: str, cutoffs: Cutoffs, outcome_days: int) -> None:
    """The data's coverage with the windows on it; a sentence, where a file says itself what followed."""
    if is_customer_level(cached.dataset(dataset_id)):
        st.markdown(
            f"The campaign began on {day(cutoffs.test)}. The model learns from what your file says was known "
            "before, and is tested on customers whom it has not seen."
        )
        return
    windows = WindowsOnAxis(train=cutoffs.train, test=cutoffs.test, outcome_days=outcome_days)
    activity = cached.activity(dataset_id)
    uses = [("learned from", cutoff) for cutoff in cutoffs.train]
    if cutoffs.unseen_period:
        uses.append(("tested on", cutoffs.test))
    table = pd.DataFrame(
        [(use, day(cutoff), f"{outcome_days} days from then on") for use, cutoff in uses],
        columns=["use", "cutoff", "outcome window"],
    )
    spoken = "; ".join(f"{use} from {day(cutoff)}" for use, cutoff in uses)
    chart(
        timeline_chart(activity, windows, dark=dark()),
        key="timeline",
        alt=f"Time axis of the data. {coverage_in_words(activity)} Windows of {outcome_days} days: {spoken}.",
        table=table,
        caption=_test_words(cutoffs),
    )


def show_segments(dataset_id: str, cutoff: date, windows: Windows) -> None:
    """How many customers fall in each segment, before anything is trained."""
    counts = cached.segment_counts(dataset_id, cutoff, windows)
    known = sum(counts[label] for label in SEGMENT_WORDS)
    answer(
        f"After {day(cutoff)}, {number(counts['engaged'])} of {count_of(known, 'customer')} reacted to a "
        f"campaign and then bought within {count_of(windows.outcome_days, 'day')}."
    )
    cards = [
        Card(
            label=word,
            value=number(counts[label]),
            note=_of(counts[label], known),
            help=SEGMENT_MEANING[label],
        )
        for label, word in SEGMENT_WORDS.items()
    ]
    reach = Card(
        label="Within reach",
        value=number(counts["exposed"]),
        note=_of(counts["exposed"], known),
        help="Customers a campaign could have reached in this window. Only they can teach the model what a "
        "campaign changes.",
    )
    metric_row([*cards, reach])
    if counts["engaged"] == 0:
        st.warning(
            "Nobody reacted and bought in this window, so there is nothing to learn from. Check on the Data "
            "page that views, clicks or redemptions are mapped, or choose a longer window."
        )


def ask_start(dataset_id: str, cutoffs: Cutoffs, settings: TrainingSettings) -> TrainingChoice | None:
    """The name and the button. The whole choice when it was pressed, else None."""
    _warn_of_too_few(dataset_id, cutoffs, settings)
    unnamed = f"{cached.dataset(dataset_id).name}, {day(cutoffs.train[-1])}"
    name = st.text_input(
        "Name of the model",
        placeholder=unnamed,
        key="model_name",
        persist_state="session",
        max_chars=80,
        help="It stands in the list of models. Left empty, the name in grey is used.",
    )
    if not st.button("Train the model", type="primary"):
        return None
    return TrainingChoice(
        dataset_id=dataset_id, cutoffs=cutoffs, settings=settings, name=name.strip() or unnamed
    )


def _warn_of_too_few(dataset_id: str, cutoffs: Cutoffs, settings: TrainingSettings) -> None:
    """Say before a training that its model could not be tested, where that is to be expected."""
    learned = cached.segment_counts(dataset_id, cutoffs.train[-1], settings.windows)
    # Far from the limit the test window need not be counted: on many customers that takes seconds.
    if learned["engaged"] * settings.test_share > 10 * MIN_PER_CLASS:
        return
    counts = cached.segment_counts(dataset_id, cutoffs.test, settings.windows)
    engaged = counts["engaged"]
    others = sum(counts[label] for label in SEGMENT_WORDS) - engaged
    kept_back = [n * settings.test_share for n in (engaged, others)]
    if min(kept_back) < MIN_PER_CLASS:
        st.warning(
            f"About {number(round(kept_back[0]))} engaged customers and {number(round(kept_back[1]))} others "
            f"would be kept back for testing; a test needs {MIN_PER_CLASS} of each. The model can still be "
            "trained and score your customers. A longer window, another cutoff or more customers would allow "
            "a test.",
            title="Probably too few customers to test the model",
        )


def _of(part: int, whole: int) -> str:
    return f"{share(part / whole, digits=1)} of all" if whole else ""


def _test_words(cutoffs: Cutoffs) -> str:
    if cutoffs.unseen_period:
        return (
            "The model is tested on a period after the ones it learns from, and on customers it has not seen."
        )
    return (
        "The data leave no later period to test on, so the model is tested on customers it has not seen, in "
        "the same period. An earlier last cutoff would leave one."
    )

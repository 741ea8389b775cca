"""Choices on the Training page become the words of the command, and nothing is lost on the way."""

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from segmenter.cli import parser
from segmenter.cutoffs import Cutoffs
from segmenter.settings import Correction, Network, TrainingSettings, Windows
from segmenter.ui.training_choices import (
    MOST_CUTOFFS,
    TrainingChoice,
    changed_settings,
    last_cutoff_range,
    most_cutoffs,
    stacked_cutoffs,
    usual_outcome_days,
)

any_settings = st.builds(
    TrainingSettings,
    windows=st.builds(
        Windows,
        outcome_days=st.integers(1, 90),
        engagement_kinds=st.sampled_from([("view",), ("click", "redeem"), ("view", "click", "redeem")]),
    ),
    network=st.builds(
        Network,
        n_hidden=st.integers(0, 64),
        members=st.integers(2, 10),
        learning_rate=st.sampled_from([0.0003, 0.001, 0.01]),
        patience=st.integers(1, 50),
        class_weights=st.sampled_from(["balanced", "none"]),
        device=st.sampled_from(["auto", "cpu"]),
    ),
    correction=st.builds(
        Correction,
        method=st.sampled_from(["guarded", "none", "printed"]),
        tau=st.sampled_from([0.3, 0.5, 0.65]),
        organic_share=st.sampled_from([None, 0.0, 0.25]),
    ),
    ranking=st.sampled_from(["product", "paper"]),
    exposed_only=st.booleans(),
    seed=st.integers(0, 99),
    leave_out=st.sampled_from([(), ("view_rate",), ("attr_num_1", "attr_cat_2")]),
)


@given(any_settings)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_settings_written_as_pairs_read_back_the_same(chosen: TrainingSettings) -> None:
    assert TrainingSettings().with_pairs(changed_settings(chosen)) == chosen


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert changed_settings(TrainingSettings()) == {}
    assert changed_settings(TrainingSettings(seed=3)) == {"seed": "3"}


def test_the_command_names_data_cutoffs_window_and_name() -> None:
    choice = TrainingChoice(
        dataset_id="dataset-0a",
        cutoffs=Cutoffs(
            train=(date(2025, 3, 1), date(2025, 4, 1)), test=date(2025, 5, 1), unseen_period=True
        ),
        settings=TrainingSettings(windows=Windows(outcome_days=31), seed=2),
        name="Spring",
    )
    assert choice.arguments() == [
        *("--dataset", "dataset-0a", "--cutoff", "2025-03-01", "--cutoff", "2025-04-01"),
        *("--outcome-days", "31", "--set", "seed=2", "--name=Spring", "--complete"),
    ]


@example("--")
@given(st.text(alphabet="-= aé\"'", min_size=1, max_size=20).map(str.strip).filter(bool))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_command_takes_any_name_as_it_stands(name: str) -> None:
    choice = TrainingChoice(
        dataset_id="dataset-0a",
        cutoffs=Cutoffs(train=(date(2025, 3, 1),), test=date(2025, 5, 1), unseen_period=True),
        settings=TrainingSettings(),
        name=name,
    )
    assert parser().parse_args(["train", *choice.arguments()]).name == name


def test_the_usual_window_leaves_room_for_history_training_and_testing() -> None:
    assert usual_outcome_days(550) == 30
    assert usual_outcome_days(60) == 14
    assert usual_outcome_days(30) == 7
    assert usual_outcome_days(8) == 2
    assert usual_outcome_days(1) == 1


@given(st.integers(1, 60), st.integers(2, 800), st.integers(1, 6))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_stacked_cutoffs_share_no_day_and_lie_where_the_data_allow(days: int, span: int, count: int) -> None:
    start = date(2024, 1, 1)
    first, last = last_cutoff_range(start, start + timedelta(days=span), days)
    if first > last:
        return
    n = min(count, most_cutoffs(first, last, days))
    cutoffs = stacked_cutoffs(last, n, days)
    assert len(cutoffs) == n <= MOST_CUTOFFS
    assert cutoffs[-1] == last
    assert cutoffs[0] >= first
    assert all(
        later - earlier == timedelta(days=days) for earlier, later in zip(cutoffs, cutoffs[1:], strict=False)
    )

"""What contacting changes: a difference of two arms, counted by hand."""

import numpy as np
import pytest

from segmenter.evaluation.trial import (
    ARM_COUNTS,
    Trial,
    are_arms_shown,
    combined,
    contact_effects,
    have_arms_an_interval,
)


def counts_of(*values: float) -> dict[str, float]:
    return dict(zip(ARM_COUNTS, values, strict=True))


def test_extra_buyers_are_the_difference_of_the_arms_rates_per_thousand() -> None:
    # Contacted: 30 of 100 buy for 900; held back: 10 of 50 buy for 200.
    counts = {name: np.array([[value]]) for name, value in counts_of(100, 30, 900, 50, 10, 200).items()}
    effects = contact_effects(counts)
    assert effects["extra_buyers_per_1000"][0, 0] == pytest.approx(300 - 200)
    assert effects["extra_amount_per_1000"][0, 0] == pytest.approx(9_000 - 4_000)


def test_an_empty_arm_has_no_effect_to_tell() -> None:
    counts = {name: np.array([[value]]) for name, value in counts_of(100, 30, 900, 0, 0, 0).items()}
    assert np.isnan(contact_effects(counts)["extra_buyers_per_1000"]).all()


def test_customers_outside_the_trial_are_counted_in_neither_arm() -> None:
    trial = Trial(
        treatment=np.array([True, False, False]),
        control=np.array([False, True, False]),
        bought=np.array([True, False, True]),
        amount=np.array([5.0, 0.0, 7.0]),
        trial=np.array(["k", "k", None]),
    )
    sums = [float(np.sum(values)) for values in trial.counted()]
    assert dict(zip(ARM_COUNTS, sums, strict=True)) == counts_of(1, 1, 5, 1, 0, 0)


def test_a_trial_with_one_arm_only_is_not_counted() -> None:
    trial = Trial(
        treatment=np.array([True, True, False]),
        control=np.array([False, False, True]),
        bought=np.array([True, False, True]),
        amount=np.ones(3),
        trial=np.array(["k", "k", "m"]),
    )
    assert trial.counted() == []
    assert not trial.has_enough_customers()


def test_one_trial_keeps_its_counts() -> None:
    counts = combined(np.array([100.0, 30, 900, 50, 10, 200]))
    assert counts == pytest.approx(counts_of(100, 30, 900, 50, 10, 200))


def test_trials_with_the_same_shares_are_as_good_as_one_of_their_size() -> None:
    counts = combined(np.array([90.0, 30, 900, 30, 10, 200, 180, 90, 900, 60, 20, 100]))
    assert counts == pytest.approx(counts_of(270, 120, 1_800, 90, 30, 300))


def test_a_large_arm_without_an_equal_beside_it_counts_for_little() -> None:
    # 1,001 customers in either arm, but each trial compares 1,000 with a single one.
    counts = combined(np.array([1_000.0, 500, 0, 1, 1, 0, 1, 0, 0, 1_000, 500, 0]))
    assert counts["treatment"] == pytest.approx(4, abs=0.01)
    assert not are_arms_shown({name: float(count) for name, count in counts.items()})


def test_no_trial_with_both_arms_in_the_top_has_no_effect_to_tell() -> None:
    counts = combined(np.array([40.0, 10, 0, 0, 0, 0, 0, 0, 0, 40, 10, 0]))
    assert counts == pytest.approx(counts_of(0, 0, 0, 0, 0, 0))
    assert np.isnan(contact_effects(counts)["extra_buyers_per_1000"])


@pytest.mark.parametrize(
    ("counts", "shown", "interval"),
    [
        (counts_of(100, 30, 0, 50, 10, 0), True, True),
        (counts_of(100, 30, 0, 19, 10, 0), False, True),  # too few held back to say anything about
        (counts_of(100, 30, 0, 50, 4, 0), True, False),  # four buyers: too few for an interval
        (counts_of(100, 97, 0, 50, 10, 0), True, False),  # three others
    ],
)
def test_small_arms_are_hidden_and_rare_events_have_no_interval(
    counts: dict[str, float], shown: bool, interval: bool
) -> None:
    assert are_arms_shown(counts) == shown
    assert have_arms_an_interval(counts) == interval

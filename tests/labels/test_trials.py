"""Trials of several outcome windows: counted by hand, and how often their interval holds the truth."""

import numpy as np
import pandas as pd
import pytest

from segmenter.labels.evidence import IntentEvidence
from segmenter.labels.trials import over_windows, randomised_windows


def window(
    trial: str, *, treated: tuple[int, int, int], control: tuple[int, int], start: int = 0
) -> pd.DataFrame:
    """Customers from number `start` on; contacted: how many, buyers, engaged; left out: how many, buyers."""
    n = treated[0] + control[0]
    bought = np.r_[np.arange(treated[0]) < treated[1], np.arange(control[0]) < control[1]]
    engaged = np.r_[np.arange(treated[0]) < treated[2], np.zeros(control[0], dtype=bool)]
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(start, start + n)],
            "arm": ["treatment"] * treated[0] + ["control"] * control[0],
            "trial": trial,
            "purchases": bought.astype(int),
            "given_label": np.select([engaged, bought], ["engaged", "unengaged"], "inactive"),
        }
    )


def test_two_windows_are_averaged_by_how_much_each_can_tell() -> None:
    """First: 60 of 200 against 20 of 100, weight 200 * 100 / 300; second: 30 of 100 against 25 of 100, weight
    100 * 100 / 200.
    """
    found = randomised_windows(
        [
            window("spring", treated=(200, 60, 40), control=(100, 20)),
            window("summer", treated=(100, 30, 15), control=(100, 25), start=1_000),
        ]
    )
    assert found is not None
    assert found.details["difference"] == pytest.approx((200 / 3 * 0.10 + 50 * 0.05) / (350 / 3))
    assert found.details["engaged_rate"] == pytest.approx((200 / 3 * 0.20 + 50 * 0.15) / (350 / 3))
    assert (found.details["treatment_customers"], found.details["control_customers"]) == (300, 200)
    assert "2 outcome windows" in found.sentence
    # Other customers in each window: the variance is that of independent shares.
    share = np.array([200 / 3, 50]) / (350 / 3)
    variance = share**2 @ np.array([0.3 * 0.7 / 200 + 0.2 * 0.8 / 100, 0.3 * 0.7 / 100 + 0.25 * 0.75 / 100])
    high, low = found.details["difference_high"], found.details["difference_low"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=1e-3)


def test_one_window_with_a_trial_is_left_to_the_count_of_that_window() -> None:
    alone = window("spring", treated=(200, 60, 40), control=(100, 20))
    without = alone.assign(arm=None)
    assert randomised_windows([alone, without]) is None
    assert randomised_windows([without, without]) is None
    kept = (evidence("randomised"), evidence("before_after"))
    assert over_windows(kept, [alone, without]) == kept
    both = over_windows(kept, [alone, alone.assign(trial="summer")])
    assert [each.kind for each in both] == ["randomised", "before_after"]
    assert both[0].details["windows"] == 2


def test_who_is_in_both_arms_and_who_has_no_counterpart_is_not_counted() -> None:
    first = window("spring", treated=(200, 60, 40), control=(100, 20))
    second = window("summer", treated=(100, 30, 15), control=(100, 25), start=1_000)
    in_both = first.head(10).assign(arm=None, customer_id=[f"b{k}" for k in range(10)])
    no_control = second[second["arm"] == "treatment"].assign(trial="autumn")
    found = randomised_windows([first, second])
    more = randomised_windows([pd.concat([first, in_both]), pd.concat([second, no_control])])
    assert found == more


def test_the_interval_holds_the_truth_though_the_same_people_are_left_out_each_time() -> None:
    """A lasting holdout and lasting habits: counted as if windows were other people, the interval would hold
    the truth in eight of ten draws.
    """
    rng, effect, held, draws = np.random.default_rng(4), 0.06, 0, 150
    for _ in range(draws):
        keen, treated = rng.random(600) < 0.3, rng.random(600) < 0.5
        windows = []
        for name in ("spring", "summer", "autumn"):
            bought = rng.random(600) < np.where(keen, 0.9, 0.05)
            bought |= treated & (rng.random(600) < effect / (1 - 0.305))  # 30.5 % buy anyway
            windows.append(
                pd.DataFrame(
                    {
                        "customer_id": np.arange(600).astype(str),
                        "arm": np.where(treated, "treatment", "control"),
                        "trial": name,
                        "purchases": bought.astype(int),
                        "given_label": np.where(bought & treated, "engaged", "inactive"),
                    }
                )
            )
        found = randomised_windows(windows)
        assert found is not None
        held += found.details["difference_low"] < effect < found.details["difference_high"]
    assert 0.9 < held / draws < 0.99


def evidence(kind: str) -> IntentEvidence:
    return IntentEvidence(
        kind=kind,  # type: ignore[arg-type]
        sentence="",
        organic_share=None,
        interval=None,
        customers=0,
        placebo_share=None,
        details={"windows": 1},
    )


def test_a_small_holdout_without_buyers_is_not_taken_for_certain() -> None:
    """Nobody is moved and 5 in 100 buy: of 15 left out in each of two windows, often nobody does."""
    rng, draws, told = np.random.default_rng(8), 200, 0
    for _ in range(draws):
        windows = [
            window(name, treated=(1_000, rng.binomial(1_000, 0.05), 20), control=(15, rng.binomial(15, 0.05)))
            for name in ("spring", "summer")
        ]
        found = randomised_windows(windows)
        assert found is not None
        told += found.organic_share is not None
    assert told <= 0.06 * draws

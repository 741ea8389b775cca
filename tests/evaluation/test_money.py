"""Expected money and what came: totals, ratio, and how sure that is."""

import numpy as np
import pandas as pd
import pytest

from segmenter.evaluation.bootstrap import Estimate, paired_bootstrap
from segmenter.evaluation.money import Money, MoneyCalibration


def judged(frame: pd.DataFrame, draws: int = 200) -> dict[str, MoneyCalibration]:
    money, n = Money(frame), len(frame)
    whole = {name: values[0] for name, values in money.figures(np.ones((n, 1))).items()}
    drawn = paired_bootstrap(money.figures, n, draws=draws, rng=np.random.default_rng(2))
    return {found.kind: found for found in money.tables(whole, drawn)}


def world(rng: np.random.Generator, customers: int, *, factor: float = 1.0) -> pd.DataFrame:
    """Customers whose expected value is right up to `factor`."""
    score, amount = rng.beta(1, 4, customers), rng.gamma(4, 10, customers)
    engaged = rng.random(customers) < score
    return pd.DataFrame(
        {
            "given_label": np.where(engaged, "engaged", "inactive"),
            "amount": np.where(engaged, amount * rng.gamma(2, 0.5, customers), 0.0),
            "score": score,
            "uncorrected": score,
            "expected_value": factor * score * amount,
            "expected_amount": factor * amount,
        }
    )


def test_totals_and_ratio_worked_by_hand() -> None:
    # 40 customers expected to bring 2 each, of whom 10 engaged and spent 6; 40 expected 10 each, of whom 20
    # spent 30. Expected 80 + 400, came 60 + 600: 1.375 times. What the unengaged spent does not count.
    frame = pd.DataFrame(
        {
            "given_label": ["engaged"] * 10 + ["unengaged"] * 30 + ["engaged"] * 20 + ["inactive"] * 20,
            "amount": [6.0] * 10 + [99.0] * 30 + [30.0] * 20 + [0.0] * 20,
            "score": 0.5,
            "expected_value": [2.0] * 40 + [10.0] * 40,
            "expected_amount": 20.0,
        }
    )
    found = judged(frame)
    value, amount = found["value"], found["amount"]
    assert (value.customers, value.expected, value.came.value) == (80, 480, 660)
    assert value.ratio.value == pytest.approx(1.375)
    assert [(b.customers, b.expected, b.came.value) for b in value.bins] == [(40, 2.0, 1.5), (40, 10.0, 15.0)]
    # Of the 30 engaged 20 each were expected: 600, and 660 came.
    assert (amount.customers, amount.expected, amount.came.value) == (30, 600, 660)
    assert value.sentence.startswith("Expected 480, came 660 (95% interval ")


def test_right_expectations_are_not_called_off_and_wrong_ones_are(rng: np.random.Generator) -> None:
    assert judged(world(rng, 3_000))["value"].verdict == "right"
    assert judged(world(rng, 3_000, factor=2.0))["value"].verdict == "too high"
    assert judged(world(rng, 3_000, factor=0.5))["amount"].verdict == "too low"


def test_the_interval_of_the_ratio_covers_one_about_as_often_as_it_says(rng: np.random.Generator) -> None:
    tries = 80
    covered = sum(judged(world(rng, 500), draws=120)["value"].verdict == "right" for _ in range(tries))
    assert covered >= 68  # with 95 % coverage, fewer than 68 of 80 come once in ten thousand


def test_hardly_anybody_who_spent_gives_no_interval(rng: np.random.Generator) -> None:
    frame = world(rng, 300)
    spending = np.flatnonzero(frame["amount"] > 0)[19:]
    frame.loc[spending, ["amount"]] = 0.0
    found = judged(frame)["value"]
    assert found.ratio.low is None
    assert found.verdict == "unclear"
    assert "too few customers spent" in found.sentence


def test_a_model_that_leaves_out_the_organic_is_meant_to_expect_less(rng: np.random.Generator) -> None:
    frame = world(rng, 3_000, factor=0.5).assign(score=lambda f: f["score"] / 2)
    found = judged(frame)
    assert found["value"].counts_part
    assert "That is meant" in found["value"].sentence
    assert not found["amount"].counts_part


def test_bins_hold_everybody_once_and_never_a_handful(rng: np.random.Generator) -> None:
    bins = judged(world(rng, 1_000))["value"].bins
    assert sum(b.customers for b in bins) == 1_000
    assert all(b.customers >= 20 for b in bins)
    assert [b.expected for b in bins] == sorted(b.expected for b in bins)


def test_nothing_expected_is_nothing_to_judge(rng: np.random.Generator) -> None:
    assert judged(world(rng, 200, factor=0.0)) == {}


def test_a_ratio_is_right_while_one_is_inside() -> None:
    def verdict(*interval: float) -> str:
        came, ratio = Estimate(1.0), Estimate(1.0, *interval)
        return MoneyCalibration(
            kind="value", customers=1, expected=1, came=came, ratio=ratio, bins=()
        ).verdict

    assert [verdict(0.9, 1.1), verdict(1.01, 1.2), verdict(0.5, 0.99), verdict()] == [
        "right",
        "too low",
        "too high",
        "unclear",
    ]


def test_a_value_is_what_a_reached_customer_brings_so_only_those_are_counted(
    rng: np.random.Generator,
) -> None:
    """Right expectations, and a campaign that reaches half: the others could not engage."""
    frame = world(rng, 3_000).assign(exposed=rng.random(3_000) < 0.5)
    frame.loc[~frame["exposed"], ["given_label", "amount"]] = ["inactive", 0.0]
    found = judged(frame)["value"]
    assert found.customers == frame["exposed"].sum()
    assert found.verdict == "right"
    assert "whom a campaign reached: expected" in found.sentence
    everybody = judged(frame.assign(exposed=False))["value"]
    assert (everybody.customers, everybody.verdict) == (3_000, "too high"), (
        "no reach recorded: all are counted"
    )

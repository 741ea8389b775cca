"""Evidence for intent: what each rung says, when it says nothing, and that it finds a truth we planted."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmenter.labels.intent import (
    before_after,
    given_labels,
    intent_evidence,
    organic_completions,
    what_is_known,
)
from segmenter.labels.trials import randomised
from segmenter.settings import Windows
from tests.features.world import engine_over, write_world

CUTOFF = date(2026, 3, 1)
WINDOWS = Windows(outcome_days=10, attribution_days=7)


def arms(*rows: tuple[str, str | None, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["campaign_id", "arm", "customers", "buyers", "engaged"])


def groups(exposed: tuple[int, int], never: tuple[int, int] | None) -> pd.DataFrame:
    rows = [("exposed_later", *exposed)] + ([("never_exposed", *never)] if never else [])
    return pd.DataFrame(rows, columns=["buyer_group", "customers", "new_buyers"])


def redeemed(redemptions: int, *, unseen: int, customers: int, squares: int) -> pd.DataFrame:
    found = {"redemptions": redemptions, "unseen": unseen, "customers": customers, "squares": squares}
    return pd.DataFrame([found])


def test_a_holdout_tells_the_organic_share_of_the_engaged() -> None:
    """Contact moves 30% to 40%. Of the contacted 25% engaged, 10 points of them moved: 15/25 organic."""
    found = randomised(arms(("k", "treatment", 4_000, 1_600, 1_000), ("k", "control", 4_000, 1_200, 0)))
    assert found is not None
    assert found.organic_share == pytest.approx(0.6)
    assert found.interval is not None
    assert found.interval[0] < 0.6 < found.interval[1]
    assert found.details["difference"] == pytest.approx(0.1)
    assert found.customers == 8_000
    assert "+10.0 percentage points" in found.sentence
    assert "60%" in found.sentence


def test_the_effect_and_the_engaged_are_the_same_mean_over_trials() -> None:
    """In either trial contact moves half of the engaged: 20 of 40 points, and 5 of 10."""
    found = randomised(
        arms(
            ("k", "treatment", 1_000, 500, 400),
            ("k", "control", 1_000, 300, 0),
            ("m", "treatment", 9_000, 3_150, 900),
            ("m", "control", 1_000, 300, 0),
        )
    )
    assert found is not None
    assert found.organic_share == pytest.approx(0.5)


@pytest.mark.parametrize(("treated_buyers", "words"), [(1_210, "not distinguishable"), (900, "fewer bought")])
def test_a_holdout_without_a_clear_effect_tells_no_share(treated_buyers: int, words: str) -> None:
    found = randomised(
        arms(("k", "treatment", 4_000, treated_buyers, 1_000), ("k", "control", 4_000, 1_200, 0))
    )
    assert found is not None
    assert found.organic_share is None
    assert words in found.sentence


def test_customers_in_both_arms_are_left_out_and_counted() -> None:
    rows = [("k", "treatment", 400, 200, 100), ("k", "control", 400, 100, 0), ("k", None, 7, 5, 1)]
    found = randomised(arms(*rows))
    assert found is not None
    assert found.customers == 800
    assert found.details["in_both_arms"] == 7


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("k", "treatment", 400, 200, 100)],
        [("k", "treatment", 400, 200, 100), ("m", "control", 400, 100, 0)],  # no trial has both arms
        [("k", "treatment", 20, 10, 5), ("k", "control", 20, 5, 0)],
    ],
)
def test_without_two_arms_of_some_size_there_is_no_holdout(rows: list[Any]) -> None:
    assert randomised(arms(*rows)) is None


def test_redemptions_of_what_was_not_seen_are_the_organic_share() -> None:
    found = organic_completions(redeemed(1_000, unseen=300, customers=400, squares=2_500))
    assert found is not None
    assert found.organic_share == pytest.approx(0.3)
    assert found.interval == pytest.approx((0.257, 0.347), abs=2e-3)  # Wilson for 120 of 400
    assert "30%" in found.sentence


def test_a_few_customers_who_redeem_most_offers_make_the_share_less_certain() -> None:
    """400 customers: all twice or thrice; or fifty 13 times and the others once: as good as 114 customers."""
    even = organic_completions(redeemed(1_000, unseen=300, customers=400, squares=2_600))
    uneven = organic_completions(redeemed(1_000, unseen=300, customers=400, squares=50 * 13**2 + 350))
    one = organic_completions(redeemed(1_000, unseen=900, customers=100, squares=901**2 + 99))
    assert even and uneven and even.interval and uneven.interval
    assert uneven.interval[0] < even.interval[0] < 0.3 < even.interval[1] < uneven.interval[1]
    assert one is None  # nearly all by one customer


def test_too_few_redemptions_are_no_evidence() -> None:
    assert organic_completions(redeemed(87, unseen=30, customers=29, squares=261)) is None
    assert organic_completions(redeemed(0, unseen=0, customers=0, squares=0)) is None


def test_the_before_after_rule_is_corrected_by_its_placebo() -> None:
    """56% against 50%: of the engaged, (1 - 0.56) / (1 - 0.50) = 88% look like the never exposed."""
    found = before_after(groups((4_000, 2_240), (3_000, 1_500)))
    assert found is not None
    assert found.placebo_share == pytest.approx(0.50)
    assert found.details["rule_share"] == pytest.approx(0.56)
    assert found.organic_share == pytest.approx(0.88)
    assert "56%" in found.sentence
    assert "50%" in found.sentence


@pytest.mark.parametrize("never", [(3_000, 1_680), (3_000, 2_000), (60, 30)])
def test_a_rule_no_better_than_its_placebo_tells_no_share(never: tuple[int, int]) -> None:
    found = before_after(groups((4_000, 2_240), never))
    assert found is not None
    assert found.organic_share is None
    assert found.placebo_share == pytest.approx(never[1] / never[0])
    assert "next to nothing" in found.sentence


def test_a_rule_without_a_placebo_tells_no_share() -> None:
    found = before_after(groups((4_000, 2_240), None))
    assert found is not None
    assert (found.organic_share, found.placebo_share) == (None, None)
    assert before_after(groups((29, 10), (3_000, 1_500))) is None


def test_given_intents_are_the_last_rung() -> None:
    found = given_labels(pd.DataFrame({"intent": ["organic", "prompted"], "customers": [30, 70]}))
    assert found.organic_share == pytest.approx(0.3)
    nothing = given_labels(pd.DataFrame({"intent": [], "customers": []}))
    assert (nothing.organic_share, nothing.customers) == (None, 0)
    assert "only the segments" in nothing.sentence


def test_the_strongest_evidence_that_tells_a_share_is_taken() -> None:
    nothing = given_labels(pd.DataFrame({"intent": [], "customers": []}))
    clear = organic_completions(redeemed(100, unseen=30, customers=100, squares=100))
    unclear = before_after(groups((400, 200), None))
    assert clear is not None
    assert unclear is not None
    assert what_is_known((unclear, clear, nothing)).organic_share == pytest.approx(0.3)
    assert what_is_known((nothing,)).organic_share is None
    assert what_is_known(()).organic_share is None


def test_a_planted_world_is_read_from_the_tables(tmp_path: Path) -> None:
    """100 contacted, of whom 40 look and buy, and 20 buy without a look; of 100 left out 20 buy anyway.

    Contact moves 60% - 20% = 40 points, all of them among the 40% engaged: nobody engaged is organic, but the
    interval says how little 200 customers tell. Ten redeem without having looked, thirty after a look.
    """
    customers, bought, touched, assigned = [], [], [], []
    for i in range(200):
        customer, treated = f"c{i:03}", i < 100
        customers.append({"customer_id": customer, "joined_at": "2026-02-25"})
        assigned.append(
            {
                "customer_id": customer,
                "campaign_id": "k",
                "at": "2026-03-01",
                "arm": "treatment" if treated else "control",
            }
        )
        if treated:
            touched.append(
                {"customer_id": customer, "at": "2026-03-01", "kind": "exposure", "campaign_id": "k"}
            )
        if i < 40:
            touched.append({"customer_id": customer, "at": "2026-03-02", "kind": "view", "campaign_id": "k"})
        if i < 60 or 100 <= i < 120:
            bought.append({"customer_id": customer, "at": "2026-03-03", "amount": 10})
        if 10 <= i < 50:
            touched.append(
                {"customer_id": customer, "at": "2026-03-04", "kind": "redeem", "campaign_id": "k"}
            )
    dataset = write_world(
        tmp_path, customers=customers, transactions=bought, engagements=touched, assignments=assigned
    )
    windows = Windows(outcome_days=10, attribution_days=7, engagement_kinds=("view", "click"))
    with engine_over(tmp_path) as engine:
        evidence = intent_evidence(engine, dataset, windows, CUTOFF)
    assert [each.kind for each in evidence] == ["randomised", "organic_completions"]
    trial, completions = evidence
    assert trial.details["difference"] == pytest.approx(0.40)
    assert trial.details["engaged_rate"] == pytest.approx(0.40)
    assert trial.organic_share == pytest.approx(0, abs=1e-9)
    assert trial.interval is not None
    assert trial.interval[1] > 0.2
    assert completions.organic_share == pytest.approx(10 / 40)
    assert completions.customers == 40
    chosen = [i for i in range(200) if i % 4]
    # Asked among some, everybody else might as well not be there.
    some = np.array([f"c{i:03}" for i in chosen])
    with engine_over(tmp_path) as engine:
        among = intent_evidence(engine, dataset, windows, CUTOFF, among=some)
    assert among[0].details["treatment_customers"] == sum(i < 100 for i in chosen)
    assert among[0].details["control_customers"] == sum(i >= 100 for i in chosen)
    assert among[1].details["redemptions"] == sum(10 <= i < 50 for i in chosen)


def test_the_before_after_groups_are_those_first_left_out(tmp_path: Path) -> None:
    """Window before: 19 to 28 February. Forty are reached and engage only in March, forty-five never.

    Of the forty, 30 had not bought before; of the forty-five, 15 had not. Somebody reached in February, known
    only since then, or reached in March without engaging, belongs to neither group.
    """
    first = "2026-02-01"  # everybody is in the data from here on
    bought, touched = [], []
    for i in range(40):
        customer = f"exposed{i}"
        bought += [{"customer_id": customer, "at": at, "amount": 1} for at in (first, "2026-03-03")]
        touched.append({"customer_id": customer, "at": "2026-03-02", "kind": "view"})
        if i >= 30:
            bought.append({"customer_id": customer, "at": "2026-02-20", "amount": 1})
    for i in range(45):
        customer = f"never{i}"
        bought += [{"customer_id": customer, "at": at, "amount": 1} for at in (first, "2026-03-03")]
        if i >= 15:
            bought.append({"customer_id": customer, "at": "2026-02-20", "amount": 1})
    bought += [{"customer_id": "reached", "at": at, "amount": 1} for at in (first, "2026-03-03")]
    touched += [{"customer_id": "reached", "at": at, "kind": "view"} for at in ("2026-02-20", "2026-03-02")]
    bought += [{"customer_id": "new", "at": at, "amount": 1} for at in ("2026-02-25", "2026-03-03")]
    touched.append({"customer_id": "new", "at": "2026-03-02", "kind": "view"})
    bought += [{"customer_id": "unmoved", "at": at, "amount": 1} for at in (first, "2026-03-03")]
    touched.append({"customer_id": "unmoved", "at": "2026-03-02", "kind": "impression"})
    dataset = write_world(tmp_path, transactions=bought, engagements=touched)
    with engine_over(tmp_path) as engine:
        evidence = intent_evidence(engine, dataset, WINDOWS, CUTOFF)
    assert [each.kind for each in evidence] == ["before_after"]
    assert evidence[0].details == {
        "rule_share": 30 / 40,
        "exposed_later_customers": 40,
        "never_exposed_customers": 45,
    }
    assert evidence[0].placebo_share == pytest.approx(15 / 45)


def test_a_data_set_without_engagements_has_nothing_but_its_labels(tmp_path: Path) -> None:
    dataset = write_world(tmp_path, transactions=[{"customer_id": "a", "at": "2026-03-02", "amount": 1}])
    with engine_over(tmp_path) as engine:
        evidence = intent_evidence(engine, dataset, WINDOWS, CUTOFF)
    assert [each.kind for each in evidence] == ["given_labels"]


def test_trials_that_overlap_do_not_make_an_effect_of_nothing(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    """Good customers are in four trials of the window, others in one; a tenth is left out each time.

    Good ones buy at 70%, others at 20%, whatever happens. Had one to be in the same arm four times, the good
    would be treated with odds of 0.9^4 to 0.1^4, and stand among the treated only.
    """
    customers, good = 4_000, rng.random(4_000) < 0.5
    assigned = [
        {
            "customer_id": f"c{i:04}",
            "campaign_id": f"k{trial}",
            "at": f"2026-03-0{1 + trial}",
            "arm": "control" if rng.random() < 0.1 else "treatment",
        }
        for i in range(customers)
        for trial in (range(4) if good[i] else [3])
    ]
    bought = [
        {"customer_id": f"c{i:04}", "at": "2026-03-08", "amount": 10}
        for i in np.flatnonzero(rng.random(customers) < np.where(good, 0.7, 0.2))
    ]
    dataset = write_world(
        tmp_path,
        customers=[{"customer_id": f"c{i:04}", "joined_at": "2026-01-01"} for i in range(customers)],
        transactions=bought,
        assignments=assigned,
    )
    with engine_over(tmp_path) as engine:
        trial = intent_evidence(engine, dataset, WINDOWS, CUTOFF)[0]
    assert trial.kind == "randomised"
    assert trial.customers == customers
    assert trial.details["in_both_arms"] == 0
    assert trial.details["difference_low"] < 0 < trial.details["difference_high"]

"""Outcomes of a few customers by hand. Cutoff 1 March 2026; a window of 10 days, attribution of 2 days."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from segmenter.labels.tables import segment_counts
from segmenter.settings import EngagementKind, Windows
from tests.features.world import engine_over, outcomes_of, write_world

CUTOFF = date(2026, 3, 1)
JOINED = {"joined_at": "2026-01-01"}
WINDOWS = Windows(outcome_days=10, attribution_days=2)


def bought(customer_id: str, at: str, amount: float = 10, **more: object) -> dict[str, object]:
    return {"customer_id": customer_id, "at": at, "amount": amount, **more}


def touched(customer_id: str, at: str, kind: str, campaign_id: str = "k") -> dict[str, object]:
    return {"customer_id": customer_id, "at": at, "kind": kind, "campaign_id": campaign_id}


# When a customer looked at a campaign, when they bought, and the label that follows.
LABELS: list[tuple[str | None, str | None, str]] = [
    ("2026-03-03", "2026-03-04", "engaged"),
    ("2026-03-03", "2026-03-03", "engaged"),  # the same moment counts as followed by
    ("2026-03-03", "2026-03-05", "engaged"),  # the last moment of the attribution
    ("2026-03-03", "2026-03-05 00:01", "browsing"),  # a minute too late
    ("2026-03-03", "2026-03-02", "browsing"),  # bought before
    ("2026-03-03", None, "browsing"),
    (None, "2026-03-04", "unengaged"),
    (None, None, "inactive"),
    ("2026-03-01", "2026-03-01", "engaged"),  # the window's first moment belongs to it
    ("2026-02-28 23:59", "2026-03-01", "unengaged"),  # seen before the window
    ("2026-03-10", "2026-03-11", "browsing"),  # bought after the window
    ("2026-03-11", "2026-03-11", "inactive"),  # the window's end does not belong to it
]

# One touch with campaign k (valid for 7 days), and whether a campaign could have reached the customer.
EXPOSED: list[tuple[str, str, bool]] = [
    ("exposure", "2026-03-05", True),
    ("impression", "2026-03-05", True),
    ("exposure", "2026-02-22", True),  # valid for 7 days: to 1 March 00:00, last moment included
    ("exposure", "2026-02-21", False),
    ("view", "2026-02-28", False),  # seen before, and no receipt that would still be valid
    ("exposure", "2026-03-11", False),
]

# The touches with campaign k, and whether the customer completed it without having seen it.
ORGANIC: list[tuple[list[tuple[str, str]], bool]] = [
    ([("exposure", "2026-03-02"), ("redeem", "2026-03-04")], True),
    ([("exposure", "2026-03-02"), ("view", "2026-03-03"), ("redeem", "2026-03-04")], False),
    ([("exposure", "2026-03-02"), ("click", "2026-03-04"), ("redeem", "2026-03-04")], False),
    ([("exposure", "2026-03-02"), ("redeem", "2026-03-04"), ("view", "2026-03-05")], True),
    # The view belongs to the first receipt; the second was never looked at.
    (
        [
            ("exposure", "2026-02-26"),
            ("view", "2026-02-27"),
            ("exposure", "2026-03-02"),
            ("redeem", "2026-03-04"),
        ],
        True,
    ),
    # Received and seen before the cutoff, redeemed after it.
    ([("exposure", "2026-02-27"), ("view", "2026-02-28"), ("redeem", "2026-03-02")], False),
    # No receipt on record: what was seen within the 7 days of validity counts.
    ([("view", "2026-02-25"), ("redeem", "2026-03-04")], False),
    ([("view", "2026-02-24"), ("redeem", "2026-03-04")], True),
    ([("exposure", "2026-02-20"), ("redeem", "2026-02-28")], False),  # redeemed before the window
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The outcomes of one customer per case above."""
    folder = tmp_path_factory.mktemp("cases")
    transactions, engagements = [], []
    for i, (seen, paid, _) in enumerate(LABELS):
        engagements += [touched(f"label{i}", seen, "view", "m")] if seen else []
        transactions += [bought(f"label{i}", paid)] if paid else []
    for i, (kind, at, _) in enumerate(EXPOSED):
        engagements.append(touched(f"exposed{i}", at, kind))
    for i, (events, _) in enumerate(ORGANIC):
        engagements += [touched(f"organic{i}", at, kind) for kind, at in events]
    cases = (("label", LABELS), ("exposed", EXPOSED), ("organic", ORGANIC))
    dataset = write_world(
        folder,
        customers=[{"customer_id": f"{name}{i}", **JOINED} for name, of in cases for i in range(len(of))],
        transactions=transactions,
        engagements=engagements,
        campaigns=[{"campaign_id": "k", "valid_days": 7}],
    )
    return outcomes_of(folder, dataset, WINDOWS, CUTOFF)


def outcome(
    tmp_path: Path,
    *,
    transactions: list[dict[str, object]],
    engagements: list[dict[str, object]],
    windows: Windows = WINDOWS,
    **more: list[dict[str, object]],
) -> pd.Series:
    """What became of customer 'a', who is on the list."""
    dataset = write_world(
        tmp_path,
        customers=[{"customer_id": "a", **JOINED}],
        transactions=transactions,
        engagements=engagements,
        **more,  # type: ignore[arg-type]
    )
    return outcomes_of(tmp_path, dataset, windows, CUTOFF).loc["a"]


@pytest.mark.parametrize("case", range(len(LABELS)), ids=lambda case: str(LABELS[case]))
def test_a_label_follows_from_what_was_seen_and_bought_when(rows: pd.DataFrame, case: int) -> None:
    assert rows.loc[f"label{case}", "given_label"] == LABELS[case][2]


@pytest.mark.parametrize(
    ("kind", "qualifying", "label"),
    [
        ("view", ("view", "click", "redeem"), "engaged"),
        ("click", ("view", "click", "redeem"), "engaged"),
        ("redeem", ("view", "click", "redeem"), "engaged"),
        ("exposure", ("view", "click", "redeem"), "unengaged"),
        ("impression", ("view", "click", "redeem"), "unengaged"),
        ("view", ("click", "redeem"), "unengaged"),
        ("click", ("view",), "unengaged"),
        ("redeem", ("redeem",), "engaged"),
    ],
)
def test_which_engagements_qualify_is_a_setting(
    tmp_path: Path, kind: str, qualifying: tuple[EngagementKind, ...], label: str
) -> None:
    row = outcome(
        tmp_path,
        transactions=[bought("a", "2026-03-04")],
        engagements=[touched("a", "2026-03-03", kind)],
        windows=Windows(outcome_days=10, attribution_days=2, engagement_kinds=qualifying),
    )
    assert row["given_label"] == label


def test_one_engagement_that_is_followed_is_enough(tmp_path: Path) -> None:
    row = outcome(
        tmp_path,
        transactions=[bought("a", "2026-03-02"), bought("a", "2026-03-08")],
        engagements=[touched("a", "2026-03-04", "view"), touched("a", "2026-03-07", "view")],
    )
    assert (row["given_label"], row["engagements"], row["purchases"]) == ("engaged", 2, 2)


def test_a_return_is_no_purchase_but_lowers_the_amount(tmp_path: Path) -> None:
    row = outcome(
        tmp_path,
        transactions=[
            bought("a", "2026-03-02", 30, order_id="1"),
            bought("a", "2026-03-02", 20, order_id="1"),
            bought("a", "2026-03-05", -20, is_return=True),
            bought("a", "2026-02-27", 500),
            bought("a", "2026-03-11", 500),
        ],
        engagements=[],
    )
    assert (row["purchases"], row["amount"], row["given_label"]) == (1, 30, "unengaged")


def test_who_only_brought_something_back_is_inactive(tmp_path: Path) -> None:
    row = outcome(tmp_path, transactions=[bought("a", "2026-03-05", -5, is_return=True)], engagements=[])
    assert (row["given_label"], row["purchases"], row["amount"]) == ("inactive", 0, -5)


@pytest.mark.parametrize("case", range(len(EXPOSED)), ids=lambda case: str(EXPOSED[case]))
def test_exposed_is_who_a_campaign_could_have_reached(rows: pd.DataFrame, case: int) -> None:
    assert rows.loc[f"exposed{case}", "exposed"] == EXPOSED[case][2]


@pytest.mark.parametrize("case", range(len(ORGANIC)), ids=lambda case: str(ORGANIC[case]))
def test_an_organic_completion_is_a_redemption_of_what_was_not_seen(rows: pd.DataFrame, case: int) -> None:
    assert rows.loc[f"organic{case}", "organic_completion"] == ORGANIC[case][1]


def test_where_nobodys_views_are_on_record_no_completion_is_called_organic(tmp_path: Path) -> None:
    row = outcome(
        tmp_path,
        transactions=[],
        engagements=[touched("a", "2026-03-02", "exposure"), touched("a", "2026-03-04", "redeem")],
    )
    assert not row["organic_completion"]


@pytest.mark.parametrize(
    ("given", "trial", "arm"),
    [
        ([("k", "2026-03-01", "treatment")], "k", "treatment"),
        ([("m", "2026-03-02", "control"), ("k", "2026-03-05", "control")], "m", "control"),
        ([("m", "2026-03-02", "control"), ("k", "2026-03-05", "treatment")], "m", "control"),
        ([("m", "2026-03-02", "control"), ("k", "2026-03-02", "treatment")], "k", "treatment"),
        ([("k", "2026-03-02", "control"), ("k", "2026-03-05", "treatment")], "k", "control"),
        ([("k", "2026-03-02", "control"), ("k", "2026-03-02", "treatment")], "k", None),
        ([("k", "2026-02-27", "treatment"), ("m", "2026-03-02", "control")], "m", "control"),
        ([("k", "2026-02-28", "control")], None, None),
        ([("k", "2026-03-11", "control")], None, None),
    ],
)
def test_the_arm_is_that_of_the_first_trial_inside_the_window(
    tmp_path: Path, given: list[tuple[str, str, str]], trial: str | None, arm: str | None
) -> None:
    row = outcome(
        tmp_path,
        transactions=[],
        engagements=[],
        assignments=[
            {"customer_id": "a", "campaign_id": campaign, "at": at, "arm": side}
            for campaign, at, side in given
        ],
    )
    assert [None if pd.isna(row[name]) else row[name] for name in ("trial", "arm")] == [trial, arm]


def test_the_intent_is_as_given(tmp_path: Path) -> None:
    row = outcome(
        tmp_path, transactions=[], engagements=[], intents=[{"customer_id": "a", "intent": "organic"}]
    )
    assert row["intent"] == "organic"


def test_counts_name_every_segment_and_the_exposed(tmp_path: Path) -> None:
    dataset = write_world(
        tmp_path,
        customers=[{"customer_id": name, **JOINED} for name in "abc"],
        transactions=[bought("a", "2026-03-02")],
        engagements=[touched("b", "2026-03-02", "view"), touched("c", "2026-03-02", "exposure")],
    )
    with engine_over(tmp_path) as engine:
        counts = segment_counts(engine, dataset, WINDOWS, CUTOFF)
    assert counts == {"engaged": 0, "unengaged": 1, "inactive": 1, "browsing": 1, "exposed": 2}


def test_who_may_not_have_been_a_customer_yet_is_neither_learned_from_nor_tested_on(tmp_path: Path) -> None:
    """On the list without a date of joining: 'active' bought before the cutoff, 'later' only after it,
    'silent' never. 'new' joined after the cutoff, 'old' long before it, both without a trace before it."""
    dataset = write_world(
        tmp_path,
        customers=[
            {"customer_id": "active"},
            {"customer_id": "later"},
            {"customer_id": "silent"},
            {"customer_id": "new", "joined_at": "2026-03-05"},
            {"customer_id": "old", **JOINED},
        ],
        transactions=[
            bought("active", "2026-02-20"),
            *(bought(customer, "2026-03-03") for customer in ("later", "new", "old")),
        ],
        engagements=[],
    )
    assert set(outcomes_of(tmp_path, dataset, WINDOWS, CUTOFF).index) == {"active", "old"}

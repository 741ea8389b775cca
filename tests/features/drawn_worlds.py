"""Worlds drawn by Hypothesis: everything on whole hours, so that ties and edges are common.

A world holds several customers with a few rows each: one run of the SQL steps then tries many small stories.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from segmenter.settings import Windows

CUTOFF = date(2026, 3, 31)
MIDNIGHT = datetime(2026, 3, 31)
WINDOWS = Windows(outcome_days=5, attribution_days=2, recent_windows=(1, 2, 4))

# Few examples, since each is up to two worlds through eleven SQL steps; a world holds many small stories. A
# failure is shown as it was found: at this pace, making it smaller would outlast the test's time limit.
law = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

World = dict[str, list[dict[str, Any]]]

PEOPLE = ("ann", "bea", "cem", "dan", "eve", "fay", "gus", "hal")
NEWCOMERS = ("ida", "jan", "kit")  # of whom nothing is known before the cutoff
OFFERS = ("k", "m", None)


def hours_before() -> st.SearchStrategy[int]:
    """Hours from the cutoff, below zero: all that a feature may see."""
    return st.one_of(st.just(-1), st.integers(-12, -1), st.integers(-30 * 24, -1))


def hours_after() -> st.SearchStrategy[int]:
    """Hours from the cutoff, from the cutoff itself on."""
    return st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 8 * 24))


def at(hour: int) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def worlds(hours: st.SearchStrategy[int], people: tuple[str, ...] = PEOPLE) -> st.SearchStrategy[World]:
    """Dated rows at the given hours, of every table that features read."""
    moments = hours.map(at)
    person = st.sampled_from(people)
    transactions = st.fixed_dictionaries(
        {
            "customer_id": person,
            "at": moments,
            "amount": st.integers(-20, 90).map(float),
            "order_id": st.sampled_from([None, "1", "2"]),
            "quantity": st.sampled_from([None, 1.0, 3.0]),
            "discount_amount": st.sampled_from([None, 0.0, 2.0]),
            "category": st.sampled_from([None, "tea", "coffee"]),
            "channel": st.sampled_from([None, "web", "shop"]),
        }
    ).map(lambda row: {**row, "is_return": row["amount"] < 0})
    engagements = st.fixed_dictionaries(
        {
            "customer_id": person,
            "at": moments,
            "kind": st.sampled_from(["exposure", "exposure", "impression", "view", "click", "redeem"]),
            "campaign_id": st.sampled_from(OFFERS),
        }
    )
    customers = st.fixed_dictionaries({"customer_id": person, "joined_at": moments})
    campaigns = st.fixed_dictionaries(
        {
            "campaign_id": st.sampled_from(["k", "m"]),
            "starts_at": moments,
            "valid_days": st.sampled_from([None, 1.0, 2.5]),
        }
    )
    return st.fixed_dictionaries(
        {
            "customers": st.lists(customers, max_size=6, unique_by=lambda row: row["customer_id"]),
            "transactions": st.lists(transactions, min_size=10, max_size=40),
            "engagements": st.lists(engagements, min_size=15, max_size=60),
            "campaigns": st.lists(campaigns, max_size=2, unique_by=lambda row: row["campaign_id"]),
        }
    )


def pasts() -> st.SearchStrategy[World]:
    """Worlds that end before the cutoff."""
    return worlds(hours_before())


def futures() -> st.SearchStrategy[World]:
    """Worlds that begin at the cutoff, with people who were not there before."""
    return worlds(hours_after(), (*PEOPLE, *NEWCOMERS))


def joined(past: World, future: World) -> World:
    """Both worlds in one; a key that the past has already is not given twice."""
    both = {name: past[name] + future[name] for name in ("transactions", "engagements")}
    for name, key in (("customers", "customer_id"), ("campaigns", "campaign_id")):
        taken = {row[key] for row in past[name]}
        both[name] = past[name] + [row for row in future[name] if row[key] not in taken]
    return both


def renamed(world: World, names: Mapping[Any, Any]) -> World:
    """The same world where customers and campaigns have other ids."""
    return {
        name: [
            {key: names.get(value, value) if key.endswith("_id") else value for key, value in row.items()}
            for row in rows
        ]
        for name, rows in world.items()
    }

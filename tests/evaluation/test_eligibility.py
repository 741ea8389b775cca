"""Is it enough to train? The verdict follows what a training would find, and says what would help."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from segmenter.engines import open_engine
from segmenter.evaluation.eligibility import Eligibility, eligibility
from segmenter.features.tables import register_dataset
from segmenter.tables.dataset import Coverage
from tests.features.world import write_world

START = datetime(2026, 1, 1)


def judged(folder: Path, *, days: int, customers: int = 200, touched: int = 0) -> Eligibility:
    """Everybody buys every tenth day, half of them for 20 days only; the first `touched` click a mail the
    day before each.
    """
    tenth_days = [START + timedelta(days=number) for number in range(0, days, 10)]
    everybody = [f"c{number:03d}" for number in range(customers)]
    buys = [
        (who, at + timedelta(hours=12))
        for place, who in enumerate(everybody)
        for at in tenth_days
        if place % 2 == 0 or at < START + timedelta(days=20)
    ]
    clicks = [(who, at) for who in everybody[:touched] for at in tenth_days]
    tables = {
        "transactions": pa.table({**_who_when(buys), "amount": [5.0] * len(buys)}),
        "engagements": pa.table(
            {**_who_when(clicks), "kind": pa.array(["click"] * len(clicks), pa.string())}
        ),
    }
    dataset = write_world(folder, **tables)
    covered = Coverage(first=START, last=tenth_days[-1])
    dataset = replace(dataset, coverage={name: covered for name, rows in tables.items() if rows.num_rows})
    with open_engine(allowed=[folder], scratch=folder / "scratch", threads=2) as engine:
        register_dataset(engine, folder)
        return eligibility(engine, dataset, 30)


def _who_when(events: list[tuple[str, datetime]]) -> dict[str, pa.Array]:
    return {
        "customer_id": pa.array([who for who, _ in events], pa.string()),
        "at": pa.array([at for _, at in events], pa.timestamp("us")),
    }


def test_a_year_of_purchases_and_clicks_is_enough(tmp_path: Path) -> None:
    found = judged(tmp_path, days=360, customers=400, touched=200)
    assert found.verdict == "enough" and found.missing == ()
    assert found.windows == 6
    assert found.months == pytest.approx(11.5, abs=0.5)
    assert found.segments["engaged"] == 100  # the even ones of those who click
    assert found.buyers == 200
    assert "holdout" in found.would_help[0] or "sent" in found.would_help[0]


def test_without_touches_it_is_said_that_nobody_can_be_engaged(tmp_path: Path) -> None:
    found = judged(tmp_path, days=360)
    assert found.verdict == "not enough"
    assert "nobody can be called engaged" in found.missing[0]
    assert found.would_help[0].startswith("campaign touches")


def test_a_month_is_too_short_for_a_window_of_a_month(tmp_path: Path) -> None:
    found = judged(tmp_path, days=31, touched=100)
    assert (found.verdict, found.windows, found.segments) == ("not enough", 0, {})
    assert "span" in found.missing[0]


def test_a_handful_of_engaged_is_named_with_its_number(tmp_path: Path) -> None:
    found = judged(tmp_path, days=120, touched=6)  # three of them buy in each of the windows
    assert found.verdict == "not enough"
    assert any("are engaged" in sentence for sentence in found.missing)


def judged_by_file(folder: Path, labels: list[str]) -> Eligibility:
    """One campaign, of which a file says what became of each customer."""
    rows = [{"customer_id": f"c{place:03d}", "segment": label} for place, label in enumerate(labels)]
    dataset = write_world(
        folder, customers=[{"customer_id": row["customer_id"]} for row in rows], outcomes=rows
    )
    dataset = replace(dataset, coverage={"outcomes": Coverage(first=START, last=START)})
    with open_engine(allowed=[folder], scratch=folder / "scratch") as engine:
        register_dataset(engine, folder)
        return eligibility(engine, dataset, 14)


def test_a_file_of_outcomes_needs_no_touches_and_may_know_buyers_only(tmp_path: Path) -> None:
    found = judged_by_file(tmp_path, ["engaged", "unengaged"] * 60)
    assert (found.verdict, found.missing, found.windows) == ("just enough", (), 1)
    assert "left out of the campaign by lot" in found.would_help[0]


def test_a_file_of_outcomes_in_which_nobody_bought_without_contact_is_not_enough(tmp_path: Path) -> None:
    found = judged_by_file(tmp_path, ["engaged", "inactive"] * 60)
    assert found.verdict == "not enough"
    (sentence,) = found.missing
    assert "unengaged" in sentence
    assert "left out by chance" in sentence

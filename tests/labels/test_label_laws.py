"""What must hold of outcomes in every world: everybody has one label, and it means what it says."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from segmenter.labels.tables import GIVEN_LABELS, segment_counts
from tests.features.drawn_worlds import CUTOFF, WINDOWS, World, futures, joined, law, pasts
from tests.features.world import engine_over, features_of, outcomes_of, write_world


def outcomes(world: World) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        return outcomes_of(Path(folder), write_world(Path(folder), **world), WINDOWS, CUTOFF)


@law
@given(past=pasts(), future=futures())
def test_every_customer_of_the_population_has_exactly_one_label(past: World, future: World) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = write_world(folder, **joined(past, future))
        frame = outcomes_of(folder, dataset, WINDOWS, CUTOFF)
        population = features_of(folder, dataset, WINDOWS, CUTOFF).index
        with engine_over(folder) as engine:
            counts = segment_counts(engine, dataset, WINDOWS, CUTOFF)
    assert list(frame.index) == list(population)
    assert frame.index.is_unique
    assert set(frame["given_label"]) <= set(GIVEN_LABELS)
    assert sum(counts[label] for label in GIVEN_LABELS) == len(frame)
    assert counts["exposed"] == frame["exposed"].sum()

    bought = frame["purchases"] > 0
    touched = frame["engagements"] > 0
    label = frame["given_label"]
    assert (bought & touched)[label == "engaged"].all()
    assert (bought & ~touched)[label == "unengaged"].all()
    assert (~bought & ~touched)[label == "inactive"].all()
    assert touched[label == "browsing"].all()
    assert frame["exposed"][touched].all()  # a campaign one engaged with has reached one


@law
@given(past=pasts(), future=futures(), seed=st.integers(0, 99))
def test_outcomes_do_not_depend_on_the_order_of_rows(past: World, future: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = joined(past, future)
    shuffled = {name: [rows[i] for i in rng.permutation(len(rows))] for name, rows in world.items()}
    pd.testing.assert_frame_equal(outcomes(world), outcomes(shuffled))


@law
@given(past=pasts(), future=futures(), later=futures())
def test_what_happens_after_the_window_changes_no_outcome(past: World, future: World, later: World) -> None:
    """Rows five days on and more, past the window's end, are added to the engagements and transactions."""
    world = joined(past, future)
    window = pd.Timedelta(days=WINDOWS.outcome_days)
    after = {
        name: [{**row, "at": row["at"] + window} for row in later[name]]
        for name in ("transactions", "engagements")
    }
    # Views on record anywhere in the data switch the organic completions on, so both worlds have one.
    seen = [{"customer_id": "ann", "at": pd.Timestamp("2025-01-01"), "kind": "view", "campaign_id": "k"}]
    world["engagements"] += seen
    extended = {**world, **{name: world[name] + rows for name, rows in after.items()}}
    pd.testing.assert_frame_equal(outcomes(world), outcomes(extended))

"""Receipts and redemptions of the Starbucks events (simulated by their publisher), against known counts."""

from datetime import date
from pathlib import Path

import pytest

from segmenter.engines import read_sql
from segmenter.engines.staging import passing_folder, stage
from segmenter.features.tables import PACKAGE, feature_parameters
from segmenter.labels.tables import segment_counts
from segmenter.settings import Windows
from segmenter.tables.dataset import Dataset
from tests.features.starbucks import write_starbucks
from tests.features.world import engine_over, features_of

END = date(2018, 8, 1)  # after the last event
WAVE = date(2018, 7, 18)  # hour 408


@pytest.fixture(scope="module")
def starbucks(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Dataset]:
    folder = tmp_path_factory.mktemp("starbucks")
    return folder, write_starbucks(real_data / "starbucks", folder)


def test_completions_split_into_seen_and_organic_as_counted_elsewhere(
    starbucks: tuple[Path, Dataset],
) -> None:
    """33,579 completions: 23,534 viewed first and 10,045 organic, as the notes beside the data say."""
    folder, _ = starbucks
    with engine_over(folder) as engine:
        sql = f"SELECT seen, COUNT(*) AS n FROM ({read_sql('segmenter.labels', 'redemptions')}) GROUP BY seen"
        counts = engine.frame(sql, {"cutoff": END, "attribution_days": 7}).set_index("seen")["n"]
    assert counts.to_dict() == {True: 23_534, False: 10_045}


def test_every_receipt_and_every_purchase_is_accounted_for(starbucks: tuple[Path, Dataset]) -> None:
    folder, _ = starbucks
    parameters = feature_parameters(Windows(outcome_days=7), END)
    with engine_over(folder) as engine, passing_folder(engine) as passing:
        orders = stage(engine, passing, PACKAGE, "orders", parameters)
        receipts = stage(engine, passing, PACKAGE, "receipts", parameters)
    assert receipts == 76_277  # one per 'offer received'
    assert orders == 138_953  # one per 'transaction': nobody buys twice in one hour here


def test_the_population_at_a_wave_is_everybody(starbucks: tuple[Path, Dataset]) -> None:
    folder, dataset = starbucks
    assert len(features_of(folder, dataset, Windows(outcome_days=7), WAVE)) == 17_000


def test_who_neither_bought_nor_completed_is_inactive_as_counted_elsewhere(
    starbucks: tuple[Path, Dataset],
) -> None:
    """With redemptions as the only engagement, the inactive are those without a purchase: 2,610."""
    folder, dataset = starbucks
    windows = Windows(outcome_days=7, attribution_days=7, engagement_kinds=("redeem",))
    with engine_over(folder) as engine:
        counts = segment_counts(engine, dataset, windows, WAVE)
    assert counts["inactive"] == 2_610
    assert counts["browsing"] == 0  # a completion is always part of a purchase
    assert counts["engaged"] + counts["unengaged"] == 6_848 + 7_542

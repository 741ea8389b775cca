"""The correction ledger: every engaged customer once, what was believed of them, since when and why."""

import numpy as np
import pandas as pd
import pytest
import torch

from segmenter.model.correction import GuardedIntentObjective
from segmenter.model.ledger import REASONS, ledger
from segmenter.model.two_stage import fit_two_stage
from segmenter.settings import Correction
from tests.model.conftest import SMALL
from tests.model.test_alike import SPECS, readers
from tests.model.worlds import SPECS as OWN
from tests.model.worlds import World


def kept_ledger(world: World, **correction: object) -> pd.DataFrame:
    kept: list[pd.DataFrame] = []
    settings = SMALL.replaced(correction=Correction(compare=False, **correction))  # type: ignore[arg-type]
    fit_two_stage(world.examples, OWN, settings, keep_ledger=kept.append)
    return kept[0] if kept else pd.DataFrame()


def test_every_engaged_customer_that_stage_2_learned_from_is_in_the_ledger_once(world: World) -> None:
    rows = kept_ledger(world, organic_share=0.4)
    engaged = world.examples.customer_id[world.examples.given_label == "engaged"]
    assert sorted(rows["customer_id"]) == sorted(engaged)
    assert rows["organic"].between(0, 1).all()
    assert (rows["least_organic"] <= rows["organic"]).all()
    assert (rows["organic"] <= rows["most_organic"]).all()
    assert rows["agreeing"].between(0.5, 1).all()
    assert rows["organic"].is_monotonic_decreasing
    counted = rows["reason"].notna()
    assert counted.any() and (~counted).any()
    assert (counted == rows["since_epoch"].notna()).all()
    assert set(rows["reason"].dropna()) == {REASONS["own"]}


def test_without_correction_there_is_no_ledger(world: World) -> None:
    assert kept_ledger(world, method="none").empty


def test_the_ledger_adds_up_to_the_share_that_the_report_tells() -> None:
    examples, _ = readers(np.random.default_rng(2), 3_000, effect=0.15)
    kept: list[pd.DataFrame] = []
    _, report = fit_two_stage(examples, SPECS, SMALL, keep_ledger=kept.append)
    assert kept[0]["organic"].mean() == pytest.approx(report.correction.flipped_share, abs=0.02)
    assert set(kept[0]["reason"].dropna()) == {REASONS["alike"]}


def test_the_ledger_by_hand(world: World) -> None:
    """Three engaged customers and two members: both sure, one of two sure, none."""
    doubt = torch.tensor([[0.9, 0.8], [0.7, 0.1], [0.2, 0.3]])
    since = torch.tensor([[3, 5], [4, -1], [-1, -1]])
    rows = ledger(world.examples, torch.tensor([7, 8, 9]), doubt, since, by_alike=False)
    assert rows["organic"].tolist() == pytest.approx([0.85, 0.4, 0.25])
    assert rows["agreeing"].tolist() == [1.0, 0.5, 1.0]
    assert rows["since_epoch"].tolist()[0] == 4.0
    assert rows["since_epoch"].isna().tolist() == [False, True, True]
    assert rows["reason"].tolist()[0] == REASONS["own"]
    assert rows["reason"].isna().tolist() == [False, True, True]


def test_since_counts_from_the_last_time_that_doubt_rose_above_a_half() -> None:
    engaged = torch.tensor([True, False])
    objective = GuardedIntentObjective(
        engaged, torch.ones(2, 1, dtype=torch.bool), correction=Correction(ramp_epochs=1), most_flipped=1.0
    )
    for epoch, logit in enumerate([-1.0, -1.0, 1.0, -1.0, -1.0]):
        objective.begin_epoch(epoch, lambda places, logit=logit: torch.full((len(places), 1, 1), logit))
    assert objective.since.tolist() == [[3]]

"""Label correction where the truth is known: the printed loss collapses, the guarded one helps or yields."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

from segmenter.labels.intent import KnownIntent
from segmenter.model.correction import GuardedIntentObjective, collapse
from segmenter.model.examples import Examples
from segmenter.model.report import CorrectionEpoch, TrainingReport
from segmenter.model.two_stage import Stage2Head, TwoStageModel, fit_two_stage
from segmenter.settings import Correction, Network, TrainingSettings
from tests.model.worlds import SPECS, World, make_world

SEEDS = (0, 1, 2)
HEADS: tuple[Stage2Head, Stage2Head] = ("intent", "uncorrected")
NETWORK = Network(n_bins=8, members=3, learning_rate=0.004, patience=4)
STACKED = ("customer_id", "cutoff", "given_label", "exposed", "amount", "purchases", "fold", "looked")


def fit(
    world: World, correction: Correction, organic_share: float | None = None
) -> tuple[TwoStageModel, TrainingReport]:
    settings = TrainingSettings(network=NETWORK, correction=replace(correction, compare=False))
    return fit_two_stage(world.examples, SPECS, settings, known=KnownIntent(organic_share=organic_share))


def auc_among_engaged(world: World, model: TwoStageModel, head: Stage2Head = "intent") -> float:
    """How well p_prompted tells the truly prompted among engaged customers the model has not seen."""
    p = model.predict(world.test, head).p_prompted
    return float(roc_auc_score(world.prompted[world.engaged], p[world.engaged]))


def test_the_printed_loss_flips_nearly_every_positive_and_the_report_says_so(
    rng: np.random.Generator,
) -> None:
    world = make_world(rng)
    settings = TrainingSettings(
        network=Network(n_bins=8, members=3, max_epochs=60), correction=Correction(method="printed")
    )
    model, report = fit_two_stage(world.examples, SPECS, settings)
    assert report.correction.flipped_share > 0.95
    assert "For comparison only" in report.correction.sentence
    assert auc_among_engaged(world, model, "uncorrected") > 0.7, "the same labels teach something"
    assert model.predict(world.test).p_prompted.mean() < 0.1


@pytest.mark.slow
def test_guarded_correction_finds_the_prompted_better_where_the_labels_are_contaminated() -> None:
    gains = []
    for seed in SEEDS:
        world = make_world(np.random.default_rng(seed), 4_500, organic_share=0.6)
        model, report = fit(world, Correction(), organic_share=0.6)
        assert report.correction.applied, report.correction.sentence
        assert report.correction.flipped_share == pytest.approx(0.6, abs=0.15)
        gains.append(auc_among_engaged(world, model) - auc_among_engaged(world, model, "uncorrected"))
    assert min(gains) > 0
    assert np.mean(gains) > 0.02


@pytest.mark.slow
def test_in_a_world_without_organic_customers_nothing_is_lost() -> None:
    """All engaged customers were prompted: the model in use tells them from the unengaged as well as the
    uncorrected one, within two standard errors of an AUC on 2,000 customers (0.015)."""
    for seed in SEEDS[:2]:
        world = make_world(np.random.default_rng(seed), 3_000, organic_share=0.0)
        for share in (None, 0.3):
            model, _ = fit(world, Correction(), organic_share=share)
            buyers = world.test["x2"].notna().to_numpy()
            found = [
                roc_auc_score(world.prompted[buyers], model.predict(world.test, head).p_prompted[buyers])
                for head in HEADS
            ]
            assert found[0] > found[1] - 0.015


def test_without_customers_of_known_intent_correction_is_tried_and_not_used(
    rng: np.random.Generator,
) -> None:
    world = make_world(rng, 1_500, organic_is_known=False)
    model, report = fit(world, Correction(), organic_share=0.6)
    assert not report.correction.applied
    assert report.correction.judged_by == "given labels"
    assert report.correction.fallback_reason is not None
    assert report.correction.fallback_reason in report.correction.sentence
    assert "nothing in the data tells who was prompted" in report.correction.sentence
    assert auc_among_engaged(world, model) == auc_among_engaged(world, model, "uncorrected")


def test_too_few_customers_of_known_intent_are_counted_not_denied(rng: np.random.Generator) -> None:
    """Twenty customers are known to be organic, on two rows each: forty rows, twenty people."""
    world = make_world(rng, 1_500)
    once = world.examples
    assert once.known_organic is not None
    known = np.isin(np.arange(1_500), np.flatnonzero(once.known_organic)[:20])
    twice = Examples(
        features=pd.concat([once.features] * 2, ignore_index=True),
        **{name: np.tile(getattr(once, name), 2) for name in STACKED},
        known_organic=np.tile(known, 2),
    )
    _, report = fit_two_stage(
        twice,
        SPECS,
        TrainingSettings(network=NETWORK, correction=Correction(compare=False)),
        known=KnownIntent(organic_share=0.5),
    )
    assert report.correction.judged_by == "given labels"
    assert not report.correction.applied
    assert "only 20 customers kept back are known to be organic; 30 are needed" in report.correction.sentence
    assert "nothing in the data" not in report.correction.sentence


def test_the_share_that_bounds_the_flips_comes_from_the_user_then_the_evidence_then_a_mild_cap(
    rng: np.random.Generator,
) -> None:
    world = make_world(rng, 1_500)
    for correction, evidence, source, bound in (
        (Correction(organic_share=0.1), 0.5, "setting", 0.1),
        (Correction(), 0.3, "evidence", 0.3),
        (Correction(mild_cap=0.15), None, "mild cap", 0.15),
    ):
        _, report = fit(world, correction, evidence)
        assert report.correction.share_source == source
        assert max(epoch.flipped_share for epoch in report.correction.by_epoch) <= bound + 0.01


def test_no_correction_and_a_fall_back_give_the_same_model(rng: np.random.Generator) -> None:
    world = make_world(rng, 1_500, organic_is_known=False)
    none, report = fit(world, Correction(method="none"))
    fallen, _ = fit(world, Correction())
    assert report.correction.sentence.startswith("Labels were not corrected")
    assert np.array_equal(none.predict(world.test).score, fallen.predict(world.test).score)


def test_comparing_keeps_the_correction_and_says_what_speaks_against_it(rng: np.random.Generator) -> None:
    world = make_world(rng, 1_500, organic_is_known=False)
    model, report = fit(world, Correction(fall_back=False), organic_share=0.4)
    assert report.correction.applied
    assert "For comparison only" in report.correction.sentence
    assert not np.array_equal(
        model.predict(world.test).p_prompted, model.predict(world.test, "uncorrected").p_prompted
    )


def one_member(engaged: torch.Tensor) -> torch.Tensor:
    """One member, which learns from every row."""
    return torch.ones(len(engaged), 1, dtype=torch.bool)


def test_only_engaged_customers_at_or_below_tau_are_doubted_least_believed_first() -> None:
    engaged = torch.tensor([True] * 6 + [False] * 4)
    objective = GuardedIntentObjective(
        engaged, one_member(engaged), correction=Correction(tau=0.5, ramp_epochs=1), most_flipped=0.5
    )
    p = torch.tensor([0.9, 0.1, 0.4, 0.6, 0.3, 0.45, 0.0, 0.0, 0.0, 0.0])
    objective.begin_epoch(0, lambda places: torch.logit(p[places])[:, None, None])
    assert objective.by_epoch[-1].flipped_share == 0, "the first pass only looks"
    objective.begin_epoch(1, lambda places: torch.logit(p[places])[:, None, None])
    # Four of six are at or below 0.5; at most half of six may be flipped: 0.1, 0.3 and 0.4.
    assert objective.by_epoch[-1].flipped_share == pytest.approx(0.5)
    logits = torch.full((6, 1, 1), 20.0)  # surely prompted: only rows believed to be negative cost anything
    losses = objective.losses(logits, torch.arange(6))[:, 0]
    assert [loss > 1 for loss in losses.tolist()] == [False, True, True, False, True, False]


def test_of_equal_scores_all_are_doubted_or_none() -> None:
    engaged = torch.tensor([True] * 4 + [False] * 4)
    objective = GuardedIntentObjective(
        engaged, one_member(engaged), correction=Correction(ramp_epochs=1), most_flipped=0.5
    )
    objective.begin_epoch(1, lambda places: torch.full((len(places), 1, 1), -1.0))
    assert objective.by_epoch[-1].flipped_share == 0.0, "half of four equal ones would be a lottery"


def test_flips_are_taken_back_when_the_model_changes_its_mind() -> None:
    engaged = torch.tensor([True] * 4 + [False] * 4)
    objective = GuardedIntentObjective(
        engaged, one_member(engaged), correction=Correction(ramp_epochs=1), most_flipped=1.0
    )
    objective.begin_epoch(1, lambda places: torch.full((len(places), 1, 1), -1.0))
    assert objective.by_epoch[-1].flipped_share == 1.0
    objective.begin_epoch(2, lambda places: torch.full((len(places), 1, 1), 1.0))
    assert objective.by_epoch[-1].flipped_share == 0.0


def test_what_alike_customers_tell_is_doubted_by_as_much_and_ramps_up() -> None:
    engaged = torch.tensor([True, True, False])
    objective = GuardedIntentObjective(
        engaged,
        one_member(engaged),
        correction=Correction(ramp_epochs=2),
        organic=torch.tensor([[0.8], [0.2], [0.9]]),
    )
    logits, places = torch.tensor([[[20.0]], [[20.0]], [[20.0]]]), torch.arange(3)
    costs = []
    for epoch in range(4):
        objective.begin_epoch(epoch, lambda asked: torch.zeros(len(asked), 1, 1))
        costs.append(objective.losses(logits, places)[:, 0] / objective.weights[0, 0] / 20)
    assert [each.flipped_share for each in objective.by_epoch] == pytest.approx([0.0, 0.25, 0.5, 0.5])
    # Surely prompted costs what is doubted; an unengaged label is never believed, whatever alike ones buy.
    assert costs[1].tolist() == pytest.approx([0.4, 0.1, 1.0], abs=1e-4)
    assert costs[3].tolist() == pytest.approx([0.8, 0.2, 1.0], abs=1e-4)


def epochs(*seen: tuple[float, float]) -> list[CorrectionEpoch]:
    return [CorrectionEpoch(epoch=k, flipped_share=share, mean_p=p) for k, (share, p) in enumerate(seen)]


def test_a_collapse_is_too_few_positives_or_a_crashed_mean_and_nothing_else() -> None:
    assert collapse(epochs((0.0, 0.5), (0.95, 0.4)), 0.1) is not None
    assert collapse(epochs((0.0, 0.5), (0.6, 0.1)), 0.1) is not None
    assert collapse(epochs((0.0, 0.5), (0.6, 0.35)), 0.1) is None
    assert collapse(epochs((0.0, 0.5)), 0.1) is None

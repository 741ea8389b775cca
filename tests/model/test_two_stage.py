"""The two stages together: laws of what they say, the same seed the same bits, a planted truth found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from segmenter.errors import ModelFileError, NotEnoughData
from segmenter.model.examples import SEGMENTS, Examples
from segmenter.model.two_stage import Predictions, TwoStageModel, fit_two_stage
from tests.model.conftest import SMALL
from tests.model.worlds import SPECS, World, make_world


@pytest.fixture
def said(model: TwoStageModel, world: World) -> Predictions:
    return model.predict(world.test)


def chosen_from(examples: Examples, rows: np.ndarray) -> Examples:
    """The examples in these rows only."""
    known = examples.known_organic
    return Examples(
        features=examples.features[rows].reset_index(drop=True),
        customer_id=examples.customer_id[rows],
        cutoff=examples.cutoff[rows],
        given_label=examples.given_label[rows],
        exposed=examples.exposed[rows],
        looked=examples.looked[rows],
        amount=examples.amount[rows],
        purchases=examples.purchases[rows],
        fold=examples.fold[rows],
        known_organic=None if known is None else known[rows],
    )


def test_the_chances_of_the_segments_sum_to_one_and_nothing_leaves_its_range(said: Predictions) -> None:
    total = said.p_engaged + said.p_unengaged + said.p_inactive
    assert np.allclose(total, 1, atol=1e-9)
    for p in (said.p_engaged, said.p_unengaged, said.p_inactive, said.p_prompted, said.score):
        assert ((p >= 0) & (p <= 1)).all()
    assert (said.expected_amount > 0).all()
    assert set(said.segment) <= set(SEGMENTS)


def test_score_and_value_follow_from_the_columns_beside_them(said: Predictions) -> None:
    assert np.allclose(said.score, said.p_prompted * (1 - said.p_inactive))
    assert np.allclose(said.expected_value, said.score * said.expected_amount)


def test_the_chances_are_at_the_base_rates_of_the_examples(model: TwoStageModel, world: World) -> None:
    said = model.predict(world.examples.features)
    for label, p in zip(SEGMENTS, (said.p_engaged, said.p_unengaged, said.p_inactive), strict=True):
        assert p.mean() == pytest.approx(np.mean(world.examples.given_label == label), abs=0.03)


def test_a_customer_s_score_does_not_depend_on_who_is_scored_beside_them(
    model: TwoStageModel, world: World, said: Predictions
) -> None:
    alone = model.predict(world.test.iloc[[7]])
    assert alone.score[0] == pytest.approx(said.score[7], abs=1e-6)
    backwards = model.predict(world.test.iloc[::-1])
    assert np.allclose(backwards.score[::-1], said.score, atol=1e-6)
    assert len(model.predict(world.test.iloc[:0]).score) == 0


def test_the_same_seed_gives_the_same_bits_and_another_seed_another_model(world: World) -> None:
    first, again, other = (
        fit_two_stage(world.examples, SPECS, SMALL.replaced(seed=seed))[0].predict(world.test).score
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_planted_truth_is_found_on_customers_not_seen() -> None:
    world = make_world(np.random.default_rng(3), 4_500)
    model, _ = fit_two_stage(world.examples, SPECS, SMALL)
    said = model.predict(world.test)
    assert roc_auc_score(world.prompted[world.engaged], said.p_prompted[world.engaged]) > 0.75
    assert np.corrcoef(said.p_inactive, world.test["x2"])[0, 1] < -0.8
    true_mean = 20 * np.exp(0.5 * world.test["x1"])  # gamma(4, 5) times what x1 does
    assert np.corrcoef(np.log(said.expected_amount), np.log(true_mean))[0, 1] > 0.9


def test_money_adds_up_over_the_engaged_learned_from(model: TwoStageModel, world: World) -> None:
    examples = world.examples
    learned = examples.given_label == "engaged"
    expected = model.predict(examples.features[learned]).expected_amount
    paid = np.minimum(examples.amount[learned], model.largest_amount)
    assert expected.sum() == pytest.approx(paid.sum(), rel=0.05)
    assert expected.max() <= model.largest_amount


def test_a_column_too_many_is_ignored_and_one_too_few_is_named(model: TwoStageModel, world: World) -> None:
    more = world.test.assign(shoe_size=41.0)
    assert np.array_equal(model.predict(more).score, model.predict(world.test).score)
    with pytest.raises(ModelFileError, match="'x2'"):
        model.predict(world.test.drop(columns="x2"))


def test_the_papers_own_ranking_puts_likely_inactive_customers_last(world: World) -> None:
    model, _ = fit_two_stage(world.examples, SPECS, SMALL.replaced(ranking="paper", inactive_threshold=0.4))
    said = model.predict(world.test)
    inactive = said.p_inactive > 0.4
    assert 0 < inactive.sum() < len(inactive)
    assert (said.score[inactive] == 0).all()
    assert np.array_equal(said.score[~inactive], said.p_prompted[~inactive])


def test_customers_unlike_everybody_are_out_of_range(model: TwoStageModel, world: World) -> None:
    strange = world.test.iloc[:5].assign(x0=50.0, x1=-50.0)
    assert model.out_of_range(strange).all()
    assert model.out_of_range(world.test).mean() < 0.1


def test_nobody_exposed_means_exposure_is_not_recorded(world: World) -> None:
    unexposed = replace(world.examples, exposed=np.zeros(len(world.examples.features), dtype=bool))
    everybody = SMALL.replaced(exposed_only=False)
    first = fit_two_stage(unexposed, SPECS, SMALL)[0].predict(world.test).score
    assert np.array_equal(first, fit_two_stage(unexposed, SPECS, everybody)[0].predict(world.test).score)


def test_stage_2_learns_from_exposed_customers_only(world: World) -> None:
    half = np.arange(len(world.examples.features)) % 2 == 0
    _, report = fit_two_stage(replace(world.examples, exposed=half), SPECS, SMALL)
    assert report.trained_on == int((half & (world.examples.given_label != "inactive")).sum())


def test_too_small_a_segment_is_named(world: World) -> None:
    examples = world.examples
    few = (examples.given_label != "unengaged") | (np.cumsum(examples.given_label == "unengaged") <= 5)
    with pytest.raises(NotEnoughData, match="unengaged"):
        fit_two_stage(chosen_from(examples, few), SPECS, SMALL)


def test_a_customer_in_both_folds_is_refused(world: World) -> None:
    ids = world.examples.customer_id.copy()
    ids[:] = "one"
    with pytest.raises(ValueError, match="one fold only"):
        replace(world.examples, customer_id=ids)


def test_amounts_that_net_to_nothing_promise_nothing(world: World) -> None:
    free = replace(world.examples, amount=np.where(world.examples.purchases > 0, -5.0, 0.0))
    said = fit_two_stage(free, SPECS, SMALL)[0].predict(pd.DataFrame(world.test))
    assert (said.expected_value == 0).all()


def test_the_expected_amount_of_the_engaged_comes_though_few_were_reached() -> None:
    """A campaign that reaches a third of the customers makes the engaged fewer, not their baskets smaller."""
    world = make_world(np.random.default_rng(3), 1_800)
    rng, examples = np.random.default_rng(4), world.examples
    reached = rng.random(len(examples.exposed)) < 1 / 3
    missed = (examples.given_label == "engaged") & ~reached
    label = np.where(missed, "unengaged", examples.given_label)
    model, _ = fit_two_stage(replace(examples, given_label=label, exposed=reached), SPECS, SMALL)
    engaged = label == "engaged"
    expected = model.predict(examples.features).expected_amount[engaged].sum()
    assert expected == pytest.approx(examples.amount[engaged].sum(), rel=0.2)

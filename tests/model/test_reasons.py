"""Contributions are the model itself, taken apart: they add up, are centred, and curves show the same."""

import numpy as np
import pandas as pd
import pytest
import torch

from segmenter.errors import NotExplainable
from segmenter.model.reasons import Explainer
from segmenter.model.report import TrainingReport
from segmenter.model.two_stage import TwoStageModel, fit_two_stage
from segmenter.settings import Network, TrainingSettings
from tests.model.conftest import SMALL
from tests.model.worlds import SPECS, World, make_world


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """10,000 customers, some of them unlike any that the model has learned from."""
    frame = make_world(np.random.default_rng(5), 10_000).test.head(10_000).copy()
    frame.loc[:50, "x0"] = 1e9
    frame.loc[40:90, "x1"] = np.nan
    frame.loc[80:120, "colour"] = "never seen"
    frame.loc[100:140, "colour"] = None
    return frame


@pytest.fixture(scope="module")
def explainer(model: TwoStageModel, many: pd.DataFrame) -> Explainer:
    return Explainer(model, [many.iloc[:4_000], many.iloc[4_000:]])


def said(model: TwoStageModel, frame: pd.DataFrame) -> np.ndarray:
    """The logit that the model itself computes, in its own precision."""
    p = torch.from_numpy(model.predict(frame).p_prompted)
    logit: np.ndarray = torch.logit(p).numpy()
    return logit


def test_base_and_contributions_are_the_logit_of_every_customer(
    model: TwoStageModel, explainer: Explainer, many: pd.DataFrame
) -> None:
    numbers = torch.from_numpy(model.encoder.numeric(many))
    expanded = model.expansion(numbers, torch.from_numpy(model.encoder.categories(many))).double()
    head = model.heads["intent"]
    exact = expanded @ head.weight.double().mean(0)[0] + head.bias.double().mean()
    added = explainer.base + explainer.contributions(many).sum(1)
    assert len(many) == 10_000
    assert np.abs(added - exact.numpy()).max() < 1e-6
    # And what the model says in single precision differs by no more than that precision.
    assert np.abs(added - said(model, many)).max() < 1e-5


def test_nothing_is_added_on_average(explainer: Explainer, many: pd.DataFrame) -> None:
    assert np.abs(explainer.contributions(many).mean(0)).max() < 1e-9


def test_the_order_of_rows_is_nothing(
    model: TwoStageModel, explainer: Explainer, many: pd.DataFrame, rng: np.random.Generator
) -> None:
    order = rng.permutation(len(many))
    shuffled = Explainer(model, [many.iloc[order]]).contributions(many.iloc[order])
    assert np.allclose(shuffled, explainer.contributions(many)[order], atol=1e-10, rtol=0)


def test_a_customer_is_explained_alike_alone_and_among_others(
    explainer: Explainer, many: pd.DataFrame
) -> None:
    alone = explainer.contributions(many.iloc[[77]])
    assert np.allclose(alone, explainer.contributions(many)[[77]], atol=1e-12, rtol=0)
    assert explainer.contributions(many.iloc[:0]).shape == (0, len(SPECS))


def test_a_feature_without_weight_adds_nothing(world: World, many: pd.DataFrame) -> None:
    model, _ = fit_two_stage(world.examples, SPECS, SMALL)
    x1 = model.encoder.names.index("x1")
    # Bins of x1, and its indicator of the unknown.
    own = torch.nonzero(model.expansion.feature_of_bin == x1)[:, 0]
    flag = model.expansion.feature_of_bin.numel() + x1
    weight = model.heads["intent"].weight
    weight[:, :, own] = 0
    weight[:, :, flag] = 0
    explained = Explainer(model, [many])
    added = explained.contributions(many)
    assert (added[:, x1] == 0).all()
    assert (np.abs(np.delete(added, x1, axis=1)).max(0) > 0).all()
    assert (explained.curve("x1")[1] == 0).all()


@pytest.mark.parametrize("name", ["x0", "x3"])
def test_a_curve_is_what_contributions_are_at_its_values(
    explainer: Explainer, many: pd.DataFrame, name: str
) -> None:
    values, effects = explainer.curve(name)
    customers = many.head(1).loc[np.zeros(len(values), dtype=int)].assign(**{name: values})
    added = explainer.contributions(customers)[:, explainer.names.index(name)]
    assert np.isnan(values[-1]) and (np.diff(values[:-1]) > 0).all()
    assert np.allclose(effects.mean(1), added, atol=1e-9, rtol=0)


def test_between_its_points_a_curve_is_straight(explainer: Explainer, many: pd.DataFrame) -> None:
    values, effects = explainer.curve("x0")
    added = explainer.contributions(many)[:, explainer.names.index("x0")]
    drawn = np.interp(many["x0"].to_numpy(), values[:-1], effects.mean(1)[:-1])
    assert np.abs(drawn - added).max() < 1e-5


def test_a_category_has_one_value_per_level_unknown_and_other_included(
    explainer: Explainer, many: pd.DataFrame
) -> None:
    values, effects = explainer.curve("colour")
    levels = explainer._encoder.category_features[0].levels
    assert values.tolist() == list(range(len(levels) + 2))
    customers = many.head(len(values)).assign(colour=[None, *levels, "never seen"])
    added = explainer.contributions(customers)[:, explainer.names.index("colour")]
    assert np.allclose(effects.mean(1), added, atol=1e-12, rtol=0)


def test_every_member_has_a_curve_of_its_own_centred_alike(
    model: TwoStageModel, explainer: Explainer, many: pd.DataFrame
) -> None:
    values, effects = explainer.curve("x0")
    assert effects.shape == (len(values), SMALL.network.members)
    assert np.ptp(effects, axis=1).max() > 0
    for member in effects.T:  # clipped values lie between the edges, where np.interp is the curve
        assert abs(np.interp(many["x0"], values[:-1], member[:-1]).mean()) < 1e-4


def test_the_same_seed_gives_the_same_reasons(
    world: World, trained: tuple[TwoStageModel, TrainingReport], many: pd.DataFrame
) -> None:
    again, _ = fit_two_stage(world.examples, SPECS, SMALL)
    first, second = Explainer(trained[0], [many]), Explainer(again, [many])
    assert first.base == second.base
    assert np.array_equal(first.contributions(many), second.contributions(many))


def test_hidden_units_are_refused_in_words(world: World) -> None:
    settings = TrainingSettings(network=Network(n_bins=4, members=3, n_hidden=3, max_epochs=2))
    model, _ = fit_two_stage(world.examples, SPECS, settings)
    with pytest.raises(NotExplainable, match="no hidden units; this model has 3. Train it again"):
        Explainer(model, [world.test])


def test_an_average_of_nobody_is_refused_in_words(model: TwoStageModel) -> None:
    with pytest.raises(NotExplainable, match="at least one customer"):
        Explainer(model, [])

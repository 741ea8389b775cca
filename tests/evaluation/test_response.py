"""The response model: it learns who buys, from whatever the features look like."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from segmenter.errors import NotEnoughData
from segmenter.evaluation.response import response_scores
from segmenter.features.catalog import FeatureSpec

SPECS = (
    FeatureSpec(name="days", label="Days", group="", kind="numeric", unit="days"),
    FeatureSpec(name="spend", label="Spend", group="", kind="numeric", unit="money"),
    FeatureSpec(name="nothing", label="Nothing", group="", kind="numeric", unit=""),
    FeatureSpec(name="constant", label="Constant", group="", kind="numeric", unit=""),
    FeatureSpec(name="channel", label="Channel", group="", kind="category"),
)


def world(customers: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    days = rng.exponential(30, customers)
    spend = np.where(rng.random(customers) < 0.2, np.nan, rng.lognormal(3, 2, customers))
    channel = rng.choice(["web", "shop", None], customers, p=[0.5, 0.4, 0.1])
    # Bent in `days`: only customers between 10 and 40 days buy often, which no straight line can say.
    logit = -2 + 2.5 * ((days > 10) & (days < 40)) + 1.0 * np.isnan(spend) + 1.0 * (channel == "web")
    frame = pd.DataFrame(
        {"days": days, "spend": spend, "nothing": np.nan, "constant": 4.0, "channel": channel}
    )
    return frame, rng.random(customers) < 1 / (1 + np.exp(-logit))


def test_it_finds_who_buys_through_bends_missing_values_and_categories(rng: np.random.Generator) -> None:
    features, bought = world(4_000, rng)
    test_features, test_bought = world(2_000, rng)
    scores = response_scores(features, bought, test_features, SPECS, rng=rng)
    assert scores.shape == (2_000,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert roc_auc_score(test_bought, scores) > 0.75
    assert scores.mean() == pytest.approx(test_bought.mean(), abs=0.04)


def test_that_a_value_is_unknown_can_be_what_tells(rng: np.random.Generator) -> None:
    unknown = rng.random(3_000) < 0.5
    spend = np.where(unknown, np.nan, rng.choice([1.0, 2.0, 3.0], 3_000))
    bought = rng.random(3_000) < np.where(unknown, 0.9, 0.1)
    features = pd.DataFrame({"spend": spend})
    scores = response_scores(features, bought, features, SPECS[1:2], rng=rng)
    assert scores[unknown].mean() == pytest.approx(0.9, abs=0.03)
    assert scores[~unknown].mean() == pytest.approx(0.1, abs=0.03)
    assert scores[unknown].min() > scores[~unknown].max()


def test_it_learns_nothing_where_there_is_nothing_to_learn(rng: np.random.Generator) -> None:
    features, _ = world(4_000, rng)
    scores = response_scores(features[:2_000], rng.random(2_000) < 0.3, features[2_000:], SPECS, rng=rng)
    assert roc_auc_score(rng.random(2_000) < 0.3, scores) == pytest.approx(0.5, abs=0.05)


def test_a_level_never_seen_in_training_can_be_scored(rng: np.random.Generator) -> None:
    features, bought = world(1_000, rng)
    test_features = features.head(10).assign(channel="fax", days=1e9)
    assert np.isfinite(response_scores(features, bought, test_features, SPECS, rng=rng)).all()


def test_scores_depend_on_ranks_not_on_units(rng: np.random.Generator) -> None:
    features, bought = world(1_500, rng)
    cents = features.assign(spend=features["spend"] * 100)
    here = response_scores(features, bought, features, SPECS, rng=rng)
    assert response_scores(cents, bought, cents, SPECS, rng=rng) == pytest.approx(here, abs=1e-3)


def test_it_works_without_categories_and_without_numbers(rng: np.random.Generator) -> None:
    features, bought = world(500, rng)
    for kind in ("numeric", "category"):
        specs = [spec for spec in SPECS if spec.kind == kind]
        assert np.isfinite(response_scores(features, bought, features, specs, rng=rng)).all()


@pytest.mark.parametrize("buyers", [0, 19, 481, 500])
def test_too_few_buyers_or_others_are_said_in_words(rng: np.random.Generator, buyers: int) -> None:
    features, _ = world(500, rng)
    with pytest.raises(NotEnoughData, match=f"found {buyers} and {500 - buyers}"):
        response_scores(features, np.arange(500) < buyers, features, SPECS, rng=rng)


def test_very_many_customers_are_learned_from_a_drawn_part(rng: np.random.Generator, monkeypatch) -> None:
    monkeypatch.setattr("segmenter.evaluation.response.MOST_CUSTOMERS", 600)
    monkeypatch.setattr("segmenter.evaluation.response._ROWS_AT_ONCE", 300)
    features, bought = world(3_000, rng)
    test_features, test_bought = world(1_000, rng)
    scores = response_scores(features, bought, test_features, SPECS, rng=rng)
    assert scores.shape == (1_000,)
    assert roc_auc_score(test_bought, scores) > 0.65

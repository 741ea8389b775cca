"""Challengers: they learn what can be learned, from the customers the model learned from and no other."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from segmenter.evaluation.challengers import CHALLENGERS, challenge, score_by_others
from segmenter.features.catalog import FeatureSpec, feature_specs
from segmenter.features.encoding import Encoder
from segmenter.model.examples import Examples
from segmenter.model.expanded import expanded
from segmenter.results import dataset_engine, open_dataset, open_report
from segmenter.samples import Sample, folds, gather_sample, stack_examples
from segmenter.settings import TrainingSettings
from tests.conftest import Journey

SPECS = (
    FeatureSpec(name="habit", label="Habit", group="", kind="numeric", unit=""),
    FeatureSpec(name="monetary_value", label="Spend", group="", kind="numeric", unit="money"),
    FeatureSpec(name="nothing", label="Nothing", group="", kind="numeric", unit=""),
    FeatureSpec(name="channel", label="Channel", group="", kind="category"),
)


def world(rng: np.random.Generator, customers: int) -> Examples:
    habit, spend = rng.normal(size=customers), rng.lognormal(3, 1, customers)
    channel = rng.choice(["web", "shop"], customers)
    p_engaged = 1 / (1 + np.exp(1.5 - 1.5 * habit - (channel == "web")))
    draw = rng.random(customers)
    features = {"habit": habit, "monetary_value": np.where(draw < 0.1, np.nan, spend)}
    ids = np.array([f"c{n}" for n in range(customers)], dtype=object)
    label = np.select([rng.random(customers) < p_engaged, draw < 0.5], ["engaged", "unengaged"], "inactive")
    return Examples(
        features=pd.DataFrame({**features, "nothing": np.nan, "channel": channel}),
        customer_id=ids,
        cutoff=np.full(customers, "2026-01-01", dtype=object),
        given_label=label.astype(object),
        exposed=np.ones(customers, dtype=bool),
        looked=label == "engaged",
        amount=np.zeros(customers),
        purchases=(label != "inactive").astype(np.int64),
        fold=np.arange(customers) % 3,
    )


def test_each_finds_who_engages_in_customers_it_has_not_seen(rng: np.random.Generator) -> None:
    learned, others = world(rng, 2_000), world(rng, 1_000)
    encoder = Encoder.fit(learned.features, SPECS, 16)
    found = challenge(learned, others.features, encoder, TrainingSettings())
    assert (*found.scores, "printed") == CHALLENGERS, "the model brings the last itself"
    assert found.notes == ()
    engaged = others.given_label == "engaged"
    for name in ("boosted", "boosted_two_stages", "logistic"):
        assert found.scores[name].shape == (1_000,)
        assert roc_auc_score(engaged, found.scores[name]) > 0.7
    assert found.scores["past_spend"].tolist() == others.features["monetary_value"].fillna(0).tolist()
    for name in ("boosted", "logistic"):
        assert found.scores[name].mean() == pytest.approx(engaged.mean(), abs=0.05)


def test_without_unengaged_customers_in_reach_two_stages_are_left_out_with_a_note(
    rng: np.random.Generator,
) -> None:
    learned = world(rng, 500)
    few = Examples(
        **{name: getattr(learned, name) for name in learned.__slots__ if name != "exposed"},
        exposed=(learned.given_label != "unengaged") | (np.arange(500) < 20),
    )
    encoder = Encoder.fit(learned.features, SPECS, 8)
    found = challenge(few, learned.features, encoder, TrainingSettings())
    assert set(found.scores) == {"boosted", "logistic", "past_spend"}
    assert "two stages of boosted trees" in found.notes[0]


def test_the_expansion_lies_between_zero_and_one(rng: np.random.Generator) -> None:
    learned = world(rng, 300)
    rows = expanded(Encoder.fit(learned.features, SPECS, 8), learned.features)
    assert rows.shape[0] == 300
    assert rows.min() >= 0 and rows.max() <= 1


def test_what_test_customers_did_changes_no_score(
    journey: Journey, tmp_path, rng: np.random.Generator
) -> None:
    ws, data = journey.workspace, open_dataset(journey.workspace, journey.dataset)
    report = open_report(ws, journey.model)
    settings, cutoff = report.settings, report.cutoffs.train[-1]
    with dataset_engine(ws, journey.dataset, tmp_path) as engine:
        sample = gather_sample(engine, data, settings.windows, cutoff, scratch=tmp_path)
    in_test = folds(sample.outcomes["customer_id"].to_numpy(), settings) == "test"
    changed = sample.outcomes.copy()
    changed.loc[in_test, "given_label"] = rng.choice(["engaged", "unengaged", "inactive"], in_test.sum())
    changed.loc[in_test, ["purchases", "amount"]] = 7

    def scores(outcomes: pd.DataFrame) -> dict[str, np.ndarray]:
        told = Sample(cutoff=cutoff, features=sample.features, outcomes=outcomes)
        learned = stack_examples([told], data, settings)
        encoder = Encoder.fit(
            learned.features, feature_specs(data, settings.windows), settings.network.n_bins
        )
        return score_by_others(
            [told], told.fold_to_test(settings), data, encoder, settings, rng=np.random.default_rng(1)
        ).scores

    before, after = scores(sample.outcomes), scores(changed)
    assert set(before) == {"response", "boosted", "boosted_two_stages", "logistic", "past_spend"}
    for name, values in before.items():
        assert np.array_equal(values, after[name]), name

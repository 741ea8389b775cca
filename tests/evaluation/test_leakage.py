"""Planted leaks are named, honest shops raise nothing, and what a model leaves out is never read."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmenter.cutoffs import suggest_cutoffs
from segmenter.engines import open_engine
from segmenter.evaluation.leakage import CEILING, FLOOR, Suspicion, suspicious_features
from segmenter.evaluation.one_feature import FOLDS, feature_places, feature_tells
from segmenter.features.catalog import ATTRIBUTES, FeatureSpec
from segmenter.features.tables import register_dataset
from segmenter.samples import Sample, gather_samples
from segmenter.settings import TrainingSettings
from segmenter.synthetic import make_world
from segmenter.tables.dataset import Attribute, AttributeKind, Dataset

SETTINGS = TrainingSettings()
PLANTED = "attr_num_9"


@dataclass(frozen=True)
class Shop:
    """What a training on a demo shop would learn from."""

    samples: list[Sample]
    dataset: Dataset

    def suspicious(self, settings: TrainingSettings = SETTINGS) -> tuple[Suspicion, ...]:
        return suspicious_features(self.samples, self.dataset, settings)

    def with_column(self, values: list[np.ndarray], kind: AttributeKind = "numeric") -> "Shop":
        """The same shop with a column 'total_2026' in its customers file. values: (n,) per sample."""
        planted = [
            replace(sample, features=sample.features.assign(**{PLANTED: column}))
            for sample, column in zip(self.samples, values, strict=True)
        ]
        attribute = Attribute(name=PLANTED, label="total_2026", kind=kind)
        return Shop(planted, replace(self.dataset, attributes=(*self.dataset.attributes, attribute)))

    def with_customers_column(self, values: pd.Series, kind: AttributeKind = "numeric") -> "Shop":
        """values: one per customer, by customer_id: the same at every cutoff, as in a file."""
        ids = [sample.features["customer_id"] for sample in self.samples]
        return self.with_column([each.map(values).to_numpy() for each in ids], kind)

    def outcome(self, name: str) -> list[np.ndarray]:
        return [sample.outcomes[name].to_numpy() for sample in self.samples]

    def last(self, name: str) -> pd.Series:
        """What customers did in the last training window, by customer_id."""
        return self.samples[-1].outcomes.set_index("customer_id")[name]


def read_shop(folder: Path, customers: int, seed: int) -> Shop:
    data, scratch = folder / f"shop-{seed}", folder / f"scratch-{seed}"
    scratch.mkdir()
    dataset = make_world(data, customers=customers, seed=seed)
    with open_engine(allowed=[data, scratch], scratch=scratch) as engine:
        register_dataset(engine, data)
        cutoffs = suggest_cutoffs(dataset, SETTINGS.windows.outcome_days).train
        samples = gather_samples(engine, dataset, SETTINGS.windows, cutoffs, scratch=scratch)
    return Shop(samples, dataset)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return read_shop(tmp_path_factory.mktemp("leakage"), 3_000, 11)


def the_planted(shop: Shop) -> Suspicion:
    (found,) = shop.suspicious()
    assert (found.feature, found.column) == (PLANTED, "total_2026")
    return found


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_honest_shops_raise_nothing(tmp_path: Path, seed: int) -> None:
    assert read_shop(tmp_path, 2_000, seed).suspicious() == ()


def test_the_label_itself_is_named_with_its_column_and_what_to_do(shop: Shop) -> None:
    found = the_planted(shop.with_column(shop.outcome("given_label"), "category"))
    assert found.told == 1 and found.flatters
    assert "'total_2026' alone tells engaged customers from other buyers in practically every pair" in (
        found.sentence
    )
    assert "filled in after the cutoff" in found.sentence and "Leave it out unless" in found.sentence


@pytest.mark.parametrize("segments", [("engaged",), ("engaged", "unengaged")])
def test_a_flag_of_which_one_in_ten_is_wrong_is_named(
    shop: Shop, rng: np.random.Generator, segments: tuple[str, ...]
) -> None:
    flags = [np.isin(labels, segments) for labels in shop.outcome("given_label")]
    noisy = [(flag ^ (rng.random(len(flag)) < 0.1)).astype(float) for flag in flags]
    found = the_planted(shop.with_column(noisy))
    assert found.told is not None and found.told_by_behaviour is not None
    assert found.told > max(FLOOR, found.told_by_behaviour)
    assert found.question == ("engaged" if segments == ("engaged",) else "buyers")


def test_spend_after_the_cutoff_is_named(shop: Shop) -> None:
    found = the_planted(shop.with_column(shop.outcome("amount")))
    assert found.question == "buyers"
    assert "tells buyers from others" in found.sentence


@pytest.mark.parametrize("column", ["amount", "purchases"])
def test_a_column_that_knows_one_window_only_is_named_with_its_cutoff(shop: Shop, column: str) -> None:
    found = the_planted(shop.with_customers_column(shop.last(column)))
    assert found.cutoff == shop.samples[-1].cutoff


def test_a_total_that_goes_on_counting_is_named_with_what_it_repeats(shop: Shop) -> None:
    before = shop.samples[-1].features.set_index("customer_id")["monetary_value"].fillna(0)
    found = the_planted(shop.with_customers_column(before + shop.last("amount")))
    assert found.beside == "Spend so far, less returns"
    assert "'total_2026' has beyond 'Spend so far, less returns' tells buyers from others" in found.sentence
    then = [sample.features["monetary_value"].to_numpy() for sample in shop.samples]
    assert shop.with_column(then).suspicious() == (), "as it was on each day, it is honest"


def test_a_last_purchase_after_the_cutoff_is_named(shop: Shop) -> None:
    last = shop.samples[-1]
    ago = last.features.set_index("customer_id")["days_since_last_purchase"].round()
    ago = ago.mask(shop.last("purchases") > 0, -5)  # bought since then
    known = [ago - (last.cutoff - sample.cutoff).days for sample in shop.samples]
    ids = [sample.features["customer_id"] for sample in shop.samples]
    # As the features are read: a date at or after the cutoff is not known yet.
    exported = [each.map(days.where(days > 0)).to_numpy() for each, days in zip(ids, known, strict=True)]
    found = the_planted(shop.with_column(exported, "date"))
    assert (found.beside, found.label) == ("Time since the last purchase", "Time since total_2026")
    then = [sample.features["days_since_last_purchase"].round().to_numpy() for sample in shop.samples]
    assert shop.with_column(then, "date").suspicious() == (), "as it was on each day, it is honest"


def test_ids_free_text_and_constants_are_named_without_doubting_the_figures(shop: Shop) -> None:
    ids = shop.last("amount").index
    numbers = pd.Series(np.arange(len(ids), dtype=float), index=ids)
    for values, kind, why in (
        (numbers, "numeric", "nearly unique"),
        (pd.Series([f"says {each}" for each in ids], index=ids), "category", "nearly unique"),
        (pd.Series(3.0, index=ids), "numeric", "constant"),
    ):
        found = the_planted(shop.with_customers_column(values, kind))  # type: ignore[arg-type]
        assert found.why == why and not found.flatters and found.told is None


def test_amounts_dates_and_ages_are_no_ids(shop: Shop, rng: np.random.Generator) -> None:
    ids = shop.last("amount").index
    income = pd.Series(rng.lognormal(10, 0.5, len(ids)).round(), index=ids)
    for values, kind in (
        (income, "numeric"),
        (income + 0.25, "numeric"),
        (pd.Series(rng.integers(18, 90, len(ids)).astype(float), index=ids), "numeric"),
        (pd.Series(np.arange(len(ids), dtype=float), index=ids), "date"),
    ):
        assert shop.with_customers_column(values, kind).suspicious() == ()  # type: ignore[arg-type]


def test_row_order_changes_nothing(shop: Shop, rng: np.random.Generator) -> None:
    planted = shop.with_column(shop.outcome("amount"))
    order = [rng.permutation(len(sample.features)) for sample in planted.samples]
    shuffled = [
        Sample(cutoff=s.cutoff, features=s.features.iloc[o], outcomes=s.outcomes.iloc[o])
        for s, o in zip(planted.samples, order, strict=True)
    ]
    assert replace(planted, samples=shuffled).suspicious() == planted.suspicious()


def test_what_is_left_out_is_not_judged(shop: Shop) -> None:
    planted = shop.with_column(shop.outcome("amount"))
    assert planted.suspicious(SETTINGS.replaced(leave_out=(PLANTED,))) == ()


def test_too_few_customers_to_ask_are_no_suspicion(shop: Shop) -> None:
    planted = shop.with_column(shop.outcome("amount"))
    few = [replace(s, features=s.features[:12], outcomes=s.outcomes[:12]) for s in planted.samples]
    assert not [each for each in Shop(few, planted.dataset).suspicious() if each.flatters]


def test_the_limits_are_in_order() -> None:
    assert 0.5 < FLOOR < CEILING < 1


# --- One feature alone ------------------------------------------------------------------------------------


def told(values: np.ndarray, positive: np.ndarray) -> float:
    n = len(values)
    spec = FeatureSpec(name="x", label="x", group=ATTRIBUTES)
    places = feature_places(pd.Series(values, dtype=float), spec)
    return feature_tells(places, positive, np.arange(n) % FOLDS, (n, n)).share


@pytest.mark.parametrize("change", [np.exp, lambda x: 5 * x - 3, np.cbrt])
def test_a_rising_change_of_scale_changes_nothing(rng: np.random.Generator, change) -> None:
    values = rng.normal(size=2_000)
    values[rng.random(2_000) < 0.2] = np.nan
    values[rng.random(2_000) < 0.2] = 0.5  # a value that many share
    positive = rng.random(2_000) < 1 / (1 + np.exp(-np.nan_to_num(values)))
    assert told(values, positive) == told(change(values), positive)


def test_noise_tells_nothing_and_the_label_everything(rng: np.random.Generator) -> None:
    positive = rng.random(4_000) < 0.2
    assert abs(told(rng.normal(size=4_000), positive) - 0.5) < 0.05
    assert told(positive.astype(float), positive) == 1


def test_being_known_at_all_can_tell(rng: np.random.Generator) -> None:
    positive = rng.random(2_000) < 0.3
    assert told(np.where(positive, rng.normal(size=2_000), np.nan), positive) == 1


def test_a_value_in_the_middle_tells_as_much_as_one_at_the_end(rng: np.random.Generator) -> None:
    values = rng.normal(size=4_000)
    assert told(values, np.abs(values) < 0.3) > 0.9

"""The comparison with alike customers: worked on a world whose truth is known, and the laws it keeps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

from segmenter.features.catalog import FeatureSpec
from segmenter.model import intent
from segmenter.model.alike import can_compare, scaled_to
from segmenter.model.artifact import load_model, save_model
from segmenter.model.examples import Examples
from segmenter.model.two_stage import Stage2Head, TrainingReport, TwoStageModel, fit_two_stage
from segmenter.model.verdict import NO_EXTRA_SALES, ExpectedShare
from segmenter.settings import Correction, Network, TrainingSettings

SPECS = tuple(FeatureSpec(name=f"x{k}", label=f"Feature {k}", group="Test") for k in range(3))
HEADS: tuple[Stage2Head, Stage2Head] = ("intent", "uncorrected")
SHOWN: tuple[Stage2Head, Stage2Head] = ("intent", "printed")
SETTINGS = TrainingSettings(network=Network(n_bins=6, members=3, learning_rate=0.004, patience=4))


def logistic(x: np.ndarray) -> np.ndarray:
    value: np.ndarray = 1 / (1 + np.exp(-x))
    return value


def readers(
    rng: np.random.Generator, n: int, *, effect: float, by_attention: float = 1.5
) -> tuple[Examples, np.ndarray]:
    """Customers who look by x1 and buy anyway by x0 and a little by x1; looking moves the share `effect` of
    those who would not have bought. Also who was truly prompted, bool (n,).

    The unengaged are unlike the organic engaged: they hardly look.
    """
    x = rng.normal(size=(n, 3))
    looked = rng.random(n) < logistic(-0.5 + by_attention * x[:, 1])
    anyway = rng.random(n) < logistic(-1.6 + 1.2 * x[:, 0] + 0.4 * x[:, 1])
    prompted = looked & ~anyway & (rng.random(n) < effect)
    bought = anyway | prompted
    label = np.where(bought, np.where(looked, "engaged", "unengaged"), "inactive").astype(object)
    examples = Examples(
        features=pd.DataFrame(x, columns=[spec.name for spec in SPECS]),
        customer_id=np.array([f"c{k}" for k in range(n)], dtype=object),
        cutoff=np.full(n, "2026-05-31"),
        given_label=label,
        exposed=np.ones(n, dtype=bool),
        looked=looked,
        amount=np.where(bought, 20.0, 0.0) + rng.random(n),
        purchases=bought.astype(np.int64),
        fold=rng.integers(0, 3, n),
    )
    return examples, prompted


def fit(examples: Examples, **correction: object) -> tuple[TwoStageModel, TrainingReport]:
    return fit_two_stage(
        examples,
        SPECS,
        SETTINGS.replaced(correction=Correction(**({"compare": False} | correction))),  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def moved() -> tuple[TwoStageModel, TrainingReport, Examples, np.ndarray]:
    examples, prompted = readers(np.random.default_rng(5), 9_000, effect=0.3)
    return (*fit(examples, compare=True), examples, prompted)


def test_the_organic_share_is_found_though_the_unengaged_are_unlike_the_organic_engaged(
    moved: tuple[TwoStageModel, TrainingReport, Examples, np.ndarray],
) -> None:
    _, report, examples, prompted = moved
    truth = 1 - prompted[examples.given_label == "engaged"].mean()
    assert report.correction.estimated_share == pytest.approx(truth, abs=0.05)
    assert report.correction.estimated_interval is not None
    low, high = report.correction.estimated_interval
    assert low < truth < high
    assert high - low < 0.2


def test_correction_that_alike_customers_speak_for_is_used_and_finds_the_prompted(
    moved: tuple[TwoStageModel, TrainingReport, Examples, np.ndarray],
) -> None:
    model, report, _, _ = moved
    assert report.correction.applied, report.correction.sentence
    assert report.correction.judged_by == "alike customers"
    assert report.correction.share_source == "alike customers"
    assert [check.name for check in report.correction.checks] == ["intent", "extra buyers", "extra sales"]
    fresh, prompted = readers(np.random.default_rng(6), 6_000, effect=0.3)
    engaged = fresh.given_label == "engaged"
    corrected, believed = (
        roc_auc_score(prompted[engaged], model.predict(fresh.features, said).p_prompted[engaged])
        for said in HEADS
    )
    assert corrected > believed + 0.1


def test_the_report_tells_how_the_list_hangs_on_the_organic_share(
    moved: tuple[TwoStageModel, TrainingReport, Examples, np.ndarray],
) -> None:
    correction = moved[1].correction
    low, estimate, high = correction.shares
    assert (low.name, estimate.name, high.name) == ("low", "estimate", "high")
    assert correction.estimated_interval is not None
    assert (low.share, high.share) == pytest.approx(correction.estimated_interval)
    assert estimate.share == correction.organic_share
    assert low.flipped_share < estimate.flipped_share < high.flipped_share
    assert estimate.overlap == 1
    assert all(0.5 < each.overlap < 1 for each in (low, high)), "alike shares give alike lists"
    assert [each.depth for each in correction.stable] == [0.1, 0.2, 0.4]
    # Who is in all three lists is in both of any two of them: |A & B & C| <= |A & B| = 2nJ / (1 + J).
    in_two = [2 * each.overlap / (1 + each.overlap) for each in (low, high)]
    assert 0 < correction.stable[1].shared <= min(in_two) + 1e-9


def test_the_report_tells_what_the_printed_loss_would_have_done_and_the_model_can_show_it(
    moved: tuple[TwoStageModel, TrainingReport, Examples, np.ndarray],
) -> None:
    model, report, _, _ = moved
    printed = report.correction.printed
    assert printed is not None
    assert printed.flipped_share > 0.9
    assert printed.collapsed is not None
    assert printed.mean_p < 0.5 * printed.mean_p_before
    fresh, prompted = readers(np.random.default_rng(6), 3_000, effect=0.3)
    engaged = fresh.given_label == "engaged"
    in_use, collapsed = (
        roc_auc_score(prompted[engaged], model.predict(fresh.features, head).p_prompted[engaged])
        for head in SHOWN
    )
    assert collapsed < in_use


def test_what_would_have_been_bought_anyway_is_said_of_each_customer(
    moved: tuple[TwoStageModel, TrainingReport, Examples, np.ndarray], tmp_path: Path
) -> None:
    model, report, _, _ = moved
    fresh, prompted = readers(np.random.default_rng(7), 6_000, effect=0.3)
    organic = model.predict(fresh.features).organic
    engaged = fresh.given_label == "engaged"
    assert ((organic > 0) & (organic <= 1)).all()
    assert organic[engaged].mean() == pytest.approx(1 - prompted[engaged].mean(), abs=0.06)
    assert roc_auc_score(~prompted[engaged], organic[engaged]) > 0.7
    save_model(model, report, tmp_path)
    assert np.array_equal(load_model(tmp_path).predict(fresh.features).organic, organic)


def test_where_nobody_is_prompted_the_report_says_that_it_finds_none() -> None:
    """An interval of 95 % misses once in twenty times, half of that on this side."""
    found = [
        fit(readers(np.random.default_rng(seed), 4_000, effect=0.0)[0])[1].correction for seed in range(3)
    ]
    assert not any(report.applied for report in found)
    silent = ["No prompted customers were found" in report.sentence for report in found]
    assert sum(silent) >= 2
    for report, none in zip(found, silent, strict=True):
        assert report.estimated_interval is not None
        assert (report.estimated_interval[1] == 1.0) == none


def test_the_share_a_person_expects_is_the_share_that_counts_as_organic() -> None:
    examples, _ = readers(np.random.default_rng(1), 2_000, effect=0.3)
    for share in (0.2, 0.8):
        _, report = fit(examples, organic_share=share, fall_back=False)
        assert report.correction.share_source == "setting"
        assert report.correction.flipped_share == pytest.approx(share, abs=0.01)


def test_shifted_chances_keep_their_order_and_meet_the_share() -> None:
    chances = torch.rand(500, 2, generator=torch.Generator().manual_seed(0))
    shifted = scaled_to(chances, 0.3)
    assert shifted.mean(0).tolist() == pytest.approx([0.3, 0.3], abs=1e-4)
    for member in range(2):
        assert torch.equal(chances[:, member].argsort(), shifted[:, member].argsort())


def test_without_customers_who_looked_and_did_not_buy_there_is_nothing_to_compare() -> None:
    bought, looked = np.arange(400) % 2 == 0, np.arange(400) % 4 < 2
    fold, reached = np.arange(400) // 4 % 2, np.ones(400, dtype=bool)
    assert can_compare(reached, looked, bought, fold, 2)
    assert not can_compare(reached, looked & bought, bought, fold, 2)
    assert not can_compare(reached, np.zeros(400, dtype=bool), bought, fold, 2)
    assert not can_compare(reached, looked, bought, fold, 3), "a fold without anybody"


@pytest.mark.parametrize(
    ("paid", "asked"),
    [
        (lambda looked: 0.0 * looked, {"intent", "extra buyers"}),
        (lambda looked: np.where(looked, 2.0, 40.0), set[str]()),
    ],
    ids=["nothing was ever paid", "who looked spent less"],
)
def test_sales_are_judged_only_where_there_are_extra_sales_to_lose(
    paid: Callable[[np.ndarray], np.ndarray], asked: set[str]
) -> None:
    examples, _ = readers(np.random.default_rng(5), 2_000, effect=0.3)
    amount = np.where(examples.purchases > 0, paid(examples.looked), 0.0)
    _, report = fit(replace(examples, amount=amount))
    assert {check.name for check in report.correction.checks} == asked
    if not asked:
        assert not report.correction.applied
        assert report.correction.fallback_reason == NO_EXTRA_SALES


def test_a_share_that_is_no_other_changes_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise what is told of other shares would be the luck of one more training."""

    def the_same(expected: ExpectedShare, *_: object) -> dict[str, ExpectedShare]:
        return dict.fromkeys(("low", "estimate", "high"), expected)

    monkeypatch.setattr(intent, "bounds_of", the_same)
    examples, _ = readers(np.random.default_rng(5), 2_000, effect=0.3)
    _, report = fit(examples, compare=True)
    assert [each.overlap for each in report.correction.shares] == [1.0, 1.0, 1.0]
    assert {each.shared for each in report.correction.stable} == {1.0}

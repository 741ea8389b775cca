"""Table 1: one population, and every row of a group selects exactly as many customers."""

import numpy as np
import pytest

from segmenter.evaluation.bootstrap import paired_bootstrap
from segmenter.evaluation.metrics import METRICS, metrics_at_depth, metrics_at_selection
from segmenter.evaluation.ranking import Ranking
from segmenter.evaluation.rfm import TOP_THREE
from segmenter.evaluation.table1 import MIN_GROUP, RFM_GROUPS, Table1

CUSTOMERS = 400


@pytest.fixture
def positive(rng: np.random.Generator) -> np.ndarray:
    return rng.random(CUSTOMERS) < 0.3


@pytest.fixture
def score(rng: np.random.Generator, positive: np.ndarray) -> np.ndarray:
    return np.round(positive + rng.normal(size=CUSTOMERS), 1)  # rounded, so that there are ties


@pytest.fixture
def rfm_segment() -> np.ndarray:
    return np.repeat(["Champions", "Loyal", "Potential Loyalist", "Lost"], [40, 60, 50, 250])


@pytest.fixture
def table1(positive: np.ndarray, score: np.ndarray, rfm_segment: np.ndarray) -> Table1:
    rankings = {"segmenter": Ranking(score), "rfm": Ranking(-score), "random": Ranking(np.zeros(CUSTOMERS))}
    return Table1(positive, rankings, rfm_segment)


def rows_of(table1: Table1) -> dict:
    figures = table1.figures(np.ones((CUSTOMERS, 1)))
    return {(row.group, row.ranking): row for row in table1.rows(figures[0], figures)}


def test_the_paper_s_baseline_is_stated_by_name() -> None:
    assert TOP_THREE == ("Champions", "Loyal", "Potential Loyalist")
    assert RFM_GROUPS == {"Champions": ("Champions",), "Champions, Loyal and Potential Loyalist": TOP_THREE}


def test_rfm_rows_are_the_metrics_of_the_segments(table1: Table1, positive: np.ndarray) -> None:
    rows = rows_of(table1)
    for group, size in (("Champions", 40), ("Champions, Loyal and Potential Loyalist", 150)):
        row = rows[group, "rfm"]
        selected = np.arange(CUSTOMERS) < size
        assert {m: getattr(row, m) for m in METRICS} == pytest.approx(
            metrics_at_selection(positive, selected)
        )
        assert (row.name, row.customers, row.depth) == (group, size, size / CUSTOMERS)


def test_other_rows_are_the_metrics_of_the_top_of_the_same_size(
    table1: Table1, positive: np.ndarray, score: np.ndarray
) -> None:
    row = rows_of(table1)["Champions", "segmenter"]
    assert {m: getattr(row, m) for m in METRICS} == pytest.approx(
        metrics_at_depth(positive, score, 40 / CUSTOMERS)
    )


def test_a_resample_is_cut_at_the_size_the_segment_has_in_that_resample(
    table1: Table1, positive: np.ndarray, score: np.ndarray, rng: np.random.Generator
) -> None:
    drawn = rng.integers(0, CUSTOMERS, size=(8, CUSTOMERS))
    weights = np.stack([np.bincount(ids, minlength=CUSTOMERS) for ids in drawn], axis=1).astype(float)
    figures = table1.figures(weights)
    for draw, ids in enumerate(drawn):
        members = ids < 40  # Champions
        rfm = metrics_at_selection(positive[ids], members)
        model = metrics_at_depth(positive[ids], score[ids], members.mean())
        assert figures[draw, 0, 0] == pytest.approx(list(rfm.values()))
        assert figures[draw, 0, 1] == pytest.approx(list(model.values()))
    assert len({(ids < 40).sum() for ids in drawn}) > 1


def test_random_order_has_the_prevalence_as_precision_and_the_depth_as_recall(
    table1: Table1, positive: np.ndarray
) -> None:
    row = rows_of(table1)["Champions", "random"]
    assert row.precision == pytest.approx(positive.mean())
    assert row.recall == pytest.approx(0.1)
    assert row.balanced_accuracy == pytest.approx(0.5)


def test_differences_are_the_model_minus_rfm(table1: Table1) -> None:
    figures = table1.figures(np.ones((CUSTOMERS, 1)))
    rows = rows_of(table1)
    differences = table1.differences(figures[0], figures)
    assert len(differences) == 2 * len(METRICS)
    for difference in differences:
        model, rfm = (
            getattr(rows[difference.group, ranking], difference.metric) for ranking in ("segmenter", "rfm")
        )
        assert difference.difference.value == pytest.approx(model - rfm)


@pytest.mark.parametrize(("champions", "left"), [(MIN_GROUP - 1, 1), (0, 0)])
def test_a_group_too_small_to_show_is_left_out_and_said_so(
    positive: np.ndarray, score: np.ndarray, champions: int, left: int
) -> None:
    loyal = 30 * left
    segment = np.repeat(["Champions", "Loyal", "Lost"], [champions, loyal, CUSTOMERS - champions - loyal])
    table1 = Table1(positive, {"segmenter": Ranking(score)}, segment)
    assert len(table1.groups) == left
    assert f"'Champions': only {champions} test customers" in table1.notes[0]
    assert len(rows_of(table1)) == 2 * left


def test_a_selection_without_positives_has_figures_but_no_certainty(score: np.ndarray) -> None:
    """No positive is among the Champions: their precision is 0, and resamples would say 0 for sure."""
    segment = np.repeat(["Champions", "Lost"], [40, CUSTOMERS - 40])
    positive = np.arange(CUSTOMERS) >= CUSTOMERS - 60
    table1 = Table1(positive, {"segmenter": Ranking(score), "random": Ranking(np.zeros(CUSTOMERS))}, segment)
    rows = rows_of(table1)
    assert rows["Champions", "rfm"].precision == 0
    assert rows["Champions", "rfm"].intervals == {}
    assert set(rows["Champions", "random"].intervals) == set(METRICS)


def test_recall_may_have_an_interval_where_precision_has_none(rng: np.random.Generator) -> None:
    # The model's 40 are all positive, out of 200: nobody knows how precise it is elsewhere.
    positive = np.arange(CUSTOMERS) < 200
    segment = rng.permutation(np.repeat(["Champions", "Lost"], [40, CUSTOMERS - 40]))
    table1 = Table1(positive, {"segmenter": Ranking(-np.arange(CUSTOMERS * 1.0))}, segment)
    assert set(rows_of(table1)["Champions", "segmenter"].intervals) == {"recall"}


@pytest.mark.parametrize(("more", "is_told"), [(4, False), (5, False), (6, True), (30, True)])
def test_a_lead_over_rfm_rests_on_enough_positives_that_only_one_has(more: int, is_told: bool) -> None:
    """Champions hold 10 of 60 positives; the model's top holds these and `more` of the others."""
    place = np.arange(CUSTOMERS)
    positive = (place < 10) | (place >= CUSTOMERS - 50)
    segment = np.where(place < 40, "Champions", "Lost")
    chosen = (place < 40 - more) | (place >= CUSTOMERS - more)
    table1 = Table1(positive, {"segmenter": Ranking(chosen * 1.0)}, segment)
    drawn = paired_bootstrap(
        lambda weights: {"": table1.figures(weights)}, CUSTOMERS, draws=200, rng=np.random.default_rng(1)
    )[""]
    whole = table1.figures(np.ones((CUSTOMERS, 1)))[0]
    for found in table1.differences(whole, drawn):
        if found.group == "Champions":
            assert found.difference.value > 0
            assert found.difference.is_above_zero == is_told

"""Score histogram: every customer counted once, nothing said about a handful."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.evaluation.profiles import ScoreHistogram
from segmenter.plots.scores import joined_bins, score_alt, score_chart, score_table


def histogram(counts: list[int]) -> ScoreHistogram:
    return ScoreHistogram(tuple(np.linspace(0, 1, len(counts) + 1).tolist()), tuple(counts))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(counts=st.lists(st.integers(0, 200), min_size=50, max_size=50).filter(lambda c: sum(c) > 0))
def test_joining_bins_loses_nobody_and_leaves_hardly_anybody_unseen(counts: list[int]) -> None:
    joined = joined_bins(histogram(counts), least=20)
    assert sum(joined.counts) == sum(counts)
    assert len(joined.edges) == len(joined.counts) + 1
    assert (joined.edges[0], joined.edges[-1]) == (0, 1)
    unseen = sum(count for count in joined.counts if count < 20)
    assert unseen <= 0.02 * sum(counts) or len(joined.counts) == 1


def test_bins_full_enough_are_drawn_as_they_are() -> None:
    counts = [100, 60, 40, 30]
    figure = score_chart(histogram(counts), least=20, dark=False)
    assert list(figure.data[0].y) == counts
    assert list(figure.data[0].x) == [0.125, 0.375, 0.625, 0.875]


def test_a_bin_of_a_handful_is_not_drawn() -> None:
    counts = [2000, 1500, 900, 7]
    assert score_chart(histogram(counts), least=20, dark=False).data[0].y[3] == 0
    assert score_table(histogram(counts), least=20).loc[3, "Customers"] == "under 20"


def test_the_sentence_gives_the_median_and_where_the_best_tenth_begins() -> None:
    # Evenly spread over [0, 1]: the median is 0.5, the best tenth lies above 0.9.
    assert "below 0.50, the best tenth above 0.90" in score_alt(histogram([100] * 10))


@pytest.mark.parametrize("dark", [False, True])
def test_the_axis_covers_all_scores(dark: bool) -> None:
    low, high = score_chart(histogram([100] * 10), least=20, dark=dark).layout.xaxis.range
    assert low <= 0
    assert high >= 1

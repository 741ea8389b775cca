"""Sums in batches are the means and spreads of the whole."""

import numpy as np
import pytest

from segmenter.comparing.group_sums import GroupSums


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_means_and_spreads_do_not_depend_on_the_batches(batch: int, rng: np.random.Generator) -> None:
    values = rng.normal(1e6, 3.0, (100, 4))  # far from zero: squares must keep their digits
    values[rng.random((100, 4)) < 0.2] = np.nan
    members = (rng.random((100, 3)) < 0.5).astype(float)
    sums = GroupSums()
    for at in range(0, 100, batch):
        sums.add(members[at : at + batch], values[at : at + batch])
    for group in range(3):
        inside = values[members[:, group] == 1]
        assert sums.n[group] == pytest.approx(np.isfinite(inside).sum(0))
        assert sums.mean[group] == pytest.approx(np.nanmean(inside, 0), abs=1e-6)
        assert sums.variance[group] == pytest.approx(np.nanvar(inside, 0), rel=1e-6)


def test_a_column_that_nobody_in_a_group_knows_has_no_mean() -> None:
    sums = GroupSums()
    sums.add(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[5.0], [np.nan]]))
    assert sums.mean[0, 0] == 5.0
    assert np.isnan(sums.mean[1, 0])

"""Laws of the lots that customers draw: uniform, lasting, unrelated between purposes."""

import numpy as np
import pytest

from segmenter.hashing import uniform_hash

IDS = [f"customer {number}" for number in range(20_000)]


def test_a_customer_draws_the_same_lot_in_any_company() -> None:
    assert uniform_hash(IDS, "fold")[17] == uniform_hash([IDS[17]], "fold")[0]


def test_lots_spread_evenly() -> None:
    lots = uniform_hash(IDS, "fold")
    assert ((lots >= 0) & (lots < 1)).all()
    # A share of 0.1 among 20,000 has a standard deviation of 0.0021; five of them are allowed.
    for tenth in range(10):
        assert abs(np.mean((lots >= tenth / 10) & (lots < (tenth + 1) / 10)) - 0.1) < 0.0106


def test_two_purposes_draw_unrelated_lots() -> None:
    assert abs(np.corrcoef(uniform_hash(IDS, "fold"), uniform_hash(IDS, "holdout"))[0, 1]) < 0.03


@pytest.mark.parametrize("customer_id", ["", "00012", "Zoë", "客户", "\ud800", "a" * 10_000])
def test_any_text_is_an_id(customer_id: str) -> None:
    assert 0 <= uniform_hash([customer_id], "fold")[0] < 1

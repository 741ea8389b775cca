"""Whatever is done to a table, no row is lost and no cell is told: a quarter of the examples."""

from hypothesis import given

from tests.bad_files.mutations import assert_nothing_is_lost_or_told, chosen, mutated, seeds


@mutated
@given(names=chosen, seed=seeds)
def test_no_row_is_lost_and_no_cell_is_told_two(names: list[str], seed: int):
    assert_nothing_is_lost_or_told(names, seed)

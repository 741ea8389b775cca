"""Overlap is what counting sets gives; groups split the lists without remainder."""

import numpy as np
import pytest

from segmenter.comparing.comparison import BYS, DEPTHS
from segmenter.comparing.overlap import Membership, list_size, overlap


def ranks(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.permutation(n) + 1


@pytest.mark.parametrize("n", [7, 40, 333])
def test_overlap_and_jaccard_are_those_of_the_sets(n: int, rng: np.random.Generator) -> None:
    ours, theirs = ranks(rng, n), ranks(rng, n)
    points = overlap(ours, theirs)
    assert [point.depth for point in points] == [percent / 100 for percent in range(1, 101)]
    for point in points:
        k = max(1, int(point.depth * n + 0.5))
        first, second = ({i for i in range(n) if rank[i] <= k} for rank in (ours, theirs))
        assert (point.customers, point.both) == (k, len(first & second))
        assert point.share == len(first & second) / len(first)
        assert point.jaccard == len(first & second) / len(first | second)


def test_ten_customers_by_hand() -> None:
    # Best three of ours: a, b, c; of theirs: b, d, a. Two of three are in both; four are in at least one.
    ours = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    theirs = np.array([3, 1, 4, 2, 5, 6, 7, 8, 9, 10])
    third = overlap(ours, theirs)[29]
    assert (third.customers, third.both, third.share, third.jaccard) == (3, 2, 2 / 3, 2 / 4)


def test_a_model_shares_all_with_itself_and_everybody_is_in_both_lists_of_everybody(rng) -> None:
    ours, theirs = ranks(rng, 250), ranks(rng, 250)
    assert {(point.share, point.jaccard) for point in overlap(ours, ours)} == {(1.0, 1.0)}
    assert overlap(ours, theirs)[-1].share == 1.0


def test_overlap_is_the_same_seen_from_the_other_side(rng) -> None:
    ours, theirs = ranks(rng, 250), ranks(rng, 250)
    assert overlap(ours, theirs) == overlap(theirs, ours)


def test_who_is_only_in_ours_and_who_is_in_both_make_up_our_list(make_scores, rng) -> None:
    first = make_scores(rng.random(400), rng.random(400))
    second = make_scores(rng.random(400), rng.random(400))
    members = Membership.of(first, second)
    for by in BYS:
        for depth in DEPTHS:
            ours, theirs, both = (
                members.sizes[members.place(by, depth, side)] for side in ("ours", "theirs", "both")
            )
            assert ours + both == theirs + both == list_size(depth, 400)
    assert members.sizes[-1] == 400


def test_masks_follow_the_customer_not_the_row(make_scores, rng) -> None:
    first, second = make_scores(rng.random(60)), make_scores(rng.random(60))
    members = Membership.of(first, second)
    mixed = first["customer_id"].sample(frac=1, random_state=1)
    assert (members.of_rows(mixed) == members.masks[mixed.index]).all()

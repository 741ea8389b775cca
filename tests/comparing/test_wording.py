"""The sentence: says better only where the whole interval does, and names the side that it means."""

import pytest

from segmenter.comparing.comparison import ExtraBuyers, OverlapPoint, ReachLine
from segmenter.comparing.wording import extra_sentence, pair_sentence
from segmenter.evaluation.bootstrap import Estimate


def point(both: int) -> OverlapPoint:
    return OverlapPoint(depth=0.2, customers=500, both=both, share=both / 500, jaccard=both / (1000 - both))


def line(difference: Estimate) -> ReachLine:
    return ReachLine(
        depth=0.2,
        customers=500,
        ours=Estimate(0.5),
        theirs=Estimate(0.5 - difference.value),
        difference=difference,
        ours_only=9,
        theirs_only=9,
        extra=None,
    )


@pytest.mark.parametrize(
    ("difference", "ending"),
    [
        (
            Estimate(0.04, 0.01, 0.07),
            "A's reaches more of the engaged, by 4.0 percentage points (95% interval of the difference "
            "1.0 to 7.0 points).",
        ),
        (
            Estimate(-0.12, -0.2, -0.03),
            "B's reaches more of the engaged, by 12 percentage points (95% interval of the difference "
            "3.0 to 20 points).",
        ),
        (
            Estimate(0.02, -0.01, 0.05),
            "which one reaches more of the engaged is not distinguishable (95% interval of the difference "
            "−1.0 to 5.0 points).",
        ),
        (
            Estimate(0.3),
            "which one reaches more of the engaged is not distinguishable: too few engaged customers are in "
            "only one of them.",
        ),
    ],
)
def test_a_lead_is_claimed_only_where_the_whole_interval_says_so(difference: Estimate, ending: str) -> None:
    said = pair_sentence(point(400), line(difference))
    assert said == f"The two top 20% lists share 80% of their customers; {ending}"


def test_without_a_test_nothing_is_better_and_alike_lists_need_none() -> None:
    assert pair_sentence(point(400), None).endswith("; which one is better could not be tested.")
    alike = pair_sentence(point(500), line(Estimate(0.0)))
    assert alike == "Both models choose the same customers for the top 20%, so neither is better."


def test_an_overlap_is_never_rounded_to_all_or_to_none() -> None:
    assert "share over 99% of" in pair_sentence(point(499), None)
    assert "share under 1% of" in pair_sentence(point(1), None)
    assert "share 0% of" in pair_sentence(point(0), None)


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Estimate(20, 5, 35), "A's brings more (95% interval of the difference 5 to 35)"),
        (Estimate(-20, -35, -5), "B's brings more (95% interval of the difference −35 to −5)"),
        (Estimate(20, -5, 45), "not distinguishable (95% interval of the difference −5 to 45)"),
        (Estimate(20), "too small to tell"),
    ],
)
def test_the_holdout_is_said_to_tell_what_it_tells(difference: Estimate, words: str) -> None:
    extra = ExtraBuyers(ours=Estimate(60), theirs=Estimate(40), difference=difference)
    assert words in (extra_sentence(0.2, extra) or "")
    assert extra_sentence(0.2, None) is None

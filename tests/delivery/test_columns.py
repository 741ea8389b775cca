"""What the columns of a file are said to be: no more than the score can keep."""

from segmenter.delivery.columns import AUDIENCE_COLUMNS


def test_the_score_is_said_to_be_a_ranking_and_no_chance_to_be_moved() -> None:
    assert "ranking" in AUDIENCE_COLUMNS["score"]
    assert "how likely" not in AUDIENCE_COLUMNS["score"]

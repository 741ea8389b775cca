"""Titles of real exports and of people's own files are guessed right, and an id or date never wrong."""

from dataclasses import replace

import pytest

from tests.tables.header_variants import Score, judge, variants
from tests.tables.here import inspect

PARTS = ("shops", "mailing", "spreadsheets", "more", "still_more", "held_out")


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Score]]:
    """Part -> name of a variant -> how the guess for it does."""
    folder = tmp_path_factory.mktemp("variants")
    found: dict[str, dict[str, Score]] = {}
    for part in PARTS:
        found[part] = {}
        for number, variant in enumerate(variants(part)):
            own = folder / f"{part}{number}"
            own.mkdir()
            found[part][variant.name] = judge(variant, inspect(variant.content, own, "export.csv"))
    return found


def share_right(scores: dict[str, Score]) -> float:
    return 1 - sum(len(s.wrong) for s in scores.values()) / sum(s.pairs for s in scores.values())


def test_there_are_variants_enough_to_say_something(scores):
    assert sum(map(len, scores.values())) >= 160


def test_no_id_and_no_date_is_wrong_in_silence(scores):
    silent = [wrong for part in scores.values() for score in part.values() for wrong in score.silently_wrong]
    assert silent == []


@pytest.mark.parametrize("part", PARTS)
def test_nearly_all_columns_are_guessed_right(scores, part):
    wrong = {name: s.wrong for name, s in scores[part].items() if s.wrong}
    assert share_right(scores[part]) >= 0.95, wrong
    assert len(wrong) <= 0.2 * len(scores[part]), wrong


def test_a_wrong_guess_is_noticed(tmp_path):
    (variant,) = [v for v in variants("spreadsheets") if v.name == "English sales by hand"]
    right = {
        pair: {"another"} if pair[1].endswith("_id") else titles for pair, titles in variant.right.items()
    }
    score = judge(replace(variant, right=right), inspect(variant.content, tmp_path, "export.csv"))
    assert len(score.wrong) == len(score.silently_wrong) == 2

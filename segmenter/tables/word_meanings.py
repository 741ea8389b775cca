"""Words in a column of events, arms or intents -> the contract's own words (word_meanings.toml)."""

import tomllib
from functools import cache
from importlib.resources import files

from segmenter.tables.header_words import plain_title

# What may answer any question: it means something only where a title asks one.
BARE_ANSWERS = frozenset(
    ["0", "1", "y", "n", "t", "f", "yes", "no", "true", "false", "ja", "nein", "oui", "non", "si"]
)


@cache
def _known() -> dict[str, dict[str, tuple[str, ...]]]:
    """Column -> our word -> words of theirs, in plain form."""
    text = files("segmenter.tables").joinpath("word_meanings.toml").read_text(encoding="utf-8")
    return {
        column: {
            ours: tuple(" ".join(word.split()) for word in theirs.split(","))
            for ours, theirs in words.items()
        }
        for column, words in tomllib.loads(text).items()
    }


def meaning(word: str, column: str) -> str | None:
    """Our word for one of theirs: 'offer viewed' -> 'view'. None where it has none, or several."""
    if column == "kind" and is_purchase_word(word):
        return None
    plain = plain_title(word)
    exact = [ours for ours, theirs in _known()[column].items() if plain in theirs]
    # One-letter and one-digit words mean something only when they stand alone; so do yes and no.
    parts = [part for part in plain.split() if len(part) > 1 and part not in BARE_ANSWERS]
    partly = [ours for ours, theirs in _known()[column].items() if any(part in theirs for part in parts)]
    found = exact or partly
    return found[0] if len(found) == 1 else None


def meanings(words: tuple[str, ...], column: str) -> dict[str, str]:
    """Their words -> ours, for those that have a meaning.

    In a column of arms in which one word means control, all others are the treatments that it is control to.
    """
    known = {word: ours for word in words if (ours := meaning(word, column)) is not None}
    if column == "arm" and "control" in known.values():
        return {word: known.get(word, "treatment") for word in words if plain_title(word)}
    return known


def is_purchase_word(word: str) -> bool:
    """Does a word in a column of events stand for a purchase?"""
    plain, purchases = plain_title(word), _known()["event"]["purchase"]
    return plain in purchases or any(part in purchases for part in plain.split())

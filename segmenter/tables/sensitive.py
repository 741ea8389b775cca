"""A column's title and words -> what sensitive thing it touches, if any (sensitive_words.toml).

Such a column is kept out of models unless somebody says why it may be used. Titles decide; under a title that
tells nothing, words of a dictionary do. Age and gender are not among them.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from segmenter.tables.header_words import plain_title

_ENOUGH_WORDS = 2  # of a dictionary must be met, unless they are all that the column holds
_ENOUGH_SHARE = 0.5  # of the column's different words
_PLACE = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}")  # 52.5200, 13.4050


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    says: str
    titles: re.Pattern[str]
    values: frozenset[str]
    weak: frozenset[str]


def sensitive_topic(title: str, words: Iterable[str] = ()) -> str:
    """What the column touches, in words ('children or family status'); '' for most columns.

    words: different cells of the column, as many as are at hand.
    """
    topics, bought = _dictionary()
    plain = plain_title(title)
    if not bought.search(plain):
        for topic in topics:
            if topic.titles.search(plain):
                return topic.says
    met = {plain_title(word) for word in words} - {""}
    places = [word for word in words if _PLACE.fullmatch(word.strip())]
    if len(places) >= max(_ENOUGH_WORDS, _ENOUGH_SHARE * len(met)):
        return next(topic.says for topic in topics if topic.says == "precise location")
    for topic in topics:
        strong = met & topic.values
        known = len(met & (topic.values | topic.weak)) if strong else 0
        if known >= _ENOUGH_WORDS and known >= _ENOUGH_SHARE * len(met):
            return topic.says
    return ""


@cache
def _dictionary() -> tuple[tuple[_Topic, ...], re.Pattern[str]]:
    """The topics, and the pattern of titles that tell what was bought."""
    text = files("segmenter.tables").joinpath("sensitive_words.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    topics = tuple(
        _Topic(
            says=topic["says"],
            titles=_pattern(topic["titles"]),
            values=frozenset(_listed(topic["values"])),
            weak=frozenset(_listed(topic.get("weak", ""))),
        )
        for topic in document["topics"].values()
    )
    return topics, _pattern(document["bought"])


def _listed(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split(",") if entry.strip()]


def _pattern(text: str) -> re.Pattern[str]:
    """Any of the listed titles as whole words; a star stands for any letters of the same word, '=' says that
    it is the whole title.
    """
    entries = []
    for entry in _listed(text):
        words = "[a-z0-9]*".join(map(re.escape, entry.removeprefix("=").split("*")))
        entries.append(rf"^{words}$" if entry.startswith("=") else rf"\b{words}\b")
    return re.compile("|".join(entries))

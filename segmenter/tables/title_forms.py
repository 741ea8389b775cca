"""A column's title -> which contract columns it may mean, by the ideas its words stand for.

'Kunden-Nr.', 'cust_no' and 'N° client' all say customer + id, which is a form of customer_id. A title
with any other word is none: 'Customer Group' and 'Ship Date' are left open rather than guessed.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from segmenter.tables.header_words import plain_title

_BEST, _LEAST = 0.85, 0.3  # what the first and the last form of a column are worth
_WEIGHTS = (
    1.0,
    0.97,
    0.95,
)  # of a title as it is, without what stands in brackets, and what is behind its last point
_JOINTS = ("", "s", "n", "en", "es", "e")  # what German puts between the parts of a compound
_PHRASES = (
    (r"\be mail\b", "email"),
    (r"\bsold to( party| customer)?\b", "customer id"),
    (r"\bsign(ed)? up\b", "joined"),
    (r"\bopt ?out\b|\bopted ?out\b", "optout"),
    (r"\bopt in\b", "optin"),
    (r"\b(yes no|y n|ja nein|j n|oui non|o n|si no|s n)\b", " "),
    (r"\bpost code\b|\bpostal code\b|\bcode postal\b|\bcodigo postal\b|\bzip code\b", "postcode"),
    (r"\bchiffre d affaires\b", "revenue"),
    (r"\b(inc|incl|inkl|including|ex|excl|exkl|excluding|ohne|hors|sin|con|avec|mit|without|with) "
     r"(tax|taxes|vat|gst|mwst|ust|tva|iva|taxe|impuestos|discount|rabatt)\b", " "),
    (r"\b(number|nb|no|nombre|numero|num|nr|anzahl|cantidad|count) (of|de|d|der)? ?(?=(items|units|pieces|"
     r"articles|articulos|artikel|unidades|produits|productos|products|piezas|pieces)\b)", "quantity "),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Form:
    """Ideas that must be there, and ideas that may; worth: in [_LEAST, _BEST]."""

    needed: frozenset[str]
    allowed: frozenset[str]
    worth: float


def form_fit(title: str, column: str) -> float:
    """How well a title fits a contract column by its ideas, in [0, 1]; 0 where it is no form of it."""
    return max(
        (_fit(ideas, column) * weight for ideas, weight in zip(readings(title), _WEIGHTS, strict=True)),
        default=0.0,
    )


def says(title: str, idea: str) -> bool:
    """Does any word of the title stand for that idea?"""
    return any(idea in word for word in _ideas_by_word(title))


def is_price_of_one(title: str) -> bool:
    """Does a title name the price of one piece, to be multiplied by how many there were?"""
    form = _form(["price", "each?", "item?", "line?", "net?", "gross?"], 1.0)
    return any(_matches(ideas, form) for ideas in readings(title))


def is_only_id(title: str) -> bool:
    """Does a title say that a column is an id, and not of what?"""
    words = readings(title)[0]
    return bool(words) and all("id" in word for word in words)


@lru_cache(maxsize=4096)
def readings(title: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """The ideas of a title's words (each may stand for several), one set for each of _WEIGHTS.

    A word nobody knows stands for itself, so that it fits no form.
    """
    bare = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", " ", title)
    last = bare.rpartition(".")[2]  # 'orderCustomer.customerNumber'
    texts = [title, bare, last if len(plain_title(last).split()) > 1 else bare]
    return tuple(_ideas_by_word(text) for text in texts)


def _fit(ideas: tuple[frozenset[str], ...], column: str) -> float:
    worths = [form.worth for form in _forms().get(column, ()) if _matches(ideas, form)]
    return max(worths, default=0.0)


def _matches(ideas: tuple[frozenset[str], ...], form: _Form) -> bool:
    """Every word must stand for something the form knows, and everything needed must be said."""
    if not ideas or any(not word & form.allowed for word in ideas):
        return False
    return _covers([word & form.needed for word in ideas], form.needed)


def _covers(words: list[frozenset[str]], needed: frozenset[str]) -> bool:
    """Can each needed idea be said by a word of its own?"""
    if not needed:
        return True
    idea = min(needed)
    return any(
        idea in word and _covers([*words[:place], *words[place + 1 :]], needed - {idea})
        for place, word in enumerate(words)
    )


@lru_cache(maxsize=4096)
def _ideas_by_word(title: str) -> tuple[frozenset[str], ...]:
    title = re.sub(r"\b[a-z](?=[A-Z][a-z])", "", title)  # kKunde: some systems put the type in front
    title = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", title)  # IDCliente
    title = re.sub(r"(?<=\b\w)\.\s?(?=\w\b)", "", title)  # C.P. is one word
    text = plain_title(re.sub(r"#|№|\b[nN][°º]", " number ", title.replace("%", " percent ")))
    for pattern, words in _PHRASES:
        text = re.sub(pattern, words, text)
    found: list[frozenset[str]] = []
    for word in text.split():
        found += _ideas(word)
    return tuple(ideas for ideas in found if ideas != {""})


@lru_cache(maxsize=8192)
def _ideas(word: str) -> tuple[frozenset[str], ...]:
    """The ideas of one word; of each part, where it is a compound of known words: 'bestelldatum'."""
    if word in _words():
        return (_words()[word],)
    word = word.rstrip("0123456789") or word  # 'address1'
    parts = _compound(word)
    return tuple(_words()[part] for part in parts) if parts else (frozenset({f"?{word}"}),)


def _compound(word: str) -> tuple[str, ...]:
    """The fewest known words that make up a word; () where there are none."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(word) + 1):
        for start in [place for place in best if place < end]:
            part = word[start:end]
            for joint in _JOINTS:
                stem = part.removesuffix(joint) if joint else part
                is_long_enough = len(stem) > 2 or (len(stem) == 2 and len(word) > 5)
                if stem in _words() and is_long_enough and not (joint and end == len(word)):
                    longer = (*best[start], stem)
                    if end not in best or _rank(longer) < _rank(best[end]):
                        best[end] = longer
    return best.get(len(word), ())


def _rank(parts: tuple[str, ...]) -> tuple[int, int]:
    """Few parts first; of as many, those with the longest part: created + on, not create + don."""
    return len(parts), -max(map(len, parts))


@cache
def _words() -> dict[str, frozenset[str]]:
    """A word in plain form -> the ideas it may stand for; {''} for a word that says nothing."""
    meanings: dict[str, frozenset[str]] = {}
    for idea, words in _listed("title_words.toml").items():
        for word in words:
            meanings[word] = meanings.get(word, frozenset()) | {idea}
    # A word that says nothing in one title may say something in another: then both hold.
    return meanings


@cache
def _forms() -> dict[str, tuple[_Form, ...]]:
    return {
        column: tuple(
            _form(text.split(), _BEST - (_BEST - _LEAST) * place / max(len(texts) - 1, 1))
            for place, text in enumerate(texts)
        )
        for column, texts in _listed("title_forms.toml").items()
    }


def _form(ideas: list[str], worth: float) -> _Form:
    needed = frozenset(idea for idea in ideas if not idea.endswith("?"))
    return _Form(needed, frozenset({"", *(idea.removesuffix("?") for idea in ideas)}), worth)


@cache
def _listed(name: str) -> dict[str, tuple[str, ...]]:
    text = files("segmenter.tables").joinpath(name).read_text(encoding="utf-8")
    return {
        key: tuple(" ".join(entry.split()) for entry in entries.split(",") if entry.strip())
        for key, entries in tomllib.loads(text).items()
    }

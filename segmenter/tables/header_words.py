"""What people call their columns: titles for every contract column, in four languages (header_words.toml).

A title is compared in plain form: lower case, no accents, words apart ('Kunden-Nr.' -> 'kunden nr').
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_CONTACT_COLUMNS = ("email", "phone", "first_name", "last_name", "postcode", "other_contact_data")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ID_ENDINGS = ("id", "no", "nr", "number", "key", "uuid", "guid", "seq", "nummer", "numero", "code")


@cache
def header_words() -> dict[str, tuple[str, ...]]:
    """Contract column -> its titles in plain form, best first."""
    text = files("segmenter.tables").joinpath("header_words.toml").read_text(encoding="utf-8")
    return {
        column: tuple(" ".join(title.split()) for title in titles.split(","))
        for column, titles in tomllib.loads(text).items()
    }


def plain_title(title: str) -> str:
    """A column's title in plain form: 'Kunden-Nr.' -> 'kunden nr', 'orderDate' -> 'order date'."""
    lower = unicodedata.normalize("NFC", _CAMEL.sub(" ", title.strip()).lower())
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        lower = lower.replace(sign, letters)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def comparable_title(title: str) -> str:
    """By which the titles of two files are compared: plain, or as they stand where no letter of ours is."""
    return plain_title(title) or title.strip()


def is_contact_name(title: str) -> bool:
    """Does a title say that the column identifies or reaches a person?"""
    plain = plain_title(title)
    return any(plain in header_words()[column] for column in _CONTACT_COLUMNS)


def is_id_name(title: str) -> bool:
    """Does a title say that the column holds ids or running numbers?"""
    words = plain_title(title).split()
    return bool(words) and words[-1] in _ID_ENDINGS

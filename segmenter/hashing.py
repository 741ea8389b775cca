"""Customer ids -> numbers in [0, 1) that look random and never change; pseudonyms of those who were erased.

Folds, holdouts and the last tie-break all use the numbers, so that the same customer lands on the same side
next month, on another machine, and whatever the order of the rows.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np

# Zero-width signs, direction marks, the byte order mark: ids that differ by these look the same on screen.
INVISIBLE: Final = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_INVISIBLE: Final = re.compile(INVISIBLE)
_WITH_DECIMALS: Final = re.compile(r"[0-9]+\.0+")


def uniform_hash(ids: Iterable[str], salt: str) -> np.ndarray:
    """One number in [0, 1) per id, float64 of shape (n,); another salt gives an unrelated number."""
    key = salt.encode("utf-8")[:64]
    digests = (blake2b(_bytes(customer_id), digest_size=8, key=key).digest() for customer_id in ids)
    values = np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)
    return (values >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _bytes(customer_id: str) -> bytes:
    # A lone surrogate cannot be encoded plainly; a strange id must still land on one side for good.
    return customer_id.encode("utf-8", "surrogatepass")


def plain_id(customer_id: str) -> str:
    """The one spelling of an id, by which somebody is known however a file or a person writes it.

    White space at the ends, invisible signs and decimals of a whole number go ('12.0' is 12); an accent is
    written in one way. Ids in files are read so too, but that some files keep their decimals.
    """
    plain = customer_id.strip()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", plain)).strip()
    if plain.endswith("0") and _WITH_DECIMALS.fullmatch(plain):
        plain = plain[: plain.index(".")]
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Customers who were erased, known by pseudonyms: salted hashes by which an id is recognised.

    Whoever holds both the salt and the digests can try ids out, millions in seconds: ids are easily guessed,
    and the workspace keeps both. So this is no secret from whoever holds the workspace.
    salt: hexadecimal, random, of one workspace; digests: HMAC-SHA256 of the plain ids, hexadecimal.
    """

    salt: str
    digests: frozenset[str]

    def digest(self, customer_id: str) -> str:
        """What stands for this id among the digests, however it is spelled."""
        return hmac.digest(bytes.fromhex(self.salt), _bytes(plain_id(customer_id)), "sha256").hex()

    def among(self, ids: Sequence[str | None]) -> np.ndarray:
        """Which of these ids belong to somebody who was erased: bool of shape (n,)."""
        if not self.digests:
            return np.zeros(len(ids), dtype=bool)
        salt, known = bytes.fromhex(self.salt), {bytes.fromhex(digest) for digest in self.digests}
        # A customer has many rows: each id is hashed once.
        there = {each for each in ids if each is not None}
        # The id as it is, too: so it was digested before there was one spelling.
        erased = {
            each
            for each in there
            if any(hmac.digest(salt, _bytes(id), "sha256") in known for id in {each, plain_id(each)})
        }
        if not erased:
            return np.zeros(len(ids), dtype=bool)
        return np.fromiter((each in erased for each in ids), dtype=bool, count=len(ids))

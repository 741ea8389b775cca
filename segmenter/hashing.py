"""Customer ids -> numbers in [0, 1) that look random and never change; and digests of those who were erased.

Folds, holdouts and the last tie-break all use the numbers, so that the same customer lands on the same side
next month, on another machine, and whatever the order of the rows.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


def uniform_hash(ids: Iterable[str], salt: str) -> np.ndarray:
    """One number in [0, 1) per id, float64 of shape (n,); another salt gives an unrelated number."""
    key = salt.encode("utf-8")[:64]
    digests = (blake2b(_bytes(customer_id), digest_size=8, key=key).digest() for customer_id in ids)
    values = np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)
    return (values >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _bytes(customer_id: str) -> bytes:
    # A lone surrogate cannot be encoded plainly; a strange id must still land on one side for good.
    return customer_id.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Customers who were erased, known by salted hashes alone: an id can be recognised, but not read off.

    salt: hexadecimal, random, of one workspace; digests: HMAC-SHA256 of the ids, hexadecimal.
    """

    salt: str
    digests: frozenset[str]

    def digest(self, customer_id: str) -> str:
        """What stands for this id among the digests."""
        return hmac.digest(bytes.fromhex(self.salt), _bytes(customer_id), "sha256").hex()

    def among(self, ids: Sequence[str | None]) -> np.ndarray:
        """Which of these ids belong to somebody who was erased: bool of shape (n,)."""
        if not self.digests:
            return np.zeros(len(ids), dtype=bool)
        salt, known = bytes.fromhex(self.salt), {bytes.fromhex(digest) for digest in self.digests}
        # A customer has many rows: each id is hashed once.
        there = {each for each in ids if each is not None}
        erased = {each for each in there if hmac.digest(salt, _bytes(each), "sha256") in known}
        if not erased:
            return np.zeros(len(ids), dtype=bool)
        return np.fromiter((each in erased for each in ids), dtype=bool, count=len(ids))

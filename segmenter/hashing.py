"""Customer ids -> numbers in [0, 1) that look random and never change.

Folds, holdouts and the last tie-break all use these, so that the same customer lands on the same side next
month, on another machine, and whatever the order of the rows.
"""

from collections.abc import Iterable
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

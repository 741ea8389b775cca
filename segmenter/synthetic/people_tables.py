"""Customers -> the two tables that describe them: contact data that is obviously invented, and attributes.

E-mail addresses use domains reserved for examples (RFC 2606); phone numbers come from the block that France
keeps free for films and books (06 39 98 xx xx), so that none of them reaches a person; no French postcode
begins with 99.
"""

from datetime import datetime, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.synthetic.assumptions import CHANNELS
from segmenter.synthetic.population import Customers
from segmenter.synthetic.schedule import FIRST_DAY
from segmenter.synthetic.traces import DAY
from segmenter.tables.contracts import HISTORY_COLUMNS
from segmenter.tables.dataset import Attribute

ATTRIBUTES = (
    Attribute(name="attr_num_1", label="age", kind="numeric"),
    Attribute(name="attr_cat_1", label="signup_channel", kind="category"),
    Attribute(name="attr_cat_2", label="region", kind="category"),
    Attribute(name="attr_cat_3", label="loyalty_member", kind="category"),
)
REGIONS = ("Coast", "Hills", "Lakes", "North", "Plains", "Valley")
_REGION_SHARE = (0.22, 0.12, 0.10, 0.18, 0.26, 0.12)
_FIRST_NAMES = (
    "Abela", "Bennor", "Carlin", "Davika", "Elmo", "Fenna", "Gorin", "Hanno", "Ilvi", "Jorun", "Kalla",
    "Lenno", "Mirel", "Nalo", "Orla", "Pellan", "Quira", "Rovan", "Selka", "Tavi", "Ulda", "Varo", "Wenna",
    "Yori",
)  # fmt: skip
_LAST_NAMES = (
    "Alderby", "Birkam", "Corvell", "Dunmar", "Eskeld", "Farrowe", "Gillam", "Hartem", "Ingvell",
    "Jorrick", "Kestrin", "Lindrake", "Morvane", "Norrby", "Oakmere", "Penhal", "Quillan", "Rosdale",
    "Stromell", "Tarvin", "Umberly", "Varnholt", "Wexmoor", "Yarrend",
)  # fmt: skip
_NO_PHONE_SHARE = 0.35
_PHONES = 10_000
_CLOCK_ZERO = np.datetime64(datetime.combine(FIRST_DAY, time()), "us")


def customer_ids(numbers: np.ndarray) -> pa.Array:
    """1 -> 'C00000001': text that sorts like the numbers."""
    return pc.binary_join_element_wise("C", pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0"), "")


def moments(seconds: np.ndarray) -> pa.Array:
    """Seconds since midnight of the first day -> timestamps."""
    return pa.array(_CLOCK_ZERO + seconds.astype("timedelta64[s]").astype("timedelta64[us]"))


def words(positions: np.ndarray, vocabulary: tuple[str, ...]) -> pa.Array:
    """Positions in a vocabulary -> text, -1 -> NULL."""
    return pa.array(vocabulary).take(pa.array(positions, mask=positions < 0))


def customers_table(people: Customers, rng: np.random.Generator) -> pa.Table:
    """customers, one row per customer. Who may be written to has an e-mail address; some others have one."""
    n = len(people)
    first, last = rng.integers(0, len(_FIRST_NAMES), n), rng.integers(0, len(_LAST_NAMES), n)
    first_name, last_name = words(first, _FIRST_NAMES), words(last, _LAST_NAMES)
    number = pc.cast(pa.array(people.number), pa.string())
    domain = words((rng.random(n) < 0.3).astype(np.int64), ("example.com", "example.org"))
    mailbox = pc.binary_join_element_wise(pc.utf8_lower(first_name), pc.utf8_lower(last_name), number, ".")
    email = pc.binary_join_element_wise(mailbox, domain, "@")
    no_email = ~people.consent_email & (rng.random(n) < 0.5)
    phone = pc.binary_join_element_wise(
        "+3363998", pc.utf8_lpad(pc.cast(pa.array(people.number % _PHONES), pa.string()), 4, "0"), ""
    )
    nothing = pa.scalar(None, pa.string())
    postcode = pc.utf8_lpad(pc.cast(pa.array(99_000 + rng.integers(0, 1000, n)), pa.string()), 5, "0")
    return pa.table(
        {
            "customer_id": customer_ids(people.number),
            "joined_at": moments(people.joined_day * DAY + people.joined_second),
            "consent_email": people.consent_email,
            "consent_ads": people.consent_ads,
            "email": pc.if_else(pa.array(no_email), nothing, email),
            "phone": pc.if_else(pa.array(rng.random(n) < _NO_PHONE_SHARE), nothing, phone),
            "first_name": first_name,
            "last_name": last_name,
            "country": words(np.zeros(n, dtype=np.int64), ("FR",)),
            "postcode": postcode,
            **{name: pa.nulls(n, pa.float64()) for name in HISTORY_COLUMNS},
        }
    )


def attributes_table(people: Customers, rng: np.random.Generator) -> pa.Table:
    """attributes, one row per customer. The sign-up channel leans to the channel the customer buys in."""
    n = len(people)
    preferred = (people.channel_taste + 0.6 * rng.random(people.channel_taste.shape)).argmax(axis=1)
    region = np.searchsorted(np.cumsum(_REGION_SHARE)[:-1], rng.random(n), side="right")
    return pa.table(
        {
            "customer_id": customer_ids(people.number),
            "attr_num_1": pa.array(people.age, from_pandas=True),
            "attr_cat_1": words(preferred, CHANNELS),
            "attr_cat_2": words(region, REGIONS),
            "attr_cat_3": words(people.loyalty.astype(np.int64), ("no", "yes")),
        }
    )


assert len(REGIONS) == len(_REGION_SHARE)

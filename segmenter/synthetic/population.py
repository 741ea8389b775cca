"""Chance -> customers of the demo world: what they are like, most of which no table will ever show."""

from dataclasses import dataclass

import numpy as np

from segmenter.synthetic.assumptions import CATEGORIES, CHANNELS, Assumptions
from segmenter.synthetic.schedule import N_DAYS

DAYS_PER_MONTH = 365.25 / 12
AGE_MEAN, AGE_SD = 46.0, 15.0
_CATEGORY_TASTE = (1.6, 0.9, 1.4, 1.1, 0.6, 0.8)  # Dirichlet weights, in the order of CATEGORIES
_CHANNEL_TASTE = (1.2, 1.0, 0.5)  # Dirichlet weights, in the order of CHANNELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """A block of n customers; arrays of shape (n,) unless said otherwise.

    Days count from the first day of the history and may lie before it (negative) or after its end.
    """

    number: np.ndarray  # int64, from 1
    # Hidden
    daily_rate: np.ndarray  # purchases a day while active
    regularity: np.ndarray  # [0, 1]: 0 buys at any time, 1 in a steady rhythm
    lapse_day: np.ndarray  # first day on which the customer has quietly stopped buying
    waiting: np.ndarray  # purchase intervals since the last purchase, when the history begins
    buys_on_joining: np.ndarray  # bool
    attention: np.ndarray  # standard normal
    deal_affinity: np.ndarray  # standard normal
    response: np.ndarray  # log of the cumulative extra hazard after reading, without the drift
    price_level: np.ndarray  # log
    category_taste: np.ndarray  # (n, 6), rows sum to 1
    channel_taste: np.ndarray  # (n, 3), rows sum to 1
    opens_by_machine: np.ndarray  # bool
    opens_hidden: np.ndarray  # bool
    # Known to the retailer
    joined_day: np.ndarray  # int64
    joined_second: np.ndarray  # int64, second of that day
    consent_email: np.ndarray  # bool
    consent_ads: np.ndarray  # bool
    loyalty: np.ndarray  # bool
    age: np.ndarray  # years, NaN where not known

    def __len__(self) -> int:
        return len(self.number)


def logistic(x: np.ndarray | float) -> np.ndarray:
    """Log-odds -> chance in (0, 1)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64))))


def draw_customers(first: int, n: int, a: Assumptions, rng: np.random.Generator) -> Customers:
    """n customers numbered from `first`, drawn one independent trait after the other."""
    z_rate, z_age = rng.standard_normal((2, n))
    deal_affinity = rng.standard_normal(n)
    attention = a.attention_with_rate * z_rate + np.sqrt(1 - a.attention_with_rate**2) * rng.standard_normal(
        n
    )
    before = rng.random(n) < a.joined_before_share
    joined_day = np.where(
        before, -rng.integers(1, a.joined_before_days, n, endpoint=True), rng.integers(0, N_DAYS, n)
    )
    never_bought = rng.random(n) < a.never_bought_share
    relative_rate = np.exp(a.monthly_rate_sd * z_rate) * np.where(never_bought, a.never_bought_rate, 1.0)
    daily_rate = a.monthly_rate / DAYS_PER_MONTH * relative_rate
    # In a renewal process seen at a random time the wait so far is about one exponential interval; it cannot
    # be longer than the customer has been there.
    tenure = np.where(before, -joined_day, 0)
    waiting = np.minimum(rng.standard_exponential(n), tenure * daily_rate)
    age = AGE_MEAN + AGE_SD * z_age
    return Customers(
        number=np.arange(first, first + n, dtype=np.int64),
        daily_rate=daily_rate,
        regularity=rng.random(n),
        lapse_day=joined_day + 1 + np.floor(a.lifetime_days * rng.standard_exponential(n)).astype(np.int64),
        waiting=waiting,
        buys_on_joining=~before & ~never_bought,
        attention=attention,
        deal_affinity=deal_affinity,
        response=np.log(a.response)
        + a.response_by_deal_affinity * deal_affinity
        + a.response_by_age * z_age
        + a.response_own_sd * rng.standard_normal(n)
        + a.response_by_rate * np.log(relative_rate),
        price_level=a.basket_sd * rng.standard_normal(n),
        category_taste=rng.dirichlet(_CATEGORY_TASTE, n),
        channel_taste=rng.dirichlet(_CHANNEL_TASTE, n),
        opens_by_machine=rng.random(n) < a.machine_open_share,
        opens_hidden=rng.random(n) < a.hidden_open_share,
        joined_day=joined_day,
        joined_second=rng.integers(8 * 3600, 22 * 3600, n),
        consent_email=rng.random(n) < a.consent_email_share,
        consent_ads=rng.random(n) < a.consent_ads_share,
        loyalty=rng.random(n) < logistic(a.loyalty_logit + a.loyalty_by_rate * z_rate),
        age=np.where(rng.random(n) < a.age_missing_share, np.nan, np.clip(np.round(age), 18, 90)),
    )


assert len(_CATEGORY_TASTE) == len(CATEGORIES) and len(_CHANNEL_TASTE) == len(CHANNELS)

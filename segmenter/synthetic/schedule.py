"""The demo world's calendar: which days there are, how busy they are, and which campaigns run when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

FIRST_DAY = date(2025, 5, 1)
N_DAYS = 549  # up to and including 2026-10-31
WAVE_DAYS = 28
SEND_TIME = time(10, 0)

# Sales by month and by weekday relative to the mean, as general retail statistics show them.
MONTH_SEASON = (0.88, 0.86, 0.94, 0.97, 1.00, 0.98, 0.97, 0.95, 0.97, 1.02, 1.15, 1.31)
WEEKDAY_SEASON = (0.92, 0.90, 0.93, 0.99, 1.13, 1.28, 0.85)
SALE_MONTHS = (1, 7, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One campaign: sent on `day` (counted from the first day), its offer good for `valid_days`."""

    campaign_id: str
    name: str
    offer: str
    day: int
    valid_days: int
    discount: float  # share taken off the order, 0 for free delivery
    strength: float  # effect of the offer relative to 10 % off
    focus: str | None  # category the message shows, None for the whole range
    contact_cost: float
    offer_cost: float
    randomised: bool

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(day_date(self.day), SEND_TIME)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(day_date(self.day + self.valid_days), time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days [first, first + days) of the history, and the wave (its number) they belong to."""

    first: int
    days: int
    wave: int | None


# name, offer, discount, strength, category shown, days the offer is good for. The strengths say that a deeper
# discount does more, with less than proportional effect; they are guesses.
_OFFERS = (
    ("Summer Picnic", "10 % off", 0.10, 1.0, "garden", 14),
    ("Holiday Packing", "15 % off clothing", 0.15, 1.15, "clothing", 14),
    ("Late Summer Table", "free delivery", 0.0, 0.8, None, 14),
    ("Back to the Desk", "10 % off", 0.10, 1.0, "stationery", 14),
    ("Autumn Comfort", "10 % off home", 0.10, 1.0, "home", 14),
    ("Early Gifts", "15 % off", 0.15, 1.15, "toys", 21),
    ("Winter Lights", "20 % off", 0.20, 1.3, None, 10),
    ("Year's End Thanks", "10 % off", 0.10, 1.0, None, 21),
    ("Fresh Start", "10 % off home", 0.10, 1.0, "home", 14),
    ("Warm Kitchen", "15 % off kitchen", 0.15, 1.15, "kitchen", 14),
    ("Spring Clean", "10 % off", 0.10, 1.0, "home", 14),
    ("Garden Opening", "15 % off garden", 0.15, 1.15, "garden", 14),
    ("Mild Evenings", "free delivery", 0.0, 0.8, None, 14),
    ("Summer Wardrobe", "10 % off clothing", 0.10, 1.0, "clothing", 14),
    ("Long Days", "15 % off", 0.15, 1.15, None, 14),
    ("School Bag", "10 % off", 0.10, 1.0, "stationery", 14),
    ("Harvest Kitchen", "15 % off", 0.15, 1.15, "kitchen", 14),
    ("Autumn Thanks", "15 % off", 0.15, 1.15, None, 14),
)
_CONTACT_COST = 0.05  # e-mail tool and a few ad impressions, per customer contacted
_OFFER_COST = {
    0.0: 4.50,
    0.10: 5.00,
    0.15: 7.50,
    0.20: 10.00,
}  # of one redemption: the discount on a usual order
_RANDOMISED_WAVES = 4

WAVES: tuple[Wave, ...] = tuple(
    Wave(
        campaign_id=f"W{number:02d}",
        name=name,
        offer=offer,
        day=N_DAYS - WAVE_DAYS * (len(_OFFERS) - number + 1),
        valid_days=valid_days,
        discount=discount,
        strength=strength,
        focus=focus,
        contact_cost=_CONTACT_COST,
        offer_cost=_OFFER_COST[discount],
        randomised=number > len(_OFFERS) - _RANDOMISED_WAVES,
    )
    for number, (name, offer, discount, strength, focus, valid_days) in enumerate(_OFFERS, 1)
)

PERIODS: tuple[Period, ...] = (
    Period(first=0, days=WAVES[0].day, wave=None),
    *(Period(first=wave.day, days=WAVE_DAYS, wave=number) for number, wave in enumerate(WAVES)),
)


def day_date(day: int) -> date:
    """The date of a day counted from the first one."""
    return FIRST_DAY + timedelta(days=day)


_DATES = [day_date(day) for day in range(N_DAYS)]
# Per day, shape (N_DAYS,): how busy it is relative to the mean, and whether general markdowns run.
DAY_SEASON = np.array([MONTH_SEASON[d.month - 1] * WEEKDAY_SEASON[d.weekday()] for d in _DATES])
IS_SALE_DAY = np.array([d.month in SALE_MONTHS for d in _DATES])

"""Assumptions + chance -> what customers of a small mail-order shop were like, and did, mailing by mailing.

A period is the four weeks of one mailing. Every period is lived twice with the same coins: without the
message and with it. A message that is not looked at does nothing, and a message never prevents a purchase.
benchmarks/quality/WORLDS.md gives the reason for each number.
"""

from dataclasses import dataclass

import numpy as np

TRIAL_FROM = 12  # periods before this one are history only; from it on, chance decides who gets no message
PERIOD_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """One world. Shares are in [0, 1]; `*_logit` is log-odds; `*_sd` is a standard deviation of logarithms
    (of log-odds for attention); a hazard h means a chance of 1 - exp(-h) in a period.
    """

    # Buying without a message
    hazard: float = 0.13  # of the median customer
    hazard_sd: float = 0.9
    drift_sd: float = 0.35  # slow changes, on top of the lasting difference between customers
    drift_memory: float = 0.9  # correlation of the drift of two periods in a row
    lapse_share: float = 0.02  # of the customers, each period; nobody is told
    lapsed_hazard: float = 0.05  # what is left of the hazard after that
    season: float = 0.15  # the busiest period is this much above the mean

    # Looking at messages
    look_logit: float = -0.7
    look_sd: float = 0.3  # lasting differences
    look_drift_sd: float = 0.3
    look_by_hazard: float = 0.0  # per standard deviation of the lasting log hazard
    look_by_card: float = 0.0
    look_when_lapsed: float = 0.0
    look_when_buying: float = 0.4  # who is about to buy anyway looks more

    # What a message that was looked at does
    response: float = 0.11  # extra hazard of the median customer
    response_by_deals: float = 0.4
    response_own_sd: float = 0.4  # lasting, and nothing observable explains it
    response_drift_sd: float = 0.35
    response_by_hazard: float = 0.3  # 0: adds the same hazard for all; 1: multiplies their own
    response_when_lapsed: float = 0.4

    # Money and traces
    order_eur: float = 35.0
    order_by_customer_sd: float = 0.4
    order_sd: float = 0.5
    discount_logit: float = -1.3
    discount_by_deals: float = 0.8
    redeem_prompted: float = 0.85
    redeem_looked_logit: float = -0.8  # who looked and would have bought anyway
    redeem_unseen_card: float = 0.25  # the till applies the offer to a loyalty card
    card_share: float = 0.4
    contact_share: float = 0.65  # in the periods before the trial
    contact_more_after_purchase: float = 0.2
    control_share: float = 0.10  # from TRIAL_FROM on


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """What stays the same; all arrays (n,)."""

    hazard_z: np.ndarray  # lasting log hazard in standard deviations
    deals: np.ndarray  # liking for discounts, standard normal
    price: np.ndarray  # level of the orders, mean near 1
    card: np.ndarray  # bool
    age: np.ndarray
    joined: np.ndarray  # period of joining; below 0 before the history begins


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened and what it came from; all arrays (n, periods) unless said otherwise.

    organic: buys without the message; would_look: looks if there is a message; moved: the message would
    bring about a purchase, if it were looked at and nothing were bought anyway. p_organic, p_look (of who
    does not buy anyway), p_look_buying (of who does), p_moved: the chances behind them. at: moment of the
    purchase as a share of the period. orders, amount, discounted, redeemed: as it really went.
    """

    customers: Customers
    p_organic: np.ndarray
    p_look: np.ndarray
    p_look_buying: np.ndarray
    p_moved: np.ndarray
    contacted: np.ndarray
    organic: np.ndarray
    would_look: np.ndarray
    moved: np.ndarray
    orders: np.ndarray
    amount: np.ndarray
    discounted: np.ndarray
    redeemed: np.ndarray
    at: np.ndarray

    @property
    def looked(self) -> np.ndarray:
        """Saw the message that came: bool (n, periods)."""
        looked: np.ndarray = self.contacted & self.would_look
        return looked

    @property
    def prompted_if_contacted(self) -> np.ndarray:
        """Buys with the message and not without: bool (n, periods)."""
        prompted: np.ndarray = self.would_look & self.moved & ~self.organic
        return prompted


def simulate(customers: int, periods: int, world: Assumptions, seed: int) -> History:
    """`customers` customers over `periods` periods."""
    rng = np.random.default_rng(seed)
    shape = (customers, periods)
    people = _customers(customers, world, rng)
    lapsed = rng.geometric(world.lapse_share, customers)[:, None] <= np.arange(periods)[None, :]
    drift = _drift(shape, world.drift_sd, world.drift_memory, rng)
    season = 1 + world.season * np.sin(2 * np.pi * np.arange(periods) / 13)  # thirteen periods are a year
    relative = np.exp(world.hazard_sd * people.hazard_z[:, None] + drift)
    active = (people.joined[:, None] <= np.arange(periods)) * np.where(lapsed, world.lapsed_hazard, 1.0)
    hazard = world.hazard * relative * season * active

    attention = (
        world.look_logit
        + world.look_sd * rng.standard_normal((customers, 1))
        + _drift(shape, world.look_drift_sd, world.drift_memory, rng)
        + world.look_by_hazard * people.hazard_z[:, None]
        + world.look_by_card * (people.card[:, None] - world.card_share)
        + world.look_when_lapsed * lapsed
    )
    pull = (
        world.response_by_deals * people.deals[:, None]
        + world.response_own_sd * rng.standard_normal((customers, 1))
        + _drift(shape, world.response_drift_sd, 0.8, rng)
    )
    lapsed_pull = np.where(lapsed, world.response_when_lapsed, 1.0)
    response = world.response * np.exp(pull) * relative**world.response_by_hazard * lapsed_pull

    n_organic = rng.poisson(hazard)
    organic = n_organic > 0
    p_look, p_look_buying = _share(attention), _share(attention + world.look_when_buying)
    would_look = rng.random(shape) < np.where(organic, p_look_buying, p_look)
    moved = rng.random(shape) < 1 - np.exp(-response)
    contacted = _contacted(organic, people, world, rng)
    prompted = contacted & would_look & moved & ~organic
    orders = n_organic + prompted
    redeemed = _redeemed(prompted, organic, contacted, would_look, people, world, rng)
    markdown = world.discount_logit + world.discount_by_deals * people.deals
    discounted = rng.binomial(orders, _share(markdown)[:, None])
    return History(
        customers=people,
        p_organic=1 - np.exp(-hazard),
        p_look=p_look,
        p_look_buying=p_look_buying,
        p_moved=1 - np.exp(-response),
        contacted=contacted,
        organic=organic,
        would_look=would_look,
        moved=moved,
        orders=orders,
        amount=_amounts(orders, people.price * world.order_eur, world.order_sd, rng),
        discounted=np.maximum(discounted, redeemed),
        redeemed=redeemed,
        at=rng.random(shape),
    )


def _customers(n: int, world: Assumptions, rng: np.random.Generator) -> Customers:
    hazard_z = rng.standard_normal(n)
    card = rng.random(n) < _share(np.log(world.card_share / (1 - world.card_share)) + 0.5 * hazard_z)
    return Customers(
        hazard_z=hazard_z,
        deals=rng.standard_normal(n),
        price=np.exp(world.order_by_customer_sd * rng.standard_normal(n)),
        card=card,
        age=np.clip(rng.normal(45, 14, n), 18, 90).round(),
        joined=rng.integers(-40, TRIAL_FROM - 1, n),
    )


def _drift(shape: tuple[int, int], sd: float, memory: float, rng: np.random.Generator) -> np.ndarray:
    """Stationary noise that fades from period to period: (n, periods)."""
    steps = rng.standard_normal(shape)
    drift = np.empty(shape)
    drift[:, 0] = steps[:, 0]
    for period in range(1, shape[1]):
        drift[:, period] = memory * drift[:, period - 1] + np.sqrt(1 - memory**2) * steps[:, period]
    return sd * drift


def _contacted(
    organic: np.ndarray, people: Customers, world: Assumptions, rng: np.random.Generator
) -> np.ndarray:
    """Whom the shop writes to: recent buyers rather than others, then everybody but a control group by lot.

    What a message brought about does not count as recent here: the difference is small, and the history can
    be made for all periods at once.
    """
    n, periods = organic.shape
    chance = np.full((n, periods), world.contact_share)
    for period in range(1, periods):
        recent = organic[:, max(0, period - 6) : period].any(axis=1)
        chance[:, period] += world.contact_more_after_purchase * recent
    chance[:, TRIAL_FROM:] = 1 - world.control_share
    joined = people.joined[:, None] <= np.arange(periods)
    contacted: np.ndarray = joined & (rng.random((n, periods)) < chance)
    return contacted


def _redeemed(
    prompted: np.ndarray,
    organic: np.ndarray,
    contacted: np.ndarray,
    would_look: np.ndarray,
    people: Customers,
    world: Assumptions,
    rng: np.random.Generator,
) -> np.ndarray:
    """Who used the offer: bool (n, periods)."""
    anyway = _share(world.redeem_looked_logit + 0.6 * people.deals)[:, None]
    unseen = world.redeem_unseen_card * people.card[:, None]
    chance = np.where(prompted, world.redeem_prompted, np.where(would_look, anyway, unseen) * organic)
    redeemed: np.ndarray = contacted & (rng.random(prompted.shape) < chance)
    return redeemed


def _amounts(orders: np.ndarray, level: np.ndarray, sd: float, rng: np.random.Generator) -> np.ndarray:
    """Sum of each period's orders in EUR: (n, periods)."""
    cell = np.repeat(np.arange(orders.size), orders.ravel())  # one entry per order
    each = np.repeat(level, orders.sum(axis=1)) * np.exp(sd * rng.standard_normal(cell.size))
    return np.bincount(cell, weights=each, minlength=orders.size).reshape(orders.shape)


def _share(logit: np.ndarray) -> np.ndarray:
    share: np.ndarray = 1 / (1 + np.exp(-logit))
    return share

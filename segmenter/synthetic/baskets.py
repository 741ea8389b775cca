"""Purchases -> order lines with category, price, discount, and the returns that follow.

Amounts are what the customer paid, in euros and cents; a return repeats its line with the amount negated.
"""

from dataclasses import dataclass

import numpy as np

from segmenter.synthetic.assumptions import CHANNELS, Assumptions
from segmenter.synthetic.checkout import NO_OFFER, CheckedOut
from segmenter.synthetic.population import Customers, logistic
from segmenter.synthetic.schedule import IS_SALE_DAY, N_DAYS, WAVES
from segmenter.synthetic.traces import DAY

# Median price of an article, in the order of CATEGORIES: clothing, garden, home, kitchen, stationery, toys.
_MEDIAN_PRICE = np.array([35.0, 28.0, 40.0, 24.0, 9.0, 18.0])
_MARKDOWNS = np.array([0.10, 0.20, 0.30, 0.40])
_MOST_LINES = 4
_OFFER_DISCOUNT = np.array([wave.discount for wave in WAVES] + [0.0])  # the last one answers to NO_OFFER


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """Lines bought and returned, sorted by customer and time; arrays of shape (k,)."""

    customer: np.ndarray  # int64, position in the block
    at: np.ndarray  # int64, seconds since midnight of the first day
    order: np.ndarray  # int64, position among the block's purchases; a return carries that of its purchase
    category: np.ndarray  # int64, position in CATEGORIES
    channel: np.ndarray  # int64, position in CHANNELS
    quantity: np.ndarray  # float64, at least 1
    amount: np.ndarray  # float64, below 0 for returns
    discount_amount: np.ndarray  # float64, at least 0
    is_return: np.ndarray  # bool


def fill_baskets(
    people: Customers, orders: CheckedOut, a: Assumptions, rng: np.random.Generator
) -> OrderLines:
    """The lines of every purchase, and their returns as far as they fall inside the history."""
    n_lines = 1 + np.minimum(rng.poisson(a.extra_lines, len(orders.customer)), _MOST_LINES - 1)
    order = np.repeat(np.arange(len(orders.customer)), n_lines)
    k = len(order)
    who, at, channel, offer = (
        orders.customer[order],
        orders.at[order],
        orders.channel[order],
        orders.offer[order],
    )

    taste = np.cumsum(people.category_taste, axis=1)[:, :-1]
    category = (rng.random(k)[:, None] > taste[who]).sum(axis=1)
    price = _MEDIAN_PRICE[category] * np.exp(people.price_level[who] + a.price_sd * rng.standard_normal(k))
    quantity = 1.0 + np.searchsorted([0.78, 0.93, 0.98], rng.random(k))
    full = np.maximum(np.round(price, 1), 0.9) * quantity

    log_odds = a.markdown_logit + a.markdown_by_deal_affinity * people.deal_affinity[who]
    marked_down = rng.random(k) < logistic(log_odds + a.markdown_in_sale_season * IS_SALE_DAY[at // DAY])
    markdown = np.where(marked_down, _MARKDOWNS[rng.integers(0, len(_MARKDOWNS), k)], 0.0)
    share = np.where(offer == NO_OFFER, markdown, np.maximum(markdown, _OFFER_DISCOUNT[offer]))
    discount_amount = np.round(full * share, 2)
    amount = np.round(full - discount_amount, 2)

    chance = np.where(channel == CHANNELS.index("shop"), a.returns_shop, a.returns_online)
    back_at = at + 3 * DAY + (a.return_days * DAY * rng.standard_exponential(k)).astype(np.int64)
    back = np.flatnonzero((rng.random(k) < chance) & (back_at < N_DAYS * DAY))

    rows = np.concatenate([np.arange(k), back])
    at = np.concatenate([at, back_at[back]])
    is_return = np.arange(len(rows)) >= k
    by_time = np.lexsort((np.arange(len(rows)), at, who[rows]))
    rows, at, is_return = rows[by_time], at[by_time], is_return[by_time]
    return OrderLines(
        customer=who[rows],
        at=at,
        order=order[rows],
        category=category[rows],
        channel=channel[rows],
        quantity=quantity[rows],
        amount=np.where(is_return, -amount[rows], amount[rows]),
        discount_amount=np.where(is_return, 0.0, discount_amount[rows]),
        is_return=is_return,
    )

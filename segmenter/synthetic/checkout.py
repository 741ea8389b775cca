"""Purchases -> when, in which channel and with which offer, and the traces buyers leave around them.

Customers who buy anyway look the voucher up first, use it, or get it at the till: an engagement followed by a
purchase does not say that the message caused it.
"""

from dataclasses import dataclass

import numpy as np

from segmenter.synthetic.assumptions import CHANNELS, Assumptions
from segmenter.synthetic.history import Purchases, WaveTruth
from segmenter.synthetic.population import Customers, logistic
from segmenter.synthetic.schedule import PERIODS, WAVES
from segmenter.synthetic.traces import DAY, EVENING, MEDIA, Traces

NO_OFFER = -1
_SHOP = CHANNELS.index("shop")
_CHANNEL_TO_MEDIUM = np.array([MEDIA.index(channel) for channel in CHANNELS])
_WAVE_OF_DAY = np.repeat([-1 if p.wave is None else p.wave for p in PERIODS], [p.days for p in PERIODS])
_OFFER_END = np.array([(wave.day + wave.valid_days) * DAY for wave in WAVES])


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut:
    """Purchases with moment, channel and offer; arrays of shape (m,), sorted by customer and time."""

    customer: np.ndarray  # int64, position in the block
    at: np.ndarray  # int64, seconds since midnight of the first day
    channel: np.ndarray  # int64, position in CHANNELS
    offer: np.ndarray  # int64, number of the wave whose offer was redeemed, or NO_OFFER


def check_out(
    traces: Traces,
    people: Customers,
    purchases: Purchases,
    truths: tuple[WaveTruth, ...],
    sent_at: np.ndarray,
    read_at: np.ndarray,
    a: Assumptions,
    rng: np.random.Generator,
) -> CheckedOut:
    """Time, channel and offer of every purchase. sent_at, read_at: (n, n_waves) seconds, -1 if never read."""
    order = np.lexsort((purchases.day, purchases.customer))
    customer, day, moved = purchases.customer[order], purchases.day[order], purchases.moved[order]
    channel = _draw(people.channel_taste[customer], rng)
    at = day * DAY + _second_of_day(channel, rng)
    # Who joins by buying, buys right after joining.
    joined_at = people.joined_day[customer] * DAY + people.joined_second[customer]
    at = np.where(day == people.joined_day[customer], joined_at + 300, at)
    wave = _WAVE_OF_DAY[day]
    rows = np.flatnonzero(wave >= 0)

    # From here on, arrays hold the purchases made during a wave only.
    who, which, moved = customer[rows], wave[rows], moved[rows]
    contacted = np.stack([truth.contacted for truth in truths], axis=1)[who, which]
    sent, read = sent_at[who, which], read_at[who, which]
    at[rows] = moment = _after_reading(at[rows], read, moved, rng)
    valid = (moment > sent) & (moment < _OFFER_END[which])

    fetched = _look_up_voucher(traces, people, who, which, moment, valid & contacted & ~moved, sent, a, rng)
    has_read = contacted & (read >= 0) & (read < moment)
    redeemed = valid & (
        rng.random(len(rows)) < _redeem_chance(people, who, contacted, has_read, moved, fetched, a)
    )
    traces.add(
        "redeem",
        _CHANNEL_TO_MEDIUM[channel[rows]][redeemed],
        who[redeemed],
        moment[redeemed],
        which[redeemed],
    )

    clicked = moved & (rng.random(len(rows)) < a.click_before_moved_purchase)
    click_at = read + 1 + ((moment - read) * (0.2 + 0.7 * rng.random(len(rows)))).astype(np.int64)
    traces.add("click", "email", who[clicked], click_at[clicked], which[clicked])

    shown = valid & contacted & people.consent_ads[who] & (channel[rows] != _SHOP)
    shown &= rng.random(len(rows)) < a.impression_before_online_purchase
    shown_at = np.maximum(moment - rng.integers(120, 10_800, len(rows)), sent + 1)
    traces.add("impression", "ads", who[shown], shown_at[shown], which[shown])

    offer = np.full(len(customer), NO_OFFER)
    offer[rows[redeemed]] = which[redeemed]
    return CheckedOut(customer=customer, at=at, channel=channel, offer=offer)


def _after_reading(
    at: np.ndarray, read: np.ndarray, moved: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A purchase that a message brought about comes after the reading, also when both are on the same day."""
    too_early = moved & (at <= read)
    room = np.maximum(read // DAY * DAY + EVENING - read, 0)
    late = read + 120 + (room * rng.random(len(at))).astype(np.int64)
    return np.where(too_early, late, at)


def _look_up_voucher(
    traces: Traces,
    people: Customers,
    who: np.ndarray,
    which: np.ndarray,
    moment: np.ndarray,
    possible: np.ndarray,
    sent: np.ndarray,
    a: Assumptions,
    rng: np.random.Generator,
) -> np.ndarray:
    """Which buyers-anyway look for the voucher just before paying, bool (m,); leaves a view and a click."""
    chance = logistic(a.fetch_logit + a.fetch_by_deal_affinity * people.deal_affinity[who])
    before = moment - rng.integers(90, 1800, len(who))
    fetched = possible & (before > sent) & (rng.random(len(who)) < chance)
    traces.add("view", "email", who[fetched], before[fetched], which[fetched])
    traces.add("click", "email", who[fetched], before[fetched] + 30, which[fetched])
    return np.asarray(fetched)


def _redeem_chance(
    people: Customers,
    who: np.ndarray,
    contacted: np.ndarray,
    has_read: np.ndarray,
    moved: np.ndarray,
    fetched: np.ndarray,
    a: Assumptions,
) -> np.ndarray:
    """Chance that a purchase within the offer's validity uses it, by how the buyer came to it."""
    reader = logistic(a.redeem_read_logit + a.redeem_by_deal_affinity * people.deal_affinity[who])
    unread = np.where(people.loyalty[who], a.redeem_unread_loyal, a.redeem_unread)
    return np.select(
        [moved, fetched, has_read, contacted],
        [a.redeem_moved, a.redeem_fetched, reader, unread],
        a.redeem_uncontacted,
    )


def _draw(taste: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One position per row of chances; (m, k) -> (m,)."""
    cumulative = np.cumsum(taste, axis=1)[:, :-1]
    return np.asarray((rng.random(len(taste))[:, None] > cumulative).sum(axis=1))


def _second_of_day(channel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shops around the early afternoon, half of the online purchases in the evening; (m,) -> (m,) int64."""
    m = len(channel)
    evening = (channel != _SHOP) & (rng.random(m) < 0.5)
    hour = np.where(evening, 20.0, 14.0) + np.where(evening, 1.4, 2.6) * rng.standard_normal(m)
    return np.clip(hour * 3600, 8 * 3600, EVENING - 60).astype(np.int64)

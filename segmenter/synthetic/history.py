"""Customers -> who was contacted, who bought on which day, and what would have happened otherwise.

Every wave is lived twice with the same luck: once without its message and once with it. Up to the first
purchase the two lives differ only by the message, so a message never prevents a purchase; that both outcomes
are known is the hidden truth. What the tables show is the life that the retailer's choice made real.

Purchases are a renewal process in *own time*: the clock of a customer runs at the own rate times the season,
and the cumulative hazard since the last purchase is H(x) = (1 - w) x + w (2x - log(1 + 2x)), a blend of a
Poisson process (w = 0) and Erlang-2 intervals (w = 1; Chatfield and Goodhardt 1973). A purchase happens on a
day when an exponential coin falls below the hazard of the day, so the chance of none is exactly exp(-hazard).
"""

from dataclasses import dataclass

import numpy as np

from segmenter.synthetic.assumptions import CATEGORIES, Assumptions
from segmenter.synthetic.population import Customers, logistic
from segmenter.synthetic.schedule import DAY_SEASON, PERIODS, WAVES, Period, Wave

NOT_READ = -1
NO_TRIAL, CONTROL, TREATMENT = -1, 0, 1
_LONG_AGO = -10_000
_READ_DELAY = (0.60, 0.20, 0.12, 0.08)  # chance that a read message is read after 0, 1, 2, 3 days


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTruth:
    """One wave for n customers, arrays of shape (n,); outcomes are purchases in the 28 days from the send.

    Meaningless for customers who had not joined before the day of the send.
    """

    contacted: np.ndarray  # bool
    arm: np.ndarray  # int8: NO_TRIAL, CONTROL or TREATMENT
    read_day: np.ndarray  # int64: days from send to reading if contacted, or NOT_READ
    buys_without: np.ndarray  # bool
    buys_with: np.ndarray  # bool, never False where buys_without is True
    chance_without: (
        np.ndarray
    )  # probability behind buys_without, knowing the customer and the past but no coin
    chance_prompted: np.ndarray  # probability of buying with contact and not without, knowing the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """Purchases that happened, at most one per customer and day; arrays of shape (m,) in order of day."""

    customer: np.ndarray  # int64, position in the block
    day: np.ndarray  # int64
    moved: np.ndarray  # bool: on this day the message made the difference


def live(
    people: Customers, a: Assumptions, rng: np.random.Generator
) -> tuple[Purchases, tuple[WaveTruth, ...]]:
    """The whole history of a block of customers, period by period, and the hidden truth of its waves."""
    lives = _Lives(people, a, rng)
    truths = tuple(
        truth
        for number, period in enumerate(PERIODS)
        if (truth := lives.pass_period(number, period)) is not None
    )
    return lives.purchases(), truths


class _Lives:
    """Where n customers stand between two periods, and how they get through the next one."""

    def __init__(self, people: Customers, a: Assumptions, rng: np.random.Generator) -> None:
        n = len(people)
        self.people, self.a, self.rng = people, a, rng
        self.own_time = people.waiting.copy()
        self.last_day = np.full(n, _LONG_AGO)
        self.counts = np.zeros((n, len(PERIODS)), dtype=np.int16)
        self.drift = a.response_drift_sd * rng.standard_normal(n)
        self.days: list[Purchases] = []

    def purchases(self) -> Purchases:
        return Purchases(
            customer=np.concatenate([part.customer for part in self.days]),
            day=np.concatenate([part.day for part in self.days]),
            moved=np.concatenate([part.moved for part in self.days]),
        )

    def pass_period(self, number: int, period: Period) -> WaveTruth | None:
        """Live through one period; its truth if it is a wave."""
        n = len(self.people)
        if period.wave is None:
            self._pass_days(number, period, 0, np.zeros(n, dtype=bool), np.full(n, NOT_READ), np.zeros(n))
            return None
        wave = WAVES[period.wave]
        contacted, arm = self._contact(number, wave)
        read_chance, read_day = self._reading(wave)
        effect = self._effect(wave)
        chance_without, chance_prompted = self._chances(period, wave, read_chance, effect)
        bought = self._pass_days(number, period, wave.valid_days, contacted, read_day, effect)
        self._drift_on()
        return WaveTruth(
            contacted=contacted,
            arm=arm,
            read_day=read_day,
            buys_without=bought[0],
            buys_with=bought[1],
            chance_without=chance_without,
            chance_prompted=chance_prompted,
        )

    def _pass_days(
        self,
        number: int,
        period: Period,
        valid_days: int,
        contacted: np.ndarray,
        read_day: np.ndarray,
        effect: np.ndarray,
    ) -> np.ndarray:
        """Both lives day by day; the real one is recorded. Returns whether each life bought: bool (2, n)."""
        people, a = self.people, self.a
        own_time = np.stack([self.own_time, self.own_time])  # (2, n): without and with the message
        hazard = _cumulative_hazard(own_time, people.regularity)
        push = np.zeros(len(people))  # extra hazard of the day
        bought_ever = np.zeros((2, len(people)), dtype=bool)
        for offset in range(period.days):
            day = period.first + offset
            rate = people.daily_rate * np.where(people.lapse_day > day, 1.0, a.lapsed_rate)
            own_time += np.where(people.joined_day < day, rate * DAY_SEASON[day], 0.0)
            today = _cumulative_hazard(own_time, people.regularity)
            first_push = effect * (1 - a.response_daily_decay)
            push = np.where(read_day == offset, first_push, push * a.response_daily_decay)
            if offset >= valid_days:
                push[:] = 0.0
            coin = self.rng.standard_exponential(len(people))  # one for both lives
            organic = coin < today - hazard  # (2, n)
            organic |= (people.joined_day == day) & people.buys_on_joining
            bought = organic.copy()
            bought[1] |= coin < today[1] - hazard[1] + push
            push[bought[1]] = 0.0  # the offer is used, or the wish is satisfied
            own_time[bought] = 0.0
            hazard = np.where(bought, 0.0, today)
            bought_ever |= bought
            buyers = np.flatnonzero(np.where(contacted, bought[1], bought[0]))
            moved = contacted[buyers] & ~organic[1, buyers]
            self.days.append(Purchases(customer=buyers, day=np.full(len(buyers), day), moved=moved))
            self.last_day[buyers] = day
            self.counts[buyers, number] += 1
        self.own_time = np.where(contacted, own_time[1], own_time[0])
        return bought_ever

    def _contact(self, number: int, wave: Wave) -> tuple[np.ndarray, np.ndarray]:
        """Who is contacted (bool), and the arm in a randomised wave (int8).

        Only what the retailer sees decides: ordinary waves follow RFM-like points, as marketers do;
        randomised waves go to everybody who may be written to, less a control group drawn by lot.
        """
        people, a = self.people, self.a
        lot = self.rng.random(len(people))
        may_write = people.consent_email & (people.joined_day < wave.day)
        if wave.randomised:
            arm = np.where(may_write, np.where(lot < a.control_share, CONTROL, TREATMENT), NO_TRIAL).astype(
                np.int8
            )
            return arm == TREATMENT, arm
        days_since = wave.day - self.last_day
        year = self.counts[:, max(0, number - 13) : number].sum(axis=1)
        points = np.searchsorted([-180, -90, -30], -days_since) + np.searchsorted(
            [1, 2, 4], year, side="right"
        )
        chance = np.array(a.contact_by_points)[points]
        return may_write & (lot < chance), np.full(len(people), NO_TRIAL, dtype=np.int8)

    def _reading(self, wave: Wave) -> tuple[np.ndarray, np.ndarray]:
        """Chance that a message is read, and when this one is (days from send, or NOT_READ)."""
        people, a, n = self.people, self.a, len(self.people)
        lapsed = people.lapse_day <= wave.day
        chance = logistic(a.read_logit + a.read_sd * people.attention + a.read_when_lapsed * lapsed)
        delay = np.searchsorted(np.cumsum(_READ_DELAY)[:-1], self.rng.random(n), side="right")
        return chance, np.where(self.rng.random(n) < chance, delay, NOT_READ)

    def _effect(self, wave: Wave) -> np.ndarray:
        """Cumulative extra hazard of buying once the message is read, if the offer were good for ever."""
        people, a = self.people, self.a
        fit = np.ones(len(people))
        if wave.focus is not None:
            taste = people.category_taste[:, CATEGORIES.index(wave.focus)]
            fit += a.response_fit * (len(CATEGORIES) * taste - 1)
        lapsed = np.where(people.lapse_day <= wave.day, a.response_when_lapsed, 1.0)
        return np.asarray(wave.strength * fit * lapsed * np.exp(people.response + self.drift))

    def _chances(
        self, period: Period, wave: Wave, read_chance: np.ndarray, effect: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Chances of buying without contact, and of buying only with it; exact, as both lives share coins."""
        people, a = self.people, self.a
        until = np.concatenate([[0.0], np.cumsum(DAY_SEASON)])
        end = period.first + period.days
        lapse = np.clip(people.lapse_day, period.first, end)
        busy = until[lapse] - until[period.first] + a.lapsed_rate * (until[end] - until[lapse])
        later = _cumulative_hazard(self.own_time + people.daily_rate * busy, people.regularity)
        silence = np.exp(_cumulative_hazard(self.own_time, people.regularity) - later)
        swayed = np.zeros(len(people))
        for delay, weight in enumerate(_READ_DELAY):
            in_time = 1 - a.response_daily_decay ** (
                wave.valid_days - delay
            )  # share that works before the end
            swayed += weight * (1 - np.exp(-effect * in_time))
        return 1 - silence, silence * read_chance * swayed

    def _drift_on(self) -> None:
        memory = self.a.response_drift_memory
        fresh = self.a.response_drift_sd * np.sqrt(1 - memory**2) * self.rng.standard_normal(len(self.people))
        self.drift = memory * self.drift + fresh


def _cumulative_hazard(own_time: np.ndarray, regularity: np.ndarray) -> np.ndarray:
    """Hazard summed since the last purchase; own_time (..., n), regularity (n,) -> (..., n)."""
    w = regularity
    return np.asarray((1 - w) * own_time + w * (2 * own_time - np.log1p(2 * own_time)))

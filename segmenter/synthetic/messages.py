"""Contacts -> the traces messages leave whether or not anybody buys: sends, opens, idle clicks, impressions.

They are noisy in the ways marketers know: some mail programs open every message by themselves, some opens are
never recorded, and some readers click without buying.
"""

import numpy as np

from segmenter.synthetic.assumptions import Assumptions
from segmenter.synthetic.history import NOT_READ, WaveTruth
from segmenter.synthetic.population import Customers, logistic
from segmenter.synthetic.schedule import WAVES
from segmenter.synthetic.traces import DAY, EVENING, SEND_SECOND, Traces


def sent_and_read(truths: tuple[WaveTruth, ...], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Seconds at which each message is sent, and read by a person (-1 if never); both (n, n_waves).

    The first is also given for customers who are not contacted: the moment they would have been.
    """
    sent, read = [], []
    for wave, truth in zip(WAVES, truths, strict=True):
        n = len(truth.contacted)
        midnight = wave.day * DAY
        at = midnight + SEND_SECOND + rng.integers(0, 7200, n)
        soon = at + 60 + (4 * 3600 * rng.standard_exponential(n)).astype(np.int64)
        later = midnight + truth.read_day * DAY + rng.integers(7 * 3600, 22 * 3600, n)
        moment = np.where(truth.read_day == 0, np.minimum(soon, midnight + EVENING), later)
        sent.append(at)
        read.append(np.where(truth.contacted & (truth.read_day != NOT_READ), moment, -1))
    return np.stack(sent, axis=1), np.stack(read, axis=1)


def leave_message_traces(
    traces: Traces,
    people: Customers,
    truths: tuple[WaveTruth, ...],
    sent_at: np.ndarray,
    read_at: np.ndarray,
    a: Assumptions,
    rng: np.random.Generator,
) -> None:
    """Rows of every wave that do not depend on a purchase; sent_at, read_at: (n, n_waves)."""
    for number, (wave, truth) in enumerate(zip(WAVES, truths, strict=True)):
        sent, read = sent_at[:, number], read_at[:, number]
        contacted = np.flatnonzero(truth.contacted)
        traces.add("exposure", "email", contacted, sent[contacted], number)

        machine = np.flatnonzero(truth.contacted & people.opens_by_machine)
        traces.add("view", "email", machine, sent[machine] + rng.integers(20, 1800, len(machine)), number)
        readers = np.flatnonzero(read >= 0)
        seen = readers[~people.opens_hidden[readers]]
        traces.add("view", "email", seen, read[seen], number)
        own = people.response[readers] - np.log(a.response)
        clickers = readers[rng.random(len(readers)) < logistic(a.click_logit + a.click_by_response * own)]
        traces.add("click", "email", clickers, read[clickers] + rng.integers(10, 300, len(clickers)), number)

        n_shown = np.minimum(rng.poisson(a.impressions, len(people)), 4)
        shown = np.repeat(np.arange(len(people)), np.where(truth.contacted & people.consent_ads, n_shown, 0))
        day = wave.day + rng.integers(1, wave.valid_days, len(shown))
        at = day * DAY + rng.integers(7 * 3600, EVENING, len(shown))
        traces.add("impression", "ads", shown, at, number)
        clicked = rng.random(len(shown)) < a.ad_click
        traces.add("click", "ads", shown[clicked], at[clicked] + 5, number)

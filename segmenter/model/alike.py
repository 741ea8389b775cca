"""Customers who looked at a campaign against alike customers who did not -> who would have bought anyway.

Whoever bought without having looked shows what customers of that kind buy anyway; what looking adds to it is
the campaign's. So the chance that an engaged customer would have bought anyway is
P(buys | not looked, x) / P(buys | looked, x): one minus the probability of necessity (Pearl 1999). It rests
on one assumption: of two alike customers, the one who looks would not have bought more often without looking.
Where keen shoppers look *because* they are about to buy, too many are called prompted.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from segmenter.model.network import Head
from segmenter.model.objectives import (
    LARGEST_LOG_HAZARD,
    LEAST_LOG_HAZARD,
    BoughtObjective,
    LookObjective,
    hazards,
)
from segmenter.model.training import Trainer, places_of

# With fewer of a kind in any fold, the comparison would rest on single customers.
FEWEST_OF_A_KIND = 20

# Beyond this chance to look, hardly an alike customer is left who did not.
MOST_LIKELY_LOOK = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What the comparison has learned.

    anyway: logarithm of the hazard to buy without having looked. extra: of what looking adds. look: logit of
    looking, for those a campaign reached. organic: (N, members), each member's chance that a row, if engaged,
    would have bought anyway; in [0, 1].
    """

    anyway: Head
    extra: Head
    look: Head
    organic: Tensor


def can_compare(
    reached: np.ndarray, looked: np.ndarray, bought: np.ndarray, fold: np.ndarray, members: int
) -> bool:
    """Whether every fold has enough of those who looked and did not, and bought and did not.  All (N,)."""
    kinds = (reached & looked & bought, reached & looked & ~bought, ~looked & bought, ~looked & ~bought)
    return all(np.bincount(fold[kind], minlength=members).min() >= FEWEST_OF_A_KIND for kind in kinds)


def fit_alike(trainer: Trainer, reached: np.ndarray, looked: np.ndarray, bought: np.ndarray) -> Alike:
    """Learn from everybody who did not look, then from those who did.  All (N,) bool.

    reached: a campaign could have been looked at.
    """
    buys, learned = torch.from_numpy(bought), trainer.learned(torch.arange(len(bought)))
    idle, saw = torch.from_numpy(~looked), torch.from_numpy(reached & looked)
    anyway = trainer.fit(
        "anyway",
        1,
        BoughtObjective(buys),
        ~looked,
        bias=torch.log(-torch.log1p(-_share(buys, learned & idle[:, None])))[:, None],
    )
    everybody = torch.arange(len(bought))
    known = hazards(trainer.rows.outputs(anyway, everybody))  # (N, members)
    extra = trainer.fit(
        "extra",
        1,
        BoughtObjective(buys, known),
        reached & looked,
        bias=_same_for_all(known, buys, learned & saw[:, None])[:, None],
    )
    arrived = torch.tensor(reached)
    look = trainer.fit(
        "look",
        1,
        LookObjective(torch.tensor(looked)),
        reached,
        bias=torch.logit(_share(torch.tensor(looked), learned & arrived[:, None]))[:, None],
    )
    added = hazards(trainer.rows.outputs(extra, everybody))
    return Alike(anyway=anyway, extra=extra, look=look, organic=organic_chance(known, added))


def organic_chance(anyway: Tensor, extra: Tensor) -> Tensor:
    """The chance that a buyer who looked would have bought anyway, from two hazards of the same shape."""
    return torch.expm1(-anyway) / torch.expm1(-anyway - extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What looking added, row by row, by members that had not learned from the row.

    All arrays are (n,) over `places`.

    buyers, sales: each row's part of the extra buyers and of the extra sales; a row alone means nothing, the
    sum over many is what looking added among them. weight: what a customer who did not look counts for where
    they stand for those who did, v / (1 - v) with the chance v to look.
    """

    places: Tensor
    buyers: np.ndarray
    sales: np.ndarray
    weight: np.ndarray


def excess(
    trainer: Trainer,
    alike: Alike,
    reached: np.ndarray,
    looked: np.ndarray,
    bought: np.ndarray,
    paid: np.ndarray,
    amount: np.ndarray,
) -> Excess:
    """Doubly robust: right where either the chance to look or what is bought anyway is right.

    paid: (N,) what was paid, amount: (N,) what a buyer was expected to pay, neither with outliers. The
    influence function of the effect on those who looked (Robins, Rotnitzky and Zhao 1994; Mercatanti and Li
    2014), times their share.
    """
    places = places_of(reached)
    rows = places.numpy()
    chance = -np.expm1(-hazards(trainer.unseen(alike.anyway, places)).double().numpy())
    v = torch.sigmoid(trainer.unseen(alike.look, places)[:, 0].double()).numpy()
    v = np.minimum(v, MOST_LIKELY_LOOK)
    weight = v / (1 - v)
    counts = np.where(looked[rows], 1.0, -weight)
    return Excess(
        places=places,
        buyers=counts * (bought[rows] - chance),
        sales=counts * (paid[rows] - chance * amount[rows]),
        weight=weight,
    )


def scaled_to(organic: Tensor, share: float) -> Tensor:
    """The same chances, shifted in log-odds so that their mean is `share`.  (n, members)  ->  the same."""
    logits = torch.logit(organic.double().clamp(1e-6, 1 - 1e-6))
    low = torch.full((organic.shape[1],), -30.0, dtype=torch.float64)
    high = -low
    for _ in range(60):
        middle = (low + high) / 2
        short = torch.sigmoid(logits + middle).mean(0) < share
        low, high = torch.where(short, middle, low), torch.where(short, high, middle)
    return torch.sigmoid(logits + (low + high) / 2).to(organic.dtype)


def _share(positive: Tensor, chosen: Tensor) -> Tensor:
    """Share of positive among each member's chosen: (N,), (N, members)  ->  (members,), inside (0, 1)."""
    return ((positive[:, None] & chosen).sum(0) / chosen.sum(0).clamp(min=1)).clamp(1e-4, 1 - 1e-4)


def _same_for_all(known: Tensor, buys: Tensor, chosen: Tensor) -> Tensor:
    """The logarithm of the one added hazard that makes the expected buyers those there were: (members,)."""
    wanted = (buys[:, None] & chosen).sum(0)
    low = torch.full((known.shape[1],), LEAST_LOG_HAZARD)
    high = torch.full((known.shape[1],), LARGEST_LOG_HAZARD)
    for _ in range(40):
        middle = (low + high) / 2
        expected = (-torch.expm1(-known - torch.exp(middle)) * chosen).sum(0)
        low, high = torch.where(expected < wanted, middle, low), torch.where(expected < wanted, high, middle)
    return (low + high) / 2

"""The prompted score and evidence of intent -> whether it may be called a probability, and why.

Intent is not observed, so `p_prompted` is a score until evidence says otherwise. It says which share of alike
buyers within reach was prompted, and two kinds of evidence can: intents that were given with the data (of the
engaged; buyers who did not engage were not prompted), and a randomised holdout (of the contacted buyers, the
share who would not have bought: (b1 - b0) / b1, with the arms' shares of buyers).
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from segmenter.evaluation.bootstrap import Estimate, estimates
from segmenter.evaluation.calibration import (
    ALLOWED,
    MIN_PER_BIN,
    SIMULATIONS,
    BinnedMisses,
    bin_places,
    calibration_error,
)
from segmenter.evaluation.population import Chance
from segmenter.evaluation.prompted_verdict import (
    ALLOWED_BY_TRIAL,
    TRIAL_BINS,
    PromptedBin,
    PromptedCalibration,
    holdout_needed,
)
from segmenter.evaluation.trial import ARM_COUNTS, Trial, combined, have_arms_an_interval
from segmenter.labels.intervals import Share, wilson

FEWEST_PER_INTENT = 30
INTENT_BINS = 5


class Prompted:
    """Computes the miss for the customers and for their resamples, by the best evidence there is."""

    def __init__(self, test: pd.DataFrame, trial: Trial | None) -> None:
        """test: p_prompted, given_label, purchases, intent where given. trial: a holdout of enough people."""
        self._p = test["p_prompted"].to_numpy(dtype=np.float64)
        self._bought = (test["purchases"] > 0).to_numpy(dtype=bool)
        self._known = _KnownIntents.of(test)
        self._trial = _TrialBins.of(self._p, trial) if self._known is None and trial is not None else None

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> miss (d,), and brier (d,) or observed (d, bins); nothing without evidence."""
        if self._known is not None:
            return self._known.figures(weights)
        return self._trial.figures(weights) if self._trial is not None else {}

    def table(
        self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray], rng: np.random.Generator
    ) -> PromptedCalibration:
        """figures: of the customers; draws: of the resamples; rng draws simulations of a perfect score."""
        if self._known is not None:
            return self._with_holdout(self._known.table(figures, draws, rng))
        if self._trial is not None:
            return self._with_holdout(self._trial.table(figures, draws, rng))
        return self._with_holdout(PromptedCalibration(basis="none", is_probability=False, allowed=ALLOWED))

    def _with_holdout(self, found: PromptedCalibration) -> PromptedCalibration:
        if found.is_probability:
            return found
        buyers = float(self._bought.mean())
        prompted = float(self._p[self._bought].mean()) if self._bought.any() else 0.0
        return replace(found, holdout_needed=holdout_needed(buyers, prompted))


class _KnownIntents:
    """The engaged whose intent is known, and the unengaged within reach, among n customers.

    Who engaged and is known stands for all who engaged: without weights, few known intents among many
    unengaged would make every chance look too high.
    """

    def __init__(self, rows: np.ndarray, chance: Chance, engaged: np.ndarray, stands_for: float) -> None:
        """engaged: (rows,) bool; stands_for: how many engaged customers each known one counts for."""
        self._rows, self._chance, self._engaged = rows, chance, engaged
        self._counts = np.where(engaged, stands_for, 1.0)
        self._misses = BinnedMisses(chance, INTENT_BINS)

    @classmethod
    def of(cls, test: pd.DataFrame) -> "_KnownIntents | None":
        """None with fewer than FEWEST_PER_INTENT prompted or organic ones."""
        if "intent" not in test:
            return None
        intent = test["intent"].astype(object).to_numpy()
        engaged = (test["given_label"] == "engaged").to_numpy(dtype=bool)
        prompted, organic = (engaged & (intent == name) for name in ("prompted", "organic"))
        if min(prompted.sum(), organic.sum()) < FEWEST_PER_INTENT:
            return None
        unengaged = (test["given_label"] == "unengaged").to_numpy(dtype=bool)
        if "exposed" in test and test["exposed"].any():
            unengaged &= test["exposed"].to_numpy(dtype=bool)
        rows = np.flatnonzero(prompted | organic | unengaged)
        predicted = test["p_prompted"].to_numpy(dtype=np.float64)[rows]
        stands_for = float(engaged.sum() / (prompted | organic).sum())
        return cls(rows, Chance(predicted, prompted[rows]), engaged[rows], stands_for)

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Miss and Brier score, (d,) each."""
        weights = weights[self._rows] * self._counts[:, None]
        squared = (self._chance.predicted - self._chance.happened) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "miss": self._misses.figures(weights),
                "brier": squared @ weights / weights.sum(axis=0),
            }

    def table(
        self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray], rng: np.random.Generator
    ) -> PromptedCalibration:
        """The verdict by given intents."""
        error = calibration_error(
            float(figures["miss"]), draws["miss"], self._misses.if_perfect(rng, self._counts)
        )
        share = float(np.average(self._chance.happened, weights=self._counts))
        return PromptedCalibration(
            basis="given_intents",
            is_probability=error.is_within(ALLOWED),
            allowed=ALLOWED,
            customers=int(self._engaged.sum()),
            unengaged=int((~self._engaged).sum()),
            bins=self._bins(),
            error=error,
            brier=estimates(figures["brier"], draws["brier"]).at(),
            reference_brier=share * (1 - share),
        )

    def _bins(self) -> tuple[PromptedBin, ...]:
        place, bins = bin_places(self._chance.predicted, INTENT_BINS), []
        for number in np.unique(place):
            inside = place == number
            if inside.sum() < MIN_PER_BIN:
                continue
            counts = self._counts[inside]
            predicted, observed = (
                float(np.average(values[inside], weights=counts))
                for values in (self._chance.predicted, self._chance.happened)
            )
            effective = float(counts.sum() ** 2 / (counts**2).sum())  # Kish 1965
            low, high = wilson(Share(hits=observed * effective, n=effective))
            bins.append(PromptedBin(int(inside.sum()), predicted, Estimate(observed, low, high)))
        return tuple(bins)


class _TrialBins:
    """The customers of randomised holdouts in bins of alike scores; arms are compared within trials."""

    def __init__(self, p: np.ndarray, trial: Trial, place: np.ndarray) -> None:
        """place: (n,) the bin of each customer."""
        n, self._bins = p.size, int(place.max()) + 1
        buyers = trial.treatment & trial.bought
        counted = np.array(trial.counted(), dtype=np.float64)  # (6 * trials, n)
        kinds, rows = np.nonzero(counted)
        self._kinds = len(counted)
        self._counts = csr_array(
            (counted[kinds, rows], (kinds * self._bins + place[rows], rows)), (self._kinds * self._bins, n)
        )
        rows = np.flatnonzero(buyers)
        shape = (self._bins, n)
        self._buyers = csr_array((np.ones(rows.size), (place[rows], rows)), shape)
        self._said = csr_array((p[rows], (place[rows], rows)), shape)

    @classmethod
    def of(cls, p: np.ndarray, trial: Trial) -> "_TrialBins | None":
        """With as many bins as have enough buyers and others in both arms; None where three have not."""
        buyers = trial.treatment & trial.bought
        if not trial.counted() or not buyers.any():
            return None
        for most in TRIAL_BINS:
            edges = np.unique(np.quantile(p[buyers], np.linspace(0, 1, most + 1)[1:-1]))
            bins = cls(p, trial, np.searchsorted(edges, p, side="left"))
            if bins.are_filled():
                return bins
        return None

    def are_filled(self) -> bool:
        """Whether every bin can be given an interval."""
        counts = self._arms(np.ones((self._counts.shape[1], 1)))
        return all(
            have_arms_an_interval({name: float(counts[name][b, 0]) for name in ARM_COUNTS})
            for b in range(self._bins)
        )

    def figures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Miss (d,) and the observed share of extra buyers (d, bins)."""
        counts = self._arms(weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            b1, b0 = (counts[f"{arm}_buyers"] / counts[arm] for arm in ("treatment", "control"))
            observed = 1 - b0 / b1  # (bins, d)
            buyers = self._buyers @ weights
            said = (self._said @ weights) / buyers
            miss = (buyers * np.abs(said - observed)).sum(axis=0) / buyers.sum(axis=0)
        return {"miss": miss, "observed": observed.T}

    def table(
        self, figures: dict[str, np.ndarray], draws: dict[str, np.ndarray], rng: np.random.Generator
    ) -> PromptedCalibration:
        """The verdict by the randomised holdout."""
        everybody = np.ones((self._counts.shape[1], 1))
        buyers = (self._buyers @ everybody)[:, 0]
        said = (self._said @ everybody)[:, 0] / buyers
        counts = {name: values[:, 0] for name, values in self._arms(everybody).items()}
        error = calibration_error(
            float(figures["miss"]), draws["miss"], self._if_perfect(counts, said, buyers, rng)
        )
        observed = estimates(figures["observed"], draws["observed"])
        return PromptedCalibration(
            basis="trial",
            is_probability=error.is_within(ALLOWED_BY_TRIAL),
            allowed=ALLOWED_BY_TRIAL,
            customers=int(buyers.sum()),
            bins=tuple(
                PromptedBin(int(buyers[b]), float(said[b]), observed.at(b)) for b in range(self._bins)
            ),
            error=error,
        )

    def _if_perfect(
        self, counts: dict[str, np.ndarray], said: np.ndarray, buyers: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """The miss in simulations where of the contacted buyers exactly the share `said` is extra."""
        n1, n0 = (np.maximum(np.round(counts[arm]), 1).astype(int) for arm in ("treatment", "control"))
        b1 = counts["treatment_buyers"] / counts["treatment"]
        size = (SIMULATIONS, self._bins)
        drawn1, drawn0 = rng.binomial(n1, b1, size) / n1, rng.binomial(n0, b1 * (1 - said), size) / n0
        observed = 1 - drawn0 / np.maximum(drawn1, 1 / n1)
        misses: np.ndarray = np.abs(said - observed) @ buyers / buyers.sum()
        return misses

    def _arms(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights (n, d) -> ARM_COUNTS of the trials together, (bins, d) each."""
        sums = self._counts @ weights
        return combined(sums.reshape(self._kinds, self._bins, weights.shape[1]))

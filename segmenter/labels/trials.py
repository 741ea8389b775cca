"""Randomised holdouts of one or of several outcome windows -> what contact changed, as evidence of intent.

Estimand: the share of the engaged in the treatment arm who would have bought anyway. If the campaign moves
only people who engage with it, those it moved are `difference` of all treated, and the engaged are
`engaged_rate` of them: organic share = 1 - difference / engaged_rate. Told only when the difference is above
zero beyond doubt; otherwise it would be 1 by noise. Both are the same mean over the trials.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from segmenter.labels.evidence import FEWEST_CUSTOMERS, IntentEvidence, clipped, points
from segmenter.labels.intervals import (
    Interval,
    Share,
    Trial,
    Z,
    pooled_difference,
    share_variance,
    trial_weight,
)

ARMS = ["treatment", "control"]


def randomised(arms: pd.DataFrame) -> IntentEvidence | None:
    """Purchase rates of customers contacted and left out by chance, in one outcome window.

    arms: campaign_id, arm (missing: in both, left out here), customers, buyers, engaged.
    """
    trials, engaged_rates, treated, left_out = [], [], 0, 0
    for _, rows in arms.groupby("campaign_id", sort=True):
        by_arm = {row["arm"]: row for row in rows.to_dict("records")}
        if not set(ARMS) <= set(by_arm):
            continue
        treatment, control = (Share(hits=by_arm[arm]["buyers"], n=by_arm[arm]["customers"]) for arm in ARMS)
        trials.append(Trial(treatment=treatment, control=control))
        engaged_rates.append(by_arm["treatment"]["engaged"] / treatment.n)
        treated += by_arm["treatment"]["customers"]
        left_out += by_arm["control"]["customers"]
    if min(treated, left_out) < FEWEST_CUSTOMERS:
        return None
    difference, interval = pooled_difference(trials)
    weights = [float(trial_weight(trial.treatment.n, trial.control.n)) for trial in trials]
    return _evidence(
        difference,
        interval,
        float(np.average(engaged_rates, weights=weights)),
        treated=treated,
        left_out=left_out,
        in_both=float(arms.loc[arms["arm"].isna(), "customers"].sum()),
        windows=1,
    )


def randomised_windows(outcomes: Sequence[pd.DataFrame]) -> IntentEvidence | None:
    """The same over several outcome windows; None where fewer than two of them hold a trial.

    outcomes: one frame per window, a row per customer: customer_id, arm (missing: in no trial, or in both
    arms), trial, purchases, given_label. A customer may stand in several windows, in either arm: the interval
    counts customers, by the sum of what each of them adds to the difference. It is never surer of an arm
    than `share_variance`: one in which nobody bought would count as certain.
    """
    rows = pd.concat([each.assign(window=place) for place, each in enumerate(outcomes)], ignore_index=True)
    rows = rows[rows["arm"].isin(ARMS)]
    rows = rows.assign(treated=rows["arm"].eq("treatment"), bought=rows["purchases"].gt(0))
    if rows.empty:
        return None
    trial = rows.groupby(["window", "trial"], sort=True).ngroup().to_numpy()
    treated, bought = rows["treated"].to_numpy(dtype=bool), rows["bought"].to_numpy(dtype=np.float64)
    engaged = rows["given_label"].eq("engaged").to_numpy(dtype=np.float64)
    arm = (~treated).astype(int)  # as in ARMS
    n = _by_arm(arm, trial, np.ones(len(rows)))  # (2, trials)
    weight = trial_weight(n[0], n[1])
    counted = weight[trial] > 0
    windows = int(rows.loc[counted, "window"].nunique())
    if windows < 2 or n[:, weight > 0].sum(1).min() < FEWEST_CUSTOMERS:
        return None
    share = weight / weight.sum()
    bought_rate, engaged_rate = (
        _by_arm(arm, trial, happened) / np.maximum(n, 1) for happened in (bought, engaged)
    )
    difference = float(share @ (bought_rate[0] - bought_rate[1]))
    # What each row adds beyond the mean of its arm, summed by customer, who may have several rows.
    adds = np.where(treated, 1.0, -1.0) * share[trial] * (bought - bought_rate[arm, trial]) / n[arm, trial]
    _, customer = np.unique(rows["customer_id"].to_numpy(dtype=str), return_inverse=True)
    cautious = np.vectorize(lambda hits, of: share_variance(Share(hits=hits, n=of)))(bought_rate * n, n)
    lacking = np.clip(cautious - bought_rate * (1 - bought_rate) / np.maximum(n, 1), 0, None)  # (2, trials)
    variance = np.sum(np.bincount(customer, weights=adds) ** 2) + np.sum(share**2 * lacking)
    half = Z * float(np.sqrt(variance))
    return _evidence(
        difference,
        (difference - half, difference + half),
        float(share @ engaged_rate[0]),
        treated=int(n[0][weight > 0].sum()),
        left_out=int(n[1][weight > 0].sum()),
        in_both=0.0,
        windows=windows,
    )


def _by_arm(arm: np.ndarray, trial: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Sums of `value` (n,) by arm and trial: (2, trials)."""
    trials = int(trial.max()) + 1
    return np.bincount(arm * trials + trial, weights=value, minlength=2 * trials).reshape(2, trials)


def over_windows(
    evidence: tuple[IntentEvidence, ...], outcomes: Sequence[pd.DataFrame]
) -> tuple[IntentEvidence, ...]:
    """The evidence of the last window; its trial gives way to those of all windows where there are more."""
    pooled = randomised_windows(outcomes)
    if pooled is None:
        return evidence
    return (pooled, *(each for each in evidence if each.kind != "randomised"))


def _evidence(
    difference: float,
    interval: Interval,
    engaged_rate: float,
    *,
    treated: int,
    left_out: int,
    in_both: float,
    windows: int,
) -> IntentEvidence:
    """The difference in words, and the organic share where it tells one."""
    low, high = interval
    share, told = None, None
    if low > 0 and engaged_rate > 0:
        share = clipped(1 - difference / engaged_rate)
        told = (clipped(1 - high / engaged_rate), clipped(1 - low / engaged_rate))
    by = (
        f"a randomised holdout of {left_out:,} customers"
        if windows == 1
        else f"randomised holdouts in {windows} outcome windows, {left_out:,} times a customer left out"
    )
    measured = (
        f"By {by}, contact changed the share who buy by "
        f"{points(difference)} (95% interval {points(low)} to {points(high)})"
    )
    if share is None:
        sentence = f"{measured}: not distinguishable from no effect, so it tells no organic share."
        if high < 0:
            sentence = f"{measured}: fewer bought among those contacted, so it tells no organic share."
    else:
        sentence = (
            f"{measured}. Of the engaged, about {share:.0%} would have bought anyway, if the campaign moves "
            "only those who engage with it."
        )
    return IntentEvidence(
        kind="randomised",
        sentence=sentence,
        organic_share=share,
        interval=told,
        customers=treated + left_out,
        placebo_share=None,
        details={
            "difference": difference,
            "difference_low": low,
            "difference_high": high,
            "engaged_rate": engaged_rate,
            "treatment_customers": treated,
            "control_customers": left_out,
            "in_both_arms": in_both,
            "windows": windows,
        },
    )

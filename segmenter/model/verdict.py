"""Corrected and uncorrected scores of held-out customers -> whether correction has earned its place."""

from dataclasses import dataclass

import numpy as np

from segmenter.labels.intent import KnownIntent
from segmenter.model.alike import Excess
from segmenter.model.examples import Stage2
from segmenter.model.judging import Paired, clustered_error, paired_auc, paired_gain
from segmenter.model.report import Check, CheckName, JudgedBy, ShareSource
from segmenter.settings import Correction

# With fewer held-out customers of a kind, an AUC says nothing either way.
FEWEST_TO_JUDGE = 30

TWO_SIDED_95 = 1.96

NOT_RULED_OUT = "customers kept back do not rule out that ranking by it reaches"

NOTHING_TELLS = "nothing in the data tells who was prompted"
NOBODY = "customers who looked at a campaign did not buy more often than alike customers who did not look"
NO_EXTRA_SALES = "customers who looked at a campaign did not spend more than alike customers who did not look"
NOBODY_BY_CHANCE = "a randomised holdout could not tell contacted customers from those left out"
FEWER_BY_CHANCE = "by a randomised holdout, fewer bought among contacted customers than among those left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The organic share of those who looked and bought, by alike customers, with its 95% interval; each in
    [0, 1]. is_nobody: the data do not show that anybody was prompted.
    """

    share: float
    interval: tuple[float, float]
    is_nobody: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedShare:
    """The share of the engaged expected to be organic, and who told it."""

    share: float | None
    source: ShareSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What held-out customers say of the correction: `objection` is the end of a sentence, None where they
    speak for it.
    """

    basis: JudgedBy | None
    auc: Paired | None
    checks: tuple[Check, ...]
    objection: str | None


def estimate_share(found: Excess, stage: Stage2) -> Estimate:
    """1 - extra buyers / buyers who looked, both among the rows a campaign could have reached."""
    examples, rows = stage.examples, found.places.numpy()
    buyers = int(np.sum(examples.looked[rows] & (examples.purchases[rows] > 0)))
    extra = float(found.buyers.sum())
    error = TWO_SIDED_95 * clustered_error(found.buyers, examples.customer_id[rows])
    low, high = (float(np.clip(1 - each / buyers, 0, 1)) for each in (extra + error, extra - error))
    return Estimate(
        share=float(np.clip(1 - extra / buyers, 0, 1)), interval=(low, high), is_nobody=extra <= error
    )


def nobody(known: KnownIntent, estimate: Estimate | None) -> str | None:
    """Why no sign of a prompted customer is found, as the end of a sentence; None where there is one.

    The strongest evidence decides: where chance chose who is contacted, it outranks alike customers.
    """
    if known.is_measured:
        return None
    if known.fewer_bought:
        return FEWER_BY_CHANCE
    if known.no_effect_shown:
        return NOBODY_BY_CHANCE
    return NOBODY if estimate is not None and estimate.is_nobody else None


def compare_with_alike(
    stage: Stage2, found: Excess, estimate: Estimate, corrected: np.ndarray, uncorrected: np.ndarray
) -> Verdict:
    """Both p_prompted (n,) of the rows `found.places`, on what looking added there.

    Correction has to tell engaged customers from alike ones who bought without looking better, beyond noise;
    and ranking by it must be shown to keep the extra buyers and the extra sales (judging.KEPT of them).
    """
    examples, rows = stage.examples, found.places.numpy()
    if estimate.is_nobody:  # then there is no total to reach a share of
        return Verdict(basis="alike customers", auc=None, checks=(), objection=NOBODY)
    totals: dict[CheckName, np.ndarray] = {"extra buyers": found.buyers}
    if stage.paid[rows].any():  # where nothing was ever paid, there are no sales to lose
        totals["extra sales"] = found.sales
        if found.sales.sum() <= 0:
            return Verdict(basis="alike customers", auc=None, checks=(), objection=NO_EXTRA_SALES)
    customers = examples.customer_id[rows]
    engaged = (examples.given_label[rows] == "engaged") & examples.looked[rows]
    alike = (examples.purchases[rows] > 0) & ~examples.looked[rows]
    judged = engaged | alike
    auc = paired_auc(
        engaged[judged],
        corrected[judged],
        uncorrected[judged],
        customers[judged],
        np.where(engaged, 1.0, found.weight)[judged],
    )
    active = stage.p_active[rows]
    checks = [_check("intent", auc, passed=auc.is_first_better())]
    for name, part in totals.items():
        gain = paired_gain(part, corrected * active, uncorrected * active, customers)
        checks.append(_check(name, gain, passed=gain.is_first_as_good()))
    figures = f"(AUC {auc.first:.3f} with it, {auc.second:.3f} without)"
    objections: dict[CheckName, str] = {
        "intent": "on customers kept back, it does not tell the engaged from alike customers who bought "
        f"without looking any better {figures}",
        "extra buyers": f"{NOT_RULED_OUT} fewer of the extra buyers",
        "extra sales": f"{NOT_RULED_OUT} less of the extra sales",
    }
    objection = next((objections[check.name] for check in checks if not check.passed), None)
    return Verdict(basis="alike customers", auc=auc, checks=tuple(checks), objection=objection)


def compare_with_known(
    engaged: np.ndarray,
    known_organic: np.ndarray,
    customer_id: np.ndarray,
    corrected: np.ndarray,
    uncorrected: np.ndarray,
    *,
    nothing: str | None,
) -> Verdict:
    """Compare the two heads on held-out customers of known intent, else on given labels; all arrays (n,).

    nothing: what to say where no intent is known at all.
    """

    def are_enough(*kinds: np.ndarray) -> bool:
        return min(_customers(customer_id[kind]) for kind in kinds) >= FEWEST_TO_JUDGE

    organic, others = engaged & known_organic, engaged & ~known_organic
    if are_enough(organic, others):
        rows = others[engaged], corrected[engaged], uncorrected[engaged], customer_id[engaged]
        auc = paired_auc(*rows)
        # These customers' intent is known, so correction has to earn its place: better, and beyond noise.
        objection = (
            None
            if auc.is_first_better()
            else "on customers kept back, it does not tell the engaged from those known to be organic any "
            f"better (AUC {auc.first:.3f} with it, {auc.second:.3f} without)"
        )
        return Verdict(
            basis="known organic",
            auc=auc,
            checks=(_check("intent", auc, passed=objection is None),),
            objection=objection,
        )
    if are_enough(engaged, ~engaged):
        auc = paired_auc(engaged, corrected, uncorrected, customer_id)
        # Given labels are what is doubted: how well a head repeats them cannot speak for correcting them.
        missing = nothing or _missing(engaged, known_organic, customer_id)
        objection = (
            f"{missing}, so nothing shows that it would help (AUC {auc.first:.3f} with it, "
            f"{auc.second:.3f} without)"
        )
        return Verdict(basis="given labels", auc=auc, checks=(), objection=objection)
    few = "too few customers were kept back to see whether it helps"
    return Verdict(basis=None, auc=None, checks=(), objection=few)


def sentence(
    correction: Correction,
    expected: ExpectedShare,
    flipped: float,
    objection: str | None,
    strength: float,
    estimate: Estimate | None,
    beyond: str | None = None,
) -> str:
    """What happened, for the person who reads the model's card. beyond: what speaks against going further."""
    verdict = f" For comparison only: {objection}." if objection else ""
    if correction.method == "printed":
        share = f"{flipped:.0%} of the engaged count as organic"
        return f"Labels were corrected as the paper prints it: {share}.{verdict}"
    if objection in (NOBODY, NOBODY_BY_CHANCE, FEWER_BY_CHANCE) and correction.fall_back:
        ranked = "The ranking finds customers who engage and buy"
        found = f"No prompted customers were found: {objection}."
        if objection != NOBODY_BY_CHANCE or estimate is None or estimate.is_nobody:
            return f"{found} {ranked}; nothing shows that a campaign moves them."
        return (
            f"{found} Alike customers who did not look suggest that {1 - estimate.share:.0%} of the engaged "
            f"who looked were prompted; only a larger holdout can tell. {ranked}."
        )
    if objection is not None and correction.fall_back:
        counted = "Every engaged customer counts as prompted."
        return f"Label correction was tried and not used: {objection}. {counted}"
    told = {
        "setting": "as many as you expect",
        "evidence": "as many as the evidence tells",
        "alike customers": "as many as alike customers who did not look tell",
        "mild cap": "since nothing tells how many to expect",
    }[expected.source]
    proof = verdict or " Customers kept back bear this out."
    if strength < 1:
        proof = (
            f" The ranking goes {strength:.0%} of the way to that: customers kept back bear this out. As to "
            f"going further, {beyond}."
        )
    return f"{flipped:.0%} of the engaged customers count as organic, {told}.{proof}"


def _missing(engaged: np.ndarray, known_organic: np.ndarray, customer_id: np.ndarray) -> str:
    """Why held-out customers of known intent cannot judge, as the start of a clause; all arrays (n,)."""
    organic, others = (_customers(customer_id[engaged & known]) for known in (known_organic, ~known_organic))
    needed = f"{FEWEST_TO_JUDGE} are needed to judge"
    if organic < FEWEST_TO_JUDGE:
        return f"only {organic} customers kept back are known to be organic; {needed}"
    return f"only {others} engaged customers kept back are not known to be organic; {needed}"


def _customers(customer_id: np.ndarray) -> int:
    return len(np.unique(customer_id.astype(str)))


def _check(name: CheckName, found: Paired, *, passed: bool) -> Check:
    return Check(
        name=name,
        corrected=found.first,
        uncorrected=found.second,
        standard_error=found.standard_error,
        passed=passed,
    )

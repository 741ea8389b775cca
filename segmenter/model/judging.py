"""Two scores of the same held-out customers -> which one is better, and whether that is noise."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

# One-sided: a difference this many standard errors from zero happens by chance once in twenty times.
Z = float(norm.ppf(0.95))

# A score is as good as another when it is shown to keep this share of its figure. A looser rule (not shown to
# be worse) let a correction in or out by the luck of the seed, and the lists with it.
KEPT = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A figure of two scores on the same customers, more being better, and the standard error of their
    difference. kept_error: of what the first has beyond `KEPT` of the second, where that was asked.
    """

    first: float
    second: float
    standard_error: float
    kept_error: float | None = None

    def is_first_better(self) -> bool:
        """Beyond noise."""
        return self.first - self.second > Z * self.standard_error

    def is_first_as_good(self) -> bool:
        """Whether the first has more than `KEPT` of the second's figure beyond noise: a test of
        non-inferiority. The second's own noise counts, too: where the figure itself is hardly known, nothing
        is known to be kept of it.
        """
        error = self.standard_error if self.kept_error is None else self.kept_error
        return self.first - KEPT * self.second > Z * error


def paired_auc(
    positive: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    customer_id: np.ndarray,
    weight: np.ndarray | None = None,
) -> Paired:
    """Compare two scores' AUC: the chance that a customer of the one kind scores above one of the other.

    positive: (n,) bool with both kinds, of two customers or more each; first, second, customer_id: (n,);
    weight: (n,) how much a row counts, at least 0; taken as known. Stacked cutoffs give one customer several
    rows, which tell nearly the same: what varies by chance is the customer, not the row. Source: Obuchowski
    1997, which is DeLong, DeLong and Clarke-Pearson 1988 where every customer has one row. Ties count half.
    """
    weight = np.ones(len(first)) if weight is None else weight
    of_positive, of_negative = weight[positive], weight[~positive]
    # Placements: for each positive the share of negatives below it, for each negative the share of
    # positives above.
    above = [_share_below(s[~positive], of_negative, s[positive]) for s in (first, second)]
    below = [1 - _share_below(s[positive], of_positive, s[~positive]) for s in (first, second)]
    auc = [float(np.average(placed, weights=of_positive)) for placed in above]
    _, customer = np.unique(customer_id.astype(str), return_inverse=True)
    # What each customer's rows add to the difference of the AUCs, beyond the mean row: (customers,) each.
    as_positive, as_negative = (
        np.bincount(
            customer[kind],
            weights=counts / counts.sum() * (moved - np.average(moved, weights=counts)),
            minlength=customer.max() + 1,
        )
        for kind, counts, moved in (
            (positive, of_positive, above[0] - above[1]),
            (~positive, of_negative, below[0] - below[1]),
        )
    )
    # The same customer may be positive at one cutoff and negative at another, hence the third term.
    variance = (
        _own_mean(customer[positive]) * np.sum(as_positive**2)
        + _own_mean(customer[~positive]) * np.sum(as_negative**2)
        + _own_mean(customer) * 2 * np.sum(as_positive * as_negative)
    )
    return Paired(first=auc[0], second=auc[1], standard_error=float(np.sqrt(max(variance, 0.0))))


def paired_gain(part: np.ndarray, first: np.ndarray, second: np.ndarray, customer_id: np.ndarray) -> Paired:
    """Compare how much of a total two rankings reach early: the area between gain curve and diagonal.

    part: (n,) each row's part of a total above zero, possibly negative; first, second: (n,) scores, higher
    first; customer_id: (n,). The area is half the total for a perfect start and 0 for a random order; given
    as a share of the total. Whose rank it is counts as known, so the error is that of a sum over customers.
    """
    early = [(rankdata(score) - 0.5) / len(score) - 0.5 for score in (first, second)]  # 0.5 first, -0.5 last
    total = float(part.sum())
    moved, kept = (
        clustered_error(part * (early[0] - share * early[1]), customer_id) / abs(total) for share in (1, KEPT)
    )
    areas = [float(np.sum(part * place)) / total for place in early]
    return Paired(first=areas[0], second=areas[1], standard_error=moved, kept_error=kept)


def clustered_error(part: np.ndarray, customer_id: np.ndarray) -> float:
    """Standard error of the sum of `part` (n,), customers being what varies."""
    _, customer = np.unique(customer_id.astype(str), return_inverse=True)
    sums = np.bincount(customer, weights=part)
    return float(np.sqrt(_own_mean(customer) * np.sum((sums - sums.mean()) ** 2)))


def _share_below(others: np.ndarray, weight: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Weighted share of `others` (m,) below each of `score` (n,), ties half: (n,)."""
    order = np.argsort(others, kind="stable")
    ordered, summed = others[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    left, right = (summed[np.searchsorted(ordered, score, side=side)] for side in ("left", "right"))
    below: np.ndarray = (left + right) / (2 * summed[-1])
    return below


def _own_mean(customer: np.ndarray) -> float:
    """I / (I - 1) for the I customers among these rows: their mean was taken from themselves."""
    customers = len(np.unique(customer))
    return customers / (customers - 1)

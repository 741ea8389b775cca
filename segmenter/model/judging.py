"""Two scores of the same held-out customers -> which one tells them apart better, and whether that is
noise.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

# One-sided: a difference this many standard errors from zero happens by chance once in twenty times.
Z = float(norm.ppf(0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedAuc:
    """AUC of two scores on the same customers, and the standard error of their difference.

    AUC: the chance that a customer of the one kind scores above one of the other kind; 0.5 is guessing.
    """

    first: float
    second: float
    standard_error: float

    def is_first_better(self) -> bool:
        """Beyond noise."""
        return self.first - self.second > Z * self.standard_error


def paired_auc(
    positive: np.ndarray, first: np.ndarray, second: np.ndarray, customer_id: np.ndarray
) -> PairedAuc:
    """Compare two scores.  positive: (n,) bool with both kinds, of two customers or more each; first, second,
    customer_id: (n,).

    Stacked cutoffs give one customer several rows, which tell nearly the same: what varies by chance is the
    customer, not the row. Source: Obuchowski 1997, which is DeLong, DeLong and Clarke-Pearson 1988 where
    every customer has one row; placements by midranks as in Sun and Xu 2014. Ties count half.
    """
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    # Placements: for each positive the share of negatives below it, for each negative the share of
    # positives above.
    above, below, auc = [], [], []
    for score in (first, second):
        overall = rankdata(score)
        above.append((overall[positive] - rankdata(score[positive])) / n_negative)
        below.append(1 - (overall[~positive] - rankdata(score[~positive])) / n_positive)
        auc.append(float(above[-1].mean()))
    _, customer = np.unique(customer_id.astype(str), return_inverse=True)
    # What each customer's rows add to the difference of the AUCs, beyond the mean row: (customers,) each.
    as_positive, as_negative = (
        np.bincount(customer[kind], weights=moved - moved.mean(), minlength=customer.max() + 1)
        for kind, moved in ((positive, above[0] - above[1]), (~positive, below[0] - below[1]))
    )
    # The same customer may be positive at one cutoff and negative at another, hence the third term.
    variance = (
        _own_mean(customer[positive]) * np.sum(as_positive**2) / n_positive**2
        + _own_mean(customer[~positive]) * np.sum(as_negative**2) / n_negative**2
        + _own_mean(customer) * 2 * np.sum(as_positive * as_negative) / (n_positive * n_negative)
    )
    return PairedAuc(first=auc[0], second=auc[1], standard_error=float(np.sqrt(max(variance, 0.0))))


def _own_mean(customer: np.ndarray) -> float:
    """I / (I - 1) for the I customers among these rows: their mean was taken from themselves."""
    customers = len(np.unique(customer))
    return customers / (customers - 1)

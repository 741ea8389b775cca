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


def paired_auc(positive: np.ndarray, first: np.ndarray, second: np.ndarray) -> PairedAuc:
    """Compare two scores.  positive: (n,) bool with both kinds, at least two of each; first, second: (n,).

    Source: DeLong, DeLong and Clarke-Pearson 1988; placements by midranks as in Sun and Xu 2014. Ties count
    half.
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
    variance = (
        np.var(above[0] - above[1], ddof=1) / n_positive + np.var(below[0] - below[1], ddof=1) / n_negative
    )
    return PairedAuc(first=auc[0], second=auc[1], standard_error=float(np.sqrt(variance)))

"""What the correction believed of each engaged customer -> the ledger: how far organic, since when, how
stably, and why. One row per engaged customer and cutoff that stage 2 learned from.
"""

import numpy as np
import pandas as pd
from torch import Tensor

from segmenter.model.examples import Examples

COUNTED_ORGANIC = 0.5  # counts as organic by more than half

REASONS = {
    "known": "Known to have bought without the campaign",
    "unseen": "Bought without having looked at it",
    "alike": "Alike customers who did not look bought too",
    "own": "Looks like customers who bought without it",
}


def ledger(
    examples: Examples, places: Tensor, doubt: Tensor, since: Tensor, *, by_alike: bool
) -> pd.DataFrame:
    """The ledger as a frame, most organic first.

    places: (n,) rows of the engaged; doubt: (n, members) how far each member's labels count them as organic,
    in [0, 1]; since: (n, members) the epoch from which on a member counted them so by more than half, -1
    where it does not. by_alike: alike customers told it, not the model itself.

    Columns: customer_id; cutoff; organic, the mean over the members, least_organic, most_organic; agreeing,
    the share of members on the majority's side of a half; since_epoch (missing where they count as
    prompted), the median over the members that agree; reason, in words.
    """
    rows = places.numpy()
    organic = doubt.double().numpy()
    sides = organic > COUNTED_ORGANIC
    counted = sides.mean(axis=1) > 0.5
    epochs = np.where(sides, since.double().numpy(), np.nan)
    first = np.full(len(rows), np.nan)
    if counted.any():
        first[counted] = np.nanmedian(epochs[counted], axis=1)
    reason = np.where(by_alike, REASONS["alike"], REASONS["own"]).repeat(len(rows)).astype(object)
    if by_alike:
        reason[~examples.looked[rows]] = REASONS["unseen"]
        if examples.known_organic is not None:
            reason[examples.known_organic[rows]] = REASONS["known"]
    reason[~counted] = None
    frame = pd.DataFrame(
        {
            "customer_id": examples.customer_id[rows],
            "cutoff": examples.cutoff[rows],
            "organic": organic.mean(axis=1),
            "least_organic": organic.min(axis=1),
            "most_organic": organic.max(axis=1),
            "agreeing": np.maximum(sides.mean(axis=1), 1 - sides.mean(axis=1)),
            "since_epoch": first,
            "reason": reason,
        }
    )
    return frame.sort_values(
        ["organic", "customer_id", "cutoff"], ascending=[False, True, True], ignore_index=True
    )

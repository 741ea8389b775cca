"""Two additive models -> why a group's score differs between them, feature by feature and exactly.

Without hidden units the logit of p_prompted is a base plus one contribution per feature, in both models. So
the mean difference of a group's logits is the difference of the bases plus the mean difference of each
feature's contribution: nothing is estimated. Contributions are centred on everybody scored, so that the bases
differ by what changes for all alike, and moves nobody. The score's other factor, the chance to be active, is
told beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmenter.comparing.comparison import Addition, Why
from segmenter.comparing.group_sums import GroupSums
from segmenter.comparing.overlap import Membership
from segmenter.evaluation.profiles import MIN_GROUP
from segmenter.model.reasons import Explainer
from segmenter.model.two_stage import TwoStageModel

MOST_REASONS = 6  # each way
Frames = Callable[[], Iterable[pd.DataFrame]]


@dataclass(frozen=True, slots=True)
class Contributions:
    """One model's mean contributions: base, the average logit; of every feature, (groups,) means."""

    base: float
    by_feature: Mapping[str, np.ndarray]


def contributions(model: TwoStageModel, frames: Frames, members: Membership) -> Contributions:
    """frames: called twice, gives all customers scored, in batches. Raises NotExplainable."""
    explainer, sums = Explainer(model, frames()), GroupSums()
    for frame in frames():
        sums.add(members.of_rows(frame["customer_id"]), explainer.contributions(frame))
    return Contributions(explainer.base, {name: sums.mean[:, k] for k, name in enumerate(explainer.names)})


def reasons_to_move(
    ours: Contributions,
    theirs: Contributions,
    sizes: np.ndarray,
    told: Callable[[str, int], tuple[str, str]],
) -> dict[int, Why]:
    """A Why per place of a group of 20 customers or more. told: a feature and a place -> label and words.

    A feature that only one model knows adds nothing in the other.
    """
    names = sorted({*ours.by_feature, *theirs.by_feature})
    nothing = np.zeros(len(sizes))
    gaps = np.stack(
        [ours.by_feature.get(name, nothing) - theirs.by_feature.get(name, nothing) for name in names]
    )
    level = ours.base - theirs.base
    whys = {}
    for place, size in enumerate(sizes.tolist()):
        if size < MIN_GROUP:
            continue
        kept = _largest(gaps[:, place])
        reasons = tuple(
            Addition(
                feature=names[k],
                label=told(names[k], place)[0],
                words=told(names[k], place)[1],
                adds=float(gaps[k, place]),
            )
            for k in kept
        )
        added = float(gaps[:, place].sum())
        whys[place] = Why(
            total=level + added,
            level=level,
            reasons=reasons,
            others=added - sum(reason.adds for reason in reasons),
        )
    return whys


def _largest(gaps: np.ndarray) -> Sequence[int]:
    """Places of the largest gaps, up to MOST_REASONS each way, the largest first."""
    order = sorted(range(len(gaps)), key=lambda k: -abs(gaps[k]))
    up = [k for k in order if gaps[k] > 0][:MOST_REASONS]
    down = [k for k in order if gaps[k] < 0][:MOST_REASONS]
    return [k for k in order if k in up or k in down]

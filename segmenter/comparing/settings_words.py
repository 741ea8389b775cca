"""Two models' settings and cutoffs -> what differs between them, in words."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from segmenter.comparing.comparison import Difference
from segmenter.cutoffs import Cutoffs
from segmenter.figures import day
from segmenter.model.report import CorrectionReport
from segmenter.settings import TrainingSettings

WORDS = {
    "windows.outcome_days": "Days predicted after the cutoff",
    "windows.attribution_days": "Days in which a purchase follows a reaction",
    "windows.engagement_kinds": "What counts as reacting to a campaign",
    "windows.recent_windows": "Lengths of the recent windows, in days predicted",
    "network.n_bins": "Steps in which a number is read",
    "network.n_hidden": "Hidden units",
    "network.members": "Networks that learn side by side",
    "network.learning_rate": "Learning rate",
    "network.weight_decay": "Weight decay",
    "network.batch_size": "Customers per training step",
    "network.max_epochs": "Most passes over the customers",
    "network.patience": "Passes without progress before it stops",
    "network.class_weights": "Every segment weighs the same while the network learns",
    "network.device": "A graphics card is used where there is one",
    "correction.method": "How labels are doubted",
    "correction.tau": "Doubt threshold (tau)",
    "correction.organic_share": "Expected share of the engaged who would have bought anyway",
    "correction.mild_cap": "Most labels doubted where nothing tells how many",
    "correction.ramp_epochs": "Passes until the doubt is full",
    "correction.min_positive_share": "Fewest engaged that must be believed",
    "correction.compare": "Other organic shares tried for comparison",
    "correction.fall_back": "Correction only where customers kept back speak for it",
    "ranking": "What customers are ranked by",
    "inactive_threshold": "Chance to be inactive from which customers are left out",
    "exposed_only": "Learn only from customers a campaign could reach",
    "test_share": "Share of customers kept back for testing",
    "seed": "Seed of chance",
    "leave_out": "Features left out",
}
VALUE_WORDS = {
    ("network.class_weights", "balanced"): "yes",
    ("network.class_weights", "none"): "no",
    ("network.device", "auto"): "yes",
    ("network.device", "cpu"): "no",
    ("correction.method", "guarded"): "with guards",
    ("correction.method", "none"): "not at all",
    ("correction.method", "printed"): "as the paper prints it",
    ("ranking", "product"): "prompted score times chance to be active",
    ("ranking", "paper"): "prompted score, without the likely inactive",
}
SHARES = {
    "correction.organic_share",
    "correction.mild_cap",
    "correction.min_positive_share",
    "inactive_threshold",
    "test_share",
}


def differences(
    settings: tuple[TrainingSettings, TrainingSettings],
    cutoffs: tuple[Cutoffs, Cutoffs],
    corrections: tuple[CorrectionReport, CorrectionReport],
) -> tuple[Difference, ...]:
    """All that differs, ours before theirs: cutoffs first, then settings, then what became of the labels."""
    found = [
        Difference(setting=name, words=words, ours=ours, theirs=theirs)
        for name, words, ours, theirs in (
            ("cutoff", "Training windows begin on", *(_days(each) for each in cutoffs)),
            ("", "Tested from", *(day(each.test) for each in cutoffs)),
        )
        if ours != theirs
    ]
    first, second = (dict(_leaves(asdict(each))) for each in settings)
    found += [
        Difference(
            setting=name,
            words=WORDS.get(name, name.rsplit(".", 1)[-1].replace("_", " ").capitalize()),
            ours=_value(name, first[name]),
            theirs=_value(name, second[name]),
        )
        for name in first
        if first[name] != second[name]
    ]
    ours, theirs = (_outcome(each) for each in corrections)
    if ours != theirs:
        found.append(Difference(setting="", words="What became of the labels", ours=ours, theirs=theirs))
    return tuple(found)


def _leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _value(name: str, value: Any) -> str:
    if (name, value) in VALUE_WORDS:
        return VALUE_WORDS[name, value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(str(item) for item in value) or "none"
    if value is None:
        return "as the evidence tells"
    return f"{value:.0%}" if name in SHARES else f"{value:g}" if isinstance(value, float) else str(value)


def _days(cutoffs: Cutoffs) -> str:
    return ", ".join(map(day, cutoffs.train))


def _outcome(correction: CorrectionReport) -> str:
    if not correction.applied:
        return "every engaged customer counts as prompted"
    told = f"{correction.flipped_share:.0%} of the engaged count as organic"
    # Reports from before strengths were kept say 0 of a correction in use: then it was used whole.
    part = 0 < correction.strength < 1
    return f"{told}, followed {correction.strength:.0%} of the way" if part else told

"""Choices on the Training page -> cutoffs, settings, and the words of the command that trains with them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from segmenter.cutoffs import Cutoffs
from segmenter.settings import TrainingSettings

# Windows people think in: a month, two weeks, a week. Longer ones are for whoever asks for them.
USUAL_OUTCOME_DAYS: Final = (30, 14, 7)
USUAL_CAMPAIGN_DAYS: Final = 14  # that a customer-level file looks at after its campaign
MOST_CUTOFFS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingChoice:
    """Everything the page asked for."""

    dataset_id: str
    cutoffs: Cutoffs
    settings: TrainingSettings
    name: str

    def arguments(self) -> list[str]:
        """The choice as arguments of `python -m segmenter train`."""
        words = ["--dataset", self.dataset_id]
        for cutoff in self.cutoffs.train:
            words += ["--cutoff", cutoff.isoformat()]
        words += ["--outcome-days", str(self.settings.windows.outcome_days)]
        for key, value in changed_settings(self.settings).items():
            if key != "windows.outcome_days":
                words += ["--set", f"{key}={value}"]
        if self.name:
            words += [f"--name={self.name}"]  # in one word: a name may begin like an option
        return [*words, "--complete"]


def usual_outcome_days(span_days: int) -> int:
    """The longest usual window that the data hold four times: history, training, testing, a spare."""
    return next((days for days in USUAL_OUTCOME_DAYS if span_days >= 4 * days), max(1, span_days // 4))


def last_cutoff_range(start: date, end: date, outcome_days: int) -> tuple[date, date]:
    """First and last day a training cutoff can be: a window of history before it, one of data after."""
    window = timedelta(days=outcome_days)
    return start + window, end - window


def stacked_cutoffs(last: date, count: int, outcome_days: int) -> tuple[date, ...]:
    """`count` cutoffs back to back, so that no two outcome windows share a day, ending with `last`."""
    return tuple(last - timedelta(days=outcome_days * back) for back in reversed(range(count)))


def most_cutoffs(first: date, last: date, outcome_days: int) -> int:
    """How many windows back to back fit between the first possible cutoff and `last`; at least 1."""
    return max(1, min(MOST_CUTOFFS, (last - first).days // outcome_days + 1))


def changed_settings(settings: TrainingSettings) -> dict[str, str]:
    """The settings that differ from the defaults, as `--set` takes them: 'correction.tau' -> '0.4'."""
    defaults = dict(_leaves(asdict(TrainingSettings())))
    return {key: _text(value) for key, value in _leaves(asdict(settings)) if value != defaults[key]}


def _leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _text(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ",".join(str(item) for item in value)
    return "none" if value is None else str(value)

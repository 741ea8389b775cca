"""A head's name and the passes it has made -> the share of a training that is done, and words for it."""

from collections.abc import Callable

from segmenter.progress import Progress
from segmenter.settings import TrainingSettings


def epochs_told(settings: TrainingSettings, progress: Progress) -> Callable[[str, int], None]:
    """A listener for the trainer: turns a head's name and epoch into a share of the whole and words."""
    stages = {
        "segment": "stage 1",
        "uncorrected": "stage 2",
        "anyway": "who buys anyway",
        "extra": "what looking adds",
        "look": "who looks",
        "corrected": "stage 2, corrected",
        "printed": "stage 2 as the paper prints it",
        "low": "stage 2 with a low organic share",
        "high": "stage 2 with a high organic share",
    }
    if settings.correction.method == "none":
        del stages["corrected"]
    if settings.correction.method != "guarded" or not settings.correction.compare:
        for name in ("printed", "low", "high"):
            del stages[name]
    order = list(stages)

    def report(name: str, epoch: int) -> None:
        share = (order.index(name) + (epoch + 1) / settings.network.max_epochs) / len(order)
        progress("train", share, f"Training {stages[name]}, pass {epoch + 1}")

    return report

"""How long work tells where it is: one small protocol, so that no stage knows who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called between steps. May raise Cancelled, so call it where stopping is safe."""

    def __call__(self, stage: str, share: float, message: str = "") -> None:
        """stage: a word such as 'features'; share: of the whole job, in [0, 1]; message: plain words."""


def silent(stage: str, share: float, message: str = "") -> None:
    """Progress for callers who do not care."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Progress for a step of a longer job: its 0 to 1 becomes `start` to `end` of the whole."""

    def report(stage: str, share: float, message: str = "") -> None:
        progress(stage, start + (end - start) * share, message)

    return report

"""What is remembered of an audience: its rule, its funnel, the scores it came from and the file it became."""

from dataclasses import dataclass
from datetime import datetime

from segmenter.audience.selection import AudienceRule, Funnel


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """An audience as it was saved; `sha256` is that of the written file."""

    name: str
    rule: AudienceRule
    funnel: Funnel
    scores: str
    model: str
    dataset: str
    columns: tuple[str, ...]
    guarded_cells: int  # cells that a spreadsheet would have run as a formula, made harmless
    sha256: str
    created_at: datetime
    id: str = ""
    path: str = ""

    def summary(self) -> str:
        """The funnel as one sentence, and what the suppression list met."""
        f = self.funnel
        counts = (
            f"{f.selected:,} selected, {f.no_consent:,} without consent, {f.suppressed:,} suppressed, "
            f"{f.held_out:,} held out, {f.exported:,} in the file."
        )
        return f"{counts} {f.list_sentence()}".strip()

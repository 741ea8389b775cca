"""What a reader sees in cells on its way -> how many cells of each kind, and the row of the first."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(slots=True)
class CellNotes:
    """Counts what was seen, batch by batch. cells: how many were looked at."""

    cells: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)

    def see(self, masks: dict[str, Any], numbers: np.ndarray) -> None:
        """Add a batch. masks: what was seen -> Arrow bool (n,), NULL is no; numbers: of the rows (n,)."""
        self.cells += len(numbers)
        for code, mask in masks.items():
            rows = numbers[np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)]
            if len(rows):
                self.counts[code] = self.counts.get(code, 0) + len(rows)
                self.first_rows.setdefault(code, int(rows[0]))

    def count(self, code: str) -> int:
        """How many cells that was seen in."""
        return self.counts.get(code, 0)

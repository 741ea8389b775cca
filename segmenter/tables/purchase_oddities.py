"""Purchases as they are read -> how many are cancellations, negative, free: those set aside included."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmenter.tables.report import Finding, Severity
from segmenter.tables.source_rows import SourceRows

_CANCELLED_ID = "^[Cc][0-9]"
_MOST_CANCELLED = 0.5  # where more orders than this begin with C, the letter means something else

# what -> how serious it is, the contract column that shows it, what it is, and what is done with it.
_ODDITIES: dict[str, tuple[Severity, str, str, str]] = {
    "cancellations": (
        "note",
        "order_id",
        "are cancellations: their order number begins with C",
        "Those used count as returns where their amount is below zero",
    ),
    "negative_prices": (
        "warning",
        "amount",
        "have a price below zero for a quantity above zero, as corrections of accounts have",
        "Those used count as money given back. Leave them out with 'unless' if they are no returns",
    ),
    "zero_amounts": (
        "note",
        "amount",
        "have a price or amount of zero, as gifts, samples and corrections of stock have",
        "Those used add nothing to what a customer spends",
    ),
    "negative_quantities": (
        "warning",
        "quantity",
        "have a quantity below zero, but are no cancellations and give no money back",
        "Those used count as purchases; check whether they are returns",
    ),
}


@dataclass(slots=True)
class _Count:
    rows: int = 0
    used: int = 0
    first_row: int | None = None


@dataclass(slots=True)
class PurchaseOddities:
    """Counts what is odd about the purchases of one file, those included that are set aside later."""

    orders: int = 0
    counts: dict[str, _Count] = field(default_factory=lambda: {code: _Count() for code in _ODDITIES})

    def add(self, values: Mapping[str, pa.Array], numbers: np.ndarray, rejected: np.ndarray) -> None:
        """One batch: typed columns as they stand in the file, row numbers (n,), rows set aside: bool (n,)."""
        amount = _numbers(values.get("amount"), len(numbers))
        quantity = _numbers(values.get("quantity"), len(numbers))
        cancelled = np.zeros(len(numbers), dtype=bool)
        if "order_id" in values:
            matches = pc.match_substring_regex(values["order_id"], _CANCELLED_ID)
            cancelled = _mask(matches)
            self.orders += len(matches) - matches.null_count
        given_back = (
            _mask(values["is_return"]) if "is_return" in values else np.zeros(len(numbers), dtype=bool)
        )
        found = {
            "cancellations": cancelled,
            "negative_prices": (amount < 0) & (quantity > 0) & ~given_back,
            "zero_amounts": amount == 0,
            "negative_quantities": (quantity < 0) & (amount >= 0) & ~given_back & ~cancelled,
        }
        for code, mask in found.items():
            if mask.any():
                count = self.counts[code]
                count.rows += int(mask.sum())
                count.used += int((mask & ~rejected).sum())
                first = int(numbers[mask].min())
                count.first_row = first if count.first_row is None else min(count.first_row, first)

    def findings(self, source: SourceRows) -> list[Finding]:
        """One finding per oddity that was met, with its file and column."""
        found = []
        for code, (severity, meaning, what, done) in _ODDITIES.items():
            count = self.counts[code]
            if count.rows == 0 or (code == "cancellations" and count.rows > _MOST_CANCELLED * self.orders):
                continue
            column = source.mapping.columns[meaning].column
            lost = count.rows - count.used
            aside = f" {lost:,} of them were set aside for another reason." if lost else ""
            found.append(
                Finding(
                    code=code,
                    message=f"{count.rows:,} rows of '{source.file}' {what} (column '{column}').{aside} "
                    f"{done if count.used else 'None of them is used'}.",
                    severity=severity if count.used else "note",
                    table=source.table,
                    file=source.file,
                    column=column,
                    rows=count.rows,
                    first_row=count.first_row,
                )
            )
        return found


def _numbers(values: pa.Array | None, rows: int) -> np.ndarray:
    """float64 of shape (rows,), NaN where missing."""
    if values is None:
        return np.full(rows, np.nan)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _mask(values: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), dtype=bool)

"""Stored tables set against each other -> findings: do they speak of the same customers and campaigns?"""

from collections.abc import Iterator
from pathlib import Path

from segmenter.engines import Engine
from segmenter.tables.report import Finding, Severity
from segmenter.tables.storing import table_file
from segmenter.tables.table_facts import facts, table_finding

_FEW_KNOWN = 0.5  # fewer than this share of one table's ids in another: the ids are written differently

# What is done with rows of customers or campaigns that the other table does not know.
_KEPT = {
    "transactions": "Their purchases were kept, and they count as customers.",
    "engagements": "Their touches were kept, and they count as customers.",
    "assignments": "Their rows were kept; in comparisons they count as customers who did not buy.",
    "intents": "Their rows were kept, but nothing can be learned from them.",
}


def check_links(engine: Engine, out: Path, given: tuple[str, ...]) -> Iterator[Finding]:
    """For each pair of given tables, how many ids of the one the other does not have, and what was done."""
    people = "customers" if "customers" in given else "transactions"
    pairs = [
        ("known_customers", "transactions", "customers"),
        *(("known_customers", table, people) for table in ("engagements", "assignments", "intents")),
        *(("known_campaigns", table, "campaigns") for table in ("engagements", "assignments")),
    ]
    for check, left, right in pairs:
        if left in given and right in given:
            unknown, ids = _unknown(engine, out, check, left, right)
            if unknown:
                yield _unknown_finding(check.removeprefix("known_"), left, right, unknown, ids)
    if "customers" in given and "transactions" in given:
        without, ids = _unknown(engine, out, "known_customers", "customers", "transactions")
        if without:
            yield table_finding(
                "customers_without_purchases",
                f"{without:,} of {ids:,} customers have no purchase. They were kept: they count as inactive, "
                "or as never-customers, until they buy.",
                "customers",
                severity="note",
                rows=without,
                column="customer_id",
            )


def _unknown(engine: Engine, out: Path, check: str, left: str, right: str) -> tuple[int, int]:
    """How many different ids of `left` are not in `right`, and how many there are."""
    engine.register("left_rows", table_file(out, left))
    engine.register("right_rows", table_file(out, right))
    found = facts(engine, check)
    return found["n_ids"] - found["n_known"], found["n_ids"]


def _unknown_finding(things: str, left: str, right: str, unknown: int, ids: int) -> Finding:
    known = ids - unknown
    severity: Severity = "note"
    if known < _FEW_KNOWN * ids:
        severity = "warning"
        words = f"only {known:,} are in table '{right}'. Check that both write the ids in the same way."
    else:
        words = f"{unknown:,} are not in table '{right}'."
    done = _KEPT[left] if things == "customers" else "Their rows were kept, without what a campaign costs."
    return table_finding(
        f"unknown_{things}",
        f"Of {ids:,} {things} in table '{left}' {words} {done}",
        left,
        severity=severity,
        rows=unknown,
        column=f"{things.removesuffix('s')}_id",
    )

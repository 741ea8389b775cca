"""Stored tables -> findings about the data as a whole: what no single cell shows.

Each check is a small SQL file that returns one row of counts, and the rule that reads them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from segmenter.engines import Engine
from segmenter.tables.contracts import TABLES
from segmenter.tables.dataset import Coverage
from segmenter.tables.gaps import check_gaps
from segmenter.tables.label_checks import check_labels
from segmenter.tables.link_checks import check_links
from segmenter.tables.outcome_checks import check_outcomes
from segmenter.tables.report import Finding
from segmenter.tables.return_checks import check_returns
from segmenter.tables.storing import table_file
from segmenter.tables.table_facts import facts, table_finding

_FEW_KNOWN = 0.5  # fewer margins than this share of the purchases deserve a look
_APART = timedelta(days=7)  # how far the ends of two tables may lie apart before it looks like a gap
_MANY_REPEATED = 0.1  # share of repeated rows from which a file looks as if it were pasted together twice
_MANY_IN_BOTH = 0.5  # share of a trial's customers in both arms from which it is no trial
_DOMINANT = 0.5  # one customer with more than this share of all money is a till, not a person


def check_tables(
    engine: Engine, out: Path, given: tuple[str, ...]
) -> tuple[dict[str, Coverage], list[Finding]]:
    """What the given tables (those with rows) cover in time, and the findings about them."""
    coverage: dict[str, Coverage] = {}
    findings: list[Finding] = []
    for table in TABLES:
        engine.register(table, table_file(out, table))
    for table in given:
        if TABLES[table].has_time:
            covered, about = _check_time(engine, out, table)
            coverage[table] = covered
            findings += about
    if "transactions" in given:
        findings += _check_transactions(engine)
        findings += check_returns(engine)
        findings += _check_ids(engine, out)
    if "assignments" in given:
        findings += _check_arms(engine)
    findings += check_labels(out, given)
    if "outcomes" in given:
        findings += check_outcomes(facts(engine, "outcome_facts"))
    findings += check_links(engine, out, given)
    findings += _check_ends(coverage)
    findings += check_gaps(engine)
    return coverage, findings


def _check_time(engine: Engine, out: Path, table: str) -> tuple[Coverage, list[Finding]]:
    engine.register("timed_rows", table_file(out, table))
    found = facts(engine, "coverage", now=datetime.now() + timedelta(days=1))
    # One wrong date must not move the end of the data into a time of which nothing is known.
    coverage = Coverage(first=found["first_at"], last=found["last_present_at"] or found["last_at"])
    findings = []
    if found["late_rows"]:
        message = (
            f"{found['late_rows']:,} rows of table '{table}' lie in the future, the last on "
            f"{found['last_at']:%Y-%m-%d}. Check the order of day and month, and where counted times begin."
        )
        findings.append(table_finding("future_dates", message, table, rows=found["late_rows"]))
    if found["days"] == 1 and table == "transactions":
        message = (
            "All purchases are on one day, so nothing can be said about habits or about what comes after. "
            "Bring a longer period."
        )
        findings.append(table_finding("one_day", message, table))
    return coverage, findings


def _check_ends(coverage: dict[str, Coverage]) -> Iterator[Finding]:
    """Do purchases and campaign touches end at about the same time?"""
    ends = {name: coverage[name].last for name in ("transactions", "engagements") if name in coverage}
    bought, touched = ends.get("transactions"), ends.get("engagements")
    if bought is None or touched is None:
        return
    if touched - bought > _APART:
        yield table_finding(
            "purchases_end_early",
            f"Purchases end on {bought:%Y-%m-%d}, campaign touches on {touched:%Y-%m-%d}. What follows the "
            "last purchase cannot be learned from; bring the later purchases, too.",
        )
    if bought - touched > 4 * _APART:
        yield table_finding(
            "touches_end_early",
            f"Campaign touches end on {touched:%Y-%m-%d}, purchases on {bought:%Y-%m-%d}. Nobody can be "
            "engaged in a time without touches; if there were campaigns, bring their touches, too.",
            "engagements",
        )


def _check_transactions(engine: Engine) -> Iterator[Finding]:
    found = facts(engine, "transaction_facts")
    rows, customers, total = found["n_rows"], found["n_customers"], found["total"] or 0.0
    if customers == 1:
        yield table_finding(
            "one_customer",
            f"All {rows:,} purchases belong to one and the same customer. Check which column is the "
            "customer's id.",
            severity="problem",
        )
    if found["repeated_rows"]:
        yield table_finding(
            "repeated_rows",
            f"Purchases that repeat another one exactly: {found['repeated_rows']:,}. They were kept, as "
            "lines of an order may repeat.",
            severity="note" if found["repeated_rows"] < _MANY_REPEATED * rows else "warning",
            rows=found["repeated_rows"],
        )
    if total < 0:
        yield table_finding(
            "returns_exceed_sales", "More money was given back than taken in. Check the amounts' signs."
        )
    if found["n_amounts"] == 1 and rows > 1:
        yield table_finding(
            "constant_amount", "All purchases have the same amount. Check which column is the amount."
        )
    if customers > 10 and total > 0 and found["largest_spend"] > _DOMINANT * total:
        yield table_finding(
            "dominant_customer",
            f"One customer accounts for {found['largest_spend'] / total:.0%} of all sales, as a collective "
            "account for guests does. Consider leaving it out.",
        )
    if found["n_margins"]:
        yield from _check_margins(found)


def _check_margins(found: dict[str, Any]) -> Iterator[Finding]:
    """What is doubtful about margins, where some are given."""
    missing = found["n_rows"] - found["n_margins"]
    if missing:
        amount, margin = found["amount_with_margin"] or 0.0, found["margin"] or 0.0
        left = f"{margin / amount:.0%} of their amount" if amount > 0 else "nothing"
        yield table_finding(
            "margins_missing",
            f"{missing:,} of {found['n_rows']:,} purchases have no margin; they count with {left}, as what "
            "is left of the others on average.",
            severity="note" if missing < _FEW_KNOWN * found["n_rows"] else "warning",
            rows=missing,
            column="margin_amount",
        )
    if found["odd_margins"]:
        yield table_finding(
            "margin_above_amount",
            f"{found['odd_margins']:,} purchases have a margin larger than what was paid. Check that the "
            "margin is money, not per cent, and that the amount is what was paid.",
            rows=found["odd_margins"],
            column="margin_amount",
        )


def _check_ids(engine: Engine, out: Path) -> Iterator[Finding]:
    engine.register("rows_with_ids", table_file(out, "transactions"))
    found = facts(engine, "id_twins")
    if found["case_twins"]:
        yield table_finding(
            "ids_differ_by_case",
            f"{found['case_twins']:,} customer ids differ from another one only by capital letters; they "
            "count as different customers. Check whether they are.",
            rows=found["case_twins"],
            column="customer_id",
        )
    if found["zero_twins"]:
        yield table_finding(
            "ids_differ_by_zeros",
            f"{found['zero_twins']:,} customer ids differ from another one only by leading zeros, like 00012 "
            "and 12; they count as different customers. A spreadsheet may have dropped zeros.",
            rows=found["zero_twins"],
            column="customer_id",
        )


def _check_arms(engine: Engine) -> Iterator[Finding]:
    found = facts(engine, "arms")
    empty = [arm for arm in ("treatment", "control") if not found[arm]]
    if empty:
        yield table_finding(
            "one_arm",
            f"No customer is in the arm '{empty[0]}', so there is nobody to compare with. Bring both arms.",
            "assignments",
            column="arm",
        )
    if found["in_both"]:
        yield table_finding(
            "both_arms",
            f"{found['in_both']:,} customers are in both arms of the same trial; comparisons go by the first "
            "and leave out who was given both at the same moment.",
            "assignments",
            # A few are a slip; where everybody is in both, nobody was left out.
            severity="warning" if found["in_both"] < _MANY_IN_BOTH * found["pairs"] else "problem",
            rows=found["in_both"],
            column="arm",
        )

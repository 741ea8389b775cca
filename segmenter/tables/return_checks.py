"""Stored purchases -> what is to be said of returns and cancellations: which purchases they take back."""

from collections.abc import Iterator

from segmenter.engines import Engine
from segmenter.tables.report import Finding
from segmenter.tables.table_facts import facts, table_finding

_WORTH_SAYING = 10  # fewer returns than this tell nothing about the data as a whole


def check_returns(engine: Engine) -> Iterator[Finding]:
    """How many returns have their purchase in the data. All of them are kept: spend is less returns."""
    found = facts(engine, "return_counts")
    returns, matched, following = found["n_returns"], found["n_matched"], found["n_following"]
    if returns < _WORTH_SAYING:
        return
    # A matched return follows a purchase of its article, so the rest of those that do follow another one.
    others = max(following - matched, 0)
    yield table_finding(
        "returns_matched",
        f"Of {returns:,} returns and cancellations, {matched:,} take back a purchase that is in the data, by "
        f"customer, article, quantity and amount. {others:,} follow another purchase of the article, as "
        f"when part of it comes back; {returns - matched - others:,} have no such purchase before them, as "
        "when it was made before the data begin. All were kept as returns: a customer's spend is less what "
        "was given back.",
        severity="note",
        rows=returns,
    )

"""Ranked scores + a share, a suppression list and a holdout -> the members of an audience.

Order of the funnel: selected, without those who did not consent, without the suppressed, without the held
out; what is left is exported. The holdout is drawn last, so that it is made of people who could have been
contacted, and by a hash of the id, so that it is the same next time.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segmenter.engines import Engine, read_sql
from segmenter.settings import check_share
from segmenter.summary import count_share

Ranking = Literal["score", "expected_value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRule:
    """Which customers are wanted. `top`: share of all scored customers; `holdout`: share kept back."""

    top: float
    by: Ranking = "score"
    holdout: float = 0.0

    def __post_init__(self) -> None:
        check_share(top=self.top, holdout=self.holdout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From selected to exported; `selected` = no_consent + suppressed + held_out + exported."""

    selected: int
    no_consent: int
    suppressed: int
    held_out: int
    exported: int


def count_selected(rule: AudienceRule, customers: int) -> int:
    """How many of `customers` the rule selects."""
    return count_share(rule.top, customers)


def write_members(
    engine: Engine, rule: AudienceRule, *, customers: int, consent_mapped: bool, path: Path
) -> Funnel:
    """Write the members (customer_id, place, status) to Parquet and count them by status.

    Tables registered beforehand: scores, customers, suppression (one column `value`: ids or e-mail
    addresses; empty when there is no list).
    """
    parameters = {
        "by": rule.by,
        "holdout": rule.holdout,
        "selected": count_selected(rule, customers),
        "consent_mapped": int(consent_mapped),
    }
    engine.write(read_sql("segmenter.audience", "audience_members"), parameters, path)
    engine.register("audience_members", path)
    counts = engine.frame("SELECT status, COUNT(*) AS n FROM audience_members GROUP BY status", {})
    by_status = {str(status): int(n) for status, n in zip(counts["status"], counts["n"], strict=True)}
    return Funnel(
        selected=sum(by_status.values()),
        **{name: by_status.get(name, 0) for name in ("no_consent", "suppressed", "held_out", "exported")},
    )

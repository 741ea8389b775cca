"""Ranked scores + a share, a suppression list and a holdout -> the members of an audience.

Order of the funnel: selected, without those who did not consent, without the suppressed, without the held
out; what is left is exported. The holdout is drawn last, so that it is made of people who could have been
contacted, and by a hash of the id, so that it is the same next time. Customers with one e-mail address are
one person to a campaign: they are suppressed together, and held out together.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segmenter.engines import Engine, read_sql
from segmenter.engines.staging import passing_folder, stage
from segmenter.errors import SettingsError
from segmenter.settings import check_share
from segmenter.summary import count_share

PACKAGE = "segmenter.audience"

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
    """From selected to exported; `selected` = no_consent + suppressed + held_out + exported.

    list_entries: rows of the suppression list that name somebody, None without a list. list_customers: how
    many of all scored customers the list keeps out, selected or not.
    """

    selected: int
    no_consent: int
    suppressed: int
    held_out: int
    exported: int
    list_entries: int | None = None
    list_customers: int = 0

    @property
    def list_meets_nobody(self) -> bool:
        """Whether there is a list, and no entry of it is a customer: usually the wrong file."""
        return self.list_entries is not None and self.list_customers == 0

    def list_sentence(self) -> str:
        """What the list met, in words; empty without a list."""
        if self.list_entries is None:
            return ""
        entries = "1 entry" if self.list_entries == 1 else f"{self.list_entries:,} entries"
        if self.list_meets_nobody:
            return (
                f"Your list: {entries}, none of your customers. It may be the wrong file; nobody is left out."
            )
        return f"Your list: {entries}, {self.list_customers:,} of your customers."


def count_selected(rule: AudienceRule, customers: int) -> int:
    """How many of `customers` the rule selects."""
    return count_share(rule.top, customers)


def check_selects_somebody(rule: AudienceRule, customers: int) -> None:
    """Raise SettingsError where the share is so small that no customer is selected."""
    if count_selected(rule, customers) == 0:
        raise SettingsError(
            f"The best {rule.top:g} (share) of {customers:,} customers is nobody. Choose a larger share: one "
            f"customer is {1 / max(customers, 1):.2g} of them."
        )


def write_members(
    engine: Engine,
    rule: AudienceRule,
    *,
    customers: int,
    consent_mapped: bool,
    path: Path,
    list_entries: int | None = None,
) -> Funnel:
    """Write the members (customer_id, place, status) to Parquet and count them by status.

    Tables registered beforehand: scores, customers, suppression (one column `value`: ids or e-mail
    addresses; empty when there is no list). list_entries: of how many rows its values were read.
    """
    parameters = {
        "by": rule.by,
        "holdout": rule.holdout,
        "selected": count_selected(rule, customers),
        "consent_mapped": int(consent_mapped),
    }
    with passing_folder(engine) as folder:
        stage(engine, folder, PACKAGE, "contacts", {})
        list_customers = stage(engine, folder, PACKAGE, "barred_customers", {})
        engine.write(read_sql(PACKAGE, "audience_members"), parameters, path)
    engine.register("audience_members", path)
    counts = engine.frame("SELECT status, COUNT(*) AS n FROM audience_members GROUP BY status", {})
    by_status = {str(status): int(n) for status, n in zip(counts["status"], counts["n"], strict=True)}
    return Funnel(
        selected=sum(by_status.values()),
        **{name: by_status.get(name, 0) for name in ("no_consent", "suppressed", "held_out", "exported")},
        list_entries=list_entries,
        list_customers=list_customers,
    )

"""Every SQL file of the package, with the tables and parameters to run it on both engines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from segmenter.engines import read_sql
from segmenter.features.tables import STEPS, customer_features_sql
from segmenter.tables.customer_files import customers_sql
from tests.backends.inputs import ATTRIBUTES, FEATURE_PARAMETERS, LABEL_PARAMETERS, UNTIL_THE_END


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One SQL file. other_tables: tables whose file is not named after them, table -> file."""

    package: str
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    other_tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        if self.name in ("joined_customers", "customer_conflicts"):
            return customers_sql(self.name, ("joined_at", "consent_email", "email"))
        if self.name == "customer_features":
            return customer_features_sql(ATTRIBUTES)
        return read_sql(self.package, self.name)

    def __str__(self) -> str:
        return f"{self.package.removeprefix('segmenter.')}/{self.name}"


KEYED = ("customers", "campaigns", "assignments", "intents", "outcomes")
LATER = {"orders": "orders_until_the_end", "receipts": "receipts_until_the_end"}

FEATURES = [
    Case(package="segmenter.features", name=name, parameters=FEATURE_PARAMETERS)
    for name in (*STEPS, "given_history", "customer_features")
]
FEATURES.append(
    Case(
        package="segmenter.features",
        name="known_measures",
        other_tables={"features_to_score": "purchase_features"},
    )
)

LABELS = [
    Case(package="segmenter.labels", name="redemptions", parameters=UNTIL_THE_END),
    *(
        Case(package="segmenter.labels", name=name, parameters=LABEL_PARAMETERS, other_tables=LATER)
        for name in (
            "arms",
            "margins",
            "chosen_population",
            "customer_outcomes",
            "segment_counts",
            "arm_counts",
            "redemption_counts",
            "before_after_counts",
            "intent_counts",
            "given_outcomes",
            "given_arms",
        )
    ),
]

OF_TWO = {"typed_rows": "typed_transactions", "lost_rows": "lost_transactions"}

TABLES = [
    *(
        Case(package="segmenter.tables", name=name, other_tables={"typed_rows": f"typed_{name}"})
        for name in (*KEYED, "transactions", "engagements")
    ),
    Case(
        package="segmenter.tables",
        name="repeated_keys",
        other_tables={"typed_rows": "typed_intents", "kept_rows": "kept_intents"},
    ),
    *(
        Case(package="segmenter.tables", name=name, parameters=parameters, other_tables=OF_TWO)
        for name, parameters in (
            ("part_periods", {}),
            ("part_pairs", {}),
            ("transactions_copies", {}),
            ("overlapping_rows", {"keep_oldest": True}),
            ("rows_without_overlap", {}),
        )
    ),
    Case(
        package="segmenter.tables",
        name="engagements_copies",
        other_tables={"typed_rows": "typed_engagements", "lost_rows": "lost_engagements"},
    ),
    *(
        Case(
            package="segmenter.tables",
            name=name,
            other_tables={"typed_rows": "typed_customers", "kept_rows": "kept_customers"},
        )
        for name in ("joined_customers", "joined_rows", "customer_conflicts")
    ),
    Case(
        package="segmenter.tables",
        name="coverage",
        parameters={"now": datetime(2026, 3, 1, 12, 0, 0, 250)},
        other_tables={"timed_rows": "transactions"},
    ),
    Case(package="segmenter.tables", name="daily_activity", parameters={"days_by_day": 400}),
    Case(package="segmenter.tables", name="id_twins", other_tables={"rows_with_ids": "transactions"}),
    *(
        Case(
            package="segmenter.tables",
            name=name,
            other_tables={"left_rows": "engagements", "right_rows": right},
        )
        for name, right in (("known_customers", "customers"), ("known_campaigns", "campaigns"))
    ),
    Case(package="segmenter.tables", name="transaction_facts"),
    Case(package="segmenter.tables", name="outcome_facts"),
    Case(package="segmenter.tables", name="return_counts"),
    Case(package="segmenter.tables", name="kind_counts"),
    Case(package="segmenter.tables", name="arms"),
]

AUDIENCE = [
    Case(package="segmenter.audience", name="contacts"),
    Case(package="segmenter.audience", name="barred_customers"),
    Case(
        package="segmenter.audience",
        name="audience_members",
        parameters={"by": "expected_value", "consent_mapped": True, "holdout": 0.1, "selected": 60},
    ),
    Case(package="segmenter.delivery", name="audience_rows"),
]

CASES = [*FEATURES, *LABELS, *TABLES, *AUDIENCE]

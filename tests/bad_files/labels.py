"""Files that say who was contacted, reacted or bought, and from which nothing, or too little, follows."""

from tests.bad_files.entry import CANARY, Cell, accepted, day, in_category, rejected, table, warned

ROWS = 400

TRIAL: dict[str, Cell] = {
    "customer_id": lambda n: f"{CANARY}{n:04d}",
    "campaign_id": lambda n: "spring",
    "assigned_at": day,
    "arm": lambda n: ("treatment", "control")[n % 2],
}
TOUCHES: dict[str, Cell] = {
    "customer_id": lambda n: f"{CANARY}{n % 80:04d}",
    "sent_at": day,
    "event": lambda n: ("sent", "opened", "clicked")[n % 3],
}
INTENTS: dict[str, Cell] = {
    "customer_id": lambda n: f"{CANARY}{n:04d}",
    "intent": lambda n: ("prompted", "organic")[n % 3 == 0],
}
OUTCOMES: dict[str, Cell] = {
    "customer_id": lambda n: f"{CANARY}{n:04d}",
    "treatment": lambda n: n % 2,
    "recency": lambda n: n % 300,
    "spent_before": lambda n: f"{n % 97}.5",
    "converted": lambda n: int(n % 5 == 0),
}


def trial(**cells: Cell) -> str:
    return table(TRIAL | cells, ROWS)


def touches(**cells: Cell) -> str:
    return table(TOUCHES | cells, ROWS)


def intents(**cells: Cell) -> str:
    return table(INTENTS | cells, ROWS)


def outcomes(**cells: Cell) -> str:
    return table(OUTCOMES | cells, ROWS)


def of(as_table: str, *, rows: int = ROWS, column: str | None = None, row: int | None = None) -> dict:
    """As which table a file is checked, and what its messages name."""
    return {"table": as_table, "rows": rows, "column": column, "row": row}


LABELS = in_category(
    "labels",
    [
        accepted("trial.csv", trial, **of("assignments")),
        accepted("trial_0_1.csv", lambda: trial(arm=lambda n: n % 2), **of("assignments")),
        accepted("trial_yes_no.csv", lambda: trial(arm=lambda n: ("yes", "no")[n % 2]), **of("assignments")),
        accepted(
            "trial_words.csv",
            lambda: trial(arm=lambda n: ("Mailed", "Holdout")[n % 2]),
            **of("assignments"),
        ),
        accepted("touches.csv", touches, **of("engagements")),
        accepted("intents.csv", intents, **of("intents")),
        accepted("outcomes_0_1.csv", outcomes, **of("outcomes")),
        accepted(
            "outcomes_yes_no.csv",
            lambda: outcomes(converted=lambda n: ("yes", "no")[n % 3 > 0]),
            **of("outcomes"),
        ),
        warned(
            "trial_90_to_10.csv",
            lambda: trial(arm=lambda n: "control" if n % 10 == 0 else "treatment"),
            "uneven_arms",
            **of("assignments", column="arm"),
        ),
        warned(
            "trial_half_and_half_gone_wrong.csv",
            lambda: table(TRIAL | {"arm": lambda n: "control" if n % 100 < 46 else "treatment"}, 5_000),
            "uneven_arms",
            **of("assignments", rows=5_000, column="arm"),
        ),
        warned(
            "trial_of_three_arms.csv",
            lambda: trial(arm=lambda n: ("control", "offer A", "offer B")[n % 3]),
            "several_treatments",
            **of("assignments", column="arm"),
        ),
        warned(
            "trial_few_in_both_arms.csv",
            lambda: trial(customer_id=lambda n: f"{CANARY}{n - n % 2 if n < 20 else n}"),
            "both_arms",
            **of("assignments", column="arm"),
        ),
        warned(
            "trial_odd_words.csv",
            lambda: trial(arm=lambda n: "?" if n % 40 == 0 else TRIAL["arm"](n)),
            "unknown_word",
            **of("assignments", column="arm", row=2),
        ),
        rejected(
            "trial_all_in_both_arms.csv",
            lambda: trial(customer_id=lambda n: f"{CANARY}{n // 2}"),
            "both_arms",
            **of("assignments", column="arm"),
        ),
        rejected(
            "trial_without_control.csv",
            lambda: trial(arm=lambda n: "treatment"),
            "one_arm",
            **of("assignments", column="arm"),
        ),
        rejected(
            "trial_all_1.csv", lambda: trial(arm=lambda n: 1), "one_arm", **of("assignments", column="arm")
        ),
        rejected(
            "trial_without_treatment.csv",
            lambda: trial(arm=lambda n: "control"),
            "one_arm",
            **of("assignments", column="arm"),
        ),
        rejected(
            "trial_without_campaigns.csv",
            lambda: trial(campaign_id=lambda n: ""),
            "no_rows_left",
            "missing",
            **of("assignments", column="campaign_id", row=2),
        ),
        warned(
            "touches_only_sent.csv",
            lambda: touches(event=lambda n: "sent"),
            "few_reactions",
            **of("engagements", column="event"),
        ),
        warned(
            "touches_four_clicks.csv",
            lambda: touches(event=lambda n: "clicked" if n < 4 else "sent"),
            "few_reactions",
            **of("engagements", column="event"),
        ),
        warned(
            "touches_odd_words.csv",
            lambda: touches(event=lambda n: f"{CANARY}ed" if n == 5 else TOUCHES["event"](n)),
            "rows_not_mapped",
            **of("engagements"),
        ),
        rejected(
            "touches_unknown_words.csv",
            lambda: touches(event=lambda n: f"{CANARY}ed"),
            "no_rows_left",
            "unknown_word",
            **of("engagements", column="event", row=2),
        ),
        rejected(
            "intents_of_one_kind.csv",
            lambda: intents(intent=lambda n: "organic"),
            "one_intent",
            **of("intents", column="intent"),
        ),
        warned(
            "intents_four_prompted.csv",
            lambda: intents(intent=lambda n: "prompted" if n < 4 else "organic"),
            "few_of_an_intent",
            **of("intents", column="intent"),
        ),
        warned(
            "intents_of_three_kinds.csv",
            lambda: intents(intent=lambda n: ("prompted", "organic", "unsure")[n % 3]),
            "unknown_word",
            **of("intents", column="intent", row=4),
        ),
        warned(
            "outcomes_without_control.csv",
            lambda: outcomes(treatment=lambda n: 1),
            "one_arm",
            "no_unengaged",
            **of("outcomes", column="treatment"),
        ),
        warned(
            "outcomes_90_to_10.csv",
            lambda: outcomes(treatment=lambda n: int(n % 10 > 0)),
            "uneven_arms",
            **of("outcomes", column="treatment"),
        ),
        warned(
            "outcomes_customers_twice.csv",
            lambda: outcomes(customer_id=lambda n: f"{CANARY}{n - n % 2 if n < 20 else n}"),
            "duplicate",
            **of("outcomes", column="customer_id", row=3),
        ),
        warned(
            "outcomes_with_a_leak.csv",
            lambda: outcomes(delivered_on=lambda n: None if n % 5 else day(n)),
            "tells_the_outcome",
            **of("outcomes", column="delivered_on"),
        ),
        warned(
            "outcomes_as_customers.csv",
            lambda: outcomes(),
            "outcome_among_attributes",
            **of("customers", column="converted"),
        ),
        rejected(
            "outcomes_all_0.csv",
            lambda: outcomes(converted=lambda n: 0),
            "one_outcome",
            **of("outcomes", column="converted"),
        ),
        rejected(
            "outcomes_all_1.csv",
            lambda: outcomes(converted=lambda n: 1),
            "one_outcome",
            "no_inactive",
            **of("outcomes", column="converted"),
        ),
        rejected(
            "outcomes_of_three_kinds.csv",
            lambda: outcomes(converted=lambda n: n % 3),
            "unknown_outcomes",
            "not_yes_or_no",
            **of("outcomes", column="converted", row=4),
        ),
        warned(
            "outcomes_four_buyers.csv",
            lambda: outcomes(converted=lambda n: int(n < 4)),
            "few_outcomes",
            "no_unengaged",
            **of("outcomes", column="converted"),
        ),
        rejected(
            "outcomes_not_told.csv",
            lambda: outcomes(converted=lambda n: ""),
            "no_outcome",
            **of("outcomes"),
        ),
    ],
)

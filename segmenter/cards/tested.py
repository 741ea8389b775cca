"""Stored results -> the parts of a card that say how well the model ranks, on whom, and among whom."""

from typing import Final

from segmenter.cards.card import Fact, Kind, Line, Said, Section, Table
from segmenter.cards.forms import DEPTHS
from segmenter.cards.stored import CATALOG, EVALUATION, StoredResults
from segmenter.evaluation.comparison import Evaluation
from segmenter.evaluation.metrics import METRICS

LINES: Final = {
    "segmenter": "Segmenter",
    "value": "Segmenter, by value",
    "rfm": "RFM",
    "response": "Response model",
    "uncorrected": "Without correction",
    "random": "Random order",
    "perfect": "Perfect order",
}
DRAWN: Final = ("segmenter", "rfm", "random")  # as many lines as can be told apart in a small picture
POINTS: Final = 51
TOLD: Final = ("scope_sentence", "trial_sentence")
WORDS_THEN_NUMBERS: Final[tuple[Kind, ...]] = ("words", "number", "number", "number", "number")
METRIC_WORDS: Final = {
    "precision": "Precision",
    "recall": "Recall",
    "balanced_accuracy": "Balanced accuracy",
    "weighted_f1": "Weighted F1",
}
OUTCOMES: Final = {"engaged": "Engaged", "unengaged": "Unengaged", "inactive": "Inactive"}


def untested_answer(stored: StoredResults) -> Said:
    """What a card says first of a model without a test."""
    if stored.untested:
        return stored.said(
            "This model could not be tested, because too few customers were kept back: {why}",
            why=("text", f"{CATALOG}: details.untested"),
        )
    return Said("This model has not been tested, so nothing is known of how well it ranks.")


def performance_section(stored: StoredResults) -> Section:
    """On whom it was tested, what each ranking reaches, Table 1, and whether stage 1's chances hold."""
    evaluation = stored.evaluation
    if evaluation is None:
        return Section(key="performance", title="Performance", sentences=(untested_answer(stored),))
    when = "a period it has not seen" if evaluation.unseen_period else "a period it has seen"
    facts = [
        Fact("Tested on", _text(stored, "scope_sentence")),
        Fact(
            "When",
            stored.said(
                f"the {{days}} days from {{cutoff}}, {when}",
                days=("number", f"{EVALUATION}: outcome_days"),
                cutoff=("day", f"{EVALUATION}: cutoff"),
            ),
        ),
        Fact("Who counts as reached", _text(stored, "positives_are")),
        *(
            Fact("Beside others", _text(stored, f"other_sentences[{i}]"))
            for i in range(len(evaluation.other_sentences))
        ),
    ]
    if evaluation.trial_sentence:
        facts.append(Fact("By the randomised holdout", _text(stored, "trial_sentence")))
    facts += _newer(stored)
    return Section(
        key="performance",
        title="Performance",
        facts=tuple(facts),
        tables=(_reach(stored, evaluation), *_table1(stored, evaluation), *_calibration(stored, evaluation)),
        details=(
            Fact(
                "Intervals",
                stored.said(
                    "95% intervals from {draws} resamples of the customers tested",
                    draws=("number", f"{EVALUATION}: draws"),
                ),
            ),
        ),
    )


def groups_section(stored: StoredResults) -> Section:
    """Among whom the model's order beats chance, and among whom nobody can tell."""
    evaluation, at = stored.evaluation, f"{EVALUATION}: groups"
    if evaluation is None or not evaluation.groups:
        missing = "The model has not been tested, so nothing is known of groups of customers."
        if evaluation is not None:
            missing = "This test is from before groups were looked at. Train the model again to have them."
        return Section(key="groups", title="Among whom it holds", sentences=(Said(missing),))
    rows = []
    for i in range(len(evaluation.groups)):
        each = f"{at}[{i}]"
        rows.append(
            (
                stored.said("{name}", name=("text", f"{each}.name")),
                stored.said("{n}", n=("group size", f"{each}.customers")),
                stored.said("{n}", n=("group share", f"{each}.engaged", f"{each}.customers")),
                stored.said("{n}", n=("estimate", f"{each}.ordered")),
                stored.said("{verdict}", verdict=("group verdict", each)),
            )
        )
    return Section(
        key="groups",
        title="Among whom it holds",
        sentences=(stored.said("{sentence}", sentence=("groups", at)),),
        tables=(
            Table(
                caption="The model's order within groups of those tested (chance: half of the pairs)",
                columns=("Customers who", "Tested", "Engaged", "Pairs in order", "The order"),
                kinds=("words", "number", "number", "number", "words"),
                rows=tuple(rows),
            ),
        ),
    )


def gain_lines(evaluation: Evaluation) -> tuple[Line, ...]:
    """The curves of a small picture, thinned, the model's first."""
    lines = []
    for key in DRAWN:
        if key in evaluation.gains:
            curve = evaluation.gains[key]
            points = zip(curve.depth, curve.captured, strict=True)
            lines.append(Line(key, LINES[key], tuple(points)[:: _step(len(curve.depth))]))
    return tuple(lines)


def gain_band(evaluation: Evaluation) -> tuple[tuple[float, float, float], ...]:
    """(depth, low, high) of the model's curve, thinned; empty where it has no interval."""
    curve = evaluation.gains["segmenter"]
    if curve.low is None or curve.high is None:
        return ()
    return tuple(zip(curve.depth, curve.low, curve.high, strict=True))[:: _step(len(curve.depth))]


def _newer(stored: StoredResults) -> list[Fact]:
    """Results newer than this card: their own sentences, where they have one."""
    facts = []
    for name, value in stored.trees[EVALUATION].items():
        if isinstance(value, dict) and isinstance(value.get("sentence"), str):
            facts.append(Fact(_title(name), _text(stored, f"{name}.sentence")))
        elif name.endswith("_sentence") and name not in TOLD and value:
            facts.append(Fact(_title(name.removesuffix("_sentence")), _text(stored, name)))
    return facts


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _step(points: int) -> int:
    return max(1, (points - 1) // (POINTS - 1))


def _text(stored: StoredResults, path: str) -> Said:
    return stored.said("{text}", text=("text", f"{EVALUATION}: {path}"))


def _reach(stored: StoredResults, evaluation: Evaluation) -> Table:
    """The twin of the gain curve: what each ranking reaches at two depths."""
    return Table(
        caption="Share of the engaged customers reached, with 95% intervals",
        columns=("Ranking", *(f"Top {depth:.0%}" for depth in DEPTHS)),
        kinds=WORDS_THEN_NUMBERS[: len(DEPTHS) + 1],
        rows=tuple(
            (
                Said(words),
                *(
                    stored.said("{n}", n=(f"reached at {depth:.0%}", f"{EVALUATION}: gains.{key}"))
                    for depth in DEPTHS
                ),
            )
            for key, words in LINES.items()
            if key in evaluation.gains
        ),
    )


def _table1(stored: StoredResults, evaluation: Evaluation) -> tuple[Table, ...]:
    """One table per RFM group: as many customers as it has, chosen by each ranking."""
    tables = []
    for group in dict.fromkeys(row.group for row in evaluation.table1):
        rows = []
        for i, row in enumerate(evaluation.table1):
            if row.group == group:
                at = f"{EVALUATION}: table1[{i}]"
                metrics = (
                    ("share with interval", f"{at}.{metric}", f"{at}.intervals.{metric}")
                    for metric in METRICS
                )
                rows.append(
                    (
                        stored.said("{by}", by=("chosen by", f"{at}.ranking")),
                        *(stored.said("{n}", n=metric) for metric in metrics),
                    )
                )
        tables.append(
            Table(
                caption=f"As many customers as RFM has in: {group}",
                columns=("Chosen by", *(METRIC_WORDS[metric] for metric in METRICS)),
                kinds=WORDS_THEN_NUMBERS[: len(METRICS) + 1],
                rows=tuple(rows),
            )
        )
    return tuple(tables)


def _calibration(stored: StoredResults, evaluation: Evaluation) -> tuple[Table, ...]:
    """Whether the chances of stage 1 beat giving everybody the overall share."""
    if not evaluation.calibrations:
        return ()
    rows = []
    for i, each in enumerate(evaluation.calibrations):
        at = f"{EVALUATION}: calibrations[{i}]"
        rows.append(
            (
                Said(OUTCOMES.get(each.outcome, each.outcome)),
                stored.said("{n}", n=("error", f"{at}.brier")),
                stored.said("{n}", n=("three digits", f"{at}.reference_brier")),
            )
        )
    return (
        Table(
            caption="Error of the chances of each segment (Brier score: less is better)",
            columns=("Segment", "This model", "Same chance for all"),
            kinds=("words", "number", "number"),
            rows=tuple(rows),
            is_detail=True,
        ),
    )
